// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier memo: a cache from classes to the first rule.
 *
 * Packets of the same kind between the same networks are frequent. So the latest results are kept
 * in an array of fixed size, which every CPU reads and overwrites without a lock. A result for the
 * wrong key would be a hole in the firewall, so an entry must be whole and must prove its key:
 *
 * - It is one aligned 64-bit word, read and written in one access. So it cannot be torn, and as the
 *   order between entries does not matter, there are no barriers.
 * - It holds the whole key, not a digest. The key is the five class numbers side by side, in as
 *   many bits as this policy needs. A permutation of numbers of that width is applied to it (each
 *   step is reversible: add, multiply by an odd number, xor with its own upper part). The low bits
 *   of the result select the slot, and the rest is stored. Slot and stored part together are the
 *   permuted key, and two different keys never have the same permuted key.
 * - 0 is an empty slot: rules are stored plus 1, and "no rule" as one above all rules.
 *
 * If the stored part and the rule do not fit into 64 bits (millions of classes), or if a long is
 * shorter than that, the policy has no memo and is only slower.
 *
 * Senders influence the classes, so the permutation is keyed: without the seed, an attacker cannot
 * choose flows that share a slot. An attacker who fills all slots causes only the look-ups that
 * follow a miss, and their cost is bounded.
 */
#include "classify/internal.h"

#define SLOT_BITS_MIN	8
#define SLOT_BITS_MAX	15

static u8 bits_for(u32 nr_values)
{
	return nr_values > 1 ? fls64(nr_values - 1) : 0;
}

/**
 * umbra_cls_memo_build() - make an empty memo for a policy
 * @memo: result
 * @keep: pool of the result
 * @in: checked input
 * @nr_common: number of common address classes
 * @nr_bound: number of address classes of interfaces
 * @nr_services: number of service classes
 *
 * Return: 0 (also if the policy gets no memo), -ENOMEM or -E2BIG.
 */
int umbra_cls_memo_build(struct umbra_cls_memo *memo, struct umbra_cls_pool *keep,
			 const struct umbra_cls_input *in, u32 nr_common, u32 nr_bound,
			 u32 nr_services)
{
	u32 key_bits;

	memo->width[0] = bits_for(nr_common);
	memo->width[1] = bits_for(nr_bound);
	memo->width[2] = bits_for(nr_services);
	memo->rule_bits = bits_for(in->nr_rules + 2);
	memo->slot_bits = clamp_t(u32, bits_for(in->nr_rules) + 3, SLOT_BITS_MIN, SLOT_BITS_MAX);
	key_bits = max_t(u32, 2 * memo->width[0] + 2 * memo->width[1] + memo->width[2],
			 memo->slot_bits);
	if (BITS_PER_LONG < 64 || key_bits > 63 ||
	    key_bits - memo->slot_bits + memo->rule_bits > 64)
		return 0;
	memo->key_bits = key_bits;
	memo->mask = (1ULL << key_bits) - 1;
	memo->add = in->seed[0];
	memo->mul[0] = in->seed[1] | 1;
	memo->mul[1] = (in->seed[0] ^ 0x9e3779b97f4a7c15ULL) | 1;
	memo->slots = umbra_cls_alloc(keep, 1u << memo->slot_bits, sizeof(u64));
	return memo->slots ? 0 : keep->budget->err;
}

static u64 permute(const struct umbra_cls_memo *memo, u64 key)
{
	u32 half = (memo->key_bits + 1) / 2;

	key = ((key + memo->add) * memo->mul[0]) & memo->mask;
	key ^= key >> half;
	key = (key * memo->mul[1]) & memo->mask;
	return key ^ key >> half;
}

/**
 * umbra_cls_memo_key() - compute the key of three classes
 * @memo: memo
 * @client: class of the client
 * @server: class of the server
 * @service: class of the service
 *
 * Return: a number that no other three classes have.
 */
u64 umbra_cls_memo_key(const struct umbra_cls_memo *memo, struct umbra_cls_code client,
		       struct umbra_cls_code server, u32 service)
{
	u64 key = client.common;

	key = key << memo->width[0] | server.common;
	key = key << memo->width[1] | client.bound;
	key = key << memo->width[1] | server.bound;
	key = key << memo->width[2] | service;
	return permute(memo, key);
}

/**
 * umbra_cls_memo_find() - look a result up
 * @memo: memo
 * @key: from umbra_cls_memo_key()
 * @rule: set to the result if it is there
 *
 * Context: any.
 */
bool umbra_cls_memo_find(const struct umbra_cls_memo *memo, u64 key, u32 *rule)
{
	u64 slot_mask = (1ULL << memo->slot_bits) - 1;
	u64 rule_mask = (1ULL << memo->rule_bits) - 1;
	u64 entry = READ_ONCE(memo->slots[key & slot_mask]);

	if (!(entry & rule_mask) || entry >> memo->rule_bits != key >> memo->slot_bits)
		return false;
	*rule = (entry & rule_mask) == rule_mask ? UMBRA_CLS_NO_RULE : (entry & rule_mask) - 1;
	return true;
}

/**
 * umbra_cls_memo_store() - remember a result
 * @memo: memo; only its slots change
 * @key: from umbra_cls_memo_key()
 * @rule: index of the rule, or UMBRA_CLS_NO_RULE
 *
 * Context: any.
 */
void umbra_cls_memo_store(const struct umbra_cls_memo *memo, u64 key, u32 rule)
{
	u64 slot_mask = (1ULL << memo->slot_bits) - 1;
	u64 rule_mask = (1ULL << memo->rule_bits) - 1;
	u64 value = rule == UMBRA_CLS_NO_RULE ? rule_mask : rule + 1ULL;

	WRITE_ONCE(memo->slots[key & slot_mask],
		   (key >> memo->slot_bits) << memo->rule_bits | value);
}
