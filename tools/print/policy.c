// SPDX-License-Identifier: GPL-2.0
#include "print/policy.h"

#include "base/names.h"
#include "parse/parse.h"
#include "parse/words.h"
#include "base/setting.h"

#include <stdlib.h>
#include <string.h>

/* The output of @print as a string, without its leading blank. */
#define PRINT_STRING(print, arg) ({			\
	char *text = NULL;				\
	size_t size = 0;				\
	FILE *file = open_memstream(&text, &size);	\
							\
	if (file) {					\
		print(file, arg);			\
		if (fclose(file))			\
			text = NULL;			\
	}						\
	if (text && *text == ' ')			\
		memmove(text, text + 1, size);		\
	text;						\
})

/* Replace control characters: another client may have put them into a name. */
static void print_char(FILE *file, unsigned char c)
{
	if (c == '"' || c == '\\')
		fputc('\\', file);
	fputc(c < ' ' || c == 0x7f ? '?' : c, file);
}

static void print_quoted(FILE *file, const char *text)
{
	fputc('"', file);
	for (; *text; text++)
		print_char(file, *text);
	fputc('"', file);
}

/* A name: in quotes when it would be read as something else. */
static void print_name(FILE *file, const char *name)
{
	fputc(' ', file);
	if (parse_is_reserved(name) || !lex_is_printable(name))
		print_quoted(file, name);
	else
		fputs(name, file);
}

static void print_text(FILE *file, const char *option, const char *text)
{
	if (!text)
		return;
	fprintf(file, " %s ", option);
	print_quoted(file, text);
}

static void print_number(FILE *file, const char *option, uint32_t number)
{
	if (number)
		fprintf(file, " %s %u", option, number);
}

static void print_item(FILE *file, const struct item *item)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];

	if (item->ifname)
		print_name(file, item->ifname);
	if (item->host) {
		fputs(" host", file);
		print_name(file, item->host);
		return;
	}
	address_print(&item->first, first);
	switch (item->kind) {
	case ITEM_NETWORK:
		fputs(" network", file);
		print_name(file, item->network);
		break;
	case ITEM_PREFIX:
		fprintf(file, " %s/%u", first, item->prefix_len);
		break;
	case ITEM_RANGE:
		fprintf(file, " %s-%s", first,
			address_print(&item->last, last));
		break;
	default:
		fprintf(file, " %s", first);
		break;
	}
}

/* Do @a and @b have the same DNS name and interface, so that one item stands for both? */
static bool same_host(const struct item *a, const struct item *b)
{
	if (!a->host || !b->host || strcmp(a->host, b->host))
		return false;
	if (!a->ifname || !b->ifname)
		return a->ifname == b->ifname;
	return !strcmp(a->ifname, b->ifname);
}

static void print_network_items(FILE *file, const struct network *network)
{
	unsigned int i;

	for (i = 0; i < network->nr_items; i++)
		if (!i || !same_host(&network->items[i - 1],
				     &network->items[i]))
			print_item(file, &network->items[i]);
}

static void print_network(FILE *file, const struct network *network)
{
	print_name(file, network->name);
	print_network_items(file, network);
	print_text(file, "comment", network->comment);
}

static void print_port_list(FILE *file, const struct port_list *ports)
{
	unsigned int i;

	if (!ports->nr)
		fputs("any", file);
	for (i = 0; i < ports->nr; i++) {
		const struct port_range *range = &ports->ranges[i];

		fprintf(file, "%s%u", i ? "," : "", range->first);
		if (range->last != range->first)
			fprintf(file, "-%u", range->last);
	}
}

static bool same_codes(const struct icmp_match *a, const struct icmp_match *b)
{
	return a->has_code == b->has_code && a->code_first == b->code_first &&
	       a->code_last == b->code_last;
}

static void print_codes(FILE *file, const struct icmp_match *match)
{
	if (!match->has_code)
		return;
	fprintf(file, " code %u", match->code_first);
	if (match->code_last != match->code_first)
		fprintf(file, "-%u", match->code_last);
}

