// SPDX-License-Identifier: GPL-2.0
/*
 * service NAME PROTOCOL TYPE [ports or ICMP types] [options]
 * service NAME group MEMBER... [options]
 */
#include "parse/internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum {
	OPTION_TIMEOUT = 1,
	OPTION_PICKUP,
	OPTION_WINDOW,
	OPTION_ENDS,
	OPTION_PROBES,
	OPTION_ADVISORY,
	OPTION_COMMENT,
	OPTION_ALG,
};

const struct name names_protocol[] = {
	{ IPPROTO_TCP, "tcp", "client and server ports" },
	{ IPPROTO_UDP, "udp", "client and server ports" },
	{ IPPROTO_UDPLITE, "udplite", "client and server ports" },
	{ IPPROTO_SCTP, "sctp", "client and server ports" },
	{ IPPROTO_ICMP, "icmp", "types and codes" },
	{ IPPROTO_ICMPV6, "icmpv6", "types and codes" },
	{ IPPROTO_GRE, "gre", "" },
	{ IPPROTO_ESP, "esp", "" },
	{ IPPROTO_AH, "ah", "" },
	{ UMBRA_PROTO_ANY, "any", "every protocol" },
	{ 0 },
};

const struct name names_service_option[] = {
	{ OPTION_TIMEOUT, "timeout", "idle seconds of a session" },
	{ OPTION_PICKUP, "pickup", "TCP and SCTP sessions may begin in mid-stream" },
	{ OPTION_WINDOW, "tcp-window", "what becomes of TCP that does not fit: strict or liberal" },
	{ OPTION_ENDS, "ends", "of a session that is cut, told or silent" },
	{ OPTION_PROBES, "tcp-probes", "of the ends of an idle TCP session: on or off" },
	{ OPTION_ADVISORY, "advisory", "what to know before allowing it" },
	{ OPTION_COMMENT, "comment", "a remark" },
	{ OPTION_ALG, "alg", PARSE_LATER },
	{ 0 },
};

const struct name names_group_option[] = {
	{ OPTION_ADVISORY, "advisory", "what to know before allowing it" },
	{ OPTION_COMMENT, "comment", "a remark" },
	{ 0 },
};

const struct name names_leaf_type[] = {
	{ UMBRA_SERVICE_TYPE_DYNAMIC, "dynamic", "" },
	{ UMBRA_SERVICE_TYPE_PACKET_FILTER, "packet-filter", "" },
	{ 0 },
};

static int parse_ports(struct cursor *c, const char *what,
		       struct port_list *ports)
{
	const struct token *token = cursor_word(c, what);
	struct port_range ranges[POLICY_LIST_MAX];
	uint32_t first, last;
	const char *at;

	if (!token)
		return -EINVAL;
	if (!strcmp(token->text, "any"))
		return 0;
	at = token->text;
	do {
		if (ports->nr == POLICY_LIST_MAX)
			return report_error(c->report, c->place,
					    "too many ports", token->text,
					    "%d ranges at most",
					    POLICY_LIST_MAX);
		if (!span_parse(&at, UINT16_MAX, &first, &last) ||
		    (*at && *at != ','))
			return report_error(c->report, c->place, "bad ports",
					    token->text, "any, or a list such "
					    "as 53,1024-65535 without blanks");
		ranges[ports->nr++] = (struct port_range){ first, last };
	} while (*at++ == ',');
	ports->ranges = arena_memdup(c->arena, ranges,
				     ports->nr * sizeof(*ranges));
	return ports->ranges ? 0 : -ENOMEM;
}

/* Numbers and spans, separated by commas: ICMP types, or codes of a type. */
struct span_list {
	struct { uint8_t first, last; } span[POLICY_LIST_MAX];
	unsigned int nr;
};

static int parse_spans(struct cursor *c, const char *what, bool single,
		       struct span_list *list)
{
	const struct token *token = cursor_word(c, what);
	uint32_t first, last;
	const char *at;
	char wrong[32];

