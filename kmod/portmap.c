// SPDX-License-Identifier: GPL-2.0
/*
 * Port maps
 *
 * Layout. A map is a small header and, beside it, one bit for each of 65536
 * ports: 8 KB in one piece. Smaller pieces on demand would save little, for
 * ports are chosen at random and soon touch all of them, and each piece would
 * be one more thing that may fail. Header and bits are separate so that the
 * bits fill their slab exactly.
 *
 * Taking a port is test_and_set_bit(), which one CPU wins; no lock. First the
 * port that the client has, then a random start (RFC 6056 algorithm 1: nobody
 * outside can tell the next port) and the first free bit from there, around
 * the end, looking at each word of the range once. A range that is full costs
 * that one pass, 1 KB for 8192 ports. A count of free ports would be one of
 * the whole map, not of the range.
 *
 * Life. A map has a reference for each port that is taken, and one for each
 * umbra_port_take() under way, which becomes that of the port it finds.
 *   made       under the lock, by the first who wants a port; found under RCU
 *   last gone  the count falls to 0 and the map is unlinked in one critical
 *              section: under the lock each map in the table is alive, and
 *              no address has two that are
 *   freed      the bits at once, for nobody touches them without a reference;
 *              the header after a grace period, for readers of the table
 * A reader who finds a map that is just going fails to get a reference and
 * asks again under the lock, where it is gone.
 *
 * The lock is innermost: nothing else is taken under it.
 */
#include "portmap.h"

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

/* What a map is for; hashed as a whole. */
struct subject {
	struct in6_addr addr;
	u16 vrf;
	u8 family;
	u8 proto;
};

static_assert(sizeof(struct subject) == 20);	/* no padding */

static bool is_same(const struct subject *a, const struct subject *b)
{
	return ipv6_addr_equal(&a->addr, &b->addr) && a->vrf == b->vrf &&
	       a->family == b->family && a->proto == b->proto;
}

/**
 * struct umbra_portmap - the ports of one address and protocol
 * @node: in umbra_portmaps.bucket
 * @subject: what it is for
 * @refs: ports taken, and takers under way
 * @taken: a bit for each port; atomic
 * @rcu: from unlinking to free
 */
struct umbra_portmap {
	struct hlist_node node;
	struct subject subject;
	refcount_t refs;
	unsigned long *taken;
	struct rcu_head rcu;
};

/* Addresses are the firewall's own or a row's: nobody outside chooses which share a bucket. */
static struct hlist_head *bucket_of(const struct umbra_portmaps *m, const struct subject *subject)
{
	const u32 *word = (const u32 *)subject;
	u32 mix = word[0] ^ word[1] ^ word[2] ^ word[3] ^ word[4];

	return &m->bucket[hash_32(mix, ilog2(UMBRA_PORTMAP_BUCKETS))];
}

/* Caller is an RCU reader or holds the lock. */
static struct umbra_portmap *find(struct umbra_portmaps *m, const struct hlist_head *bucket,
				  const struct subject *subject)
{
	struct umbra_portmap *map;

	hlist_for_each_entry_rcu(map, bucket, node, lockdep_is_held(&m->lock))
		if (is_same(&map->subject, subject))
			return map;
	return NULL;
}

/* Failing is counted by who wanted a port; a stack trace of it helps nobody. */
static struct umbra_portmap *portmap_new(const struct subject *subject)
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

static struct umbra_portmap *get_or_new(struct umbra_portmaps *m, struct hlist_head *bucket,
					const struct subject *subject)
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
static struct umbra_portmap *get(struct umbra_portmaps *m, const struct subject *subject)
{
	struct hlist_head *bucket = bucket_of(m, subject);
	struct umbra_portmap *map;

	rcu_read_lock();
	map = find(m, bucket, subject);
	if (map && !refcount_inc_not_zero(&map->refs))
		map = NULL;
	rcu_read_unlock();
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
 * The bit is fully ordered when it is won. It pairs with umbra_port_give(): who
 * wins a port that another had sees the table without that one's session.
 */
static bool take(struct umbra_portmap *map, u32 port)
{
	return !test_and_set_bit(port, map->taken);
}

/* Each bit of @among is tried once at most, however many others want it too. */
static int take_in_word(struct umbra_portmap *map, u32 word, unsigned long among)
{
	unsigned long bit;
	u32 port;

	while ((among &= ~READ_ONCE(map->taken[word]))) {
		bit = __ffs(among);
		port = word * BITS_PER_LONG + bit;
		if (take(map, port))
			return port;
		among &= ~BIT(bit);
	}
	return -ENOSPC;
}

/* Return: the first port that was free from @first to @last, or -ENOSPC. */
static int take_between(struct umbra_portmap *map, u32 first, u32 last)
{
	unsigned long among;
	int port = -ENOSPC;
	u32 i;

	for (i = BIT_WORD(first); i <= BIT_WORD(last) && port < 0; i++) {
		among = ~0UL;
		if (i == BIT_WORD(first))
			among &= BITMAP_FIRST_WORD_MASK(first);
		if (i == BIT_WORD(last))
			among &= BITMAP_LAST_WORD_MASK(last + 1);
		port = take_in_word(map, i, among);
	}
	return port;
}

static int take_any(struct umbra_portmap *map, u32 first, u32 last)
{
	u32 start = first + (get_random_u16() * (last - first + 1) >> 16);
	int port = take_between(map, start, last);

	if (port < 0 && start > first)
		port = take_between(map, first, start - 1);
	return port;
}

static int take_wanted(struct umbra_portmap *map, u16 want, const struct umbra_port_range *range)
{
	if (want && umbra_port_in(range, want) && take(map, want))
		return want;
	return take_any(map, range->first, range->last);
}

struct umbra_portmap *umbra_port_take(struct umbra_portmaps *m, const struct in6_addr *addr,
				      u8 family, u8 proto, u16 vrf, u16 want,
				      const struct umbra_port_range *range, u16 *port)
{
	const struct subject subject = {
		.addr = *addr, .vrf = vrf, .family = family, .proto = proto,
	};
	struct umbra_portmap *map;
	int taken;

	if (WARN_ON_ONCE(range->first > range->last))
		return ERR_PTR(-ENOSPC);
	map = get(m, &subject);
	if (!map)
		return ERR_PTR(-ENOMEM);
	taken = take_wanted(map, want, range);
	if (taken < 0) {
		put(m, map);
		return ERR_PTR(taken);
	}
	*port = taken;
	return map;
}

void umbra_port_give(struct umbra_portmaps *m, struct umbra_portmap *map, u16 port)
{
	/*
	 * Fully ordered: that our session left the table comes before the port is
	 * free. Pairs with take(). A port that was free has no reference to put.
	 */
	if (!WARN_ON_ONCE(!test_and_clear_bit(port, map->taken)))
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
