// SPDX-License-Identifier: GPL-2.0
/*
 * explain - what would happen to a packet, and why: the module judges an imagined packet
 * with the code that judges real ones
 */
#include "base/fwtool.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/nl.h"
#include "out/out.h"
#include "parse/cursor.h"
#include "base/ifname.h"
#include "base/names.h"
#include "parse/words.h"
#include "print/policy.h"
#include "base/proto.h"
#include "live/rows.h"
#include "live/tuple.h"

#define SOURCE_PORT	49152	/* the first dynamic port (RFC 6335) */

/**
 * struct explained - the question and the module's answer
 * @flow: the packet
 * @ifindex: interface where it arrives; 0: the firewall sends it
 * @action: enum umbra_action
 * @reason: enum umbra_reason
 * @way: enum umbra_way
 * @session: id of the session that it belongs to, or 0
 * @rule: id of the row that decides, or 0
 * @relay: id of the relay row that takes it, or 0
 * @nat: id of the nat row that translates it, or 0
 * @oif: interface where it would leave; 0: it does not leave
 * @generation: of the policy that answered
 * @leaves: the packet as the far end would see it; without addresses if the module sent none
 * @gateway: next hop; length 0 when that is the destination
 */
struct explained {
	struct tuple flow;
	uint32_t ifindex;
	uint8_t action;
	uint8_t reason;
	uint8_t way;
	uint64_t session;
	uint32_t rule;
	uint32_t relay;
	uint32_t nat;
	uint32_t oif;
	uint32_t generation;
	struct address gateway;
	struct tuple leaves;
};

static int parse_port(const char *word, const char *ports, const struct tuple *flow,
		      uint16_t otherwise, uint16_t *port)
{
	struct port_range range = { otherwise, otherwise };

	if (!proto_has_ports(flow->protocol))
		return ports ? fw_usage("explain: this protocol has no ports: leave the one of '%s' out", word) :
			       FW_OK;
	if (ports && (!parse_end_ports(ports, &range) || range.first != range.last))
		return fw_usage("explain: bad port in '%s': give one from 1 to 65535", word);
	if (!range.first)
		return fw_usage("explain: '%s' has no port: give ADDRESS:PORT, IPv6 in "
				"brackets", word);
	*port = range.first;
	return FW_OK;
}

static int parse_end(const char *word, const struct tuple *flow, uint16_t port,
		     struct end *end)
{
	char host[PARSE_END_MAX];
	const char *ports;

	if (!parse_end_split(word, host, &ports) || !address_parse(host, &end->address))
		return fw_usage("explain: bad address '%s': ADDRESS[:PORT], IPv6 in brackets "
				"when a port follows", word);
	return parse_port(word, ports, flow, port, &end->port);
}

static int parse_byte(const char *what, const char *word, uint32_t *value)
{
	const char *at = word;

	if (word && number_parse(&at, UINT8_MAX, value) && !*at)
		return FW_OK;
	return fw_usage("explain: bad %s '%s': a number from 0 to 255", what,
			word ? word : "");
}

/* type T [code C] of ICMP; in the request they replace the server's port. */
static int parse_type(char ***words, struct tuple *flow)
{
	uint32_t type = flow->protocol == IPPROTO_ICMP ? 8 : 128, code = 0;
	int ret = FW_OK;

	if (!proto_has_id(flow->protocol))
		return FW_OK;
	if (**words && !strcmp(**words, "type")) {
		ret = parse_byte("type", (*words)[1], &type);
		*words += 2;
		if (!ret && **words && !strcmp(**words, "code")) {
			ret = parse_byte("code", (*words)[1], &code);
			*words += 2;
		}
	}
	flow->destination.port = type * 256 + code;
	return ret;
}

static int parse_interface(char **words, struct explained *e)
{
	if (!*words)
		return FW_OK;
	if (strcmp(*words, "in"))
		return fw_usage("explain: '%s' is not known here: only in INTERFACE may follow", *words);
	if (!words[1])
		return fw_usage("explain: in which interface? Give its name");
	e->ifindex = if_nametoindex(words[1]);
	if (!e->ifindex)
		return fw_usage("explain: there is no interface '%s' now", words[1]);
	if (words[2])
		return fw_usage("explain: one word too many: '%s'", words[2]);
	return FW_OK;
}

