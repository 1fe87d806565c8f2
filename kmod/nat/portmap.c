// SPDX-License-Identifier: GPL-2.0
/*
 * Port maps
 *
 * Layout. A map is a small header and a separate array with one bit for each of 65536 ports: 8 KB
 * in one piece. Smaller pieces on demand would save little: ports are chosen at random and soon
 * touch all pieces, and the allocation of each piece may fail. Header and bits are separate so that
 * the bits fill their slab exactly.
 *
 * Taking a port is test_and_set_bit(), which one CPU wins, without a lock. The client's own port is
 * tried first. Then the search starts at random (RFC 6056 algorithm 1, so that an outsider cannot
 * predict the next port) and takes the first free bit from there, around the end. It looks at each
 * word of the range once, first among the ports that are not shunned, then among the others. A full
 * range costs that one pass, 1 KB for 8192 ports. A count of free ports would not save it, because
 * it would be for the whole map instead of the range.
 *
 * Life. A map has a reference for each port that is taken, and one for each umbra_port_take() under
 * way, which becomes the reference of the port that it finds.
 *   made       under the lock, for the first port; found under RCU
 *   last gone  the count falls to 0 and the map is unlinked in one critical section, so under the
 *              lock each map in the table is alive, and no address has two live maps
 *   freed      the bits at once, because they are touched only with a reference; the header after a
 *              grace period, because of readers of the table
 * A reader that finds a map whose last reference is being dropped fails to get a reference. It
 * searches again under the lock, and there the table no longer has that map.
 *
 * The lock is innermost: nothing else is taken under it.
 */
#include "nat/portmap.h"
#include "under_rcu.h"

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#define PORTS	65536

static_assert(sizeof(struct umbra_port_subject) == 20);	/* no padding */

static bool is_same(const struct umbra_port_subject *a, const struct umbra_port_subject *b)
{
	return ipv6_addr_equal(&a->addr, &b->addr) && a->vrf == b->vrf &&
	       a->family == b->family && a->proto == b->proto;
}

/**
 * struct umbra_portmap - the ports of one address and protocol
 * @node: in umbra_portmaps.bucket
 * @subject: address, protocol and VRF of the ports
 * @refs: ports taken, and callers that are about to take one
 * @taken: a bit for each port; atomic
 * @rcu: to free it after unlinking
 */
struct umbra_portmap {
	struct hlist_node node;
	struct umbra_port_subject subject;
	refcount_t refs;
	unsigned long *taken;
	struct rcu_head rcu;
};

/* Addresses are the firewall's or a row's, so an outsider cannot choose which share a bucket. */
static struct hlist_head *bucket_of(const struct umbra_portmaps *m,
				    const struct umbra_port_subject *subject)
{
	const u32 *word = (const u32 *)subject;
	u32 mix = word[0] ^ word[1] ^ word[2] ^ word[3] ^ word[4];

	return &m->bucket[hash_32(mix, ilog2(UMBRA_PORTMAP_BUCKETS))];
}

/* Caller is an RCU reader or holds the lock. */
static struct umbra_portmap *find(struct umbra_portmaps *m, const struct hlist_head *bucket,
				  const struct umbra_port_subject *subject)
{
	struct umbra_portmap *map;

	hlist_for_each_entry_rcu(map, bucket, node, lockdep_is_held(&m->lock))
		if (is_same(&map->subject, subject))
			return map;
	return NULL;
}

/* The caller counts a failure; a stack trace would be of no use. */
static struct umbra_portmap *portmap_new(const struct umbra_port_subject *subject)
{
	struct umbra_portmap *map = kmalloc(sizeof(*map), GFP_ATOMIC | __GFP_NOWARN);

	if (!map)
		return NULL;
	map->taken = kzalloc(BITS_TO_LONGS(PORTS) * sizeof(long), GFP_ATOMIC | __GFP_NOWARN);
	if (!map->taken) {
		kfree(map);
		return NULL;
	}
	map->subject = *subject;
	refcount_set(&map->refs, 1);
	return map;
}

