// SPDX-License-Identifier: GPL-2.0
#include "live/rows.h"

#include <errno.h>
#include <string.h>

#include <linux/umbra_names.h>

#define TRY(expression) do { if (expression) return -EMSGSIZE; } while (0)

static int put_text(struct nl_msg *msg, int attr, const char *text)
{
	return text ? nla_put_string(msg, attr, text) : 0;
}

static int put_flag(struct nl_msg *msg, int attr, bool flag)
{
	return flag ? nla_put_flag(msg, attr) : 0;
}

static int put_number(struct nl_msg *msg, int attr, uint32_t number)
{
	return number ? nla_put_u32(msg, attr, number) : 0;
}

static int put_item(struct nl_msg *msg, const struct item *item)
{
	struct nlattr *nest = nla_nest_start(msg, UMBRA_A_NETWORK_ADDRESS);

	if (!nest)
		return -EMSGSIZE;
	TRY(put_text(msg, UMBRA_A_ADDRESS_IFNAME, item->ifname));
	if (item->kind != ITEM_NETWORK)
		TRY(nla_put(msg, UMBRA_A_ADDRESS_FIRST, item->first.len,
			    item->first.bytes));
	if (item->kind == ITEM_RANGE)
		TRY(nla_put(msg, UMBRA_A_ADDRESS_LAST, item->last.len,
			    item->last.bytes));
	if (item->kind == ITEM_PREFIX)
		TRY(nla_put_u8(msg, UMBRA_A_ADDRESS_PREFIX_LEN,
			       item->prefix_len));
	TRY(put_text(msg, UMBRA_A_ADDRESS_NETWORK, item->network));
	TRY(put_text(msg, UMBRA_A_ADDRESS_HOST, item->host));
	if (item->until)
		TRY(nla_put_u64(msg, UMBRA_A_ADDRESS_UNTIL, item->until));
	TRY(nla_nest_end(msg, nest) < 0);
	return 0;
}

static int put_network(struct nl_msg *msg, const struct network *network)
{
	unsigned int i;

	TRY(nla_put_string(msg, UMBRA_A_NETWORK_NAME, network->name));
	for (i = 0; i < network->nr_items; i++)
		TRY(put_item(msg, &network->items[i]));
	return put_text(msg, UMBRA_A_NETWORK_COMMENT, network->comment);
}

static int put_ports(struct nl_msg *msg, int attr,
		     const struct port_list *ports)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < ports->nr; i++) {
		nest = nla_nest_start(msg, attr);
		if (!nest)
			return -EMSGSIZE;
		TRY(nla_put_u16(msg, UMBRA_A_RANGE_FIRST,
				ports->ranges[i].first));
		TRY(nla_put_u16(msg, UMBRA_A_RANGE_LAST,
				ports->ranges[i].last));
		TRY(nla_nest_end(msg, nest) < 0);
	}
	return 0;
}

static int put_icmp(struct nl_msg *msg, const struct icmp_match *match)
{
	struct nlattr *nest = nla_nest_start(msg, UMBRA_A_SERVICE_ICMP);

	if (!nest)
		return -EMSGSIZE;
	TRY(nla_put_u8(msg, UMBRA_A_ICMP_TYPE, match->type));
	if (match->has_code) {
		TRY(nla_put_u8(msg, UMBRA_A_ICMP_CODE_FIRST,
			       match->code_first));
		TRY(nla_put_u8(msg, UMBRA_A_ICMP_CODE_LAST,
			       match->code_last));
	}
	TRY(nla_nest_end(msg, nest) < 0);
	return 0;
}

static int put_service(struct nl_msg *msg, const struct service *service)
{
	unsigned int i;

	TRY(nla_put_string(msg, UMBRA_A_SERVICE_NAME, service->name));
	TRY(nla_put_u8(msg, UMBRA_A_SERVICE_TYPE, service->type));
	if (service->type != UMBRA_SERVICE_TYPE_GROUP)
		TRY(nla_put_u16(msg, UMBRA_A_SERVICE_PROTOCOL,
				service->protocol));
	TRY(put_ports(msg, UMBRA_A_SERVICE_CLIENT_PORTS,
		      &service->client_ports));
	TRY(put_ports(msg, UMBRA_A_SERVICE_SERVER_PORTS,
		      &service->server_ports));
	for (i = 0; i < service->nr_icmp; i++)
		TRY(put_icmp(msg, &service->icmp[i]));
	for (i = 0; i < service->nr_members; i++)
		TRY(nla_put_string(msg, UMBRA_A_SERVICE_MEMBER,
				   service->members[i]));
	TRY(put_number(msg, UMBRA_A_SERVICE_TIMEOUT, service->timeout));
	TRY(put_flag(msg, UMBRA_A_SERVICE_PICKUP, service->pickup));
	if (service->window)
		TRY(nla_put_u8(msg, UMBRA_A_SERVICE_TCP_WINDOW, service->window));
	if (service->ends)
		TRY(nla_put_u8(msg, UMBRA_A_SERVICE_ENDS, service->ends));
	if (service->probes)
		TRY(nla_put_u8(msg, UMBRA_A_SERVICE_TCP_PROBES, service->probes));
	TRY(put_text(msg, UMBRA_A_SERVICE_ADVISORY, service->advisory));
	return put_text(msg, UMBRA_A_SERVICE_COMMENT, service->comment);
}

