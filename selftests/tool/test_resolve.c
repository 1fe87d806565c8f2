// SPDX-License-Identifier: GPL-2.0
/*
 * DNS names: resolved, or kept as they were. No name server is asked: localhost is
 * in every machine's own table, and a label of 70 letters is refused before any server is asked.
 */
#include "tap.h"

#include "policy/dns.h"
#include "print/policy.h"
#include "policy/resolve.h"

#include <string.h>

#define LABEL	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"

static const struct address loopback = { 4, { 127, 0, 0, 1 } };
static const struct address elsewhere = { 4, { 10, 9, 8, 7 } };

static void test_localhost(void)
{
	struct resolve how = { 0 };
	struct policy p = { 0 };
	const struct network *n;
	const struct relay *r;
	struct told told;
	bool ok;

	told_open(&told);
	parse_string(&p, "network A 10.0.0.1 eth0 host localhost 10.0.0.2\n"
		     "relay 1.2.3.4:9 localhost:9 tcp-relay from A\n", &told);
	ok = !policy_resolve(&p, &how, &told.report) && how.resolved == 1;
	n = &p.tables[UMBRA_TABLE_NETWORK].row[0].network;
	r = &p.tables[UMBRA_TABLE_RELAY].row[0].relay;
	tap(ok && n->nr_items >= 3 && n->items[1].kind == ITEM_ADDRESS &&
	    address_equal(&n->items[1].first, &loopback) &&
	    !strcmp(n->items[1].host, "localhost"), "a DNS name in a network is resolved");
	tap(ok && address_equal(&r->target, &loopback), "a DNS name in a relay is resolved");
	how = (struct resolve){ .again = true };
	p.tables[UMBRA_TABLE_NETWORK].row[0].changed = false;
	p.tables[UMBRA_TABLE_RELAY].row[0].changed = false;
	ok = !policy_resolve(&p, &how, &told.report);
	tap(ok && !p.tables[UMBRA_TABLE_NETWORK].row[0].changed &&
	    !p.tables[UMBRA_TABLE_RELAY].row[0].changed,
	    "the same DNS answer changes nothing");
	n->items[1].first = elsewhere;
	p.tables[UMBRA_TABLE_RELAY].row[0].relay.target = elsewhere;
	ok = !policy_resolve(&p, &how, &told.report);
	n = &p.tables[UMBRA_TABLE_NETWORK].row[0].network;
	tap(ok && p.tables[UMBRA_TABLE_NETWORK].row[0].changed &&
	    address_equal(&n->items[1].first, &elsewhere) && n->items[1].until &&
	    address_equal(&n->items[2].first, &loopback) && !n->items[2].until &&
	    address_equal(&n->items[2].first, &loopback),
	    "another DNS answer adds its address, and the old address stays for a while");
	tap(ok && !p.tables[UMBRA_TABLE_RELAY].row[0].changed &&
	    address_equal(&r->target, &elsewhere),
	    "a DNS answer does not lead a relay to an address that the kernel would refuse");
	tap(told.report.warnings == 1 && strstr(told_text(&told),
	    "no address that the relay can lead to: 'localhost'"),
	    "a DNS answer that a relay cannot use is warned about");
	policy_free(&p);
	told_close(&told);
}

static void test_unknown(void)
{
	struct resolve how = { 0 };
	struct policy p = { 0 };
	struct told told;

	told_open(&told);
	parse_string(&p, "network A host " LABEL "\n"
		     "relay 1.2.3.4:9 " LABEL ":9 tcp-relay from A\n", &told);
	tap(policy_resolve(&p, &how, &told.report) &&
	    told.report.errors == 2 &&
	    strstr(told_text(&told), "f:1: cannot resolve the DNS name") &&
	    strstr(told_text(&told), "f:2: cannot resolve the DNS name"),
	    "a DNS name that does not resolve is reported with its line");
	policy_free(&p);
	told_close(&told);
}

static int fetch(struct policy *last, void *arg)
{
	struct row *row;

	parse_string(last, "network B host " LABEL "\n", arg);
	row = &last->tables[UMBRA_TABLE_NETWORK].row[0];
	row->network.items[0].kind = ITEM_ADDRESS;
	row->network.items[0].first = elsewhere;
	return 0;
}

static void test_kept(void)
{
	struct resolve how = { .fetch = fetch };
	struct policy p = { 0 };
	struct told told;
	bool ok;

	told_open(&told);
	how.arg = &told;
	parse_string(&p, "network A host " LABEL "\n"
		     "relay 1.2.3.4:9 " LABEL ":9 tcp-relay from A\n", &told);
	ok = !policy_resolve(&p, &how, &told.report) && how.kept == 1;
	tap(ok && address_equal(&p.tables[UMBRA_TABLE_NETWORK].row[0]
				.network.items[0].first, &elsewhere) &&
	    address_equal(&p.tables[UMBRA_TABLE_RELAY].row[0].relay.target,
			  &elsewhere),
	    "a DNS name that does not resolve keeps the address that it had");
	tap(told.report.warnings == 1 &&
	    strstr(told_text(&told), "f:1: warning: cannot resolve"),
	    "a DNS name that does not resolve but keeps its address is warned about once");
	policy_free(&p);
	told_close(&told);

	told_open(&told);
	parse_string(&p, "relay [2001:db8::1]:9 " LABEL ":9 tcp-relay "
		     "from Any\n", &told);
	tap(policy_resolve(&p, &how, &told.report) &&
	    strstr(told_text(&told), "no address of the family"),
	    "a relay gets no address of the other family from a DNS name");
	policy_free(&p);
	told_close(&told);
}

/* How many addresses localhost has when a policy that had one more at @until is asked at @now. */
static unsigned int recalled(uint64_t until, uint64_t now, uint64_t *stays)
{
	struct dns_name *names = NULL, *name;
	struct policy last = { 0 };
	struct told told;
	struct item *item;
	unsigned int nr = 0;

	told_open(&told);
	parse_string(&last, "network A host localhost\n", &told);
	item = &last.tables[UMBRA_TABLE_NETWORK].row[0].network.items[0];
	item->kind = ITEM_ADDRESS;
	item->first = elsewhere;
	item->until = until;
	name = dns_ask(&names, &last.arena, "localhost");
	if (name && !dns_recall(name, &last.arena, &last, now)) {
		nr = name->nr - name->nr_found;
		*stays = nr ? name->addresses[name->nr - 1].until : 0;
	}
	policy_free(&last);
	told_close(&told);
	return nr;
}

static void test_stays(void)
{
	const uint64_t now = 1700000000;
	uint64_t until;

	tap(recalled(0, now, &until) == 1 && until == now + DNS_STAYS,
	    "an address that is missing in a DNS answer stays for an hour");
	tap(recalled(now + 600, now, &until) == 1 && until == now + 600,
	    "the hour of a missing address counts from the first answer without it");
	tap(recalled(now, now, &until) == 0 && recalled(now - 600, now, &until) == 0,
	    "a missing address goes after its hour");
	tap(recalled(now + 10 * DNS_STAYS, now, &until) == 1 && until == now + DNS_STAYS,
	    "a missing address stays for an hour at most, even if the clock was ahead");
}

int main(void)
{
	test_localhost();
	test_unknown();
	test_kept();
	test_stays();
	return tap_end();
}