static int parse(const struct fw_args *args, struct explained *e)
{
	char **words = args->argv;
	struct tuple *flow = &e->flow;
	int ret;

	if (args->argc < 3)
		return fw_usage("explain: too few words: explain %s", args->command->synopsis);
	if (!proto_parse(words[0], &flow->protocol))
		return fw_usage("explain: unknown protocol '%s': a word such as tcp, or a "
				"number to 255", words[0]);
	ret = parse_end(words[1], flow, SOURCE_PORT, &flow->source);
	if (!ret)
		ret = parse_end(words[2], flow, 0, &flow->destination);
	if (!ret && flow->source.address.len != flow->destination.address.len)
		ret = fw_usage("explain: no packet is IPv4 and IPv6: give two addresses of one family");
	words += 3;
	if (!ret)
		ret = parse_type(&words, flow);
	return ret ? ret : parse_interface(words, e);
}

static void get_address(struct address *address, const struct nlattr *attr)
{
	if (!attr || (nla_len(attr) != 4 && nla_len(attr) != 16))
		return;
	address->len = nla_len(attr);
	memcpy(address->bytes, nla_data(attr), address->len);
}

static int read_answer(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_EXPLAIN_MAX + 1];
	struct explained *e = arg;

	if (nla_parse(tb, UMBRA_A_EXPLAIN_MAX, reply->attrs, reply->len, NULL))
		return -EBADMSG;
	e->action = unl_number(tb[UMBRA_A_EXPLAIN_ACTION]);
	e->reason = unl_number(tb[UMBRA_A_EXPLAIN_REASON]);
	e->way = unl_number(tb[UMBRA_A_EXPLAIN_WAY]);
	e->rule = unl_number(tb[UMBRA_A_EXPLAIN_RULE]);
	e->relay = unl_number(tb[UMBRA_A_EXPLAIN_RELAY]);
	e->nat = unl_number(tb[UMBRA_A_EXPLAIN_NAT]);
	e->oif = unl_number(tb[UMBRA_A_EXPLAIN_OIF]);
	e->generation = unl_number(tb[UMBRA_A_EXPLAIN_GENERATION]);
	e->session = unl_number(tb[UMBRA_A_EXPLAIN_SESSION]);
	get_address(&e->gateway, tb[UMBRA_A_EXPLAIN_GATEWAY]);
	return tuple_read(&e->leaves, tb[UMBRA_A_EXPLAIN_LEAVES]);
}

static int ask(struct fw *fw, struct explained *e)
{
	struct nl_msg *msg = unl_message(fw->nl, UMBRA_CMD_EXPLAIN);

	if (msg) {
		tuple_put(msg, UMBRA_A_EXPLAIN_FLOW, &e->flow);
		if (e->ifindex)
			nla_put_u32(msg, UMBRA_A_EXPLAIN_IFINDEX, e->ifindex);
	}
	return unl_request_reply(fw->nl, msg, read_answer, e);
}

static const struct row *find_row(const struct policy *p, enum umbra_table table, uint32_t id,
				  size_t *position)
{
	const struct row_list *list = &p->tables[table];

	for (*position = 0; *position < list->nr; ++*position)
		if (list->row[*position].seen.id == id)
			return &list->row[*position];
	return NULL;
}

/* Print the row with @id under the name of its table; nothing for id 0. */
static void print_the_row(struct out *out, const struct policy *p, enum umbra_table table,
			  uint32_t id)
{
	const char *key = name_word(names_table, table);
	const struct row *row;
	size_t position;
	char *text;

	if (!id)
		return;
	row = find_row(p, table, id, &position);
	text = row ? print_row_text(row) : NULL;
	out_text(out, key, row ? "%zu, %s" : "gone meanwhile", position + 1, text ? text : "");
	out_object_begin(out, key);
	out_number(out, "id", id);
	if (row) {
		out_number(out, "position", position + 1);
		out_string(out, "name", row_name(row));
		out_string(out, "row", text);
	}
	out_object_end(out);
	free(text);
}

/*
 * A port of 0 is printed as "*", because Umbra has not chosen it yet. An identifier of 0 is
 * printed as "*" only if Umbra chooses it (@chosen), because 0 is also a valid identifier.
 */
static const char *leaves_text(const struct end *end, uint8_t protocol, bool chosen,
			       char text[END_TEXT_MAX])
{
	end_text(end, protocol, text);
	if (!end->port && proto_has_ports(protocol))
		strcpy(strrchr(text, ':') + 1, "*");
	if (!end->port && proto_has_id(protocol) && chosen)
		strcpy(strrchr(text, '#') + 1, "*");
	return text;
}

static void print_tuple(struct out *out, const char *key, const struct tuple *tuple,
			bool chosen, const char *behind)
{
	char protocol[PROTO_TEXT_MAX], source[END_TEXT_MAX], destination[END_TEXT_MAX];
	const char *word = proto_text(tuple->protocol, protocol);

	out_text(out, key, "%s %s > %s%s", word,
		 leaves_text(&tuple->source, tuple->protocol, chosen, source),
		 leaves_text(&tuple->destination, tuple->protocol, chosen, destination), behind);
	out_object_begin(out, key);
	out_string(out, "protocol", word);
	out_object_begin(out, "source");
	end_print(&tuple->source, tuple->protocol, out);
	out_object_end(out);
	out_object_begin(out, "destination");
	end_print(&tuple->destination, tuple->protocol, out);
	out_object_end(out);
	out_object_end(out);
}

