// SPDX-License-Identifier: GPL-2.0
#include "print/values.h"

#include "base/names.h"
#include "parse/words.h"
#include "print/policy.h"

#include <stdlib.h>
#include <string.h>

/* The columns of all rows that decide about packets. */
#define HITS_COLUMNS	{ "hits", "HITS", OUT_RIGHT }, \
			{ "last_hit", "LAST HIT", OUT_RIGHT }
#define LAST_COLUMNS	{ "name", "NAME", 0 }, \
			{ "options", "OPTIONS", 0 }, \
			{ "comment", "COMMENT", OUT_TRUNC }, \
			{ NULL, NULL, 0 }

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
	HITS_COLUMNS,
	{ "sessions", "SESSIONS", OUT_RIGHT },
	LAST_COLUMNS,
};

static const struct out_column nat_columns[] = {
	{ "position", "N", OUT_RIGHT },
	{ "from_end", "FROM", 0 },
	{ "to_end", "TO", 0 },
	{ "translation", "TRANSLATION", 0 },
	HITS_COLUMNS,
	LAST_COLUMNS,
};

static const struct out_column relay_columns[] = {
	{ "position", "N", OUT_RIGHT },
	{ "listens_on", "LISTENS ON", 0 },
	{ "leads_to", "LEADS TO", 0 },
	{ "type", "TYPE", 0 },
	{ "from_networks", "FROM", 0 },
	HITS_COLUMNS,
	{ "sessions", "SESSIONS", OUT_RIGHT },
	LAST_COLUMNS,
};

static const struct out_column log_columns[] = {
	{ "position", "N", OUT_RIGHT },
	{ "name", "NAME", 0 },
	{ "group", "NFLOG", OUT_RIGHT },
	{ "rate", "RATE", OUT_RIGHT },
	{ "hits", "LOGGED", OUT_RIGHT },
	{ "last_hit", "LAST", OUT_RIGHT },
	{ "prefix", "PREFIX", 0 },
	{ "comment", "COMMENT", OUT_TRUNC },
	{ NULL, NULL, 0 },
};

static const struct out_column time_columns[] = {
	{ "position", "N", OUT_RIGHT },
	{ "name", "NAME", 0 },
	{ "hours", "DAYS AND HOURS", 0 },
	{ "active", "NOW", 0 },
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

/* The lists that a service of its type has; an empty list means all ports or types. */
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
	char *options = print_service_opts(service);

	if (match)
		out_text(out, "match", "%s", match);
	/* Without options the cell stays empty. */
	if (options && *options)
		out_text(out, "options", "%s", options);
	free(options);
	free(match);
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
		if (service->window)
			out_string(out, "tcp_window",
				   name_word(names_window_setting, service->window));
		if (service->ends)
			out_string(out, "ends", name_word(names_ends_setting, service->ends));
		if (service->probes)
			out_string(out, "tcp_probes",
				   name_word(names_probes_setting, service->probes));
		out_string(out, "advisory", service->advisory);
	} else {
		print_service_text(out, service);
	}
	out_string(out, "comment", service->comment);
}

/* @words: each is followed by a space. */
static void put_options(struct out *out, char *words)
{
	size_t len = strlen(words);

	if (!len)
		return;
	words[len - 1] = '\0';
	out_text(out, "options", "%s", words);
}

/* @number: 0 when the option is not set. */
static void add_option(char *words, size_t size, const char *word,
		       uint32_t number)
{
	size_t len = strlen(words);

	if (number)
		snprintf(words + len, size - len, "%s %u ", word, number);
}

/* @name: NULL when the option is not set. */
static void add_named(char *words, size_t size, const char *word,
		      const char *name)
{
	size_t len = strlen(words);

	if (name)
		snprintf(words + len, size - len, "%s %s ", word, name);
}

static void print_rule_options(struct out *out, const struct rule *rule)
{
	char words[128 + 2 * UMBRA_NAME_MAX] = "";

	if (rule->disabled)
		strcpy(words, "disabled ");
	add_option(words, sizeof(words), "sessions", rule->sessions);
	add_option(words, sizeof(words), "rate", rule->rate);
	add_option(words, sizeof(words), "client-sessions",
		   rule->client_sessions);
	add_option(words, sizeof(words), "client-rate", rule->client_rate);
	add_named(words, sizeof(words), "log", rule->log);
	add_named(words, sizeof(words), "time", rule->time);
	put_options(out, words);
}

