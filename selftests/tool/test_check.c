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
	{ "a correct policy", "rule A B s allow\nrule B A g discard\n", NULL },
	{ "a network that does not exist", "rule Intrenet B s allow\n",
	  "f:6: no such network: 'Intrenet'" },
	{ "a guess at a network's name", "network Internet 1.2.3.4\n"
	  "rule A Intrenet s allow\n", "did you mean 'Internet'?" },
	{ "a guess at the name of a built-in network", "rule Firewal B s allow\n",
	  "did you mean 'Firewall'?" },
	{ "a service that does not exist", "rule A B x allow\n",
	  "f:6: no such service: 'x'" },
	{ "a group's member that does not exist", "service h group s y\n",
	  "f:6: no such service: 'y'" },
	{ "a network that contains one that does not exist", "network C network D\n",
	  "f:6: no such network: 'D'" },
	{ "two networks that contain each other", "network C network D\nnetwork D network C\n",
	  "contains itself: 'C > D > C'" },
	{ "a network that contains itself", "network C network C\n",
	  "contains itself: 'C > C'" },
	{ "a network that leads into a cycle of others", "network C network D\n"
	  "network D network E\nnetwork E network D\n", "'D > E > D'" },
	{ "two groups that contain each other", "service h group i\nservice i group h s\n",
	  "contains itself: 'i > h > i'" },
	{ "two services of one name", "service s udp dynamic any 2\n",
	  "f:6: the name is taken: 's': f:3 has it: choose another name" },
	{ "two rules of one name", "rule A B s allow name n\n"
	  "rule A B t allow name n\n", "f:6 has it: choose another name" },
	{ "two rows of one network", "network A 10.0.0.1\n", NULL },
	{ "a row for the built-in network Any", "network Any 10.0.0.1\n",
	  "f:6: this network is built in: 'Any'" },
	{ "a row for the built-in network Firewall", "network Firewall 10.0.0.1\n",
	  "built in: 'Firewall'" },
	{ "a limit in a rule whose service opens no sessions", "service p udp packet-filter any 1\n"
	  "rule A B p allow rate 3\n", "f:7: the rule limits sessions, and this service opens none" },
	{ "a client's limit in a rule whose service opens no sessions",
	  "service p udp packet-filter any 1\n"
	  "rule A B p allow client-sessions 3\n", "f:7: the rule limits sessions, and this service opens none" },
	{ "a setting that is set twice", "set ping any\nset ping never\n",
	  "f:7: set twice: 'ping'" },
	{ "a network's interface that does not exist", "network C nosuchif 10.0.0.1\n",
	  "no such interface now: 'nosuchif'" },
	{ "a nat row's network on an interface that does not exist", "network N nosuchif 10.0.0.1\n"
	  "nat N Any none\nnat lo:N lo:Any none\n", "no such interface" },
	{ "a nat row's end that is neither a network nor an interface", "nat a/b lo none\n",
	  "f:6: neither a network nor an interface: 'a/b'" },
	{ "a nat row's network that does not exist, behind an interface", "nat lo:Q lo none\n",
	  "f:6: no such network: 'Q'" },
	{ "a guess at a nat row's network", "network Inside lo 10.1.1.1\n"
	  "nat Inside/ lo none\n", "did you mean 'Inside'?" },
	{ "a nat row from an interface and Firewall", "nat lo:Firewall lo none\n",
	  "f:6: what the firewall sends itself is not translated" },
	{ "a nat row's interface with nothing behind its colon", "nat lo: lo none\n",
	  "neither a network nor an interface: 'lo:'" },
	{ "two nat rows of one name", "nat A lo none name n\n"
	  "nat B lo none name n\n", "f:6 has it: choose another name" },
	{ "a rule to a multicast group that the setting discards", "network M 224.0.0.18 ff02::12\n"
	  "rule A M s allow\n",
	  "f:7: warning: the rule is never asked about multicasts: 'M': the "
	  "setting discards them first: set multicast judge" },
	{ "a rule to a multicast group that the setting judges", "network M 224.0.0.0/4\n"
	  "set multicast judge\nrule A M s allow\n", NULL },
	{ "a rule that discards packets to a multicast group", "network M 224.0.0.18\n"
	  "rule A M s discard\n", NULL },
	{ "a rule to multicast groups and other addresses", "network M 224.0.0.18 10.1.1.1\n"
	  "rule A M s allow\n", NULL },
	{ "a rule to a multicast group in a nat row's network",
	  "network In 192.168.0.0/16 239.0.0.0/8\n"
	  "network M 239.0.0.0/8\nset multicast judge\n"
	  "nat In A masquerade\nrule A M s allow\n", NULL },
	{ "a rule with a time class before one that refuses the same", "time T mon 08:00-17:00\n"
	  "rule A B s allow time T\nrule A B s discard\n", NULL },
	{ "a time class that does not exist", "rule A B s allow time noon\n",
	  "f:6: no such time class: 'noon'" },
	{ "a guess at a time class's name", "time office mon 08:00-17:00\n"
	  "rule A B s allow time offcie\n", "did you mean 'office'?" },
	{ "a relay that listens on a multicast address",
	  "relay 224.0.0.1:9 10.0.0.1:9 udp-relay from A\n",
	  "f:6: no relay listens there: '224.0.0.1': an address of the firewall's own; this is a "
	  "multicast address" },
	{ "a disabled relay that listens on a loopback address",
	  "relay 127.0.0.1:9 10.0.0.1:9 udp-relay from A disabled\n",
	  "f:6: no relay listens there: '127.0.0.1'" },
	{ "a relay that leads to a loopback address",
	  "relay 192.0.2.1:9 127.0.0.1:9 udp-relay from A\n",
	  "f:6: no relay leads there: '127.0.0.1': the server's own address; this is a loopback" },
	{ "a relay that leads to its own address",
	  "relay 192.0.2.1:9 192.0.2.1:10 udp-relay from A\n",
	  "f:6: the relay leads to where it listens: '192.0.2.1'" },
	{ "a tcp-relay of too many ports", "relay 192.0.2.1:1-1025 10.0.0.1:1 tcp-relay from A\n",
	  "f:6: too many ports for a tcp-relay: '192.0.2.1:1-1025': 1024 at most" },
	{ "a tcp-forward of 1,025 ports and a tcp-relay of 1,024",
	  "relay 192.0.2.1:1-1025 10.0.0.1:1 tcp-forward from A\n"
	  "relay 192.0.2.2:1-1024 10.0.0.1:1 tcp-relay from A\n", NULL },
	{ "an IPv4-mapped IPv6 address", "network M ::ffff:192.0.2.1\n",
	  "f:6: warning: no packet has such an address: '::ffff:192.0.2.1': IPv4 addresses are "
	  "written without ::ffff:" },
	{ "a prefix of IPv4-mapped IPv6 addresses",
	  "network M ::ffff:192.0.2.0/120\n", "f:6: warning: no packet" },
	{ "a range of IPv4-mapped IPv6 addresses", "network M ::ffff:192.0.2.0-::ffff:192.0.2.9\n",
	  "f:6: warning: no packet" },
	{ "prefixes and ranges wider than the IPv4-mapped IPv6 addresses",
	  "network M ::/64 ::/0 ::1-2001:db8::1\n", NULL },
	{ "a relay's time class that does not exist", "relay 192.0.2.1:9 10.0.0.1:9 udp-relay "
	  "from A time noon\n", "f:6: no such time class: 'noon'" },
	{ "two time classes of one name", "time T mon 08:00-17:00\n"
	  "time T tue 08:00-17:00\n", "f:6 has it: choose another name" },
	{ "two relays that listen on one port at different times",
	  "time T mon 08:00-12:00\ntime U mon 12:00-17:00\n"
	  "relay 192.0.2.1:9 10.0.0.1:9 udp-relay from A time T\n"
	  "relay 192.0.2.1:9 10.0.0.2:9 udp-relay from A time U\n",
	  "f:9: two relays listen there: '192.0.2.1:9'" },
	{ "a relay's network that does not exist", "relay 192.0.2.1:9 10.0.0.1:9 udp-relay "
	  "from A Q\n", "f:6: no such network: 'Q'" },
	{ "two relays of one name", "relay 192.0.2.1:9 10.0.0.1:9 "
	  "udp-relay from A name n\nrelay 192.0.2.1:8 10.0.0.1:9 udp-relay "
	  "from A name n\n", "f:6 has it: choose another name" },
	{ "two relays that listen on one port", "relay 192.0.2.1:5-9 10.0.0.1:5 "
	  "udp-relay from A\nrelay 192.0.2.1:9 10.0.0.1:9 udp-forward "
	  "from A\n", "f:7: two relays listen there: '192.0.2.1:9'" },
	{ "a relay of many ports and a later one on one of these ports",
	  "relay 192.0.2.1:1-9 10.0.0.1:1 tcp-forward from A\n"
	  "relay 192.0.2.1:30 10.0.0.1:3 tcp-forward from A\n"
	  "relay 192.0.2.1:4 10.0.0.1:3 tcp-relay from A\n",
	  "f:8: two relays listen there: '192.0.2.1:4': another address or "
	  "port; relay 1" },
	{ "relays of TCP and UDP and a disabled relay on one port",
	  "relay 192.0.2.1:9 10.0.0.1:9 udp-relay from A\n"
	  "relay 192.0.2.1:9 10.0.0.1:9 tcp-relay from A\n"
	  "relay 192.0.2.1:9 10.0.0.1:9 tcp-relay from A disabled\n"
	  "relay 192.0.2.2:9 10.0.0.1:9 tcp-relay from A\n", NULL },
	{ "two equal nat rows", "nat A lo masquerade\nnat A lo masquerade\n",
	  "f:7: warning: this nat row never applies: 'nat A lo masquerade': "
	  "nat row 1 takes all" },
	{ "a nat row behind one for a wider network", "nat B lo masquerade\n"
	  "nat A lo source 1.2.3.4\n", "nat row 1 takes all of it" },
	{ "a nat row behind one for a wider range of addresses", "network N 10.1.0.0/16\n"
	  "network W 10.0.0.0/8\nnat W Any none\nnat N lo masquerade\n",
	  "f:9: warning: this nat row never applies" },
	{ "a nat row behind one for its network's interface",
	  "network N lo 10.1.1.1\nnat A lo masquerade\n"
	  "nat lo:A N none\nnat A N source 1.2.3.4\n",
	  "f:9: warning: this nat row never applies" },
	{ "a nat row behind one for a narrower network", "network N lo 10.1.0.0/16\n"
	  "nat N lo none\nnat A lo masquerade\n", NULL },
	{ "a nat row behind one for a bound network", "network N 10.1.0.0/16\n"
	  "nat A lo none\nnat N lo masquerade\n", NULL },
	{ "a nat row behind one of the other family", "network S ::/0 0.0.0.0/0\n"
	  "nat S lo masquerade\nnat S lo source 2001:db8::1\n", NULL },
	{ "a nat row behind a disabled one", "nat A lo none disabled\n"
	  "nat A lo masquerade\n", NULL },
	{ "a nat row's interface that does not exist", "nat A nosuchif masquerade\n",
	  "f:6: warning: neither a network nor an interface that there is "
	  "now: 'nosuchif'" },
	{ "a nat row that translates IPv4 to IPv6", "nat A lo source 2001:db8::1\n",
	  "f:6: the network has no address of the family that is "
	  "translated: 'A': a network with IPv6 addresses" },
	{ "a nat row that masquerades IPv6", "network S 2001:db8::/64\n"
	  "nat S lo masquerade\n", "or source with IPv6 ones" },
	{ "a nat row's network that is bound to another interface",
	  "nat nosuchif:A lo none\n", "f:6: nothing of the network is bound" },
	{ "a rule to a server that a nat row translates", "network In eth7 192.168.1.0/24\n"
	  "network Srv 192.168.1.17\nnetwork Out lo 0.0.0.0/0\n"
	  "nat In lo masquerade\nrule Out Srv s allow\n",
	  "f:10: warning: these clients do not see the server's own "
	  "addresses: 'Out Srv s': nat row 1" },
	{ "a rule to all of a network that a nat row translates",
	  "network In eth7 192.168.1.0/24\nnetwork Out lo 0.0.0.0/0\n"
	  "nat Any lo masquerade\nrule Out In s allow\n",
	  "f:9: warning: these clients do not see" },
	{ "a rule to a server that a nat row leaves untranslated", "network In lo 192.168.1.0/24\n"
	  "network Srv 192.168.1.17\nnetwork Out lo 198.51.100.0/24\n"
	  "nat Srv Out none\nnat In Out masquerade\n"
	  "rule Out Srv s allow\n", NULL },
	{ "a rule within a network that a nat row translates", "network Srv 10.1.1.1\n"
	  "network C 10.1.0.0/16\nnat A lo masquerade\n"
	  "rule C Srv s allow\n", NULL },
	{ "a rule from a network that a nat row translates", "network Out lo 198.51.100.0/24\n"
	  "nat A Out masquerade\nrule A Out s allow\n", NULL },
	{ "two rules for the same packets", "rule A B s allow\nrule A B s reject\n",
	  "f:7: warning: this rule is never reached: 'A B s': rule 1" },
	{ "a rule behind one whose group has its service", "rule A B g allow\n"
	  "rule A B t reject\n", "rule 1 takes all of it" },
	{ "a rule behind one for Any", "rule Any Any s allow\n"
	  "rule A Firewall s reject\n", "rule 1 takes all of it" },
	{ "a rule behind one for a wider network", "rule B B s allow\n"
	  "rule A A s reject\n", "rule 1 takes all of it" },
	{ "a rule behind one for a narrower network", "rule A A s allow\n"
	  "rule B B s reject\n", NULL },
	{ "a rule behind one for a bound network", "network C lo network B\n"
	  "rule C C s allow\nrule B B s reject\n", NULL },
	{ "a rule behind a disabled one", "rule A B s allow disabled\n"
	  "rule A B s reject\n", NULL },
	{ "a rule for a group behind one for a member", "rule A B s allow\nrule A B g allow\n",
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
	tap(ok, "%s: %s", name, expected ? "reported" : "nothing is reported");
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
	    !strcmp(seen, "0 q 1 i 1 q "), "advisories are found through groups");
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
	tap(!policy_check(&p, &told.report), "a chain of %d networks is accepted", DEEP);
	policy_free(&p);
	sprintf(at, "network n%d network n0\n", DEEP);
	parse_string(&p, text, &told);
	tap(policy_check(&p, &told.report) == -EINVAL &&
	    strstr(told_text(&told), "contains itself"),
	    "a cycle of more than %d networks is reported", DEEP);
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
