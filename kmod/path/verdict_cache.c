// SPDX-License-Identifier: GPL-2.0
/*
 * Precedents: a cache of recent verdicts.
 *
 * A client that opens one session to a server usually opens more. For each of them we would ask
 * the same questions: may the source be behind that interface, what is the route, which rule
 * matches, which nat row. So the answers are kept until something that they depend on may have
 * changed, and for at most a second:
 *
 *   addresses, server's port, interface, mark, type of service or flow label   in the key
 *   the client's port      within a range of ports that the rules do not distinguish
 *   rules, rows, settings  the policy's generation; a time class that begins or ends has its own
 *   names of devices       the epoch
 *   own addresses          the epoch; a masqueraded session has one of them
 *   routes                 dst_check(), each time (egress/adjacency.c)
 *   sysctls of the kernel  one second, because not all of them change the generation of routes
 *
 * Only answers for packets that are allowed and forwarded are kept. Counting, limiting and the
 * allocation of a session's resources are done for each session. If the kernel chooses among
 * several routes by ports, there are no precedents.
 *
 * Each CPU has its own precedents, direct-mapped by the key, so they need no lock and no
 * allocation. An attacker who causes collisions, or sends from many addresses, causes only the
 * look-ups that would happen without this cache.
 */
#include "path/verdict_cache.h"

#include <linux/hash.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/netns/ipv4.h>

#include "passage.h"
#include "policy/policy.h"
#include "umbra.h"
#include "under_rcu.h"

/**
 * struct umbra_precedent - a verdict, and the packets that it holds for
 * @key: of the packet
 * @alike: source ports that the verdict holds for, host byte order
 * @generation: of the policy; 0 if the slot is empty
 * @epoch: of umbra_precedents
 * @iif: device index of arrival
 * @mark: of the packet
 * @label: type of service, or traffic class and flow label
 * @since: time of the verdict, low 32 bits of jiffies
 * @adj: slot of the adjacency
 * @adj_id: id of the adjacency in that slot
 * @oif: index of the device that the packet leaves by
 * @rule: index into the policy's verdicts
 * @nat: index into the policy's nat rows, plus 1; or 0
 * @outside: address with which it was masqueraded, if it was
 * @who: claimant for whom the session was counted
 */
struct umbra_precedent {
	struct umbra_key key;
	struct umbra_cls_range alike;
	u32 generation;
	u32 epoch;
	int iif;
	u32 mark;
	u32 label;
	u32 since;
	u32 adj;
	u32 adj_id;
	int oif;
	u32 rule;
	u32 nat;
	struct in6_addr outside;
	struct umbra_claimant who;
};

static_assert(UMBRA_PRECEDENTS * sizeof(struct umbra_precedent) <= PCPU_MIN_UNIT_SIZE);

static bool ports_choose_v4(const struct net *net)
{
	bool choose = false;

#ifdef CONFIG_IP_ROUTE_MULTIPATH
	choose = READ_ONCE(net->ipv4.sysctl_fib_multipath_hash_policy);
#endif
#ifdef CONFIG_IP_MULTIPLE_TABLES
	choose |= READ_ONCE(net->ipv4.fib_rules_require_fldissect);
#endif
	return choose;
}

static bool ports_choose_v6(const struct net *net)
{
	bool choose = READ_ONCE(net->ipv6.sysctl.multipath_hash_policy);

#ifdef CONFIG_IPV6_MULTIPLE_TABLES
	choose |= READ_ONCE(net->ipv6.fib6_rules_require_fldissect);
#endif
	return choose;
}

static bool ports_choose(const struct umbra_passage *w)
{
	return w->family == AF_INET ? ports_choose_v4(w->un->net) : ports_choose_v6(w->un->net);
}

static u32 label_of(const struct umbra_passage *w)
{
	return w->family == AF_INET ? ip_hdr(w->skb)->tos :
				      (__force u32)*(const __be32 *)ipv6_hdr(w->skb);
}

/* Collisions are harmless, so the hash needs no secret. */
static struct umbra_precedent *slot_of(const struct umbra_passage *w)
{
	const struct umbra_key *key = &w->packet.key;
	const u64 *src = (const u64 *)&key->src, *dst = (const u64 *)&key->dst;
	u64 mix = src[0] ^ src[1] ^ rol64(dst[0] ^ dst[1], 23) ^ (__force u16)key->dport;

	return this_cpu_ptr(w->un->precedents.slot) + hash_64(mix, ilog2(UMBRA_PRECEDENTS));
}

static bool is_within(const struct umbra_cls_range *alike, u16 port)
{
	return port >= alike->first && port <= alike->last;
}

static bool is_about(const struct umbra_precedent *p, const struct umbra_passage *w)
{
	const struct umbra_key *key = &w->packet.key;

	return ipv6_addr_equal(&p->key.src, &key->src) && ipv6_addr_equal(&p->key.dst, &key->dst) &&
	       p->key.dport == key->dport && p->key.proto == key->proto &&
	       p->key.family == key->family && is_within(&p->alike, ntohs(key->sport)) &&
	       p->generation == w->policy->generation && p->epoch == w->epoch &&
	       p->iif == w->iif && p->mark == w->skb->mark && p->label == label_of(w);
}

bool umbra_precedent_find(struct umbra_passage *w)
{
	const struct umbra_precedent *p = slot_of(w);
	struct dst_entry *dst;

	umbra_assert_rcu();
	/* Before all that a verdict is made of: pairs with umbra_precedents_forget(). */
	w->epoch = atomic_read_acquire(&w->un->precedents.epoch);
	if (!is_about(p, w) || (u32)jiffies - p->since >= HZ || ports_choose(w))
		return false;
	dst = umbra_adjacency_named(&w->un->adjacencies, p->adj, p->adj_id);
	if (!dst)
		return false;
	skb_dst_set_noref(w->skb, dst);
	w->way = UMBRA_WAY_FORWARD;
	w->oif = p->oif;
	w->verdict = &w->policy->verdict[p->rule];
	w->nat = p->nat ? &w->policy->nat[p->nat - 1] : NULL;
	w->outside = p->outside;
	w->who = p->who;
	w->adj = p->adj;
	w->adj_id = p->adj_id;
	w->likewise = true;
	return true;
}

void umbra_precedent_set(const struct umbra_passage *w)
{
	const struct umbra_key *key = &w->packet.key;

	umbra_assert_rcu();
	*slot_of(w) = (struct umbra_precedent) {
		.key = *key,
		.alike = umbra_classify_alike(w->policy->cls, w->packet.cls_kind, key->proto,
					      ntohs(key->sport), ntohs(key->dport)),
		.generation = w->policy->generation,
		.epoch = w->epoch,	/* read before the verdict */
		.iif = w->iif,
		.mark = w->skb->mark,
		.label = label_of(w),
		.since = jiffies,
		.adj = w->adj,
		.adj_id = w->adj_id,
		.oif = w->oif,
		.rule = w->verdict - w->policy->verdict,
		.nat = w->nat ? w->nat - w->policy->nat + 1 : 0,
		.outside = w->outside,
		.who = w->who,
	};
}

int umbra_precedents_init(struct umbra_precedents *p)
{
	p->slot = __alloc_percpu_gfp(UMBRA_PRECEDENTS * sizeof(*p->slot), SMP_CACHE_BYTES,
				     GFP_KERNEL_ACCOUNT);
	return p->slot ? 0 : -ENOMEM;
}

void umbra_precedents_exit(struct umbra_precedents *p)
{
	free_percpu(p->slot);
	p->slot = NULL;
}