static void print_nat_options(struct out *out, const struct nat *nat)
{
	char words[48];

	snprintf(words, sizeof(words), "%s%s", nat->disabled ? "disabled " : "",
		 nat->endpoint_independent ? "endpoint-independent " : "");
	put_options(out, words);
}

static void print_hits(struct out *out, const struct row_seen *seen)
{
	out_number(out, "hits", seen->hits);
	if (seen->was_hit)
		out_duration(out, "last_hit", seen->last_hit * 1000);
	if (out_is_json(out))
		out_number(out, "id", seen->id);
}

/* The counters of rows that allow sessions. */
static void print_seen(struct out *out, const struct row_seen *seen)
{
	print_hits(out, seen);
	out_number(out, "sessions", seen->sessions);
}

static void print_rule(struct out *out, const struct row *row)
{
	const struct rule *rule = &row->rule;

	out_string(out, "client", rule->client);
	out_string(out, "server", rule->server);
	out_string(out, "service", rule->service);
	out_string(out, "action", name_word(names_action, rule->action));
	print_seen(out, &row->seen);
	out_string(out, "name", rule->name);
	out_string(out, "comment", rule->comment);
	if (!out_is_json(out)) {
		print_rule_options(out, rule);
		return;
	}
	out_bool(out, "disabled", rule->disabled);
	if (rule->sessions)
		out_number(out, "sessions_max", rule->sessions);
	if (rule->rate)
		out_number(out, "rate_max", rule->rate);
	if (rule->client_sessions)
		out_number(out, "client_sessions_max", rule->client_sessions);
	if (rule->client_rate)
		out_number(out, "client_rate_max", rule->client_rate);
	if (rule->log)
		out_string(out, "log", rule->log);
	if (rule->time)
		out_string(out, "time", rule->time);
}

/* Print a cell in text only, and free @text. */
static void print_text_cell(struct out *out, const char *key, char *text)
{
	if (text)
		out_text(out, key, "%s", text);
	free(text);
}

static void print_end_object(struct out *out, const char *key,
			     const struct nat_end *end)
{
	out_object_begin(out, key);
	out_string(out, "interface", end->ifname);
	out_string(out, "network", end->network || end->ifname ?
		   end->network : POLICY_ANY);
	out_object_end(out);
}

static void print_port_range(struct out *out, const struct port_range *range)
{
	if (!range->last)
		return;
	out_object_begin(out, "ports");
	out_number(out, "first", range->first);
	out_number(out, "last", range->last);
	out_object_end(out);
}

static void print_nat_json(struct out *out, const struct nat *nat)
{
	char buf[INET6_ADDRSTRLEN];
	const struct address *last = nat->last.len ? &nat->last : &nat->first;

	print_end_object(out, "from", &nat->from);
	print_end_object(out, "to", &nat->to);
	out_string(out, "type", name_word(names_nat_type, nat->type));
	if (nat->first.len) {
		out_string(out, "first", address_print(&nat->first, buf));
		out_string(out, "last", address_print(last, buf));
	}
	print_port_range(out, &nat->ports);
	out_bool(out, "endpoint_independent", nat->endpoint_independent);
	out_bool(out, "disabled", nat->disabled);
}

static void print_nat(struct out *out, const struct row *row)
{
	const struct nat *nat = &row->nat;

	if (out_is_json(out)) {
		print_nat_json(out, nat);
	} else {
		print_text_cell(out, "from_end", print_end(&nat->from));
		print_text_cell(out, "to_end", print_end(&nat->to));
		print_text_cell(out, "translation", print_translation(nat));
		print_nat_options(out, nat);
	}
	print_hits(out, &row->seen);
	out_string(out, "name", nat->name);
	out_string(out, "comment", nat->comment);
}

