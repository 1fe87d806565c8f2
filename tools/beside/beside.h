/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What else on this machine has a hand in packets: in front of Umbra, so that
 * it does not see them, or beside it, so that it cannot follow them.
 */
#ifndef UMBRA_TOOL_BESIDE_H
#define UMBRA_TOOL_BESIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"
#include "base/report.h"

struct nl_msg;

/* Names of one kind, as one line shows them. */
struct found {
	char text[160];
	size_t len;
	bool more;		/* than there was room for */
};

/* Remember a name, unless it is there already. */
__attribute__((format(printf, 2, 3)))
void found_add(struct found *f, const char *format, ...);

/* What is looked for. */
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

/* Each looks at what it is named after, as far as the caller may; the rest stays unknown. */
void beside_links(struct beside *b);
void beside_guests(struct beside *b);
void beside_netfilter(struct beside *b);

/**
 * beside_dump() - ask netlink for all of a kind
 * @protocol: NETLINK_ROUTE or NETLINK_NETFILTER
 * @msg: request, which is freed; NULL is an error as well
 * @fn: called for each answer, as libnl calls it
 * @arg: its argument
 *
 * Return: 0, or -1 when nobody may know.
 */
int beside_dump(int protocol, struct nl_msg *msg,
		int (*fn)(struct nl_msg *msg, void *arg), void *arg);

/**
 * check_beside() - warn of what goes past this policy on this machine as it is now
 * @p: policy, whose rows name interfaces
 * @report: gets one line for each kind
 */
void check_beside(const struct policy *p, struct report *report);

#endif
