// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/umbra.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink/gen.h"

#include <linux/umbra.h>
#include <compat/umbra_genl.h>

/* Integer value ranges */
static const struct netlink_range_validation umbra_a_service_timeout_range = {
	.min	= 1ULL,
	.max	= 2678400ULL,
};

static const struct netlink_range_validation umbra_a_relay_timeout_range = {
	.min	= 1ULL,
	.max	= 2678400ULL,
};

static const struct netlink_range_validation umbra_a_relay_lifetime_range = {
	.min	= 1ULL,
	.max	= 2678400ULL,
};

static const struct netlink_range_validation umbra_a_policy_confirm_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

/* Common nested types */
const struct nla_policy umbra_address_nl_policy[UMBRA_A_ADDRESS_UNTIL + 1] = {
	[UMBRA_A_ADDRESS_IFNAME] = { .type = NLA_NUL_STRING, .len = UMBRA_IFNAME_MAX, },
	[UMBRA_A_ADDRESS_FIRST] = { .type = NLA_BINARY, },
	[UMBRA_A_ADDRESS_LAST] = { .type = NLA_BINARY, },
	[UMBRA_A_ADDRESS_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[UMBRA_A_ADDRESS_NETWORK] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_ADDRESS_HOST] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
	[UMBRA_A_ADDRESS_UNTIL] = { .type = NLA_U64, },
};

const struct nla_policy umbra_filter_nl_policy[UMBRA_A_FILTER_PAD + 1] = {
	[UMBRA_A_FILTER_FAMILY] = { .type = NLA_U8, },
	[UMBRA_A_FILTER_PROTOCOL] = { .type = NLA_U8, },
	[UMBRA_A_FILTER_CLIENT] = { .type = NLA_BINARY, },
	[UMBRA_A_FILTER_CLIENT_PREFIX] = NLA_POLICY_MAX(NLA_U8, 128),
	[UMBRA_A_FILTER_SERVER] = { .type = NLA_BINARY, },
	[UMBRA_A_FILTER_SERVER_PREFIX] = NLA_POLICY_MAX(NLA_U8, 128),
	[UMBRA_A_FILTER_HOST] = { .type = NLA_BINARY, },
	[UMBRA_A_FILTER_HOST_PREFIX] = NLA_POLICY_MAX(NLA_U8, 128),
	[UMBRA_A_FILTER_CLIENT_PORT] = { .type = NLA_U16, },
	[UMBRA_A_FILTER_SERVER_PORT] = { .type = NLA_U16, },
	[UMBRA_A_FILTER_RULE] = { .type = NLA_U32, },
	[UMBRA_A_FILTER_STATE] = NLA_POLICY_RANGE(NLA_U8, 1, 9),
	[UMBRA_A_FILTER_IFINDEX] = { .type = NLA_U32, },
	[UMBRA_A_FILTER_ID] = { .type = NLA_U64, },
};

const struct nla_policy umbra_icmp_nl_policy[UMBRA_A_ICMP_CODE_LAST + 1] = {
	[UMBRA_A_ICMP_TYPE] = { .type = NLA_U8, },
	[UMBRA_A_ICMP_CODE_FIRST] = { .type = NLA_U8, },
	[UMBRA_A_ICMP_CODE_LAST] = { .type = NLA_U8, },
};

const struct nla_policy umbra_log_nl_policy[UMBRA_A_LOG_COMMENT + 1] = {
	[UMBRA_A_LOG_NAME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_LOG_GROUP] = { .type = NLA_U16, },
	[UMBRA_A_LOG_PREFIX] = { .type = NLA_NUL_STRING, .len = UMBRA_PREFIX_MAX, },
	[UMBRA_A_LOG_RATE] = NLA_POLICY_MIN(NLA_U32, 1),
	[UMBRA_A_LOG_COMMENT] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
};

const struct nla_policy umbra_nat_nl_policy[UMBRA_A_NAT_DISABLED + 1] = {
	[UMBRA_A_NAT_FROM_IFNAME] = { .type = NLA_NUL_STRING, .len = UMBRA_IFNAME_MAX, },
	[UMBRA_A_NAT_FROM] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_NAT_TO_IFNAME] = { .type = NLA_NUL_STRING, .len = UMBRA_IFNAME_MAX, },
	[UMBRA_A_NAT_TO] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_NAT_TYPE] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[UMBRA_A_NAT_FIRST] = { .type = NLA_BINARY, },
	[UMBRA_A_NAT_LAST] = { .type = NLA_BINARY, },
	[UMBRA_A_NAT_PORTS] = NLA_POLICY_NESTED(umbra_range_nl_policy),
	[UMBRA_A_NAT_ENDPOINT_INDEPENDENT] = { .type = NLA_FLAG, },
	[UMBRA_A_NAT_NAME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_NAT_COMMENT] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
	[UMBRA_A_NAT_DISABLED] = { .type = NLA_FLAG, },
};

