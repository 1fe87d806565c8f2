/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other parts of the kernel that handle packets on this machine: before Umbra,
 * so that it does not see them, or beside it, so that it cannot follow them.
 */
#ifndef UMBRA_TOOL_BESIDE_H
#define UMBRA_TOOL_BESIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"
#include "base/report.h"

struct nl_msg;

/* The names found of one kind, as printed in one line. */
struct found {
	char text[160];
	size_t len;
	bool more;		/* there are more names than room */
};

/* Add a name, once. */
__attribute__((format(printf, 2, 3)))
void found_add(struct found *f, const char *format, ...);

/* The kinds to look for, with the names found. */
struct beside {
	struct found xdp;
	struct found tc;
	struct found bpf;	/* at ingress, in tc */
	struct found switched;	/* ports of Open vSwitch */
	struct found macvlan;	/* "DEVICE on DEVICE" */
	struct found guests;	/* of ipvlan, in modes l3 and l3s */
	struct found flowtables;
	struct found nat;
	struct found tproxy;
	struct found ipvs;
	const struct policy *policy;
};

/* Each looks for the kinds in its name. It skips what the caller has no permission to read. */
void beside_links(struct beside *b);
void beside_guests(struct beside *b);
void beside_netfilter(struct beside *b);

/**
 * beside_dump() - dump all objects of a kind by netlink
 * @protocol: NETLINK_ROUTE or NETLINK_NETFILTER
 * @msg: request, consumed; NULL: returns -1
 * @fn: libnl's callback for each answer
 * @arg: passed to @fn
 *
 * Return: 0; -1 on any error, such as a missing permission.
 */
int beside_dump(int protocol, struct nl_msg *msg,
		int (*fn)(struct nl_msg *msg, void *arg), void *arg);

/**
 * check_beside() - warn of other parts of the kernel that handle packets now
 * @p: policy; its rows name interfaces
 * @report: gets one line for each kind that was found
 */
void check_beside(const struct policy *p, struct report *report);

#endif
