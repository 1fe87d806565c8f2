// SPDX-License-Identifier: GPL-2.0
/* Rows to netlink and back: nothing is lost, and one row has one encoding. */
#include "tap.h"

#include "check/check.h"
#include "parse/nat_end.h"
#include "print/policy.h"
#include "live/rows.h"

#include <stdlib.h>
#include <string.h>

static const char *const rows[] = {
	"network Inside eth1 192.168.1.0/24 eth1 2001:db8:1::/64",
	"network A 10.0.0.1-10.0.0.9 network B eth0 network C comment \"c\"",
	"network A 0.0.0.0/0 ::/0 ::1",
	"service icq tcp dynamic 1024-65535,1 5190 timeout 7 pickup tcp-window liberal",
	"service quiet udp dynamic any 53 ends silent",
	"service idle tcp dynamic any 53 tcp-probes on",
	"service off any dynamic tcp-probes off",
	"service t tcp dynamic any any advisory \"a\" comment \"b\"",
	"service e icmp packet-filter type 3,4 code 0-3 type 0 type 1 code 0",
	"service e icmpv6 dynamic",
	"service o 0 dynamic",
	"service a any dynamic",
	"service g group s \"two words\" t comment \"b\"",
	"rule Inside Internet icq allow",
	"rule A B s allow name n disabled sessions 4294967295 rate 1 "
	"client-sessions 4294967295 client-rate 2 log l "
	"comment \"c\"",
	"nat Any Any masquerade",
	"nat A eth0:B source 198.51.100.1-198.51.100.4:1024-65535 "
	"endpoint-independent name n disabled comment \"c\"",
	"nat eth0:Any B source [2001:db8::1]:9",
	"nat A eth1:B none",
	"nat A eth0 masquerade ports 5-6",
	"relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from A B lifetime 7 "
	"proxy-protocol v1 log l",
	"relay [2001:db8::1]:1-9 [2001:db8::2]:11 semitransparent-udp-forward "
	"from Any timeout 5 name n disabled comment \"c\"",
	"set ping same-interface",
	"rule A B icq allow name n disabled rate 7 time office comment \"x\"",
	"rule A B icq allow time \"night time\"",
	"relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A timeout 9 name n time office",
	"time office mon-fri 08:00-17:00",
	"time \"night time\" mon,wed,sat-sun 22:00-06:00 comment \"x\"",
	"time t mon-sun 00:00-24:00",
	"time u tue 08:00-12:00 13:00-24:00 sun 23:59-00:00 tue 00:00-00:01",
	"set adopt 0",
	"set tcp-window liberal",
	"set management \"ICQ server\"",
	"set ends silent",
	"set tcp-probes on",
	"set timeout-tcp-probe 15",
	"set stealth Internet",
	"set log-invalid l",
	"log l nflog 65535 prefix \"a b\" rate 4294967295 comment \"c\"",
	"log m nflog 0",
	"log n none",
};

/* With networks A, B and eth0 beside the row, which are removed again. */
static int bind_ends(struct policy *p, struct told *told)
{
	size_t nr = p->tables[UMBRA_TABLE_NETWORK].nr;
	int err;

	if (parse_string(p, "network A ::1\nnetwork B ::1\n"
			 "network eth0 ::1\n", told))
		return -1;
	err = policy_bind_ends(p, &told->report);
	while (p->tables[UMBRA_TABLE_NETWORK].nr > nr)
		policy_remove(p, UMBRA_TABLE_NETWORK, nr);
	return err;
}

/* A row from the kernel has no words, and no networks beside it. */
static void mark_whole(struct row *row)
{
	struct nat_end *ends[] = { &row->nat.from, &row->nat.to };
	int i;

	for (i = 0; row->table == UMBRA_TABLE_NAT && i < 2; i++)
		ends[i]->whole = ends[i]->ifname && !ends[i]->network;
}

static struct nl_msg *encode(const struct row *row)
{
	struct nl_msg *msg = nlmsg_alloc_size(64 * 1024);

	if (!msg || row_put(msg, row))
		abort();
	return msg;
}