const struct nla_policy umbra_network_nl_policy[UMBRA_A_NETWORK_COMMENT + 1] = {
	[UMBRA_A_NETWORK_NAME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_NETWORK_ADDRESS] = NLA_POLICY_NESTED(umbra_address_nl_policy),
	[UMBRA_A_NETWORK_COMMENT] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
};

const struct nla_policy umbra_offset_nl_policy[UMBRA_A_OFFSET_SECONDS + 1] = {
	[UMBRA_A_OFFSET_FROM] = { .type = NLA_S64, },
	[UMBRA_A_OFFSET_SECONDS] = { .type = NLA_S32, },
};

const struct nla_policy umbra_range_nl_policy[UMBRA_A_RANGE_LAST + 1] = {
	[UMBRA_A_RANGE_FIRST] = { .type = NLA_U16, },
	[UMBRA_A_RANGE_LAST] = { .type = NLA_U16, },
};

const struct nla_policy umbra_relay_nl_policy[UMBRA_A_RELAY_TIME + 1] = {
	[UMBRA_A_RELAY_LISTEN] = { .type = NLA_BINARY, },
	[UMBRA_A_RELAY_PORTS] = NLA_POLICY_NESTED(umbra_range_nl_policy),
	[UMBRA_A_RELAY_TARGET] = { .type = NLA_BINARY, },
	[UMBRA_A_RELAY_HOST] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
	[UMBRA_A_RELAY_TARGET_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[UMBRA_A_RELAY_TYPE] = NLA_POLICY_RANGE(NLA_U8, 1, 6),
	[UMBRA_A_RELAY_FROM] = { .type = NLA_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RELAY_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &umbra_a_relay_timeout_range),
	[UMBRA_A_RELAY_LIFETIME] = NLA_POLICY_FULL_RANGE(NLA_U32, &umbra_a_relay_lifetime_range),
	[UMBRA_A_RELAY_PROXY_PROTOCOL] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[UMBRA_A_RELAY_NAME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RELAY_COMMENT] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
	[UMBRA_A_RELAY_DISABLED] = { .type = NLA_FLAG, },
	[UMBRA_A_RELAY_LOG] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RELAY_TIME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
};

const struct nla_policy umbra_rule_nl_policy[UMBRA_A_RULE_TIME + 1] = {
	[UMBRA_A_RULE_CLIENT] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RULE_SERVER] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RULE_SERVICE] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RULE_ACTION] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[UMBRA_A_RULE_NAME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RULE_COMMENT] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
	[UMBRA_A_RULE_DISABLED] = { .type = NLA_FLAG, },
	[UMBRA_A_RULE_SESSIONS] = NLA_POLICY_MIN(NLA_U32, 1),
	[UMBRA_A_RULE_RATE] = NLA_POLICY_MIN(NLA_U32, 1),
	[UMBRA_A_RULE_CLIENT_SESSIONS] = NLA_POLICY_MIN(NLA_U32, 1),
	[UMBRA_A_RULE_CLIENT_RATE] = NLA_POLICY_MIN(NLA_U32, 1),
	[UMBRA_A_RULE_LOG] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_RULE_TIME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
};

const struct nla_policy umbra_service_nl_policy[UMBRA_A_SERVICE_TCP_PROBES + 1] = {
	[UMBRA_A_SERVICE_NAME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_SERVICE_TYPE] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[UMBRA_A_SERVICE_PROTOCOL] = NLA_POLICY_MAX(NLA_U16, 256),
	[UMBRA_A_SERVICE_CLIENT_PORTS] = NLA_POLICY_NESTED(umbra_range_nl_policy),
	[UMBRA_A_SERVICE_SERVER_PORTS] = NLA_POLICY_NESTED(umbra_range_nl_policy),
	[UMBRA_A_SERVICE_ICMP] = NLA_POLICY_NESTED(umbra_icmp_nl_policy),
	[UMBRA_A_SERVICE_MEMBER] = { .type = NLA_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_SERVICE_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &umbra_a_service_timeout_range),
	[UMBRA_A_SERVICE_PICKUP] = { .type = NLA_FLAG, },
	[UMBRA_A_SERVICE_ADVISORY] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
	[UMBRA_A_SERVICE_COMMENT] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
	[UMBRA_A_SERVICE_TCP_WINDOW] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[UMBRA_A_SERVICE_ENDS] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[UMBRA_A_SERVICE_TCP_PROBES] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
};

