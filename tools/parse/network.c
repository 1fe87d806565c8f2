// SPDX-License-Identifier: GPL-2.0
/* network NAME ITEM... [comment TEXT] */
#include "parse/internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ITEM_FORM	"ADDRESS, ADDRESS/PREFIX, FIRST-LAST, network NAME " \
			"or host DNS-NAME"

enum { KEYWORD_NETWORK = 1, KEYWORD_HOST, KEYWORD_COMMENT };

const struct name names_network_keyword[] = {
	{ KEYWORD_NETWORK, "network", "all of another network" },
	{ KEYWORD_HOST, "host", "every address that a DNS name has at load" },
	{ KEYWORD_COMMENT, "comment", "a remark" },
	{ 0 },
};

/*
 * An interface name contains neither a slash nor a colon. One of digits, dots
 * and dashes must be written in quotes, because it looks like an address.
 */
bool parse_looks_like_address(const char *word)
{
	return strpbrk(word, "/:") ||
	       (strchr(word, '.') && isdigit((unsigned char)*word) &&
		!word[strspn(word, "0123456789.-")]);
}

static int refuse_item(struct cursor *c, const char *what, const char *word)
{
	return report_error(c->report, c->place, what, word, ITEM_FORM);
}

static int parse_prefix(struct cursor *c, const char *word,
			const char *length, struct item *item)
{
	struct address masked = item->first;
	unsigned int bits = address_bits(&item->first);
	char text[INET6_ADDRSTRLEN];
	uint32_t prefix_len;

	if (!number_parse(&length, bits, &prefix_len) || *length)
		return report_error(c->report, c->place, "bad prefix length",
				    word, "ADDRESS/0 to ADDRESS/%u", bits);
	address_mask(&masked, prefix_len);
	if (!address_equal(&masked, &item->first))
		return report_error(c->report, c->place,
				    "bits are set behind the prefix", word,
				    "%s/%u, or the address alone",
				    address_print(&masked, text), prefix_len);
	item->kind = ITEM_PREFIX;
	item->prefix_len = prefix_len;
	return 0;
}

static int parse_range(struct cursor *c, const char *word, const char *last,
		       struct item *item)
{
	if (!address_parse(last, &item->last))
		return refuse_item(c, "bad last address", word);
	if (item->first.len != item->last.len)
		return report_error(c->report, c->place,
				    "IPv4 and IPv6 in one range", word,
				    "two addresses of one family");
	if (address_compare(&item->first, &item->last) > 0)
		return report_error(c->report, c->place,
				    "last address below the first", word,
				    "FIRST-LAST");
	item->kind = ITEM_RANGE;
	return 0;
}

/* ADDRESS, ADDRESS/PREFIX or ADDRESS-ADDRESS. */
static int parse_address(struct cursor *c, const char *word, struct item *item)
{
	size_t len = strcspn(word, "/-");
	char first[INET6_ADDRSTRLEN];

	if (len >= sizeof(first))
		return refuse_item(c, "bad address", word);
	memcpy(first, word, len);
	first[len] = '\0';
	if (!address_parse(first, &item->first))
		return refuse_item(c, "bad address", word);
	if (word[len] == '/')
		return parse_prefix(c, word, word + len + 1, item);
	if (word[len] == '-')
		return parse_range(c, word, word + len + 1, item);
	item->kind = ITEM_ADDRESS;
	return 0;
}

/*
 * Letters, digits, dashes, underscores and dots. The last label is not a
 * number, which excludes IPv4 addresses.
 */
bool parse_is_host_name(const char *word)
{
	const char *last = strrchr(word, '.');
	const char *at;

	for (at = word; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("-_.", *at))
			return false;
	last = last && last[1] ? last + 1 : word;
	return isalnum((unsigned char)*word) && !strstr(word, "..") &&
	       strspn(last, "0123456789") < strlen(last) &&
	       strlen(word) <= UMBRA_TEXT_MAX;
}

static int parse_host(struct cursor *c, struct item *item)
{
	const struct token *token = cursor_word(c, "DNS name");

	if (!token)
		return -EINVAL;
	if (!parse_is_host_name(token->text))
		return report_error(c->report, c->place, "bad DNS name",
				    token->text,
				    "host NAME, such as host www.example.org");
	item->kind = ITEM_HOST;
	item->host = token->text;
	return 0;
}

bool parse_is_ifname(const char *word)
{
	return *word && strlen(word) <= UMBRA_IFNAME_MAX &&
	       !word[strcspn(word, "/: \t")] && strcmp(word, ".") &&
	       strcmp(word, "..") && lex_is_printable(word);
}

static int check_ifname(struct cursor *c, const char *word)
{
	if (!parse_is_ifname(word))
		return refuse_item(c, "neither an interface nor an address",
				   word);
	if (cursor_at_end(c) || cursor_is(c, "comment"))
		return report_error(c->report, c->place,
				    "nothing behind the interface", word,
				    "%s " ITEM_FORM, word);
	return 0;
}

/* An item, after the interface that it is bound to, if any. */
static int parse_unbound(struct cursor *c, struct item *item)
{
	if (cursor_take(c, "network")) {
		item->kind = ITEM_NETWORK;
		return cursor_name(c, "network name", &item->network);
	}
	if (cursor_take(c, "host"))
		return parse_host(c, item);
	c->at++;
	return parse_address(c, c->at[-1].text, item);
}

static bool is_unbound(const struct cursor *c)
{
	return cursor_is(c, "network") || cursor_is(c, "host") ||
	       (!c->at->quoted && parse_looks_like_address(c->at->text));
}

static int parse_item(struct cursor *c, struct item *item)
{
	const char *word = c->at->text;
	int err;

	if (is_unbound(c))
		return parse_unbound(c, item);
	c->at++;
	err = check_ifname(c, word);
	if (err)
		return err;
	item->ifname = word;
	if (!is_unbound(c))
		return refuse_item(c, "no address behind the interface",
				   c->at->text);
	return parse_unbound(c, item);
}

int parse_network(struct cursor *c, struct network *network)
{
	struct item items[POLICY_LIST_MAX];
	int err;

	c->form = "network NAME [INTERFACE] " ITEM_FORM " ... [comment TEXT]";
	err = cursor_name(c, "network name", &network->name);
	while (!err && !cursor_at_end(c) && !cursor_is(c, "comment")) {
		if (network->nr_items == POLICY_LIST_MAX)
			return report_error(c->report, c->place,
					    "too many items", NULL,
					    "at most %d a line: put the rest on "
					    "another line of the same name",
					    POLICY_LIST_MAX);
		items[network->nr_items] = (struct item){ 0 };
		err = parse_item(c, &items[network->nr_items++]);
	}
	if (!err && !network->nr_items)
		err = cursor_word(c, "address") ?
		      refuse_item(c, "an address comes first", "comment") :
		      -EINVAL;
	if (!err && cursor_take(c, "comment"))
		err = cursor_text(c, "comment", &network->comment);
	if (!err && !cursor_at_end(c))
		err = refuse_item(c, "nothing may follow a comment",
				  c->at->text);
	if (err)
		return err;
	network->items = arena_memdup(c->arena, items,
				      network->nr_items * sizeof(*items));
	return network->items ? 0 : -ENOMEM;
}