	if (!token)
		return -EINVAL;
	list->nr = 0;
	at = token->text;
	do {
		if (list->nr == POLICY_LIST_MAX ||
		    !span_parse(&at, UINT8_MAX, &first, &last) ||
		    (*at && *at != ',') || (single && first != last)) {
			snprintf(wrong, sizeof(wrong), "bad %s", what);
			return report_error(c->report, c->place, wrong,
					    token->text, "%s", single ?
					    "numbers from 0 to 255, such as "
					    "0,8" : "numbers from 0 to 255, "
					    "such as 0-3,13");
		}
		list->span[list->nr].first = first;
		list->span[list->nr++].last = last;
	} while (*at++ == ',');
	return 0;
}

/* type N[,N...] [code N[-M][,...]]: one match for each pair. */
static int parse_icmp_types(struct cursor *c, struct icmp_match *matches,
			    unsigned int *nr)
{
	struct span_list types, codes = { .nr = 0 };
	unsigned int i, j;
	int err;

	err = parse_spans(c, "ICMP types", true, &types);
	if (!err && cursor_take(c, "code"))
		err = parse_spans(c, "ICMP codes", false, &codes);
	if (err)
		return err;
	if (*nr + types.nr * (codes.nr ? codes.nr : 1) > POLICY_LIST_MAX)
		return report_error(c->report, c->place,
				    "too many ICMP types and codes", NULL,
				    "%d at most", POLICY_LIST_MAX);
	for (i = 0; i < types.nr; i++) {
		if (!codes.nr)
			matches[(*nr)++] = (struct icmp_match){
				.type = types.span[i].first,
			};
		for (j = 0; j < codes.nr; j++)
			matches[(*nr)++] = (struct icmp_match){
				types.span[i].first, true,
				codes.span[j].first, codes.span[j].last,
			};
	}
	return 0;
}

static int parse_icmp(struct cursor *c, struct service *service)
{
	struct icmp_match matches[POLICY_LIST_MAX];
	int err = 0;

	while (!err && cursor_take(c, "type"))
		err = parse_icmp_types(c, matches, &service->nr_icmp);
	if (err || !service->nr_icmp)
		return err;
	service->icmp = arena_memdup(c->arena, matches,
				     service->nr_icmp * sizeof(*matches));
	return service->icmp ? 0 : -ENOMEM;
}

static bool at_option(const struct cursor *c, const struct name *options)
{
	return !c->at->quoted && name_value(options, c->at->text);
}

static int parse_members(struct cursor *c, struct service *service)
{
	const char *members[POLICY_LIST_MAX];
	int err;

	do {
		if (service->nr_members == POLICY_LIST_MAX)
			return report_error(c->report, c->place,
					    "too many members", service->name,
					    "%d, or a group of groups",
					    POLICY_LIST_MAX);
		err = cursor_name(c, "member",
				  &members[service->nr_members++]);
	} while (!err && !cursor_at_end(c) &&
		 !at_option(c, names_group_option));
	if (err)
		return err;
	service->members = arena_memdup(c->arena, members, sizeof(*members) *
					service->nr_members);
	return service->members ? 0 : -ENOMEM;
}

static int take_option(struct cursor *c, const struct service *service,
		       unsigned int *seen, unsigned int *option)
{
	if (service->type == UMBRA_SERVICE_TYPE_GROUP)
		return cursor_option(c, "option of a group",
				     names_group_option, seen, option);
	if (service_has_icmp(service) && cursor_is(c, "code"))
		return report_error(c->report, c->place,
				    "code without a type", "code",
				    "type N code N");
	return cursor_option(c, "option of a service", names_service_option,
			     seen, option);
}

static int parse_option(struct cursor *c, struct service *service,
			unsigned int *seen)
{
	unsigned int option, choice;
	int err = take_option(c, service, seen, &option);

	if (err)
		return err;
	switch (option) {
	case OPTION_TIMEOUT:
		return cursor_number(c, "timeout", 1, UMBRA_TIMEOUT_MAX,
				     &service->timeout);
	case OPTION_PICKUP:
		service->pickup = true;
		return 0;
	case OPTION_WINDOW:
		err = cursor_choice(c, "tcp-window", names_window_setting, &choice);
		service->window = err ? 0 : choice;
		return err;
	case OPTION_ENDS:
		err = cursor_choice(c, "ends", names_ends_setting, &choice);
		service->ends = err ? 0 : choice;
		return err;
	case OPTION_PROBES:
		err = cursor_choice(c, "tcp-probes", names_probes_setting, &choice);
		service->probes = err ? 0 : choice;
		return err;
	case OPTION_ADVISORY:
		return cursor_text(c, "advisory", &service->advisory);
	case OPTION_COMMENT:
		return cursor_text(c, "comment", &service->comment);
	default:
		return parse_later(c, "leave it out");
	}
}

