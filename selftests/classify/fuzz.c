// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier fuzzing: bytes -> a small policy and packets, against the oracle.
 *
 * The first byte chooses: choices of the random policy taken from the bytes
 * (well-formed, compared with the oracle), or the bytes laid over the rows as
 * they are (must be refused, or build within a budget).
 */
#include <string.h>

#include "policy.h"

static struct policy policy;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void well_formed(const u8 *data, size_t size)
{
	struct chance chance = { .bytes = data, .left = size };
	struct umbra_cls_packet pkt;
	struct umbra_classifier *c;
	int i;

	policy_random(&policy, &chance);
	if (umbra_classifier_build(&policy.in, &c))
		abort();
	for (i = 0; i < 64 && (i < 8 || chance.left); i++) {
		packet_random(&pkt, &policy, &chance);
		if (!packet_agrees(c, &policy, &pkt))
			abort();
	}
	umbra_classifier_free(c);
}

static size_t lay(void *rows, size_t bytes, const u8 **data, size_t *size)
{
	size_t n = min(bytes, *size);

	memset(rows, 0, bytes);
	memcpy(rows, *data, n);
	*data += n;
	*size -= n;
	return n;
}

static void as_it_is(const u8 *data, size_t size)
{
	struct umbra_cls_packet pkt;
	struct umbra_classifier *c;
	u8 nr[8];

	lay(nr, sizeof(nr), &data, &size);
	policy.in = (struct umbra_cls_input) {
		.addrs = policy.addrs, .terms = policy.terms, .rules = policy.rules,
		.nr_addrs = nr[0] & 31, .nr_terms = nr[1] & 31, .nr_rules = nr[2] & 63,
		.nr_networks = nr[3], .nr_services = nr[4], .nr_ifaces = nr[5],
		.max_bytes = (size_t)nr[6] << 10,
	};
	lay(&pkt, sizeof(pkt), &data, &size);
	lay(policy.rules, policy.in.nr_rules * sizeof(policy.rules[0]), &data, &size);
	lay(policy.terms, policy.in.nr_terms * sizeof(policy.terms[0]), &data, &size);
	lay(policy.addrs, policy.in.nr_addrs * sizeof(policy.addrs[0]), &data, &size);
	if (umbra_classifier_build(&policy.in, &c))
		return;
	umbra_classify(c, &pkt);
	umbra_classify_spoofed(c, pkt.iif, pkt.family, &pkt.src);
	umbra_classifier_free(c);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] & 3)
		well_formed(data + 1, size - 1);
	else
		as_it_is(data + 1, size - 1);
	return 0;
}