const struct nla_policy umbra_setting_nl_policy[UMBRA_A_SETTING_LOG + 1] = {
	[UMBRA_A_SETTING_KEY] = NLA_POLICY_RANGE(NLA_U8, 1, 34),
	[UMBRA_A_SETTING_VALUE] = { .type = NLA_U32, },
	[UMBRA_A_SETTING_NETWORK] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_SETTING_LOG] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
};

const struct nla_policy umbra_span_nl_policy[UMBRA_A_SPAN_END + 1] = {
	[UMBRA_A_SPAN_DAYS] = NLA_POLICY_RANGE(NLA_U8, 1, 127),
	[UMBRA_A_SPAN_BEGIN] = NLA_POLICY_MAX(NLA_U16, 1439),
	[UMBRA_A_SPAN_END] = NLA_POLICY_MAX(NLA_U16, 1440),
};

const struct nla_policy umbra_time_nl_policy[UMBRA_A_TIME_COMMENT + 1] = {
	[UMBRA_A_TIME_NAME] = { .type = NLA_NUL_STRING, .len = UMBRA_NAME_MAX, },
	[UMBRA_A_TIME_SPAN] = NLA_POLICY_NESTED(umbra_span_nl_policy),
	[UMBRA_A_TIME_COMMENT] = { .type = NLA_NUL_STRING, .len = UMBRA_TEXT_MAX, },
};

const struct nla_policy umbra_tuple_nl_policy[UMBRA_A_TUPLE_DESTINATION_PORT + 1] = {
	[UMBRA_A_TUPLE_SOURCE] = { .type = NLA_BINARY, },
	[UMBRA_A_TUPLE_DESTINATION] = { .type = NLA_BINARY, },
	[UMBRA_A_TUPLE_PROTOCOL] = { .type = NLA_U8, },
	[UMBRA_A_TUPLE_SOURCE_PORT] = { .type = NLA_U16, },
	[UMBRA_A_TUPLE_DESTINATION_PORT] = { .type = NLA_U16, },
};

/* UMBRA_CMD_POLICY_GET - do */
const struct nla_policy umbra_policy_get_nl_policy[UMBRA_A_POLICY_GENERATION + 1] = {
	[UMBRA_A_POLICY_GENERATION] = { .type = NLA_U32, },
};

/* UMBRA_CMD_CANDIDATE_NEW - do */
const struct nla_policy umbra_candidate_new_nl_policy[UMBRA_A_POLICY_CLONE + 1] = {
	[UMBRA_A_POLICY_CLONE] = { .type = NLA_FLAG, },
};

/* UMBRA_CMD_CANDIDATE_DEL - do */
const struct nla_policy umbra_candidate_del_nl_policy[UMBRA_A_POLICY_GENERATION + 1] = {
	[UMBRA_A_POLICY_GENERATION] = { .type = NLA_U32, },
};

/* UMBRA_CMD_ROW_ADD - do */
const struct nla_policy umbra_row_add_nl_policy[UMBRA_A_ROW_TIME + 1] = {
	[UMBRA_A_ROW_TABLE] = NLA_POLICY_RANGE(NLA_U8, 1, 8),
	[UMBRA_A_ROW_POSITION] = { .type = NLA_U32, },
	[UMBRA_A_ROW_NETWORK] = NLA_POLICY_NESTED(umbra_network_nl_policy),
	[UMBRA_A_ROW_SERVICE] = NLA_POLICY_NESTED(umbra_service_nl_policy),
	[UMBRA_A_ROW_RULE] = NLA_POLICY_NESTED(umbra_rule_nl_policy),
	[UMBRA_A_ROW_SETTING] = NLA_POLICY_NESTED(umbra_setting_nl_policy),
	[UMBRA_A_ROW_NAT] = NLA_POLICY_NESTED(umbra_nat_nl_policy),
	[UMBRA_A_ROW_RELAY] = NLA_POLICY_NESTED(umbra_relay_nl_policy),
	[UMBRA_A_ROW_LOG] = NLA_POLICY_NESTED(umbra_log_nl_policy),
	[UMBRA_A_ROW_TIME] = NLA_POLICY_NESTED(umbra_time_nl_policy),
};

