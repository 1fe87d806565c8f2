/* SPDX-License-Identifier: GPL-2.0 */
/* SCTP's checksum over bytes of a packet. */
#ifndef UMBRA_COMPAT_CRC32C_H
#define UMBRA_COMPAT_CRC32C_H

#include <linux/skbuff.h>
#include <net/sctp/checksum.h>

/*
 * skb_crc32c() replaced __skb_checksum() and sctp_csum_ops in 6.16; probed in kmod/Kbuild. Needed
 * for 6.1 and 6.12 only.
 */
#ifndef UMBRA_HAVE_SKB_CRC32C
static inline u32 skb_crc32c(const struct sk_buff *skb, int off, int len, u32 crc)
{
	return (__force u32)__skb_checksum(skb, off, len, (__force __wsum)crc, &sctp_csum_ops);
}
#endif

#endif
