// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier rules: build the sets of rules of every class.
 *
 * First, rules get their places: group by group, in the policy's order. For each id of a column
 * (networks as clients, networks as servers, services), a list has the places of its rules,
 * ascending. The set of a class is the union of its members' lists. It is marked in a scratch
 * bitmap, and then packed into its sparse form, which clears the bitmap for the next class.
 *
 * Time and memory are proportional to the number of (class, rule) pairs that match.
 */
#include "classify/internal.h"

#define NR_COLUMNS	3		/* client, server, service */

struct lists {
	u32 *start;
	u32 *bits;
};

struct build {
	struct umbra_cls_rules *rules;
	struct umbra_cls_pool *keep;
	struct umbra_cls_pool scratch;
	const struct umbra_cls_input *in;
	u64 *words;
	u64 *summaries;			/* one for each block */
	u32 nr_blocks;
};

static u32 rule_group(const struct umbra_cls_rule *rule)
{
	if (rule->server == UMBRA_CLS_NET_ANY)
		return rule->client == UMBRA_CLS_NET_ANY ? 0 : 1;
	return rule->client == UMBRA_CLS_NET_ANY ? 2 : 3;
}

static u32 rule_column(const struct umbra_cls_rule *rule, int column)
{
	return column == 0 ? rule->client : column == 1 ? rule->server : rule->service;
}

static int places_build(struct build *b)
{
	struct umbra_cls_rules *rules = b->rules;
	u32 i, group, nr, place = 0, block = 0;
	u32 *rule_of = umbra_cls_alloc(b->keep, b->in->nr_rules, sizeof(*rule_of));

	if (!rule_of)
		return b->keep->budget->err;
	for (group = 0; group < UMBRA_CLS_GROUPS; group++) {
		rules->first_block[group] = block;
		rules->first_place[group] = place;
		for (i = 0; i < b->in->nr_rules; i++)
			if (rule_group(&b->in->rules[i]) == group)
				rule_of[place++] = i;
		nr = place - rules->first_place[group];
		block += DIV_ROUND_UP(nr, UMBRA_CLS_BLOCK_RULES);
	}
	rules->first_block[group] = block;
	rules->first_place[group] = place;
	rules->rule_of = rule_of;
	b->nr_blocks = block;
	return 0;
}

static int scratch_build(struct build *b)
{
	b->words = umbra_cls_block(&b->scratch, (size_t)b->nr_blocks * 64, sizeof(u64));
	b->summaries = umbra_cls_block(&b->scratch, b->nr_blocks, sizeof(u64));
	return b->words && b->summaries ? 0 : b->scratch.budget->err;
}

static void lists_fill(struct build *b, struct lists *lists, int column)
{
	const struct umbra_cls_rules *rules = b->rules;
	u32 *fill = lists->start + 1;	/* one place ahead: filling moves each start back */
	u32 group = 0, place;

	for (place = 0; place < b->in->nr_rules; place++) {
		u32 id = rule_column(&b->in->rules[rules->rule_of[place]], column);

		while (place >= rules->first_place[group + 1])
			group++;
		if (id != UMBRA_CLS_NET_ANY)
			lists->bits[fill[id]++] = rules->first_block[group] * UMBRA_CLS_BLOCK_RULES +
						  place - rules->first_place[group];
	}
}

static int lists_build(struct build *b, struct lists *lists, u32 nr, int column)
{
	u32 i, id;

	lists->start = umbra_cls_block(&b->scratch, (size_t)nr + 2, sizeof(u32));
	lists->bits = umbra_cls_block(&b->scratch, b->in->nr_rules, sizeof(u32));
	if (!lists->start || !lists->bits)
		return b->scratch.budget->err;
	for (i = 0; i < b->in->nr_rules; i++) {
		id = rule_column(&b->in->rules[i], column);
		if (id != UMBRA_CLS_NET_ANY)
			lists->start[id + 2]++;
	}
	for (i = 0; i < nr; i++)
		lists->start[i + 2] += lists->start[i + 1];
	lists_fill(b, lists, column);
	return 0;
}

static void scratch_mark(struct build *b, const struct lists *lists, u32 id)
{
	u32 i, bit;

	for (i = lists->start[id]; i < lists->start[id + 1]; i++) {
		bit = lists->bits[i];
		b->words[bit / 64] |= 1ULL << bit % 64;
		b->summaries[bit / UMBRA_CLS_BLOCK_RULES] |= 1ULL << bit / 64 % 64;
	}
}

