// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier rules: classes of client, server and service -> first rule.
 *
 * Every class has the set of its rules, as bits. The result is the lowest bit that is in the sets
 * of the client, the server and the service. The cost of bits does not depend on how many networks
 * overlap at an address, or how many rules there are between two networks. Look-ups by pairs of
 * networks become slow there. Two measures keep the sets small and fast enough for 100,000 rules.
 *
 * Sets are sparse. 64 words of 64 rules are a block. A set stores only the blocks with rules in
 * them, and of those only the words that are not 0. A word is found by counting the lower bits in
 * the block's summary. A class with three rules costs a hundred bytes, however long the policy is.
 * Summaries are ANDed first, so most words are never read.
 *
 * "Any" would set every bit of every word, and then sparse sets do not help. So rules are numbered
 * within four groups: both ends any, server any, client any, none any. In a group, an end that is
 * any has no set and is not ANDed. Groups begin at a block and keep the policy's order inside. The
 * search leaves a group at its first match, or when its next rule comes after the best match so
 * far.
 *
 * A block in which every set stores all its words is ANDed without counting bits.
 *
 * Work for one packet: at worst each word of each block once (rules / 64, plus one block per
 * group), usually a few words. Memory: for each class, its rules.
 *
 * rules_build.c builds the sets.
 */
#include "classify/internal.h"

static const struct umbra_cls_bits no_bits;

struct cursor {
	const struct umbra_cls_block_bits *block;
	const struct umbra_cls_block_bits *end;
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

/* Move to block @number. Return: its summary, 0 if the set has no such block. */
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

/* One end of the packet: its two sets, and their summaries of this block. */
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

/* Groups 0 and 1 match every server, groups 0 and 2 every client. */
static bool group_any_client(u32 group)
{
	return group == 0 || group == 2;
}

static bool group_any_server(u32 group)
{
	return group < 2;
}

static const u64 *cursor_words(const struct cursor *c, u64 summary)
{
	static const u64 none[64];

	return summary ? c->words + c->block->word : none;
}

static bool end_plain(const struct end *e)
{
	return e->summary[0] + 1 < 2 && e->summary[1] + 1 < 2;	/* all, or none */
}

/* Like block_first() below, for sets that have all of their words or none. */
static u32 block_first_plain(const u64 *service, const struct end *client,
			     const struct end *server)
{
	const u64 *c0 = cursor_words(&client->cursor[0], client->summary[0]);
	const u64 *c1 = cursor_words(&client->cursor[1], client->summary[1]);
	const u64 *s0 = cursor_words(&server->cursor[0], server->summary[0]);
	const u64 *s1 = cursor_words(&server->cursor[1], server->summary[1]);
	u32 i;

	for (i = 0; i < 64; i++) {
		u64 word = service[i] & (c0[i] | c1[i]) & (s0[i] | s1[i]);

		if (word)
			return i * 64 + __ffs64(word);
	}
	return UMBRA_CLS_BLOCK_RULES;
}

/* First rule of one block that is in all three sets, as its place in the block. */
static u32 block_first(const struct cursor *service, struct end *client, struct end *server,
		       u32 group)
{
	u32 number = service->block->number;
	u64 common = service->block->summary;

	if (!group_any_client(group))
		common &= end_seek(client, number);
	if (!group_any_server(group))
		common &= end_seek(server, number);
	if (group == 3 && common == U64_MAX && end_plain(client) && end_plain(server))
		return block_first_plain(cursor_words(service, common), client, server);
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
	return UMBRA_CLS_BLOCK_RULES;
}

/**
 * umbra_cls_rules_first() - find the first rule that matches three classes
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
				(s.block->number - rules->first_block[group]) * UMBRA_CLS_BLOCK_RULES;
			if (rules->rule_of[place] >= best)
				break;
			bit = block_first(&s, &c, &v, group);
			if (bit == UMBRA_CLS_BLOCK_RULES)
				continue;
			best = min(best, rules->rule_of[place + bit]);
			break;
		}
	}
	return best;
}
