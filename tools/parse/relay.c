// SPDX-License-Identifier: GPL-2.0
/* relay LISTEN:PORT[-PORT] TARGET:PORT TYPE from NETWORK... [options] */
#include "parse/internal.h"

#include <errno.h>
#include <string.h>

#define LISTEN_FORM	"ADDRESS:PORT[-PORT], IPv6 in brackets"
#define TARGET_FORM	"ADDRESS:PORT or DNS-NAME:PORT, IPv6 in brackets"

enum {
	OPTION_TIMEOUT = 1,
	OPTION_LIFETIME,
	OPTION_PROXY_PROTOCOL,
	OPTION_NAME,
	OPTION_COMMENT,
	OPTION_DISABLED,
	OPTION_TIME,
	OPTION_LOG,
};

const struct name names_relay_option[] = {
	{ OPTION_TIMEOUT, "timeout", "idle seconds of a session" },
	{ OPTION_LIFETIME, "lifetime", "seconds that a connection may last" },
	{ OPTION_PROXY_PROTOCOL, "proxy-protocol",
	  "tell the server who the client is" },
	{ OPTION_NAME, "name", "its name" },
	{ OPTION_COMMENT, "comment", "a remark" },
	{ OPTION_DISABLED, "disabled", "as if it were not there" },
	{ OPTION_TIME, "time", "the time class in which it is there" },
	{ OPTION_LOG, "log", "where its packets are logged" },
	{ 0 },
};

static bool is_unspecified(const struct address *a)
{
	static const uint8_t zero[sizeof(a->bytes)];

	return !memcmp(a->bytes, zero, a->len);
}

static int parse_listen(struct cursor *c, struct relay *relay)
{
	const struct token *token = cursor_word(c, "listening address");
	char host[PARSE_END_MAX];
	const char *ports;

	if (!token)
		return -EINVAL;
	if (!parse_end_split(token->text, host, &ports) ||
	    !address_parse(host, &relay->listen))
		return report_error(c->report, c->place,
				    "bad listening address", token->text,
				    LISTEN_FORM);
	if (!ports || !parse_end_ports(ports, &relay->ports))
		return report_error(c->report, c->place, ports ?
				    "bad listening ports" :
				    "no port to listen on", token->text,
				    LISTEN_FORM);
	if (is_unspecified(&relay->listen))
		return report_error(c->report, c->place,
				    "a relay listens on one address",
				    token->text, "an address of the firewall; "
				    "a row for each");
	return 0;
}

static int parse_host(struct cursor *c, const char *word, const char *host,
		      struct relay *relay)
{
	if (!address_parse(host, &relay->target)) {
		if (!parse_is_host_name(host))
			return report_error(c->report, c->place, "bad server",
					    word, TARGET_FORM);
		relay->host = arena_strdup(c->arena, host);
		return relay->host ? 0 : -ENOMEM;
	}
	if (is_unspecified(&relay->target))
		return report_error(c->report, c->place, "bad server", word,
				    TARGET_FORM);
	if (relay->target.len != relay->listen.len)
		return report_error(c->report, c->place,
				    "IPv4 and IPv6 in one relay", word,
				    "a server of the family that it listens "
				    "in");
	return 0;
}

static int parse_target(struct cursor *c, struct relay *relay)
{
	const struct token *token = cursor_word(c, "server");
	char host[PARSE_END_MAX];
	struct port_range range;
	const char *ports;
	int err;

	if (!token)
		return -EINVAL;
	if (!parse_end_split(token->text, host, &ports))
		return report_error(c->report, c->place, "bad server",
				    token->text, TARGET_FORM);
	err = parse_host(c, token->text, host, relay);
	if (err)
		return err;
	if (!ports || !parse_end_ports(ports, &range) ||
	    range.first != range.last)
		return report_error(c->report, c->place, ports ?
				    "bad port of the server" :
				    "no port of the server", token->text,
				    TARGET_FORM "; the port that the first "
				    "one leads to");
	if (range.first + relay->ports.last - relay->ports.first > UINT16_MAX)
		return report_error(c->report, c->place, "the last ports lead "
				    "beyond 65535", token->text,
				    "a lower port, or fewer of them");
	relay->target_port = range.first;
	return 0;
}

