// SPDX-License-Identifier: GPL-2.0
#include "print_values.h"

#include "names.h"
#include "print_policy.h"

#include <stdlib.h>

static const struct out_column network_columns[] = {
	{ "position", "N", OUT_RIGHT },
	{ "name", "NAME", 0 },
	{ "addresses", "ADDRESSES", OUT_TRUNC },
	{ "comment", "COMMENT", OUT_TRUNC },
	{ NULL, NULL, 0 },
};

static const struct out_column service_columns[] = {
	{ "position", "N", OUT_RIGHT },
	{ "name", "NAME", 0 },
	{ "protocol", "PROTOCOL", 0 },
	{ "type", "TYPE", 0 },
	{ "match", "PORTS, TYPES OR MEMBERS", OUT_TRUNC },
	{ "options", "OPTIONS", 0 },
	{ "comment", "COMMENT", OUT_TRUNC },
	{ NULL, NULL, 0 },
};

static const struct out_column rule_columns[] = {
	{ "position", "N", OUT_RIGHT },
	{ "client", "CLIENT", 0 },
	{ "server", "SERVER", 0 },
	{ "service", "SERVICE", 0 },
	{ "action", "ACTION", 0 },
	{ "hits", "HITS", OUT_RIGHT },
	{ "last_hit", "LAST HIT", OUT_RIGHT },
	{ "sessions", "SESSIONS", OUT_RIGHT },
	{ "name", "NAME", 0 },
	{ "options", "OPTIONS", 0 },
	{ "comment", "COMMENT", OUT_TRUNC },
	{ NULL, NULL, 0 },
};

static const struct out_column setting_columns[] = {
	{ "name", "SETTING", 0 },
	{ "value", "VALUE", 0 },
	{ NULL, NULL, 0 },
};

static void print_item(struct out *out, const struct item *item)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];

	out_object_begin(out, NULL);
	out_string(out, "interface", item->ifname);
	out_string(out, "network", item->network);
	out_string(out, "host", item->host);
	address_print(&item->first, first);
	switch (item->kind) {
	case ITEM_ADDRESS:
		out_string(out, "address", first);
		break;
	case ITEM_PREFIX:
		out_stringf(out, "prefix", "%s/%u", first, item->prefix_len);
		break;
	case ITEM_RANGE:
		out_string(out, "first", first);
		out_string(out, "last", address_print(&item->last, last));
		break;
	case ITEM_NETWORK:
	case ITEM_HOST:
		break;
	}
	out_object_end(out);
}

static void print_network(struct out *out, const struct network *network)
{
	char *items = out_is_json(out) ? NULL : print_items(network);
	unsigned int i;

	out_string(out, "name", network->name);
	out_array_begin(out, "items");
	for (i = 0; i < network->nr_items; i++)
		print_item(out, &network->items[i]);
	out_array_end(out);
	if (items)
		out_string(out, "addresses", items);
	out_string(out, "comment", network->comment);
	free(items);
}

static void print_port_array(struct out *out, const char *key,
			     const struct port_list *ports)
{
	unsigned int i;

	out_array_begin(out, key);
	for (i = 0; i < ports->nr; i++) {
		out_object_begin(out, NULL);
		out_number(out, "first", ports->ranges[i].first);
		out_number(out, "last", ports->ranges[i].last);
		out_object_end(out);
	}
	out_array_end(out);
}

static void print_icmp_array(struct out *out, const struct service *service)
{
	unsigned int i;

	out_array_begin(out, "icmp");
	for (i = 0; i < service->nr_icmp; i++) {
		const struct icmp_match *match = &service->icmp[i];

		out_object_begin(out, NULL);
		out_number(out, "type", match->type);
		if (match->has_code) {
			out_number(out, "code_first", match->code_first);
			out_number(out, "code_last", match->code_last);
		}
		out_object_end(out);
	}
	out_array_end(out);
}

static void print_member_array(struct out *out, const struct service *service)
{
	unsigned int i;

	out_array_begin(out, "members");
	for (i = 0; i < service->nr_members; i++)
		out_string(out, NULL, service->members[i]);
	out_array_end(out);
}

