// SPDX-License-Identifier: GPL-2.0
/* Policies as a whole: names, cycles, doubles, shadowed rules, advisories. */
#include "tap.h"

#include "check/check.h"
#include "parse/nat_end.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BASE	"network A lo 10.0.0.0/8\nnetwork B network A\n" \
		"service s tcp dynamic any 1\nservice t udp dynamic any 1\n" \
		"service g group s t\n"

static const struct {
	const char *name;
	const char *text;	/* behind BASE, whose last line is 5 */
	const char *told;	/* NULL: nothing */
} cases[] = {
	{ "all is well", "rule A B s allow\nrule B A g discard\n", NULL },
	{ "a network that is not", "rule Intrenet B s allow\n",
	  "f:6: no such network: 'Intrenet'" },
	{ "a guess at it", "network Internet 1.2.3.4\n"
	  "rule A Intrenet s allow\n", "did you mean 'Internet'?" },
	{ "a guess at a built-in one", "rule Firewal B s allow\n",
	  "did you mean 'Firewall'?" },
	{ "a service that is not", "rule A B x allow\n",
	  "f:6: no such service: 'x'" },
	{ "a member that is not", "service h group s y\n",
	  "f:6: no such service: 'y'" },
	{ "a network in a network that is not", "network C network D\n",
	  "f:6: no such network: 'D'" },
	{ "networks in a cycle", "network C network D\nnetwork D network C\n",
	  "contains itself: 'C > D > C'" },
	{ "a network in itself", "network C network C\n",
	  "contains itself: 'C > C'" },
	{ "a cycle behind other rows", "network C network D\n"
	  "network D network E\nnetwork E network D\n", "'D > E > D'" },
	{ "groups in a cycle", "service h group i\nservice i group h s\n",
	  "contains itself: 'i > h > i'" },
	{ "a second service of the name", "service s udp dynamic any 2\n",
	  "f:6: the name is taken: 's': another name; it is that of f:3" },
	{ "a second rule of the name", "rule A B s allow name n\n"
	  "rule A B t allow name n\n", "it is that of f:6" },
	{ "rows of a network add up", "network A 10.0.0.1\n", NULL },
	{ "Any is built in", "network Any 10.0.0.1\n",
	  "f:6: this network is built in: 'Any'" },
	{ "Firewall is built in", "network Firewall 10.0.0.1\n",
	  "built in: 'Firewall'" },
	{ "a limit where no session is", "service p udp packet-filter any 1\n"
	  "rule A B p allow rate 3\n", "f:7: the rule limits sessions, and this service opens none" },
	{ "a client's limit there", "service p udp packet-filter any 1\n"
	  "rule A B p allow client-sessions 3\n", "f:7: the rule limits sessions, and this service opens none" },
	{ "a setting twice", "set ping any\nset ping never\n",
	  "f:7: set twice: 'ping'" },
	{ "an interface that is not", "network C nosuchif 10.0.0.1\n",
	  "no such interface now: 'nosuchif'" },
	{ "a nat row's network", "network N nosuchif 10.0.0.1\n"
	  "nat N Any none\nnat lo:N lo:Any none\n", "no such interface" },
	{ "a nat row's words that are nothing", "nat a/b lo none\n",
	  "f:6: neither a network nor an interface: 'a/b'" },
	{ "a nat row's network behind its interface", "nat lo:Q lo none\n",
	  "f:6: no such network: 'Q'" },
	{ "a guess at a nat row's network", "network Inside lo 10.1.1.1\n"
	  "nat Inside/ lo none\n", "did you mean 'Inside'?" },
	{ "an interface and Firewall", "nat lo:Firewall lo none\n",
	  "f:6: what the firewall sends itself is not translated" },
	{ "nothing behind the interface", "nat lo: lo none\n",
	  "neither a network nor an interface: 'lo:'" },
	{ "a second nat row of the name", "nat A lo none name n\n"
	  "nat B lo none name n\n", "it is that of f:6" },
	{ "a rule to a group that is discarded", "network M 224.0.0.18 ff02::12\n"
	  "rule A M s allow\n",
	  "f:7: warning: the rule is never asked about multicasts: 'M': the "
	  "setting discards them first: set multicast judge" },
	{ "a rule to a group that is judged", "network M 224.0.0.0/4\n"
	  "set multicast judge\nrule A M s allow\n", NULL },
	{ "a rule that discards what goes to a group", "network M 224.0.0.18\n"
	  "rule A M s discard\n", NULL },
	{ "a rule to groups and others", "network M 224.0.0.18 10.1.1.1\n"
	  "rule A M s allow\n", NULL },
	{ "a rule to a group that a nat row has", "network In 192.168.0.0/16 239.0.0.0/8\n"
	  "network M 239.0.0.0/8\nset multicast judge\n"
	  "nat In A masquerade\nrule A M s allow\n", NULL },
	{ "a rule of a time", "time T mon 08:00-17:00\n"
	  "rule A B s allow time T\nrule A B s discard\n", NULL },
	{ "a time class that is not", "rule A B s allow time noon\n",
	  "f:6: no such time class: 'noon'" },
	{ "a guess at it", "time office mon 08:00-17:00\n"
	  "rule A B s allow time offcie\n", "did you mean 'office'?" },
	{ "what no relay listens on", "relay 224.0.0.1:9 10.0.0.1:9 udp-relay from A\n",
	  "f:6: no relay listens there: '224.0.0.1': an address of the firewall's own; this is a "
	  "multicast address" },
	{ "what no relay listens on, in a disabled row", "relay 127.0.0.1:9 10.0.0.1:9 udp-relay from A disabled\n",
	  "f:6: no relay listens there: '127.0.0.1'" },
	{ "where no relay leads", "relay 192.0.2.1:9 127.0.0.1:9 udp-relay from A\n",
	  "f:6: no relay leads there: '127.0.0.1': the server's own address; this is a loopback" },
	{ "a relay to itself", "relay 192.0.2.1:9 192.0.2.1:10 udp-relay from A\n",
	  "f:6: the relay leads to where it listens: '192.0.2.1'" },
	{ "a tcp-relay of too many ports", "relay 192.0.2.1:1-1025 10.0.0.1:1 tcp-relay from A\n",
	  "f:6: too many ports for a tcp-relay: '192.0.2.1:1-1025': 1024 at most" },
	{ "a forward of as many", "relay 192.0.2.1:1-1025 10.0.0.1:1 tcp-forward from A\n"
	  "relay 192.0.2.2:1-1024 10.0.0.1:1 tcp-relay from A\n", NULL },
	{ "an IPv4 address in IPv6 dress", "network M ::ffff:192.0.2.1\n",
	  "f:6: warning: no packet has such an address: '::ffff:192.0.2.1': IPv4 addresses are "
	  "written without ::ffff:" },
	{ "a prefix of such", "network M ::ffff:192.0.2.0/120\n", "f:6: warning: no packet" },
	{ "a range of such", "network M ::ffff:192.0.2.0-::ffff:192.0.2.9\n",
	  "f:6: warning: no packet" },
	{ "a prefix around such", "network M ::/64 ::/0 ::1-2001:db8::1\n", NULL },
	{ "a relay's time class", "relay 192.0.2.1:9 10.0.0.1:9 udp-relay "
	  "from A time noon\n", "f:6: no such time class: 'noon'" },
	{ "a second time class of the name", "time T mon 08:00-17:00\n"
	  "time T tue 08:00-17:00\n", "it is that of f:6" },
	{ "two relays in one place at different times",
	  "time T mon 08:00-12:00\ntime U mon 12:00-17:00\n"
	  "relay 192.0.2.1:9 10.0.0.1:9 udp-relay from A time T\n"
	  "relay 192.0.2.1:9 10.0.0.2:9 udp-relay from A time U\n",
	  "f:9: two relays listen there: '192.0.2.1:9'" },
	{ "a relay's networks", "relay 192.0.2.1:9 10.0.0.1:9 udp-relay "
	  "from A Q\n", "f:6: no such network: 'Q'" },
	{ "a second relay of the name", "relay 192.0.2.1:9 10.0.0.1:9 "
	  "udp-relay from A name n\nrelay 192.0.2.1:8 10.0.0.1:9 udp-relay "
	  "from A name n\n", "it is that of f:6" },
	{ "two relays in one place", "relay 192.0.2.1:5-9 10.0.0.1:5 "
	  "udp-relay from A\nrelay 192.0.2.1:9 10.0.0.1:9 udp-forward "
	  "from A\n", "f:7: two relays listen there: '192.0.2.1:9'" },
	{ "a wide relay and one within, behind another",
	  "relay 192.0.2.1:1-9 10.0.0.1:1 tcp-forward from A\n"
	  "relay 192.0.2.1:30 10.0.0.1:3 tcp-forward from A\n"
	  "relay 192.0.2.1:4 10.0.0.1:3 tcp-relay from A\n",
	  "f:8: two relays listen there: '192.0.2.1:4': another address or "
	  "port; relay 1" },
	{ "not TCP beside UDP, and not a disabled one",
	  "relay 192.0.2.1:9 10.0.0.1:9 udp-relay from A\n"
	  "relay 192.0.2.1:9 10.0.0.1:9 tcp-relay from A\n"
	  "relay 192.0.2.1:9 10.0.0.1:9 tcp-relay from A disabled\n"
	  "relay 192.0.2.2:9 10.0.0.1:9 tcp-relay from A\n", NULL },
	{ "a nat row twice", "nat A lo masquerade\nnat A lo masquerade\n",
	  "f:7: warning: this nat row never applies: 'nat A lo masquerade': "
	  "nat row 1 takes all" },
	{ "a nat row behind one of a wider network", "nat B lo masquerade\n"
	  "nat A lo source 1.2.3.4\n", "nat row 1 takes all of it" },
	{ "a nat row behind one of a wider range", "network N 10.1.0.0/16\n"
	  "network W 10.0.0.0/8\nnat W Any none\nnat N lo masquerade\n",
	  "f:9: warning: this nat row never applies" },
	{ "a nat row behind one of its network's interface",
	  "network N lo 10.1.1.1\nnat A lo masquerade\n"
	  "nat lo:A N none\nnat A N source 1.2.3.4\n",
	  "f:9: warning: this nat row never applies" },
	{ "not behind one of a narrower network", "network N lo 10.1.0.0/16\n"
	  "nat N lo none\nnat A lo masquerade\n", NULL },
	{ "not behind one of a bound network", "network N 10.1.0.0/16\n"
	  "nat A lo none\nnat N lo masquerade\n", NULL },
	{ "not behind one of the other family", "network S ::/0 0.0.0.0/0\n"
	  "nat S lo masquerade\nnat S lo source 2001:db8::1\n", NULL },
	{ "not behind a disabled nat row", "nat A lo none disabled\n"
	  "nat A lo masquerade\n", NULL },
	{ "a nat row's interface that is not", "nat A nosuchif masquerade\n",
	  "f:6: warning: neither a network nor an interface that there is "
	  "now: 'nosuchif'" },
	{ "a nat row of the other family", "nat A lo source 2001:db8::1\n",
	  "f:6: the network has no address of the family that is "
	  "translated: 'A': a network with IPv6 addresses" },
	{ "IPv6 masquerades as nothing", "network S 2001:db8::/64\n"
	  "nat S lo masquerade\n", "or source with IPv6 ones" },
	{ "a nat row's network on another interface",
	  "nat nosuchif:A lo none\n", "f:6: nothing of the network is bound" },
	{ "a rule to a translated server", "network In eth7 192.168.1.0/24\n"
	  "network Srv 192.168.1.17\nnetwork Out lo 0.0.0.0/0\n"
	  "nat In lo masquerade\nrule Out Srv s allow\n",
	  "f:10: warning: these clients do not see the server's own "
	  "addresses: 'Out Srv s': nat row 1" },
	{ "a rule to the translated network, all of it",
	  "network In eth7 192.168.1.0/24\nnetwork Out lo 0.0.0.0/0\n"
	  "nat Any lo masquerade\nrule Out In s allow\n",
	  "f:9: warning: these clients do not see" },
	{ "not when it is left alone", "network In lo 192.168.1.0/24\n"
	  "network Srv 192.168.1.17\nnetwork Out lo 198.51.100.0/24\n"
	  "nat Srv Out none\nnat In Out masquerade\n"
	  "rule Out Srv s allow\n", NULL },
	{ "not within the translated network", "network Srv 10.1.1.1\n"
	  "network C 10.1.0.0/16\nnat A lo masquerade\n"
	  "rule C Srv s allow\n", NULL },
	{ "not the way out", "network Out lo 198.51.100.0/24\n"
	  "nat A Out masquerade\nrule A Out s allow\n", NULL },
	{ "a rule twice", "rule A B s allow\nrule A B s reject\n",
	  "f:7: warning: this rule is never reached: 'A B s': rule 1" },
	{ "a rule behind one of a group", "rule A B g allow\n"
	  "rule A B t reject\n", "rule 1 takes all of it" },
	{ "a rule behind one of Any", "rule Any Any s allow\n"
	  "rule A Firewall s reject\n", "rule 1 takes all of it" },
	{ "a rule behind one of a wider network", "rule B B s allow\n"
	  "rule A A s reject\n", "rule 1 takes all of it" },
	{ "not behind one of a narrower network", "rule A A s allow\n"
	  "rule B B s reject\n", NULL },
	{ "not behind a bound network", "network C lo network B\n"
	  "rule C C s allow\nrule B B s reject\n", NULL },
	{ "not behind a disabled rule", "rule A B s allow disabled\n"
	  "rule A B s reject\n", NULL },
	{ "not behind a later rule", "rule A B s allow\nrule A B g allow\n",
	  NULL },
};