static bool at_option(const struct cursor *c)
{
	return !c->at->quoted && name_value(names_relay_option, c->at->text);
}

static int check_from(struct cursor *c, const char **from, unsigned int nr)
{
	unsigned int i;

	if (!strcmp(from[nr], POLICY_FIREWALL))
		return report_error(c->report, c->place,
				    "what the firewall sends itself is not "
				    "relayed", from[nr], "other networks");
	for (i = 0; i < nr; i++)
		if (!strcmp(from[i], from[nr]))
			return report_error(c->report, c->place,
					    "given twice", from[nr], "give it once");
	return 0;
}

static int parse_from(struct cursor *c, struct relay *relay)
{
	const char *from[POLICY_LIST_MAX];
	int err;

	if (!cursor_take(c, "from"))
		return report_error(c->report, c->place, "from expected after",
				    c->at[-1].text, "%s", c->form);
	do {
		if (relay->nr_from == POLICY_LIST_MAX)
			return report_error(c->report, c->place,
					    "too many networks", NULL,
					    "%d, or a network of networks",
					    POLICY_LIST_MAX);
		if (!cursor_at_end(c) && at_option(c))
			return report_error(c->report, c->place,
					    "no network behind from",
					    c->at->text, "%s", c->form);
		err = cursor_name(c, "client network", &from[relay->nr_from]);
		if (!err)
			err = check_from(c, from, relay->nr_from++);
	} while (!err && !cursor_at_end(c) && !at_option(c));
	if (err)
		return err;
	relay->from = arena_memdup(c->arena, from,
				   relay->nr_from * sizeof(*from));
	return relay->from ? 0 : -ENOMEM;
}

static int parse_option(struct cursor *c, struct relay *relay,
			unsigned int *seen)
{
	unsigned int option, value = 0;
	int err = cursor_option(c, "option of a relay", names_relay_option,
				seen, &option);

	if (err)
		return err;
	switch (option) {
	case OPTION_TIMEOUT:
		return cursor_number(c, "timeout", 1, UMBRA_TIMEOUT_MAX,
				     &relay->timeout);
	case OPTION_LIFETIME:
		return cursor_number(c, "lifetime", 1, UMBRA_TIMEOUT_MAX,
				     &relay->lifetime);
	case OPTION_PROXY_PROTOCOL:
		err = cursor_choice(c, "version", names_proxy_protocol,
				    &value);
		relay->proxy_protocol = value;
		return err;
	case OPTION_NAME:
		return parse_row_name(c, &relay->name);
	case OPTION_COMMENT:
		return cursor_text(c, "comment", &relay->comment);
	case OPTION_DISABLED:
		relay->disabled = true;
		return 0;
	case OPTION_LOG:
		return cursor_name(c, "log", &relay->log);
	default:	/* OPTION_TIME */
		return cursor_name(c, "time class", &relay->time);
	}
}

/* Only a tcp-relay has connections of its own; the other types rewrite packets. */
static int check_options(struct cursor *c, const struct relay *relay)
{
	if (relay->type == UMBRA_RELAY_TYPE_TCP_RELAY ||
	    (!relay->lifetime && !relay->proxy_protocol))
		return 0;
	return report_error(c->report, c->place,
			    "an option for tcp-relay only",
			    relay->lifetime ? "lifetime" : "proxy-protocol",
			    "use tcp-relay, or leave the option out");
}

int parse_relay(struct cursor *c, struct relay *relay)
{
	unsigned int type = 0, seen = 0;
	int err;

	c->form = "relay ADDRESS:PORT[-PORT] SERVER:PORT TYPE from "
		  "NETWORK... [options]";
	err = parse_listen(c, relay);
	if (!err)
		err = parse_target(c, relay);
	if (!err)
		err = cursor_choice(c, "relay type", names_relay_type, &type);
	relay->type = type;
	if (!err)
		err = parse_from(c, relay);
	while (!err && !cursor_at_end(c))
		err = parse_option(c, relay, &seen);
	return err ? err : check_options(c, relay);
}