static void print_packet(struct out *out, const struct explained *e, const char *ifname)
{
	char behind[64];
	uint16_t type = e->flow.destination.port;
	struct tuple flow = e->flow;

	snprintf(behind, sizeof(behind), ", in %s", ifname);
	if (proto_has_id(flow.protocol)) {
		snprintf(behind, sizeof(behind), ", type %u code %u, in %s", type / 256,
			 type % 256, ifname);
		flow.destination.port = flow.source.port;
	}
	print_tuple(out, "packet", &flow, false, behind);
	if (!out_is_json(out))
		return;
	if (proto_has_id(flow.protocol)) {
		out_number(out, "type", type / 256);
		out_number(out, "code", type % 256);
	}
	out_string(out, "interface", ifname);
}

static void print_route(struct out *out, const struct explained *e, const char *ifname)
{
	char gateway[INET6_ADDRSTRLEN] = "";

	if (e->gateway.len)
		address_print(&e->gateway, gateway);
	if (e->way)
		out_text(out, "route", "%s%s%s%s%s", name_help(names_way, e->way),
			 e->oif ? ", out " : "", e->oif ? ifname : "",
			 e->gateway.len ? " via " : "", gateway);
	if (!out_is_json(out) || !e->way)
		return;
	out_string(out, "way", name_word(names_way, e->way));
	out_object_begin(out, "route");
	out_string(out, "interface", e->oif ? ifname : NULL);
	out_string(out, "gateway", e->gateway.len ? gateway : NULL);
	out_object_end(out);
}

static void print_verdict(struct out *out, const struct explained *e)
{
	const char *action = name_word(names_action, e->action);
	const char *reason = name_word(names_reason, e->reason);
	const char *help = name_help(names_reason, e->reason);

	out_text(out, "verdict", "%s, reason %s: %s", action, reason, help);
	if (!out_is_json(out))
		return;
	out_string(out, "action", action);
	out_string(out, "reason", reason);
	out_string(out, "meaning", help);
	out_number(out, "generation", e->generation);
}

static void print_explained(struct out *out, const struct explained *e,
			    const struct policy *p)
{
	struct ifnames in = { 0 }, oif = { 0 };

	out_record_begin(out, "explain");
	print_packet(out, e, ifname_of(&in, e->ifindex));
	if (e->session)
		out_number(out, "session", e->session);
	else
		out_text(out, "session", "none yet");
	print_the_row(out, p, UMBRA_TABLE_RELAY, e->relay);
	print_the_row(out, p, UMBRA_TABLE_RULE, e->rule);
	print_the_row(out, p, UMBRA_TABLE_NAT, e->nat);
	print_route(out, e, ifname_of(&oif, e->oif));
	if (e->leaves.source.address.len)
		print_tuple(out, "far_end_sees", &e->leaves, e->nat && !e->session, "");
	print_verdict(out, e);
	out_record_end(out);
}

static int run(struct fw *fw, const struct fw_args *args)
{
	struct policy policy = { 0 };
	struct explained e = { 0 };
	int ret;

	ret = parse(args, &e);
	if (!ret)
		ret = fw_connect(fw);
	if (ret)
		return ret;
	if (ask(fw, &e))
		return unl_fail(fw->nl, "cannot explain");
	ret = rows_read(fw, &policy);
	if (!ret)
		print_explained(fw->out, &e, &policy);
	policy_free(&policy);
	return ret;
}

const struct fw_command cmd_explain = {
	.name = "explain",
	.synopsis = "PROTO SOURCE[:PORT] DESTINATION[:PORT] [type T [code C]] [in INTERFACE]",
	.help = "show what would happen to a packet, and why",
	.details =
		"The packet arrives at INTERFACE; without INTERFACE the firewall sends it.\n"
		"Nothing is sent, counted or changed. The default type of an ICMP packet is\n"
		"echo request, the default source port is 49152. A port that is not chosen\n"
		"yet is written *. The exit status is 0 for every verdict:\n"
		"  fwtool explain tcp 192.168.1.10 198.51.100.10:5190 in eth1\n"
		"  fwtool explain icmpv6 2001:db8:1::10 2001:db8:2::10 type 128 in eth1\n",
	.words = "tcp udp icmp icmpv6 sctp udplite gre esp ah type code in",
	.run = run,
};