static int put_rule(struct nl_msg *msg, const struct rule *rule)
{
	TRY(nla_put_string(msg, UMBRA_A_RULE_CLIENT, rule->client));
	TRY(nla_put_string(msg, UMBRA_A_RULE_SERVER, rule->server));
	TRY(nla_put_string(msg, UMBRA_A_RULE_SERVICE, rule->service));
	TRY(nla_put_u8(msg, UMBRA_A_RULE_ACTION, rule->action));
	TRY(put_text(msg, UMBRA_A_RULE_NAME, rule->name));
	TRY(put_text(msg, UMBRA_A_RULE_COMMENT, rule->comment));
	TRY(put_flag(msg, UMBRA_A_RULE_DISABLED, rule->disabled));
	TRY(put_number(msg, UMBRA_A_RULE_SESSIONS, rule->sessions));
	TRY(put_number(msg, UMBRA_A_RULE_RATE, rule->rate));
	TRY(put_number(msg, UMBRA_A_RULE_CLIENT_SESSIONS,
		       rule->client_sessions));
	TRY(put_number(msg, UMBRA_A_RULE_CLIENT_RATE, rule->client_rate));
	TRY(put_text(msg, UMBRA_A_RULE_LOG, rule->log));
	return put_text(msg, UMBRA_A_RULE_TIME, rule->time);
}

static int put_setting(struct nl_msg *msg, const struct setting *setting)
{
	TRY(nla_put_u8(msg, UMBRA_A_SETTING_KEY, setting->key));
	if (setting->network)
		return put_text(msg, UMBRA_A_SETTING_NETWORK, setting->network);
	if (setting->log)
		return put_text(msg, UMBRA_A_SETTING_LOG, setting->log);
	return nla_put_u32(msg, UMBRA_A_SETTING_VALUE, setting->value);
}

static int put_address(struct nl_msg *msg, int attr, const struct address *a)
{
	return a->len ? nla_put(msg, attr, a->len, a->bytes) : 0;
}

static int put_range(struct nl_msg *msg, int attr,
		     const struct port_range *range)
{
	const struct port_list ports = {
		.ranges = (struct port_range *)range,
		.nr = 1,
	};

	return range->last ? put_ports(msg, attr, &ports) : 0;
}

static int put_nat(struct nl_msg *msg, const struct nat *nat)
{
	TRY(put_text(msg, UMBRA_A_NAT_FROM_IFNAME, nat->from.ifname));
	TRY(put_text(msg, UMBRA_A_NAT_FROM, nat->from.network));
	TRY(put_text(msg, UMBRA_A_NAT_TO_IFNAME, nat->to.ifname));
	TRY(put_text(msg, UMBRA_A_NAT_TO, nat->to.network));
	TRY(nla_put_u8(msg, UMBRA_A_NAT_TYPE, nat->type));
	TRY(put_address(msg, UMBRA_A_NAT_FIRST, &nat->first));
	TRY(put_address(msg, UMBRA_A_NAT_LAST, &nat->last));
	TRY(put_range(msg, UMBRA_A_NAT_PORTS, &nat->ports));
	TRY(put_flag(msg, UMBRA_A_NAT_ENDPOINT_INDEPENDENT,
		     nat->endpoint_independent));
	TRY(put_text(msg, UMBRA_A_NAT_NAME, nat->name));
	TRY(put_text(msg, UMBRA_A_NAT_COMMENT, nat->comment));
	return put_flag(msg, UMBRA_A_NAT_DISABLED, nat->disabled);
}

