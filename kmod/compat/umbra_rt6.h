/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6: from a struct dst_entry to the struct rt6_info that contains it. */
#ifndef UMBRA_COMPAT_RT6_H
#define UMBRA_COMPAT_RT6_H

#include <net/ip6_fib.h>

/*
 * A macro since 6.10, also in stable kernels: Debian's 6.1 has it since 6.1.0-53. So we check for
 * the macro, not for the version. Needed for 6.1 only.
 */
#ifndef dst_rt6_info
#define dst_rt6_info(_dst) container_of(_dst, struct rt6_info, dst)
#endif

#endif
