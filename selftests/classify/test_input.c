// SPDX-License-Identifier: GPL-2.0
/* Classifier: each bad id, range and count gets its error; extremes build. */
#include <stdlib.h>

#include "policy.h"
#include "tap.h"

static struct umbra_cls_addr addrs[2];
static struct umbra_cls_term terms[2];
static struct umbra_cls_rule rules[2];
static struct umbra_cls_input in;

static void good_input(void)
{
	int i;

	memset(addrs, 0, sizeof(addrs));
	for (i = 0; i < 2; i++) {
		addrs[i].network = i;
		addrs[i].family = i ? AF_INET6 : AF_INET;
		addrs[i].iface = UMBRA_IFACE_FIRST;
		addrs[i].first.s6_addr[0] = 10;
		addrs[i].last.s6_addr[0] = 11;
		terms[i] = (struct umbra_cls_term) { .service = i, .proto = 6,
						     .kinds = UMBRA_CLS_ALL,
						     .src = { 0, 65535 }, .dst = { 80, 80 } };
		rules[i] = (struct umbra_cls_rule) { i, UMBRA_CLS_NET_ANY, i };
	}
	in = (struct umbra_cls_input) { .addrs = addrs, .terms = terms, .rules = rules,
					.nr_addrs = 2, .nr_networks = 2, .nr_terms = 2,
					.nr_services = 2, .nr_rules = 2, .nr_ifaces = 3 };
}

static int build(void)
{
	struct umbra_classifier *c = NULL;
	int err = umbra_classifier_build(&in, &c);

	if (!err)
		umbra_classifier_free(c);
	return err;
}