/* The first option of @service that only TCP has, or NULL. */
static const char *option_of_tcp(const struct service *service)
{
	if (service->window)
		return "tcp-window";
	return service->probes ? "tcp-probes" : NULL;
}

/* The first option that the protocol lacks, or NULL; @whose: which protocols have it. */
static const char *foreign_option(const struct service *service, const char **whose)
{
	*whose = "only TCP has this option";
	if (service->protocol == IPPROTO_TCP || service->protocol == UMBRA_PROTO_ANY)
		return NULL;
	if (option_of_tcp(service))
		return option_of_tcp(service);
	*whose = "only TCP and SCTP have this option";
	return service->pickup && service->protocol != IPPROTO_SCTP ? "pickup" : NULL;
}

/* Refuse options that this service cannot have. */
static int check_options(struct cursor *c, const struct service *service)
{
	bool stateless = service->type == UMBRA_SERVICE_TYPE_PACKET_FILTER;
	const char *of_tcp = service->pickup ? "pickup" : option_of_tcp(service);
	const char *of_sessions = service->timeout ? "timeout" : service->ends ? "ends" : of_tcp;
	const char *whose, *foreign = foreign_option(service, &whose);

	if (stateless && of_sessions)
		return report_error(c->report, c->place,
				    "a packet-filter service has no sessions", of_sessions,
				    "use dynamic, or leave this option out");
	if (foreign)
		return report_error(c->report, c->place, whose, foreign,
				    service->window ? "protocol tcp or any" :
						      "protocol tcp, sctp or any");
	return 0;
}

static int parse_protocol(struct cursor *c, struct service *service)
{
	const struct token *token = cursor_word(c, "protocol");
	const char *text;
	uint32_t number;

	if (!token)
		return -EINVAL;
	service->protocol = name_value(names_protocol, token->text);
	if (service->protocol)
		return 0;
	text = token->text;
	if (!number_parse(&text, UINT8_MAX, &number) || *text)
		return cursor_refuse(c, "protocol, neither a number from 0 to "
				     "255 nor a name", token->text,
				     names_protocol);
	service->protocol = number;
	return 0;
}

static int parse_type(struct cursor *c, struct service *service)
{
	static const char *const later[] = { "ftp", "rtsp", "sip", "tftp" };
	unsigned int i, type;
	int err;

	for (i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (cursor_is(c, later[i]))
			return report_error(c->report, c->place,
					    "firewall type not yet supported",
					    later[i],
					    "dynamic or packet-filter");
	err = cursor_choice(c, "firewall type", names_leaf_type, &type);
	service->type = type;
	return err;
}

static int parse_leaf(struct cursor *c, struct service *service)
{
	int err;

	c->form = "service NAME PROTOCOL dynamic|packet-filter [CLIENT-PORTS "
		  "SERVER-PORTS | type N code N] [options]";
	err = parse_protocol(c, service);
	if (!err)
		err = parse_type(c, service);
	if (err)
		return err;
	if (service_has_icmp(service))
		return parse_icmp(c, service);
	if (!service_has_ports(service))
		return 0;
	err = parse_ports(c, "client ports", &service->client_ports);
	return err ? err : parse_ports(c, "server ports",
				       &service->server_ports);
}

int parse_service(struct cursor *c, struct service *service)
{
	unsigned int seen = 0;
	int err;

	c->form = "service NAME PROTOCOL TYPE ... or service NAME group "
		  "MEMBER...";
	err = cursor_name(c, "service name", &service->name);
	if (err)
		return err;
	if (cursor_take(c, "group")) {
		c->form = "service NAME group MEMBER... [advisory TEXT] "
			  "[comment TEXT]";
		service->type = UMBRA_SERVICE_TYPE_GROUP;
		err = parse_members(c, service);
	} else {
		err = parse_leaf(c, service);
	}
	while (!err && !cursor_at_end(c))
		err = parse_option(c, service, &seen);
	return err ? err : check_options(c, service);
}