/* Consecutive types with the same codes share one list. */
static void print_icmp(FILE *file, const struct service *service)
{
	const struct icmp_match *match = service->icmp, *before = NULL;
	unsigned int i;

	for (i = 0; i < service->nr_icmp; i++, before = match++) {
		if (before && same_codes(before, match)) {
			fprintf(file, ",%u", match->type);
			continue;
		}
		if (before)
			print_codes(file, before);
		fprintf(file, " type %u", match->type);
	}
	if (before)
		print_codes(file, before);
}

const char *print_protocol(uint16_t protocol, char buf[8])
{
	const struct name *name;

	for (name = names_protocol; name->word; name++)
		if (name->value == protocol)
			return name->word;
	snprintf(buf, 8, "%u", protocol);
	return buf;
}

static void print_service_match(FILE *file, const struct service *service)
{
	unsigned int i;

	for (i = 0; i < service->nr_members; i++)
		print_name(file, service->members[i]);
	print_icmp(file, service);
	if (service->type != UMBRA_SERVICE_TYPE_GROUP &&
	    service_has_ports(service)) {
		fputc(' ', file);
		print_port_list(file, &service->client_ports);
		fputc(' ', file);
		print_port_list(file, &service->server_ports);
	}
}

static void print_service_options(FILE *file, const struct service *service)
{
	print_number(file, "timeout", service->timeout);
	if (service->pickup)
		fputs(" pickup", file);
	if (service->window)
		fprintf(file, " tcp-window %s", name_word(names_window_setting, service->window));
	if (service->ends)
		fprintf(file, " ends %s", name_word(names_ends_setting, service->ends));
	if (service->probes)
		fprintf(file, " tcp-probes %s", name_word(names_probes_setting, service->probes));
}

static void print_service(FILE *file, const struct service *service)
{
	char number[8];

	print_name(file, service->name);
	if (service->type == UMBRA_SERVICE_TYPE_GROUP)
		fputs(" group", file);
	else
		fprintf(file, " %s %s",
			print_protocol(service->protocol, number),
			name_word(names_service_type, service->type));
	print_service_match(file, service);
	print_service_options(file, service);
	print_text(file, "advisory", service->advisory);
	print_text(file, "comment", service->comment);
}

static void print_row_name(FILE *file, const char *name, bool disabled)
{
	if (name) {
		fputs(" name", file);
		print_name(file, name);
	}
	if (disabled)
		fputs(" disabled", file);
}

static void print_log_name(FILE *file, const char *log)
{
	if (!log)
		return;
	fputs(" log", file);
	print_name(file, log);
}

static void print_time_option(FILE *file, const char *time)
{
	if (!time)
		return;
	fputs(" time", file);
	print_name(file, time);
}

static void print_rule(FILE *file, const struct rule *rule)
{
	print_name(file, rule->client);
	print_name(file, rule->server);
	print_name(file, rule->service);
	fprintf(file, " %s", name_word(names_action, rule->action));
	print_row_name(file, rule->name, rule->disabled);
	print_number(file, "sessions", rule->sessions);
	print_number(file, "rate", rule->rate);
	print_number(file, "client-sessions", rule->client_sessions);
	print_number(file, "client-rate", rule->client_rate);
	print_log_name(file, rule->log);
	print_time_option(file, rule->time);
	print_text(file, "comment", rule->comment);
}

/* Can an end of a nat row be written without quotes? A keyword can: none is valid there. */
static bool is_plain(const char *text)
{
	return *text && !text[strcspn(text, " \t\r\n\"\\#")] &&
	       lex_is_printable(text);
}

static void print_nat_end(FILE *file, const struct nat_end *end)
{
	const char *network = end->network ? end->network : POLICY_ANY;
	char text[UMBRA_IFNAME_MAX + UMBRA_NAME_MAX + 2];

	if (end->word)
		snprintf(text, sizeof(text), "%s", end->word);
	else if (end->ifname && (end->network || end->whole))
		snprintf(text, sizeof(text), "%s:%s", end->ifname, network);
	else
		snprintf(text, sizeof(text), "%s",
			 end->ifname ? end->ifname : network);
	fputc(' ', file);
	if (is_plain(text))
		fputs(text, file);
	else
		print_quoted(file, text);
}

static void print_range(FILE *file, const struct port_range *range)
{
	fprintf(file, "%u", range->first);
	if (range->last != range->first)
		fprintf(file, "-%u", range->last);
}