/* Each row sets one field to one value; the build must answer @err. */
#define ROW(field, value, err)	\
	do {						\
		good_input();				\
		field = value;				\
		tap_ok(build() == (err), #field " = " #value " gives " #err); \
	} while (0)

static void bad_rows(void)
{
	ROW(addrs[1].family, 0, -EINVAL);
	ROW(addrs[1].family, 255, -EINVAL);
	ROW(addrs[1].network, 2, -EINVAL);
	ROW(addrs[1].network, 0xffffffff, -EINVAL);
	ROW(addrs[1].iface, 3, -EINVAL);
	ROW(addrs[1].iface, 0xfffffffe, -EINVAL);
	ROW(addrs[1].iface, UMBRA_IFACE_OTHER, -EINVAL);
	ROW(addrs[1].iface, UMBRA_IFACE_LOCAL, 0);
	ROW(addrs[1].iface, UMBRA_IFACE_ANY, 0);
	ROW(addrs[0].first.s6_addr[0], 12, -EINVAL);
	ROW(addrs[0].first.s6_addr[15], 12, 0);
	ROW(addrs[1].first.s6_addr[0], 12, -EINVAL);
	ROW(addrs[1].first.s6_addr[15], 12, 0);
	ROW(terms[1].service, 2, -EINVAL);
	ROW(terms[1].service, 0xffffffff, -EINVAL);
	ROW(terms[1].proto, UMBRA_CLS_PROTO_ANY, 0);
	ROW(terms[1].proto, UMBRA_CLS_PROTO_ANY + 1, -EINVAL);
	ROW(terms[1].proto, 0xffff, -EINVAL);
	ROW(terms[1].kinds, 0, -EINVAL);
	ROW(terms[1].kinds, 8, -EINVAL);
	ROW(terms[1].kinds, 0xff, -EINVAL);
	ROW(terms[1].dst.first, 81, -EINVAL);
	ROW(terms[1].src.last, 0, 0);
	ROW(terms[1].src.first, 65535, 0);
	ROW(rules[1].client, 2, -EINVAL);
	ROW(rules[1].client, 0xfffffffe, -EINVAL);
	ROW(rules[1].server, 2, -EINVAL);
	ROW(rules[1].service, 2, -EINVAL);
	ROW(rules[1].service, 0xffffffff, -EINVAL);
}

static void bad_counts(void)
{
	ROW(in.nr_addrs, 0xffffffff, -E2BIG);
	ROW(in.nr_terms, 0xffffffff, -E2BIG);
	ROW(in.nr_rules, 0xffffffff, -E2BIG);
	ROW(in.nr_networks, 0xffffffff, -E2BIG);
	ROW(in.nr_services, 0x80000000, -E2BIG);
	ROW(in.nr_ifaces, 0x40000000, -E2BIG);
	ROW(in.nr_ifaces, 1, -EINVAL);
	ROW(in.nr_ifaces, 0, -EINVAL);
	ROW(in.nr_networks, 0, -EINVAL);
	ROW(in.nr_services, 1, -EINVAL);
	ROW(in.addrs, NULL, -EINVAL);
	ROW(in.terms, NULL, -EINVAL);
	ROW(in.rules, NULL, -EINVAL);
	ROW(in.nr_addrs, 0, 0);
	ROW(in.nr_terms, 0, 0);
	ROW(in.nr_rules, 0, 0);
	ROW(in.max_bytes, 1, -E2BIG);
	ROW(in.max_bytes, 4096, -E2BIG);
	ROW(in.max_bytes, 1 << 20, 0);
}

static void empty_policy(void)
{
	struct umbra_cls_packet pkt = { .family = AF_INET, .proto = 6, .kind = UMBRA_CLS_OPEN };
	struct umbra_classifier *c;

	in = (struct umbra_cls_input) { .nr_ifaces = 2 };
	if (!tap_ok(!umbra_classifier_build(&in, &c), "an empty policy builds"))
		return;
	tap_ok(umbra_classify(c, &pkt) == UMBRA_CLS_NO_RULE, "no packet fits an empty policy");
	tap_ok(!umbra_classify_spoofed(c, 5, AF_INET6, &pkt.src),
	       "no source is spoofed in an empty policy");
	umbra_classifier_free(c);
	umbra_classifier_free(NULL);
}

/* A question that the packet path never asks must not be answered with a rule. */
static void odd_packets(void)
{
	struct umbra_cls_packet pkt = { .family = AF_INET, .proto = 6, .kind = UMBRA_CLS_OPEN,
					.iif = 2, .dport = 80 };
	struct umbra_classifier *c;

	good_input();
	if (umbra_classifier_build(&in, &c))
		return;
	pkt.src.s6_addr[0] = 10;
	tap_ok(umbra_classify(c, &pkt) == 0, "a packet that fits gets its rule");
	pkt.kind = 0;
	tap_ok(umbra_classify(c, &pkt) == UMBRA_CLS_NO_RULE, "a packet of no kind fits no rule");
	pkt.kind = UMBRA_CLS_ALL;
	tap_ok(umbra_classify(c, &pkt) == UMBRA_CLS_NO_RULE,
	       "a packet of three kinds fits no rule");
	pkt.kind = 0xf8 | UMBRA_CLS_OPEN;
	tap_ok(umbra_classify(c, &pkt) == UMBRA_CLS_NO_RULE,
	       "a packet of unknown kinds fits no rule");
	pkt.kind = UMBRA_CLS_OPEN;
	pkt.family = 0;
	tap_ok(umbra_classify(c, &pkt) == UMBRA_CLS_NO_RULE, "a packet of no family fits no rule");
	pkt.family = AF_INET;
	pkt.iif = 0xffffffff;
	tap_ok(umbra_classify(c, &pkt) == UMBRA_CLS_NO_RULE,
	       "a packet from an interface out of bounds fits no rule");
	tap_ok(umbra_classify_spoofed(c, 0xffffffff, AF_INET, &pkt.src),
	       "a source on an interface out of bounds is spoofed");
	umbra_classifier_free(c);
}

static void small_policy(void)
{
	struct umbra_classifier *c;

	good_input();
	if (umbra_classifier_build(&in, &c))
		return;
	printf("# two rules: %zu bytes\n", umbra_classifier_bytes(c));
	tap_ok(umbra_classifier_bytes(c) < 64 * 1024,
	       "a classifier of two rules is smaller than 64 KiB");
	umbra_classifier_free(c);
}

/* Nested in both ports: the budget must stop memory that grows with the square. */
static void absurd_services(void)
{
	static struct umbra_cls_term many[4000];
	struct umbra_classifier *c;
	u32 i;

	good_input();
	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct umbra_cls_term) { .service = i & 1, .proto = 6, .kinds = 1,
						    .src = { i, 65535 - i },
						    .dst = { i, 65535 - i } };
	in.terms = many;
	in.nr_terms = ARRAY_SIZE(many);
	in.max_bytes = 8 << 20;
	tap_ok(umbra_classifier_build(&in, &c) == -E2BIG,
	       "services that need too much memory exceed the budget");
}

int main(void)
{
	bad_rows();
	bad_counts();
	empty_policy();
	odd_packets();
	small_policy();
	absurd_services();
	return tap_done();
}
