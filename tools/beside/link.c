// SPDX-License-Identifier: GPL-2.0
/* Interfaces whose packets are taken by XDP, tc, Open vSwitch or macvlan before the IP layer. */
#include "beside/beside.h"

#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

#include <net/if.h>

/* The parent of ingress filters, for both qdiscs that have them: ingress and clsact. */
#define INGRESS		TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)

static bool is_kind(struct nlattr *attr, const char *kind)
{
	return attr && !strncmp(nla_data(attr), kind, nla_len(attr));
}

/* Does a network of the policy name the interface? */
static bool is_named(const struct policy *p, const char *ifname)
{
	const struct row_list *list = &p->tables[UMBRA_TABLE_NETWORK];
	unsigned int i;
	size_t at;

	for (at = 0; at < list->nr; at++)
		for (i = 0; i < list->row[at].network.nr_items; i++) {
			const char *bound = list->row[at].network.items[i].ifname;

			if (bound && !strcmp(bound, ifname))
				return true;
		}
	return false;
}

/* Note a macvlan that is up and not named by the policy, while its lower interface is. */
static void note_macvlan(struct beside *b, const char *name, uint32_t lower,
			 unsigned int flags)
{
	char below[IF_NAMESIZE];

	if (flags & IFF_UP && if_indextoname(lower, below) &&
	    is_named(b->policy, below) && !is_named(b->policy, name))
		found_add(&b->macvlan, "%s on %s", name, below);
}

static void note_kind(struct beside *b, struct nlattr **tb, unsigned int flags)
{
	const char *name = nla_get_string(tb[IFLA_IFNAME]);
	struct nlattr *info[IFLA_INFO_MAX + 1];

	if (!tb[IFLA_LINKINFO] ||
	    nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO], NULL))
		return;
	if (is_kind(info[IFLA_INFO_SLAVE_KIND], "openvswitch"))
		found_add(&b->switched, "%s", name);
	if (is_kind(info[IFLA_INFO_KIND], "macvlan") && tb[IFLA_LINK] &&
	    !tb[IFLA_LINK_NETNSID])
		note_macvlan(b, name, nla_get_u32(tb[IFLA_LINK]), flags);
}

static void note_xdp(struct beside *b, struct nlattr **tb)
{
	struct nlattr *xdp[IFLA_XDP_MAX + 1];

	if (tb[IFLA_XDP] &&
	    !nla_parse_nested(xdp, IFLA_XDP_MAX, tb[IFLA_XDP], NULL) &&
	    xdp[IFLA_XDP_ATTACHED] && nla_get_u8(xdp[IFLA_XDP_ATTACHED]))
		found_add(&b->xdp, "%s", nla_get_string(tb[IFLA_IFNAME]));
}

static int got_link(struct nl_msg *msg, void *arg)
{
	struct ifinfomsg *ifi = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *tb[IFLA_MAX + 1];
	struct beside *b = arg;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*ifi), tb, IFLA_MAX, NULL) ||
	    !tb[IFLA_IFNAME])
		return NL_SKIP;
	note_xdp(b, tb);
	note_kind(b, tb, ifi->ifi_flags);
	return NL_OK;
}

/* Does the action redirect? @attr: a dumped struct tc_action. */
static bool redirects(struct nlattr *attr)
{
	struct nlattr *act[TCA_ACT_MAX + 1], *mirred[TCA_MIRRED_MAX + 1];
	const struct tc_mirred *parms;

	if (nla_parse_nested(act, TCA_ACT_MAX, attr, NULL) ||
	    !is_kind(act[TCA_ACT_KIND], "mirred") || !act[TCA_ACT_OPTIONS] ||
	    nla_parse_nested(mirred, TCA_MIRRED_MAX, act[TCA_ACT_OPTIONS], NULL) ||
	    !mirred[TCA_MIRRED_PARMS])
		return false;
	parms = nla_data(mirred[TCA_MIRRED_PARMS]);
	return parms->eaction == TCA_EGRESS_REDIR || parms->eaction == TCA_INGRESS_REDIR;
}

/* Search all attributes, because each classifier has its own attribute for actions. */
static bool has_redirect(struct nlattr *options)
{
	struct nlattr *list, *action;
	int left, rest;

	nla_for_each_nested(list, options, left)
		nla_for_each_nested(action, list, rest)
			if (redirects(action))
				return true;
	return false;
}

static int got_filter(struct nl_msg *msg, void *arg)
{
	struct tcmsg *tcm = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *tb[TCA_MAX + 1];
	struct beside *b = arg;
	char name[IF_NAMESIZE];

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*tcm), tb, TCA_MAX, NULL) ||
	    !tb[TCA_OPTIONS] || !if_indextoname(tcm->tcm_ifindex, name))
		return NL_SKIP;
	if (has_redirect(tb[TCA_OPTIONS]))
		found_add(&b->tc, "%s", name);
	else if (is_kind(tb[TCA_KIND], "bpf"))
		found_add(&b->bpf, "%s", name);
	return NL_OK;
}

static struct nl_msg *tc_request(int type, int ifindex, uint32_t parent)
{
	struct tcmsg tcm = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_parent = parent,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_DUMP);

	if (msg)
		nlmsg_append(msg, &tcm, sizeof(tcm), NLMSG_ALIGNTO);
	return msg;
}

static int got_qdisc(struct nl_msg *msg, void *arg)
{
	struct tcmsg *tcm = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *tb[TCA_MAX + 1];

	if (!nlmsg_parse(nlmsg_hdr(msg), sizeof(*tcm), tb, TCA_MAX, NULL) &&
	    (is_kind(tb[TCA_KIND], "ingress") || is_kind(tb[TCA_KIND], "clsact")))
		beside_dump(NETLINK_ROUTE,
			    tc_request(RTM_GETTFILTER, tcm->tcm_ifindex, INGRESS),
			    got_filter, arg);
	return NL_OK;
}

void beside_links(struct beside *b)
{
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_DUMP);
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };

	if (msg)
		nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO);
	beside_dump(NETLINK_ROUTE, msg, got_link, b);
	beside_dump(NETLINK_ROUTE, tc_request(RTM_GETQDISC, 0, 0), got_qdisc, b);
}