/* UMBRA_CMD_ROW_DEL - do */
const struct nla_policy umbra_row_del_nl_policy[UMBRA_A_ROW_POSITION + 1] = {
	[UMBRA_A_ROW_TABLE] = NLA_POLICY_RANGE(NLA_U8, 1, 8),
	[UMBRA_A_ROW_POSITION] = { .type = NLA_U32, },
};

/* UMBRA_CMD_ROW_GET - do */
const struct nla_policy umbra_row_get_nl_policy[UMBRA_A_ROW_POSITION + 1] = {
	[UMBRA_A_ROW_TABLE] = NLA_POLICY_RANGE(NLA_U8, 1, 8),
	[UMBRA_A_ROW_POSITION] = { .type = NLA_U32, },
};

/* UMBRA_CMD_COMMIT - do */
const struct nla_policy umbra_commit_nl_policy[UMBRA_A_POLICY_TYPED_IN + 1] = {
	[UMBRA_A_POLICY_BASE] = { .type = NLA_U32, },
	[UMBRA_A_POLICY_CONFIRM] = NLA_POLICY_FULL_RANGE(NLA_U32, &umbra_a_policy_confirm_range),
	[UMBRA_A_POLICY_KEEP_SESSIONS] = { .type = NLA_FLAG, },
	[UMBRA_A_POLICY_CHECK] = { .type = NLA_FLAG, },
	[UMBRA_A_POLICY_GUARD] = NLA_POLICY_NESTED(umbra_tuple_nl_policy),
	[UMBRA_A_POLICY_OFFSET] = NLA_POLICY_NESTED(umbra_offset_nl_policy),
	[UMBRA_A_POLICY_TYPED_IN] = NLA_POLICY_NESTED(umbra_tuple_nl_policy),
};

/* UMBRA_CMD_CONFIRM - do */
const struct nla_policy umbra_confirm_nl_policy[UMBRA_A_POLICY_GENERATION + 1] = {
	[UMBRA_A_POLICY_GENERATION] = { .type = NLA_U32, },
};

/* UMBRA_CMD_REVERT - do */
const struct nla_policy umbra_revert_nl_policy[UMBRA_A_POLICY_GUARD + 1] = {
	[UMBRA_A_POLICY_GENERATION] = { .type = NLA_U32, },
	[UMBRA_A_POLICY_GUARD] = NLA_POLICY_NESTED(umbra_tuple_nl_policy),
};

/* UMBRA_CMD_SESSION_GET - do */
const struct nla_policy umbra_session_get_nl_policy[UMBRA_A_SESSION_FILTER + 1] = {
	[UMBRA_A_SESSION_FILTER] = NLA_POLICY_NESTED(umbra_filter_nl_policy),
};

/* UMBRA_CMD_SESSION_COUNT - do */
const struct nla_policy umbra_session_count_nl_policy[UMBRA_A_SESSION_FILTER + 1] = {
	[UMBRA_A_SESSION_FILTER] = NLA_POLICY_NESTED(umbra_filter_nl_policy),
};

/* UMBRA_CMD_SESSION_DEL - do */
const struct nla_policy umbra_session_del_nl_policy[UMBRA_A_SESSION_FILTER + 1] = {
	[UMBRA_A_SESSION_FILTER] = NLA_POLICY_NESTED(umbra_filter_nl_policy),
};

/* UMBRA_CMD_STATS_GET - do */
const struct nla_policy umbra_stats_get_nl_policy[UMBRA_A_STATS_SESSIONS + 1] = {
	[UMBRA_A_STATS_SESSIONS] = { .type = NLA_U32, },
};

/* UMBRA_CMD_EXPLAIN - do */
const struct nla_policy umbra_explain_nl_policy[UMBRA_A_EXPLAIN_IFINDEX + 1] = {
	[UMBRA_A_EXPLAIN_FLOW] = NLA_POLICY_NESTED(umbra_tuple_nl_policy),
	[UMBRA_A_EXPLAIN_IFINDEX] = { .type = NLA_U32, },
};

