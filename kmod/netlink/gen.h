/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/umbra.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_UMBRA_GEN_H
#define _LINUX_UMBRA_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <linux/umbra.h>
#include <compat/umbra_genl.h>

/* Common nested types */
extern const struct nla_policy umbra_address_nl_policy[UMBRA_A_ADDRESS_UNTIL + 1];
extern const struct nla_policy umbra_filter_nl_policy[UMBRA_A_FILTER_PAD + 1];
extern const struct nla_policy umbra_icmp_nl_policy[UMBRA_A_ICMP_CODE_LAST + 1];
extern const struct nla_policy umbra_log_nl_policy[UMBRA_A_LOG_COMMENT + 1];
extern const struct nla_policy umbra_nat_nl_policy[UMBRA_A_NAT_DISABLED + 1];
extern const struct nla_policy umbra_network_nl_policy[UMBRA_A_NETWORK_COMMENT + 1];
extern const struct nla_policy umbra_offset_nl_policy[UMBRA_A_OFFSET_SECONDS + 1];
extern const struct nla_policy umbra_range_nl_policy[UMBRA_A_RANGE_LAST + 1];
extern const struct nla_policy umbra_relay_nl_policy[UMBRA_A_RELAY_TIME + 1];
extern const struct nla_policy umbra_rule_nl_policy[UMBRA_A_RULE_TIME + 1];
extern const struct nla_policy umbra_service_nl_policy[UMBRA_A_SERVICE_TCP_PROBES + 1];
extern const struct nla_policy umbra_setting_nl_policy[UMBRA_A_SETTING_LOG + 1];
extern const struct nla_policy umbra_span_nl_policy[UMBRA_A_SPAN_END + 1];
extern const struct nla_policy umbra_time_nl_policy[UMBRA_A_TIME_COMMENT + 1];
extern const struct nla_policy umbra_tuple_nl_policy[UMBRA_A_TUPLE_DESTINATION_PORT + 1];

extern const struct nla_policy umbra_policy_get_nl_policy[UMBRA_A_POLICY_GENERATION + 1];

extern const struct nla_policy umbra_candidate_new_nl_policy[UMBRA_A_POLICY_CLONE + 1];

extern const struct nla_policy umbra_candidate_del_nl_policy[UMBRA_A_POLICY_GENERATION + 1];

extern const struct nla_policy umbra_row_add_nl_policy[UMBRA_A_ROW_TIME + 1];

extern const struct nla_policy umbra_row_del_nl_policy[UMBRA_A_ROW_POSITION + 1];

extern const struct nla_policy umbra_row_get_nl_policy[UMBRA_A_ROW_POSITION + 1];

extern const struct nla_policy umbra_commit_nl_policy[UMBRA_A_POLICY_TYPED_IN + 1];

extern const struct nla_policy umbra_confirm_nl_policy[UMBRA_A_POLICY_GENERATION + 1];

extern const struct nla_policy umbra_revert_nl_policy[UMBRA_A_POLICY_GUARD + 1];

extern const struct nla_policy umbra_session_get_nl_policy[UMBRA_A_SESSION_FILTER + 1];

extern const struct nla_policy umbra_session_count_nl_policy[UMBRA_A_SESSION_FILTER + 1];

extern const struct nla_policy umbra_session_del_nl_policy[UMBRA_A_SESSION_FILTER + 1];

extern const struct nla_policy umbra_stats_get_nl_policy[UMBRA_A_STATS_SESSIONS + 1];

extern const struct nla_policy umbra_explain_nl_policy[UMBRA_A_EXPLAIN_IFINDEX + 1];

extern const struct nla_policy umbra_candidate_preview_nl_policy[UMBRA_A_SESSION_OFFSET + 1];

extern const struct nla_policy umbra_zone_set_nl_policy[UMBRA_A_ZONE_OFFSET + 1];

/* Ops table for umbra */
extern const struct genl_ops umbra_nl_ops[16];

int umbra_nl_candidate_preview_done(struct netlink_callback *cb);

int umbra_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_candidate_new_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_candidate_del_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_row_add_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_row_del_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_row_get_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_row_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int umbra_nl_commit_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_confirm_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_revert_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_session_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int umbra_nl_session_count_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_session_del_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_explain_doit(struct sk_buff *skb, struct genl_info *info);
int umbra_nl_candidate_preview_doit(struct sk_buff *skb,
				    struct genl_info *info);
int umbra_nl_candidate_preview_dumpit(struct sk_buff *skb,
				      struct netlink_callback *cb);
int umbra_nl_zone_set_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	UMBRA_NLGRP_EVENTS,
};

#endif /* _LINUX_UMBRA_GEN_H */
