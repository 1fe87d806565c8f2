/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink: names that differ in older kernels. */
#ifndef UMBRA_COMPAT_GENL_H
#define UMBRA_COMPAT_GENL_H

#include <net/genetlink.h>

/* genl_info_dump() came with 6.6; probed in kmod/Kbuild. Needed for 6.1 only. */
#ifdef UMBRA_HAVE_GENL_INFO_DUMP
static inline struct nlattr **umbra_dump_attrs(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
#else
static inline struct nlattr **umbra_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}
#endif

/* The range of a policy is const since 6.7; probed in kmod/Kbuild. Needed for 6.1 only. */
#ifndef UMBRA_HAVE_CONST_RANGE
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {				\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),			\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (struct netlink_range_validation *)(_range),		\
}
#endif

/*
 * A process needs a capability to bind to a multicast group. Newer kernels, and Debian's 6.1 since
 * 6.1.0-53, have the flag by this name. Before, it was an operation's flag. Needed for 6.1 only.
 */
#ifndef GENL_MCAST_CAP_NET_ADMIN
#define GENL_MCAST_CAP_NET_ADMIN	GENL_UNS_ADMIN_PERM
#endif

#endif