static struct unl_reply reply_of(struct nl_msg *msg)
{
	return (struct unl_reply){
		.attrs = nlmsg_data(nlmsg_hdr(msg)),
		.len = nlmsg_datalen(nlmsg_hdr(msg)),
	};
}

static bool same_bytes(struct nl_msg *a, struct nl_msg *b)
{
	struct unl_reply x = reply_of(a), y = reply_of(b);

	return x.len == y.len && !memcmp(x.attrs, y.attrs, x.len);
}

static void test_row(const char *text)
{
	struct policy p = { 0 }, q = { 0 };
	struct nl_msg *msg, *again;
	struct unl_reply reply;
	struct told told;
	struct row row;
	size_t table;
	char *back;
	bool ok;

	told_open(&told);
	if (parse_string(&p, text, &told) || bind_ends(&p, &told))
		abort();
	for (table = 1; !p.tables[table].nr; )
		table++;
	msg = encode(&p.tables[table].row[0]);
	reply = reply_of(msg);
	ok = !row_get(&reply, &q, &row) && row.table == table;
	mark_whole(&row);
	back = print_row_text(&row);
	again = encode(&row);
	tap(ok && !strcmp(back, text) && same_bytes(msg, again),
	    "a row is the same after netlink: %s", text);
	if (strcmp(back, text))
		tap_note("%s", back);
	free(back);
	nlmsg_free(msg);
	nlmsg_free(again);
	policy_free(&p);
	policy_free(&q);
	told_close(&told);
}

/* A name and its addresses are printed as the name. */
static void test_host(void)
{
	struct item items[] = {
		{ .kind = ITEM_ADDRESS, .host = "a.example",
		  .first = { 4, { 10, 0, 0, 1 } } },
		{ .kind = ITEM_ADDRESS, .host = "a.example",
		  .first = { 4, { 10, 0, 0, 2 } } },
		{ .kind = ITEM_ADDRESS, .host = "a.example", .ifname = "eth0",
		  .first = { 4, { 10, 0, 0, 2 } } },
	};
	struct row row = {
		.table = UMBRA_TABLE_NETWORK,
		.network = { "A", items, 3, NULL },
	};
	struct policy p = { 0 };
	struct nl_msg *msg = encode(&row);
	struct unl_reply reply = reply_of(msg);
	struct row back;
	char *text;

	row_get(&reply, &p, &back);
	text = print_row_text(&back);
	tap(back.network.nr_items == 3 && !strcmp(text,
	    "network A host a.example eth0 host a.example"),
	    "the addresses of a DNS name are printed as the name");
	free(text);
	nlmsg_free(msg);
	policy_free(&p);
}

/* Names that another client wrote cannot drive a terminal. */
static void test_strange(void)
{
	struct row row = {
		.table = UMBRA_TABLE_RULE,
		.rule = { .client = "a\033[2J", .server = "\n", .service = "",
			  .action = 77, .comment = "x\ny" },
	};
	char *text = print_row_text(&row);

	tap(!strcmp(text, "rule \"a?[2J\" \"?\" \"\" unknown comment \"x?y\""),
	    "control characters are not printed");
	free(text);
}

/* Random bytes are refused or read, and never read beyond. */
static void test_random(void)
{
	struct policy p = { 0 };
	struct row row;
	unsigned int i, got = 0, at;
	struct nl_msg *msg;

	srandom(2);
	for (i = 0; i < 20000; i++) {
		struct told told;
		struct unl_reply reply;
		size_t table;

		told_open(&told);
		parse_string(&p, rows[i % (sizeof(rows) / sizeof(*rows))],
			     &told);
		bind_ends(&p, &told);
		for (table = 1; !p.tables[table].nr; )
			table++;
		msg = encode(&p.tables[table].row[0]);
		reply = reply_of(msg);
		for (at = 0; at < 4; at++)
			((unsigned char *)reply.attrs)[random() % reply.len] =
				random();
		if (!row_get(&reply, &p, &row)) {
			free(print_row_text(&row));
			got++;
		}
		nlmsg_free(msg);
		policy_free(&p);
		told_close(&told);
	}
	tap(got && got < i,
	    "%u damaged messages are read or refused, %u of them refused", i, i - got);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		test_row(rows[i]);
	test_host();
	test_strange();
	test_random();
	return tap_end();
}
