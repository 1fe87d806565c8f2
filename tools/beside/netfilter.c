// SPDX-License-Identifier: GPL-2.0
/* Rules of other programs: flowtables, chains of type nat, transparent proxies; IPVS services. */
#include "beside/beside.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Checked before any request, because a request would load nf_tables if it is a module. */
#define NFTABLES	"/sys/module/nf_tables"

static const char *family_word(const struct nl_msg *msg)
{
	const struct nfgenmsg *nfg = nlmsg_data(nlmsg_hdr((struct nl_msg *)msg));

	switch (nfg->nfgen_family) {
	case 1:
		return "inet";
	case 2:
		return "ip";
	case 10:
		return "ip6";
	}
	return "netdev";
}

static int parse(struct nl_msg *msg, struct nlattr **tb, int max)
{
	return nlmsg_parse(nlmsg_hdr(msg), sizeof(struct nfgenmsg), tb, max, NULL);
}

static int got_flowtable(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[NFTA_FLOWTABLE_MAX + 1];
	struct beside *b = arg;

	if (!parse(msg, tb, NFTA_FLOWTABLE_MAX) && tb[NFTA_FLOWTABLE_NAME] &&
	    tb[NFTA_FLOWTABLE_TABLE])
		found_add(&b->flowtables, "%s %s %s", family_word(msg),
			  nla_get_string(tb[NFTA_FLOWTABLE_TABLE]),
			  nla_get_string(tb[NFTA_FLOWTABLE_NAME]));
	return NL_OK;
}

/* Skip empty chains, because nobody relies on them. */
static int got_chain(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[NFTA_CHAIN_MAX + 1];
	struct beside *b = arg;

	if (!parse(msg, tb, NFTA_CHAIN_MAX) && tb[NFTA_CHAIN_TYPE] &&
	    tb[NFTA_CHAIN_NAME] && tb[NFTA_CHAIN_TABLE] && tb[NFTA_CHAIN_USE] &&
	    nla_get_u32(tb[NFTA_CHAIN_USE]) &&
	    !strcmp(nla_get_string(tb[NFTA_CHAIN_TYPE]), "nat"))
		found_add(&b->nat, "%s %s %s", family_word(msg),
			  nla_get_string(tb[NFTA_CHAIN_TABLE]),
			  nla_get_string(tb[NFTA_CHAIN_NAME]));
	return NL_OK;
}

/* The expression of nftables, or the target of iptables-nft. */
static bool is_tproxy(struct nlattr *expression)
{
	struct nlattr *tb[NFTA_EXPR_MAX + 1], *target[NFTA_TARGET_MAX + 1];

	if (nla_parse_nested(tb, NFTA_EXPR_MAX, expression, NULL) ||
	    !tb[NFTA_EXPR_NAME])
		return false;
	if (!strcmp(nla_get_string(tb[NFTA_EXPR_NAME]), "tproxy"))
		return true;
	return !strcmp(nla_get_string(tb[NFTA_EXPR_NAME]), "target") &&
	       tb[NFTA_EXPR_DATA] &&
	       !nla_parse_nested(target, NFTA_TARGET_MAX, tb[NFTA_EXPR_DATA], NULL) &&
	       target[NFTA_TARGET_NAME] &&
	       !strcmp(nla_get_string(target[NFTA_TARGET_NAME]), "TPROXY");
}

static int got_rule(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[NFTA_RULE_MAX + 1], *expression;
	struct beside *b = arg;
	int left;

	if (parse(msg, tb, NFTA_RULE_MAX) || !tb[NFTA_RULE_EXPRESSIONS] ||
	    !tb[NFTA_RULE_TABLE] || !tb[NFTA_RULE_CHAIN])
		return NL_SKIP;
	nla_for_each_nested(expression, tb[NFTA_RULE_EXPRESSIONS], left)
		if (is_tproxy(expression))
			found_add(&b->tproxy, "%s %s %s", family_word(msg),
				  nla_get_string(tb[NFTA_RULE_TABLE]),
				  nla_get_string(tb[NFTA_RULE_CHAIN]));
	return NL_OK;
}

static void dump(int type, int (*fn)(struct nl_msg *msg, void *arg), struct beside *b)
{
	struct nfgenmsg nfg = { .version = NFNETLINK_V0 };
	struct nl_msg *msg;

	msg = nlmsg_alloc_simple(NFNL_SUBSYS_NFTABLES << 8 | type, NLM_F_DUMP);
	if (msg)
		nlmsg_append(msg, &nfg, sizeof(nfg), NLMSG_ALIGNTO);
	beside_dump(NETLINK_NETFILTER, msg, fn, b);
}

/* The tables of legacy iptables that any program has read or used; the file has no rules. */
static void read_iptables(struct beside *b, const char *path, const char *family)
{
	FILE *names = fopen(path, "re");
	char line[64];

	while (names && fgets(line, sizeof(line), names))
		if (!strcmp(line, "nat\n"))
			found_add(&b->nat, "%s nat", family);
	if (names)
		fclose(names);
}

static int hex_address(const char *hex, char *text, size_t size)
{
	unsigned int a, port;
	char v6[48];

	if (sscanf(hex, "%8x:%4x", &a, &port) == 2) {
		snprintf(text, size, "%u.%u.%u.%u:%u", a >> 24, a >> 16 & 255,
			 a >> 8 & 255, a & 255, port);
		return 0;
	}
	if (sscanf(hex, "[%47[^]]]:%4x", v6, &port) != 2)
		return -1;
	snprintf(text, size, "[%s]:%u", v6, port);
	return 0;
}

/* A service: "TCP  0A000001:0050 rr". Lines with "->" are servers, with "FWM" firewall marks. */
static void read_ipvs(struct beside *b)
{
	FILE *services = fopen("/proc/net/ip_vs", "re");
	char line[160], proto[8], end[64], text[80];

	while (services && fgets(line, sizeof(line), services)) {
		if (sscanf(line, "%7s %63s", proto, end) != 2)
			continue;
		if (!strcmp(proto, "FWM"))
			found_add(&b->ipvs, "mark %s", end);
		else if ((!strcmp(proto, "TCP") || !strcmp(proto, "UDP") ||
			  !strcmp(proto, "SCTP")) &&
			 !hex_address(end, text, sizeof(text)))
			found_add(&b->ipvs, "%s %s", proto, text);
	}
	if (services)
		fclose(services);
}

void beside_netfilter(struct beside *b)
{
	if (!access(NFTABLES, F_OK)) {
		dump(NFT_MSG_GETFLOWTABLE, got_flowtable, b);
		dump(NFT_MSG_GETCHAIN, got_chain, b);
		dump(NFT_MSG_GETRULE, got_rule, b);
	}
	read_iptables(b, "/proc/net/ip_tables_names", "iptables");
	read_iptables(b, "/proc/net/ip6_tables_names", "ip6tables");
	read_ipvs(b);
}
