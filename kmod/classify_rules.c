// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier rules: classes of client, server and service -> first rule.
 *
 * Every class knows the rules it fits, as a set of bits; the answer is the
 * lowest bit that the client's, the server's and the service's set share. Bits
 * do not care how many networks overlap at an address nor how many rules stand
 * between two networks, which is where look-ups by pairs of networks drown.
 * Two things make them small and quick enough for 100,000 rules.
 *
 * Sets are sparse: 64 words of 64 rules are a block; a set keeps only its
 * blocks with rules in them, and of those only the words that have any, found
 * by counting the bits below in the block's summary. A class with three rules
 * costs a hundred bytes however long the policy. Summaries are ANDed first, so
 * most words are never touched.
 *
 * "Any" would fill every word of every set, and then neither helps. So rules
 * are numbered within four groups: both ends any, server any, client any,
 * none. In a group the end that is any has no set at all and does not take
 * part. Groups begin at a block, keep the policy's order inside, and a group
 * is left at its first hit, or when its next rule would come after the best
 * hit so far.
 *
 * Work for one packet: at worst each word of each block once (rules / 64, plus
 * a block a group), in practice a few words. Memory: for each class, its rules.
 */
#include "classify_int.h"

#define BLOCK_RULES	4096U
#define NR_COLUMNS	3		/* client, server, service */

struct block {
	u64 summary;			/* words that are kept */
	u32 number;
	u32 word;			/* the first of them */
};

struct umbra_cls_bits {
	u32 nr;
	struct block blocks[];		/* ascending; the words come behind */
};

static const struct umbra_cls_bits no_bits;

struct cursor {
	const struct block *block;
	const struct block *end;
	const u64 *words;
};

static struct cursor cursor_at(const struct umbra_cls_bits *bits)
{
	if (!bits)
		bits = &no_bits;
	return (struct cursor) {
		.block = bits->blocks,
		.end = bits->blocks + bits->nr,
		.words = (const u64 *)(bits->blocks + bits->nr),
	};
}

/* Move to block @number; gives its summary, 0 when the set has no such block. */
static u64 cursor_seek(struct cursor *c, u32 number)
{
	while (c->block < c->end && c->block->number < number)
		c->block++;
	return c->block < c->end && c->block->number == number ? c->block->summary : 0;
}

static u64 cursor_word(const struct cursor *c, u64 summary, u64 bit)
{
	if (!(summary & bit))
		return 0;
	return c->words[c->block->word + hweight64(summary & (bit - 1))];
}

/* One end of the packet: its two sets, and what they have in this block. */
struct end {
	struct cursor cursor[2];
	u64 summary[2];
};

static struct end end_at(const struct umbra_cls_bits **const bits[2], struct umbra_cls_code code)
{
	return (struct end) { .cursor = { cursor_at(bits[0][code.common]),
					  cursor_at(bits[1][code.bound]) } };
}

static u64 end_seek(struct end *e, u32 number)
{
	e->summary[0] = cursor_seek(&e->cursor[0], number);
	e->summary[1] = cursor_seek(&e->cursor[1], number);
	return e->summary[0] | e->summary[1];
}

static u64 end_word(const struct end *e, u64 bit)
{
	return cursor_word(&e->cursor[0], e->summary[0], bit) |
	       cursor_word(&e->cursor[1], e->summary[1], bit);
}

/* In groups 0 and 1 every server will do, in 0 and 2 every client. */
static bool group_any_client(u32 group)
{
	return group == 0 || group == 2;
}

static bool group_any_server(u32 group)
{
	return group < 2;
}

/* First rule of one block that fits all three, as its place in the block. */
static u32 block_first(const struct cursor *service, struct end *client, struct end *server,
		       u32 group)
{
	u32 number = service->block->number;
	u64 common = service->block->summary;

	if (!group_any_client(group))
		common &= end_seek(client, number);
	if (!group_any_server(group))
		common &= end_seek(server, number);
	for (; common; common &= common - 1) {
		u64 bit = common & -common;
		u64 word = cursor_word(service, service->block->summary, bit);

		if (!group_any_client(group))
			word &= end_word(client, bit);
		if (!group_any_server(group))
			word &= end_word(server, bit);
		if (word)
			return __ffs64(bit) * 64 + __ffs64(word);
	}
	return BLOCK_RULES;
}

/**
 * umbra_cls_rules_first() - first rule that fits three classes
 * @rules: rules
 * @client: class of the client
 * @server: class of the server
 * @service: class of the service
 *
 * Context: any.
 * Return: index of the rule, or UMBRA_CLS_NO_RULE.
 */
u32 umbra_cls_rules_first(const struct umbra_cls_rules *rules, struct umbra_cls_code client,
			  struct umbra_cls_code server, u32 service)
{
	struct cursor s = cursor_at(rules->service[service]);
	struct end c = end_at(rules->client, client);
	struct end v = end_at(rules->server, server);
	u32 group, place, bit, best = UMBRA_CLS_NO_RULE;

	for (group = 0; group < UMBRA_CLS_GROUPS; group++) {
		u32 end = rules->first_block[group + 1];

		cursor_seek(&s, rules->first_block[group]);
		for (; s.block < s.end && s.block->number < end; s.block++) {
			place = rules->first_place[group] +
				(s.block->number - rules->first_block[group]) * BLOCK_RULES;
			if (rules->rule_of[place] >= best)
				break;
			bit = block_first(&s, &c, &v, group);
			if (bit == BLOCK_RULES)
				continue;
			best = min(best, rules->rule_of[place + bit]);
			break;
		}
	}
	return best;
}

/*
 * The build. A list has, for each id of a column (networks as clients, networks
 * as servers, services), the bits of its rules, ascending; a class' set is the
 * union of its members' lists, made in a scratch bitmap and then packed.
 */
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
	u64 *summaries;			/* one a block */
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
		block += DIV_ROUND_UP(nr, BLOCK_RULES);
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
	u32 *fill = lists->start + 1;	/* a place ahead: filling moves each start back */
	u32 group = 0, place;

	for (place = 0; place < b->in->nr_rules; place++) {
		u32 id = rule_column(&b->in->rules[rules->rule_of[place]], column);

		while (place >= rules->first_place[group + 1])
			group++;
		if (id != UMBRA_CLS_NET_ANY)
			lists->bits[fill[id]++] = rules->first_block[group] * BLOCK_RULES +
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
		b->summaries[bit / BLOCK_RULES] |= 1ULL << bit / 64 % 64;
	}
}

/* Move one block of the scratch bitmap behind @words; gives how many it has. */
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
	bits = umbra_cls_alloc(b->keep, 1, sizeof(*bits) + nr * sizeof(struct block) +
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
		bits->blocks[n++] = (struct block) {
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
 * umbra_cls_rules_build() - sets of rules for all classes
 * @rules: result
 * @keep: where it lives
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