static void print_pool(FILE *file, const struct nat *nat)
{
	bool brackets = nat->ports.last && nat->first.len == 16;
	char buf[INET6_ADDRSTRLEN];

	fprintf(file, " %s%s", brackets ? "[" : "",
		address_print(&nat->first, buf));
	if (nat->last.len)
		fprintf(file, "-%s", address_print(&nat->last, buf));
	if (brackets)
		fputc(']', file);
	if (!nat->ports.last)
		return;
	fputc(':', file);
	print_range(file, &nat->ports);
}

static void print_nat_type(FILE *file, const struct nat *nat)
{
	fprintf(file, " %s", name_word(names_nat_type, nat->type));
	if (nat->type == UMBRA_NAT_TYPE_SOURCE) {
		print_pool(file, nat);
	} else if (nat->ports.last) {
		fputs(" ports ", file);
		print_range(file, &nat->ports);
	}
}

static void print_nat(FILE *file, const struct nat *nat)
{
	print_nat_end(file, &nat->from);
	print_nat_end(file, &nat->to);
	print_nat_type(file, nat);
	if (nat->endpoint_independent)
		fputs(" endpoint-independent", file);
	print_row_name(file, nat->name, nat->disabled);
	print_text(file, "comment", nat->comment);
}

static void print_listen(FILE *file, const struct relay *relay)
{
	char buf[INET6_ADDRSTRLEN];

	fprintf(file, relay->listen.len == 16 ? " [%s]:" : " %s:",
		address_print(&relay->listen, buf));
	print_range(file, &relay->ports);
}

static void print_target(FILE *file, const struct relay *relay)
{
	char buf[INET6_ADDRSTRLEN];

	if (relay->host)
		fprintf(file, " %s:%u", parse_is_host_name(relay->host) ?
			relay->host : "?", relay->target_port);
	else
		fprintf(file, relay->target.len == 16 ? " [%s]:%u" : " %s:%u",
			address_print(&relay->target, buf),
			relay->target_port);
}

static void print_from(FILE *file, const struct relay *relay)
{
	unsigned int i;

	for (i = 0; i < relay->nr_from; i++)
		print_name(file, relay->from[i]);
}

static void print_relay_options(FILE *file, const struct relay *relay)
{
	print_number(file, "timeout", relay->timeout);
	print_number(file, "lifetime", relay->lifetime);
	if (relay->proxy_protocol)
		fprintf(file, " proxy-protocol %s",
			name_word(names_proxy_protocol,
				  relay->proxy_protocol));
	print_log_name(file, relay->log);
}

static void print_relay(FILE *file, const struct relay *relay)
{
	print_listen(file, relay);
	print_target(file, relay);
	fprintf(file, " %s from", name_word(names_relay_type, relay->type));
	print_from(file, relay);
	print_relay_options(file, relay);
	print_row_name(file, relay->name, relay->disabled);
	print_time_option(file, relay->time);
	print_text(file, "comment", relay->comment);
}

/* Consecutive days are written as first-last. */
static void print_days(FILE *file, uint8_t days)
{
	const char *comma = "";
	unsigned int first, last;

	for (first = 0; first < 7; first = last + 1) {
		last = first;
		if (!(days & 1 << first))
			continue;
		while (days >> (last + 1) & 1)
			last++;
		fprintf(file, "%s%s", comma, names_day[first].word);
		if (last > first)
			fprintf(file, "-%s", names_day[last].word);
		comma = ",";
	}
}

/* Consecutive spans with the same days are written after one list of days. */
static void print_spans(FILE *file, const struct time_class *time)
{
	const struct time_span *span = time->spans;
	unsigned int i;

	for (i = 0; i < time->nr_spans; i++, span++) {
		if (!i || span->days != span[-1].days) {
			fputc(' ', file);
			print_days(file, span->days & 127);
		}
		fprintf(file, " %02u:%02u-%02u:%02u", span->begin / 60, span->begin % 60,
			span->end / 60, span->end % 60);
	}
}

static void print_time(FILE *file, const struct time_class *time)
{
	print_name(file, time->name);
	print_spans(file, time);
	print_text(file, "comment", time->comment);
}

const char *print_value(const struct setting *setting, char buf[16])
{
	const struct setting_kind *kind = setting_kind(setting->key);

	if (setting->network || setting->log)
		return setting->network ? setting->network : setting->log;
	if (kind->words)
		return name_word(kind->words, setting->value);
	snprintf(buf, 16, "%u", setting->value);
	return buf;
}

