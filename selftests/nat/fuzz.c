// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

#include <stdio.h>

void fuzz_die(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

bool fuzz_read(struct fuzz_input *in, const u8 *data, size_t size)
{
	static const u8 states[] = {
		CHECKSUM_NONE, CHECKSUM_COMPLETE, CHECKSUM_PARTIAL, CHECKSUM_NONE,
	};

	if (size <= FUZZ_CONTROL || size > FUZZ_CONTROL + FUZZ_MAX)
		return false;
	memset(in, 0, sizeof(*in));
	in->family = data[0] & 1 ? AF_INET6 : AF_INET;
	in->summed = states[data[0] >> 1 & 3];
	in->mend = !(data[0] & 8);
	in->gso = in->summed == CHECKSUM_PARTIAL && data[0] & 16;
	in->cloned = data[0] & 32;
	in->len = size - FUZZ_CONTROL;
	in->split = (data[1] | data[2] << 8) % (in->len + 1);
	memcpy(&in->to.src, data + 8, in->family == AF_INET ? 4 : 16);
	memcpy(&in->to.dst, data + 24, in->family == AF_INET ? 4 : 16);
	memcpy(&in->to.sport, data + 40, 4);
	in->to.family = in->family;
	memcpy(in->byte, data + FUZZ_CONTROL, in->len);
	return true;
}

void fuzz_skb(struct sk_buff *skb, const struct fuzz_input *in, u32 linear)
{
	memset(skb, 0, sizeof(*skb));
	skb->headlen = linear;
	skb->len = in->len;
	skb->gso = in->gso;
	skb->cloned = in->cloned;
	skb->ip_summed = in->summed;
	skb->data = malloc(linear);
	skb->rest = malloc(in->len - linear);
	memcpy(skb->data, in->byte, linear);
	memcpy(skb->rest, in->byte + linear, in->len - linear);
	skb->csum = skb_checksum(skb, 0, skb->len, 0);
}

void fuzz_skb_free(struct sk_buff *skb)
{
	free(skb->data);
	free(skb->rest);
}

void fuzz_skb_bytes(const struct sk_buff *skb, u8 *to)
{
	memcpy(to, skb->data, skb->headlen);
	memcpy(to + skb->headlen, skb->rest, skb->len - skb->headlen);
}