static int put_relay_options(struct nl_msg *msg, const struct relay *relay)
{
	TRY(put_number(msg, UMBRA_A_RELAY_TIMEOUT, relay->timeout));
	TRY(put_number(msg, UMBRA_A_RELAY_LIFETIME, relay->lifetime));
	if (relay->proxy_protocol)
		TRY(nla_put_u8(msg, UMBRA_A_RELAY_PROXY_PROTOCOL,
			       relay->proxy_protocol));
	TRY(put_text(msg, UMBRA_A_RELAY_NAME, relay->name));
	TRY(put_text(msg, UMBRA_A_RELAY_COMMENT, relay->comment));
	TRY(put_text(msg, UMBRA_A_RELAY_LOG, relay->log));
	TRY(put_flag(msg, UMBRA_A_RELAY_DISABLED, relay->disabled));
	return put_text(msg, UMBRA_A_RELAY_TIME, relay->time);
}

static int put_relay(struct nl_msg *msg, const struct relay *relay)
{
	unsigned int i;

	TRY(put_address(msg, UMBRA_A_RELAY_LISTEN, &relay->listen));
	TRY(put_range(msg, UMBRA_A_RELAY_PORTS, &relay->ports));
	TRY(put_address(msg, UMBRA_A_RELAY_TARGET, &relay->target));
	TRY(put_text(msg, UMBRA_A_RELAY_HOST, relay->host));
	TRY(nla_put_u16(msg, UMBRA_A_RELAY_TARGET_PORT, relay->target_port));
	TRY(nla_put_u8(msg, UMBRA_A_RELAY_TYPE, relay->type));
	for (i = 0; i < relay->nr_from; i++)
		TRY(nla_put_string(msg, UMBRA_A_RELAY_FROM, relay->from[i]));
	return put_relay_options(msg, relay);
}

static int put_log(struct nl_msg *msg, const struct log *log)
{
	TRY(nla_put_string(msg, UMBRA_A_LOG_NAME, log->name));
	if (log->has_group)
		TRY(nla_put_u16(msg, UMBRA_A_LOG_GROUP, log->group));
	TRY(put_text(msg, UMBRA_A_LOG_PREFIX, log->prefix));
	TRY(put_number(msg, UMBRA_A_LOG_RATE, log->rate));
	return put_text(msg, UMBRA_A_LOG_COMMENT, log->comment);
}

static int put_span(struct nl_msg *msg, const struct time_span *span)
{
	struct nlattr *nest = nla_nest_start(msg, UMBRA_A_TIME_SPAN);

	if (!nest)
		return -EMSGSIZE;
	TRY(nla_put_u8(msg, UMBRA_A_SPAN_DAYS, span->days));
	TRY(nla_put_u16(msg, UMBRA_A_SPAN_BEGIN, span->begin));
	TRY(nla_put_u16(msg, UMBRA_A_SPAN_END, span->end));
	TRY(nla_nest_end(msg, nest) < 0);
	return 0;
}

static int put_time(struct nl_msg *msg, const struct time_class *time)
{
	unsigned int i;

	TRY(nla_put_string(msg, UMBRA_A_TIME_NAME, time->name));
	for (i = 0; i < time->nr_spans; i++)
		TRY(put_span(msg, &time->spans[i]));
	return put_text(msg, UMBRA_A_TIME_COMMENT, time->comment);
}

#define NEST(table, nest)	[table] = nest,
static const int nest_of_table[UMBRA_TABLE_MAX + 1] = { UMBRA_ROW_NESTS(NEST) };

static int put_columns(struct nl_msg *msg, const struct row *row)
{
	switch (row->table) {
	case UMBRA_TABLE_NETWORK:
		return put_network(msg, &row->network);
	case UMBRA_TABLE_SERVICE:
		return put_service(msg, &row->service);
	case UMBRA_TABLE_RULE:
		return put_rule(msg, &row->rule);
	case UMBRA_TABLE_NAT:
		return put_nat(msg, &row->nat);
	case UMBRA_TABLE_RELAY:
		return put_relay(msg, &row->relay);
	case UMBRA_TABLE_LOG:
		return put_log(msg, &row->log);
	case UMBRA_TABLE_TIME:
		return put_time(msg, &row->time);
	default:
		return put_setting(msg, &row->setting);
	}
}

int row_put(struct nl_msg *msg, const struct row *row)
{
	struct nlattr *nest;

	TRY(nla_put_u8(msg, UMBRA_A_ROW_TABLE, row->table));
	nest = nla_nest_start(msg, nest_of_table[row->table]);
	if (!nest)
		return -EMSGSIZE;
	TRY(put_columns(msg, row));
	TRY(nla_nest_end(msg, nest) < 0);
	return 0;
}