/* UMBRA_CMD_CANDIDATE_PREVIEW - do */
const struct nla_policy umbra_candidate_preview_nl_policy[UMBRA_A_SESSION_OFFSET + 1] = {
	[UMBRA_A_SESSION_BASE] = { .type = NLA_U32, },
	[UMBRA_A_SESSION_KEEP_SESSIONS] = { .type = NLA_FLAG, },
	[UMBRA_A_SESSION_GUARD] = NLA_POLICY_NESTED(umbra_tuple_nl_policy),
	[UMBRA_A_SESSION_OFFSET] = NLA_POLICY_NESTED(umbra_offset_nl_policy),
};

/* UMBRA_CMD_ZONE_SET - do */
const struct nla_policy umbra_zone_set_nl_policy[UMBRA_A_ZONE_OFFSET + 1] = {
	[UMBRA_A_ZONE_OFFSET] = NLA_POLICY_NESTED(umbra_offset_nl_policy),
};

/* Ops table for umbra */
const struct genl_ops umbra_nl_ops[16] = {
	{
		.cmd		= UMBRA_CMD_POLICY_GET,
		.doit		= umbra_nl_policy_get_doit,
		.policy		= umbra_policy_get_nl_policy,
		.maxattr	= UMBRA_A_POLICY_GENERATION,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_CANDIDATE_NEW,
		.doit		= umbra_nl_candidate_new_doit,
		.policy		= umbra_candidate_new_nl_policy,
		.maxattr	= UMBRA_A_POLICY_CLONE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_CANDIDATE_DEL,
		.doit		= umbra_nl_candidate_del_doit,
		.policy		= umbra_candidate_del_nl_policy,
		.maxattr	= UMBRA_A_POLICY_GENERATION,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_ROW_ADD,
		.doit		= umbra_nl_row_add_doit,
		.policy		= umbra_row_add_nl_policy,
		.maxattr	= UMBRA_A_ROW_TIME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_ROW_DEL,
		.doit		= umbra_nl_row_del_doit,
		.policy		= umbra_row_del_nl_policy,
		.maxattr	= UMBRA_A_ROW_POSITION,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_ROW_GET,
		.doit		= umbra_nl_row_get_doit,
		.dumpit		= umbra_nl_row_get_dumpit,
		.policy		= umbra_row_get_nl_policy,
		.maxattr	= UMBRA_A_ROW_POSITION,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_COMMIT,
		.doit		= umbra_nl_commit_doit,
		.policy		= umbra_commit_nl_policy,
		.maxattr	= UMBRA_A_POLICY_TYPED_IN,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_CONFIRM,
		.doit		= umbra_nl_confirm_doit,
		.policy		= umbra_confirm_nl_policy,
		.maxattr	= UMBRA_A_POLICY_GENERATION,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_REVERT,
		.doit		= umbra_nl_revert_doit,
		.policy		= umbra_revert_nl_policy,
		.maxattr	= UMBRA_A_POLICY_GUARD,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_SESSION_GET,
		.doit		= umbra_nl_session_get_doit,
		.dumpit		= umbra_nl_session_get_dumpit,
		.policy		= umbra_session_get_nl_policy,
		.maxattr	= UMBRA_A_SESSION_FILTER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_SESSION_COUNT,
		.doit		= umbra_nl_session_count_doit,
		.policy		= umbra_session_count_nl_policy,
		.maxattr	= UMBRA_A_SESSION_FILTER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_SESSION_DEL,
		.doit		= umbra_nl_session_del_doit,
		.policy		= umbra_session_del_nl_policy,
		.maxattr	= UMBRA_A_SESSION_FILTER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_STATS_GET,
		.doit		= umbra_nl_stats_get_doit,
		.policy		= umbra_stats_get_nl_policy,
		.maxattr	= UMBRA_A_STATS_SESSIONS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_EXPLAIN,
		.doit		= umbra_nl_explain_doit,
		.policy		= umbra_explain_nl_policy,
		.maxattr	= UMBRA_A_EXPLAIN_IFINDEX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_CANDIDATE_PREVIEW,
		.doit		= umbra_nl_candidate_preview_doit,
		.dumpit		= umbra_nl_candidate_preview_dumpit,
		.done		= umbra_nl_candidate_preview_done,
		.policy		= umbra_candidate_preview_nl_policy,
		.maxattr	= UMBRA_A_SESSION_OFFSET,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UMBRA_CMD_ZONE_SET,
		.doit		= umbra_nl_zone_set_doit,
		.policy		= umbra_zone_set_nl_policy,
		.maxattr	= UMBRA_A_ZONE_OFFSET,
		.flags		= GENL_ADMIN_PERM,
	},
};
