// SPDX-License-Identifier: GPL-2.0
/*
 * nat FROM TO masquerade [ports PORT-PORT] [endpoint-independent] [options]
 * nat FROM TO source ADDRESS[-ADDRESS][:PORT[-PORT]] [endpoint-independent] [options]
 * nat FROM TO none [options]
 */
#include "parse/internal.h"

#include <errno.h>
#include <string.h>

#define SOURCE_FORM	"ADDRESS[-ADDRESS][:PORT[-PORT]], IPv6 in brackets " \
			"when ports follow"
#define WORD_MAX	(UMBRA_IFNAME_MAX + 1 + UMBRA_NAME_MAX)

enum {
	OPTION_PORTS = 1,
	OPTION_ENDPOINT_INDEPENDENT,
	OPTION_NAME,
	OPTION_COMMENT,
	OPTION_DISABLED,
	OPTION_TIME,
};

const struct name names_nat_option[] = {
	{ OPTION_PORTS, "ports", "outside ports of a masquerade" },
	{ OPTION_ENDPOINT_INDEPENDENT, "endpoint-independent",
	  "one outside port per inside socket" },
	{ OPTION_NAME, "name", "its name" },
	{ OPTION_COMMENT, "comment", "a remark" },
	{ OPTION_DISABLED, "disabled", "as if it were not there" },
	{ OPTION_TIME, "time", PARSE_LATER },
	{ 0 },
};

/* Keep the word for policy_bind_ends(): its meaning depends on all networks. */
static int parse_nat_end(struct cursor *c, const char *what,
			 struct nat_end *end)
{
	const struct token *token = cursor_word(c, what);

	if (!token)
		return -EINVAL;
	if (!strcmp(token->text, POLICY_FIREWALL))
		return report_error(c->report, c->place, "what the firewall "
				    "sends itself is not translated",
				    token->text, "INTERFACE, NETWORK, "
				    "INTERFACE:NETWORK or Any");
	if (!*token->text || strlen(token->text) > WORD_MAX ||
	    !lex_is_printable(token->text))
		return report_error(c->report, c->place, "neither a network "
				    "nor an interface", token->text,
				    "INTERFACE, NETWORK, INTERFACE:NETWORK "
				    "or Any");
	if (strcmp(token->text, POLICY_ANY))
		end->word = token->text;
	return 0;
}

static int refuse_source(struct cursor *c, const char *what, const char *word)
{
	return report_error(c->report, c->place, what, word, SOURCE_FORM);
}

/* ADDRESS or ADDRESS-ADDRESS. */
static int parse_pool(struct cursor *c, const char *word, char *host,
		      struct nat *nat)
{
	char *dash = strchr(host, '-');

	if (dash)
		*dash++ = '\0';
	if (!address_parse(host, &nat->first))
		return refuse_source(c, "bad address", word);
	if (!dash)
		return 0;
	if (!address_parse(dash, &nat->last))
		return refuse_source(c, "bad last address", word);
	if (nat->first.len != nat->last.len)
		return refuse_source(c, "IPv4 and IPv6 in one range", word);
	if (address_compare(&nat->first, &nat->last) > 0)
		return refuse_source(c, "last address below the first", word);
	if (address_equal(&nat->first, &nat->last))
		nat->last.len = 0;
	return 0;
}

static int parse_source(struct cursor *c, struct nat *nat)
{
	const struct token *token = cursor_word(c, "outside address");
	char host[PARSE_END_MAX];
	const char *ports;
	int err;

	if (!token)
		return -EINVAL;
	if (!parse_end_split(token->text, host, &ports))
		return refuse_source(c, "bad address", token->text);
	err = parse_pool(c, token->text, host, nat);
	if (err || !ports)
		return err;
	return parse_end_ports(ports, &nat->ports) ? 0 :
	       refuse_source(c, "bad ports", token->text);
}

static int parse_ports(struct cursor *c, struct nat *nat)
{
	const struct token *token = cursor_word(c, "ports");

	if (!token)
		return -EINVAL;
	if (nat->type == UMBRA_NAT_TYPE_SOURCE)
		return report_error(c->report, c->place, "ports of a source "
				    "row stand behind its address",
				    token->text, "source " SOURCE_FORM);
	return parse_end_ports(token->text, &nat->ports) ? 0 :
	       report_error(c->report, c->place, "bad ports", token->text,
			    "PORT-PORT, from 1 to 65535");
}

static int parse_option(struct cursor *c, struct nat *nat, unsigned int *seen)
{
	unsigned int option;
	int err = cursor_option(c, "option of a nat row", names_nat_option,
				seen, &option);

	if (err)
		return err;
	switch (option) {
	case OPTION_PORTS:
		return parse_ports(c, nat);
	case OPTION_ENDPOINT_INDEPENDENT:
		nat->endpoint_independent = true;
		return 0;
	case OPTION_NAME:
		return parse_row_name(c, &nat->name);
	case OPTION_COMMENT:
		return cursor_text(c, "comment", &nat->comment);
	case OPTION_DISABLED:
		nat->disabled = true;
		return 0;
	default:
		return parse_later(c, "leave it out");
	}
}

int parse_nat(struct cursor *c, struct nat *nat)
{
	unsigned int type = 0, seen = 0;
	int err;

	c->form = "nat FROM TO masquerade|none|source ADDRESS[-ADDRESS]"
		  "[:PORT[-PORT]] [options]";
	err = parse_nat_end(c, "FROM", &nat->from);
	if (!err)
		err = parse_nat_end(c, "TO", &nat->to);
	if (!err)
		err = cursor_choice(c, "kind of translation", names_nat_type,
				    &type);
	nat->type = type;
	if (!err && type == UMBRA_NAT_TYPE_SOURCE)
		err = parse_source(c, nat);
	while (!err && !cursor_at_end(c))
		err = parse_option(c, nat, &seen);
	if (!err && type == UMBRA_NAT_TYPE_NONE &&
	    (nat->ports.last || nat->endpoint_independent))
		err = report_error(c->report, c->place,
				   "only what is translated has outside ports",
				   nat->ports.last ? "ports" :
				   "endpoint-independent",
				   "leave this option out");
	return err;
}
