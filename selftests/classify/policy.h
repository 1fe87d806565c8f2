/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random policies and packets for the classifier's tests, and the oracle.
 *
 * Choices come from a struct chance: a generator with a seed, or the bytes of
 * a fuzzer. Policies are small and crowded: few base addresses, many rows that
 * nest, touch, repeat and reach the ends of the address space; packets stand
 * on and next to the boundaries of the policy's rows.
 */
#ifndef UMBRA_SELFTEST_POLICY_H
#define UMBRA_SELFTEST_POLICY_H

#include "classify/classify.h"

#define POLICY_ADDRS	512
#define POLICY_TERMS	256
#define POLICY_RULES	6000

struct chance {
	u64 state;
	const u8 *bytes;		/* NULL: generator */
	size_t left;
};

struct policy {
	struct umbra_cls_addr addrs[POLICY_ADDRS];
	struct umbra_cls_term terms[POLICY_TERMS];
	struct umbra_cls_rule rules[POLICY_RULES];
	struct umbra_cls_input in;
};

u32 chance_below(struct chance *c, u32 n);
void policy_random(struct policy *p, struct chance *c);
void packet_random(struct umbra_cls_packet *pkt, const struct policy *p, struct chance *c);
void policy_print(const struct policy *p);
void packet_print(const struct umbra_cls_packet *pkt);

u32 oracle_classify(const struct umbra_cls_input *in, const struct umbra_cls_packet *pkt);
bool oracle_spoofed(const struct umbra_cls_input *in, u32 iface, u8 family,
		    const struct in6_addr *addr);

/* One packet through classifier (twice) and oracle; prints a difference. */
bool packet_agrees(const struct umbra_classifier *c, const struct policy *p,
		   const struct umbra_cls_packet *pkt);

#endif