/* Move one block of the scratch bitmap to @words. Return: number of its words. */
static u32 block_pack(struct build *b, u32 number, u64 *words)
{
	u64 *from, left = b->summaries[number];
	u32 n = 0;

	for (; left; left &= left - 1) {
		from = &b->words[number * 64 + __ffs64(left)];
		words[n++] = *from;
		*from = 0;
	}
	b->summaries[number] = 0;
	return n;
}

static struct umbra_cls_bits *bits_alloc(struct build *b)
{
	struct umbra_cls_bits *bits;
	u32 i, nr = 0, words = 0;

	for (i = 0; i < b->nr_blocks; i++) {
		nr += !!b->summaries[i];
		words += hweight64(b->summaries[i]);
	}
	bits = umbra_cls_alloc(b->keep, 1, sizeof(*bits) + nr * sizeof(struct umbra_cls_block_bits) +
			       words * sizeof(u64));
	if (bits)
		bits->nr = nr;
	return bits;
}

static struct umbra_cls_bits *bits_pack(struct build *b)
{
	struct umbra_cls_bits *bits = bits_alloc(b);
	u32 i, n = 0, word = 0;
	u64 *words;

	if (!bits)
		return NULL;
	words = (u64 *)(bits->blocks + bits->nr);
	for (i = 0; i < b->nr_blocks; i++) {
		if (!b->summaries[i])
			continue;
		bits->blocks[n++] = (struct umbra_cls_block_bits) {
			.summary = b->summaries[i], .number = i, .word = word,
		};
		word += block_pack(b, i, words + word);
	}
	return bits;
}

static const struct umbra_cls_bits **column_build(struct build *b, const struct lists *lists,
						  const struct umbra_cls_sets *sets)
{
	u32 i, number, nr, nr_sets = umbra_cls_sets_count(sets);
	const struct umbra_cls_bits **column;
	const u32 *members;
	bool any;

	column = umbra_cls_alloc(b->keep, nr_sets, sizeof(*column));
	for (number = 1; column && number < nr_sets; number++) {
		members = umbra_cls_sets_get(sets, number, &nr);
		for (i = 0, any = false; i < nr; i++) {
			scratch_mark(b, lists, members[i]);
			any |= lists->start[members[i]] != lists->start[members[i] + 1];
		}
		cond_resched();
		if (!any)
			continue;
		column[number] = bits_pack(b);
		if (!column[number])
			return NULL;
	}
	return column;
}

static int columns_build(struct build *b, const struct umbra_cls_sets *common,
			 const struct umbra_cls_sets *bound,
			 const struct umbra_cls_sets *services)
{
	struct umbra_cls_rules *rules = b->rules;
	u32 nr[NR_COLUMNS] = { b->in->nr_networks, b->in->nr_networks, b->in->nr_services };
	struct lists lists[NR_COLUMNS];
	int i, err = 0;

	for (i = 0; i < NR_COLUMNS && !err; i++)
		err = lists_build(b, &lists[i], nr[i], i);
	if (err)
		return err;
	rules->client[0] = column_build(b, &lists[0], common);
	rules->client[1] = rules->client[0] ? column_build(b, &lists[0], bound) : NULL;
	rules->server[0] = rules->client[1] ? column_build(b, &lists[1], common) : NULL;
	rules->server[1] = rules->server[0] ? column_build(b, &lists[1], bound) : NULL;
	rules->service = rules->server[1] ? column_build(b, &lists[2], services) : NULL;
	return rules->service ? 0 : b->keep->budget->err;
}

/**
 * umbra_cls_rules_build() - build the sets of rules of all classes
 * @rules: result
 * @keep: pool of the result
 * @in: checked input
 * @common: networks of each common address class
 * @bound: networks of each address class of interfaces
 * @services: services of each service class
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_rules_build(struct umbra_cls_rules *rules, struct umbra_cls_pool *keep,
			  const struct umbra_cls_input *in, const struct umbra_cls_sets *common,
			  const struct umbra_cls_sets *bound,
			  const struct umbra_cls_sets *services)
{
	struct build b = {
		.rules = rules,
		.keep = keep,
		.scratch.budget = keep->budget,
		.in = in,
	};
	int err = places_build(&b);

	if (!err)
		err = scratch_build(&b);
	if (!err)
		err = columns_build(&b, common, bound, services);
	umbra_cls_pool_free(&b.scratch);
	return err;
}