/* Not inlined, because most addresses have a map. */
static noinline struct umbra_portmap *get_or_new(struct umbra_portmaps *m,
						 struct hlist_head *bucket,
						 const struct umbra_port_subject *subject)
{
	struct umbra_portmap *map;

	spin_lock_bh(&m->lock);
	map = find(m, bucket, subject);
	if (map) {
		refcount_inc(&map->refs);	/* not 0 while it is in the table */
	} else {
		map = portmap_new(subject);
		if (map)
			/* Publishes: a reader who sees it sees its bits and its count. */
			hlist_add_head_rcu(&map->node, bucket);
	}
	spin_unlock_bh(&m->lock);
	return map;
}

/* Return: the map of @subject with a reference for the caller, or NULL without memory. */
static struct umbra_portmap *get(struct umbra_portmaps *m,
				 const struct umbra_port_subject *subject)
{
	struct hlist_head *bucket = bucket_of(m, subject);
	struct umbra_portmap *map = find(m, bucket, subject);

	if (map && !refcount_inc_not_zero(&map->refs))
		map = NULL;
	return map ?: get_or_new(m, bucket, subject);
}

/*
 * A reference is released with what its holder did before, and the last one acquires
 * that of all: no bit is touched after the free.
 */
static void put(struct umbra_portmaps *m, struct umbra_portmap *map)
{
	bool last;

	if (refcount_dec_not_one(&map->refs))
		return;
	spin_lock_bh(&m->lock);
	last = refcount_dec_and_test(&map->refs);	/* another may have come meanwhile */
	if (last)
		hlist_del_rcu(&map->node);
	spin_unlock_bh(&m->lock);
	if (!last)
		return;
	kfree(map->taken);
	kfree_rcu(map, rcu);
}

/*
 * The bit is fully ordered when it is won. It pairs with umbra_port_give(): a session that wins
 * the port of an earlier session sees the table without the earlier one.
 */
static bool take(struct umbra_portmap *map, u32 port)
{
	return !test_and_set_bit(port, map->taken);
}

/**
 * struct search - a search for a free port
 * @map: map whose ports are searched
 * @choice: the ports to choose from
 * @left: how many more ports may turn out to be held
 */
struct search {
	struct umbra_portmap *map;
	const struct umbra_port_choice *choice;
	u32 left;
};

static bool is_held(struct search *s, u32 port)
{
	if (!s->choice->held)
		return false;
	if (s->left && !s->choice->held(s->choice->arg, port))
		return false;
	if (s->left)
		s->left--;
	return true;
}

/* Tries each bit of @among once at most, even if other CPUs take ports at the same time. */
static int take_in_word(struct search *s, u32 word, unsigned long among)
{
	unsigned long bit;
	u32 port;

	while ((among &= ~READ_ONCE(s->map->taken[word]))) {
		bit = __ffs(among);
		port = word * BITS_PER_LONG + bit;
		if (!is_held(s, port) && take(s->map, port))
			return port;
		among &= ~BIT(bit);
	}
	return -ENOSPC;
}

/* Ports from @first to before @end; empty if @end is not greater. */
struct span {
	u32 first;
	u32 end;
};

static u32 size_of(struct span span)
{
	return span.end > span.first ? span.end - span.first : 0;
}

/* Return: the first port that was free, or -ENOSPC. */
static int take_first(struct search *s, struct span span)
{
	unsigned long among;
	int port = -ENOSPC;
	u32 i;

	if (!size_of(span))
		return port;
	for (i = BIT_WORD(span.first); i <= BIT_WORD(span.end - 1) && port < 0; i++) {
		among = ~0UL;
		if (i == BIT_WORD(span.first))
			among &= BITMAP_FIRST_WORD_MASK(span.first);
		if (i == BIT_WORD(span.end - 1))
			among &= BITMAP_LAST_WORD_MASK(span.end);
		port = take_in_word(s, i, among);
	}
	return port;
}