/* The lists that a service of its kind has, empty for all there is. */
static void print_service_lists(struct out *out, const struct service *service)
{
	if (service->type == UMBRA_SERVICE_TYPE_GROUP) {
		print_member_array(out, service);
	} else if (service_has_ports(service)) {
		print_port_array(out, "client_ports", &service->client_ports);
		print_port_array(out, "server_ports", &service->server_ports);
	} else if (service_has_icmp(service)) {
		print_icmp_array(out, service);
	}
}

static void print_service_text(struct out *out, const struct service *service)
{
	char *match = print_match(service);

	if (match)
		out_text(out, "match", "%s", match);
	free(match);
	if (service->timeout)
		out_text(out, "options", "timeout %u%s", service->timeout,
			 service->pickup ? " pickup" : "");
	else if (service->pickup)
		out_text(out, "options", "pickup");
}

static void print_service(struct out *out, const struct service *service)
{
	char number[8];

	out_string(out, "name", service->name);
	if (service->type != UMBRA_SERVICE_TYPE_GROUP)
		out_string(out, "protocol",
			   print_protocol(service->protocol, number));
	out_string(out, "type", name_word(names_service_type, service->type));
	if (out_is_json(out)) {
		print_service_lists(out, service);
		if (service->timeout)
			out_number(out, "timeout", service->timeout);
		out_bool(out, "pickup", service->pickup);
		out_string(out, "advisory", service->advisory);
	} else {
		print_service_text(out, service);
	}
	out_string(out, "comment", service->comment);
}

static void print_rule_options(struct out *out, const struct rule *rule)
{
	char sessions[32] = "", rate[32] = "";

	if (rule->sessions)
		snprintf(sessions, sizeof(sessions), "sessions %u ",
			 rule->sessions);
	if (rule->rate)
		snprintf(rate, sizeof(rate), "rate %u ", rule->rate);
	if (rule->disabled || rule->sessions || rule->rate)
		out_text(out, "options", "%s%s%s",
			 rule->disabled ? "disabled " : "", sessions, rate);
}

static void print_rule(struct out *out, const struct row *row)
{
	const struct rule *rule = &row->rule;

	out_string(out, "client", rule->client);
	out_string(out, "server", rule->server);
	out_string(out, "service", rule->service);
	out_string(out, "action", name_word(names_action, rule->action));
	out_number(out, "hits", row->seen.hits);
	if (row->seen.was_hit)
		out_duration(out, "last_hit", row->seen.last_hit * 1000);
	out_number(out, "sessions", row->seen.sessions);
	out_string(out, "name", rule->name);
	out_string(out, "comment", rule->comment);
	if (!out_is_json(out)) {
		print_rule_options(out, rule);
		return;
	}
	out_number(out, "id", row->seen.id);
	out_bool(out, "disabled", rule->disabled);
	if (rule->sessions)
		out_number(out, "sessions_max", rule->sessions);
	if (rule->rate)
		out_number(out, "rate_max", rule->rate);
}

static void print_setting(struct out *out, const struct setting *setting)
{
	char number[16];

	out_string(out, "name", name_word(names_setting, setting->key));
	out_string(out, "value", print_value(setting, number));
}

static void print_columns(struct out *out, const struct row *row)
{
	switch (row->table) {
	case UMBRA_TABLE_NETWORK:
		print_network(out, &row->network);
		break;
	case UMBRA_TABLE_SERVICE:
		print_service(out, &row->service);
		break;
	case UMBRA_TABLE_RULE:
		print_rule(out, row);
		break;
	default:
		print_setting(out, &row->setting);
		break;
	}
}

void print_table(struct out *out, const struct row_list *list,
		 enum umbra_table table)
{
	static const struct {
		const char *name;
		const struct out_column *columns;
	} lists[] = {
		[UMBRA_TABLE_NETWORK] = { "networks", network_columns },
		[UMBRA_TABLE_SERVICE] = { "services", service_columns },
		[UMBRA_TABLE_RULE] = { "rules", rule_columns },
		[UMBRA_TABLE_SETTING] = { "settings", setting_columns },
	};
	size_t i;

	out_list_begin(out, lists[table].name, lists[table].columns);
	for (i = 0; i < list->nr; i++) {
		out_row_begin(out);
		out_number(out, "position", i + 1);
		print_columns(out, &list->row[i]);
		out_row_end(out);
	}
	out_list_end(out);
}