static void print_relay_json(struct out *out, const struct relay *relay)
{
	char buf[INET6_ADDRSTRLEN];
	unsigned int i;

	out_string(out, "listen", address_print(&relay->listen, buf));
	print_port_range(out, &relay->ports);
	out_string(out, "target", address_print(&relay->target, buf));
	out_number(out, "target_port", relay->target_port);
	out_string(out, "host", relay->host);
	out_array_begin(out, "from");
	for (i = 0; i < relay->nr_from; i++)
		out_string(out, NULL, relay->from[i]);
	out_array_end(out);
	if (relay->timeout)
		out_number(out, "timeout", relay->timeout);
	if (relay->lifetime)
		out_number(out, "lifetime", relay->lifetime);
	if (relay->proxy_protocol)
		out_string(out, "proxy_protocol",
			   name_word(names_proxy_protocol,
				     relay->proxy_protocol));
	if (relay->log)
		out_string(out, "log", relay->log);
	out_bool(out, "disabled", relay->disabled);
	if (relay->time)
		out_string(out, "time", relay->time);
}

static void print_relay_text(struct out *out, const struct relay *relay)
{
	char buf[INET6_ADDRSTRLEN], *target = print_relay_target(relay);
	char *options = print_relay_opts(relay);
	char words[256] = "";

	print_text_cell(out, "listens_on", print_relay_listen(relay));
	if (target && relay->host)
		out_text(out, "leads_to", "%s (%s)", target,
			 address_print(&relay->target, buf));
	else if (target)
		out_text(out, "leads_to", "%s", target);
	free(target);
	print_text_cell(out, "from_networks", print_relay_from(relay));
	if (options)
		snprintf(words, sizeof(words), "%s%s%s",
			 relay->disabled ? "disabled " : "", options,
			 *options ? " " : "");
	add_named(words, sizeof(words), "time", relay->time);
	put_options(out, words);
	free(options);
}

static void print_relay(struct out *out, const struct row *row)
{
	const struct relay *relay = &row->relay;

	if (out_is_json(out))
		print_relay_json(out, relay);
	else
		print_relay_text(out, relay);
	out_string(out, "type", name_word(names_relay_type, relay->type));
	print_seen(out, &row->seen);
	out_string(out, "name", relay->name);
	out_string(out, "comment", relay->comment);
}

static void print_log(struct out *out, const struct row *row)
{
	const struct log *log = &row->log;

	out_string(out, "name", log->name);
	if (log->has_group)
		out_number(out, "group", log->group);
	if (log->rate)
		out_number(out, "rate", log->rate);
	print_hits(out, &row->seen);
	out_string(out, "prefix", log->prefix);
	out_string(out, "comment", log->comment);
}

static void print_minute(struct out *out, const char *key, uint16_t minute)
{
	out_stringf(out, key, "%02u:%02u", minute / 60, minute % 60);
}

static void print_day_array(struct out *out, uint8_t days)
{
	const struct name *day;

	out_array_begin(out, "days");
	for (day = names_day; day->word; day++)
		if (days & 1 << (day->value - 1))
			out_string(out, NULL, day->word);
	out_array_end(out);
}

static void print_span_array(struct out *out, const struct time_class *time)
{
	unsigned int i;

	out_array_begin(out, "spans");
	for (i = 0; i < time->nr_spans; i++) {
		out_object_begin(out, NULL);
		print_day_array(out, time->spans[i].days);
		print_minute(out, "begin", time->spans[i].begin);
		print_minute(out, "end", time->spans[i].end);
		out_object_end(out);
	}
	out_array_end(out);
}

static void print_time(struct out *out, const struct row *row)
{
	const struct time_class *time = &row->time;

	out_string(out, "name", time->name);
	if (out_is_json(out)) {
		print_span_array(out, time);
		out_bool(out, "active", row->seen.active);
	} else {
		print_text_cell(out, "hours", print_time_spans(time));
		out_text(out, "active", row->seen.active ? "yes" : "no");
	}
	out_string(out, "comment", time->comment);
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
	case UMBRA_TABLE_NAT:
		print_nat(out, row);
		break;
	case UMBRA_TABLE_RELAY:
		print_relay(out, row);
		break;
	case UMBRA_TABLE_LOG:
		print_log(out, row);
		break;
	case UMBRA_TABLE_TIME:
		print_time(out, row);
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
		[UMBRA_TABLE_NAT] = { "nats", nat_columns },
		[UMBRA_TABLE_RELAY] = { "relays", relay_columns },
		[UMBRA_TABLE_LOG] = { "logs", log_columns },
		[UMBRA_TABLE_TIME] = { "times", time_columns },
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