static void print_setting(FILE *file, const struct setting *setting)
{
	char buf[16];

	fprintf(file, " %s", name_word(names_setting, setting->key));
	if (setting->network || setting->log)
		print_name(file, print_value(setting, buf));
	else
		fprintf(file, " %s", print_value(setting, buf));
}

static void print_log_place(FILE *file, const struct log *log)
{
	if (log->has_group)
		fprintf(file, " nflog %u", log->group);
	else
		fputs(" none", file);
}

static void print_log(FILE *file, const struct log *log)
{
	print_name(file, log->name);
	print_log_place(file, log);
	print_text(file, "prefix", log->prefix);
	print_number(file, "rate", log->rate);
	print_text(file, "comment", log->comment);
}

void print_row(FILE *file, const struct row *row)
{
	fputs(row->table == UMBRA_TABLE_SETTING ? "set" :
	      name_word(names_table, row->table), file);
	switch (row->table) {
	case UMBRA_TABLE_NETWORK:
		print_network(file, &row->network);
		break;
	case UMBRA_TABLE_SERVICE:
		print_service(file, &row->service);
		break;
	case UMBRA_TABLE_RULE:
		print_rule(file, &row->rule);
		break;
	case UMBRA_TABLE_SETTING:
		print_setting(file, &row->setting);
		break;
	case UMBRA_TABLE_NAT:
		print_nat(file, &row->nat);
		break;
	case UMBRA_TABLE_RELAY:
		print_relay(file, &row->relay);
		break;
	case UMBRA_TABLE_LOG:
		print_log(file, &row->log);
		break;
	case UMBRA_TABLE_TIME:
		print_time(file, &row->time);
		break;
	default:
		break;
	}
	fputc('\n', file);
}

char *print_row_text(const struct row *row)
{
	char *text = PRINT_STRING(print_row, row);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

void print_policy(FILE *file, const struct policy *p)
{
	static const char *const headings[] = {
		[UMBRA_TABLE_NETWORK] = "# name, addresses",
		[UMBRA_TABLE_SERVICE] = "# name, protocol, firewall type, "
					"client ports, server ports",
		[UMBRA_TABLE_RULE] = "# client, server, service, action",
		[UMBRA_TABLE_SETTING] = "# setting, value",
		[UMBRA_TABLE_NAT] = "# from, to, translation",
		[UMBRA_TABLE_RELAY] = "# listens on, leads to, relay type, "
				      "from",
		[UMBRA_TABLE_LOG] = "# name, where its packets are logged",
		[UMBRA_TABLE_TIME] = "# name, days, hours",
	};
	const char *gap = "";
	size_t i, table;

	for (table = 1; table <= UMBRA_TABLE_MAX; table++) {
		const struct row_list *list = &p->tables[table];

		if (list->nr) {
			fprintf(file, "%s%s\n", gap, headings[table]);
			gap = "\n";
		}
		for (i = 0; i < list->nr; i++)
			print_row(file, &list->row[i]);
	}
}

char *print_items(const struct network *network)
{
	return PRINT_STRING(print_network_items, network);
}

char *print_match(const struct service *service)
{
	return PRINT_STRING(print_service_match, service);
}

char *print_ports(const struct port_list *ports)
{
	return PRINT_STRING(print_port_list, ports);
}

char *print_end(const struct nat_end *end)
{
	return PRINT_STRING(print_nat_end, end);
}

char *print_translation(const struct nat *nat)
{
	return PRINT_STRING(print_nat_type, nat);
}

char *print_relay_listen(const struct relay *relay)
{
	return PRINT_STRING(print_listen, relay);
}

char *print_relay_target(const struct relay *relay)
{
	return PRINT_STRING(print_target, relay);
}

char *print_relay_from(const struct relay *relay)
{
	return PRINT_STRING(print_from, relay);
}

char *print_service_opts(const struct service *service)
{
	return PRINT_STRING(print_service_options, service);
}

char *print_relay_opts(const struct relay *relay)
{
	return PRINT_STRING(print_relay_options, relay);
}

char *print_time_spans(const struct time_class *time)
{
	return PRINT_STRING(print_spans, time);
}