static void test_case(const char *name, const char *rows, const char *expected)
{
	struct policy p = { 0 };
	const char *seen;
	char text[1024];
	struct told told;
	bool ok;
	int err;

	snprintf(text, sizeof(text), BASE "%s", rows);
	told_open(&told);
	ok = !parse_string(&p, text, &told);
	err = policy_bind_ends(&p, &told.report);
	if (!err)
		err = policy_check(&p, &told.report);
	seen = told_text(&told);
	ok = ok && (expected ? !!strstr(seen, expected) : !*seen);
	ok = ok && !err == !told.report.errors;
	tap(ok, "%s", name);
	if (!ok)
		tap_note("%d: %s", err, seen);
	policy_free(&p);
	told_close(&told);
}

/* "RULE SERVICE " for each advisory. */
static void note_advisory(size_t rule, const struct service *service,
			  void *arg)
{
	char *text = arg;

	sprintf(text + strlen(text), "%zu %s ", rule, service->name);
}

static void test_advisories(void)
{
	struct policy p = { 0 };
	char seen[200] = "";
	struct told told;

	told_open(&told);
	parse_string(&p, BASE "service q tcp dynamic any 2 advisory \"q\"\n"
		     "service h group q s q\nservice i group h q advisory i\n"
		     "rule A B q allow\nrule A B i allow\nrule A B q reject\n"
		     "rule A B q allow disabled\n", &told);
	tap(!policy_advisories(&p, note_advisory, seen) &&
	    !strcmp(seen, "0 q 1 i 1 q "), "advisories, through groups");
	policy_free(&p);
	told_close(&told);
}

/* A chain as deep as the policy is long needs no deep stack and no long time. */
static void test_deep(void)
{
	enum { DEEP = 20000 };
	char *text = malloc(DEEP * 40), *at = text;
	struct policy p = { 0 };
	struct told told;
	int i;

	for (i = 0; i < DEEP; i++)
		at += sprintf(at, "network n%d network n%d\n", i, i + 1);
	sprintf(at, "network n%d 10.0.0.1\n", DEEP);
	told_open(&told);
	parse_string(&p, text, &told);
	tap(!policy_check(&p, &told.report), "%d networks deep", DEEP);
	policy_free(&p);
	sprintf(at, "network n%d network n0\n", DEEP);
	parse_string(&p, text, &told);
	tap(policy_check(&p, &told.report) == -EINVAL &&
	    strstr(told_text(&told), "contains itself"), "%d in a cycle",
	    DEEP);
	policy_free(&p);
	told_close(&told);
	free(text);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_case(cases[i].name, cases[i].text, cases[i].told);
	test_advisories();
	test_deep();
	return tap_end();
}