/* Return: a random number less than @n, which is 65536 at most. */
static u32 random_below(u32 n)
{
	return (u32)get_random_u16() * n >> 16;
}

static int take_any(struct search *s, struct span span)
{
	u32 start = span.first + random_below(size_of(span));
	int port = take_first(s, (struct span){ start, span.end });

	return port < 0 ? take_first(s, (struct span){ span.first, start }) : port;
}

/* Take a port of two spans, each port with the same probability. */
static int take_of_two(struct search *s, struct span a, struct span b)
{
	bool turned = random_below(size_of(a) + size_of(b)) >= size_of(a);
	int port = take_any(s, turned ? b : a);

	return port < 0 ? take_any(s, turned ? a : b) : port;
}

static int take_of_choice(struct umbra_portmap *map, const struct umbra_port_choice *c)
{
	struct search s = { .map = map, .choice = c, .left = UMBRA_PORTS_HELD };
	struct span all = { c->range.first, c->range.last + 1 };
	struct span shunned = {
		max_t(u32, all.first, c->shun.first), min_t(u32, all.end, c->shun.last + 1),
	};
	int port;

	if (!size_of(shunned))
		return take_any(&s, all);
	port = take_of_two(&s, (struct span){ all.first, shunned.first },
			   (struct span){ shunned.end, all.end });
	return port < 0 ? take_any(&s, shunned) : port;
}

struct umbra_portmap *umbra_port_keep(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject, u16 port)
{
	struct umbra_portmap *map = get(m, subject);

	umbra_assert_rcu();
	if (!map || take(map, port))
		return map;
	put(m, map);
	return NULL;
}

struct umbra_portmap *umbra_port_pick(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject,
				      const struct umbra_port_choice *choice, u16 *port)
{
	struct umbra_portmap *map;
	int taken;

	umbra_assert_rcu();
	if (WARN_ON_ONCE(choice->range.first > choice->range.last))
		return ERR_PTR(-ENOSPC);
	map = get(m, subject);
	if (!map)
		return ERR_PTR(-ENOMEM);
	taken = take_of_choice(map, choice);
	if (taken < 0) {
		put(m, map);
		return ERR_PTR(taken);
	}
	*port = taken;
	return map;
}

static bool may_keep(const struct umbra_port_choice *c, u16 want)
{
	return want && umbra_port_in(&c->range, want) && !(c->held && c->held(c->arg, want));
}

struct umbra_portmap *umbra_port_take(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject, u16 want,
				      const struct umbra_port_choice *choice, u16 *port)
{
	struct umbra_portmap *map = may_keep(choice, want) ? umbra_port_keep(m, subject, want) :
							     NULL;

	umbra_assert_rcu();
	if (!map)
		return umbra_port_pick(m, subject, choice, port);
	*port = want;
	return map;
}

void umbra_port_give(struct umbra_portmaps *m, struct umbra_portmap *map, u16 port)
{
	/*
	 * Fully ordered: that our session left the table comes before the port is
	 * free. Pairs with take().
	 */
	bool was_taken = test_and_clear_bit(port, map->taken);

	/* A port that was free has no reference to put. */
	if (!WARN_ON_ONCE(!was_taken))
		put(m, map);
}

int umbra_portmaps_init(struct umbra_portmaps *m)
{
	m->bucket = kcalloc(UMBRA_PORTMAP_BUCKETS, sizeof(*m->bucket), GFP_KERNEL_ACCOUNT);
	if (!m->bucket)
		return -ENOMEM;
	spin_lock_init(&m->lock);
	return 0;
}

void umbra_portmaps_exit(struct umbra_portmaps *m)
{
	u32 i;

	for (i = 0; i < UMBRA_PORTMAP_BUCKETS; i++)
		WARN_ON_ONCE(!hlist_empty(&m->bucket[i]));
	kfree(m->bucket);
}
