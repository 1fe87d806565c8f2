// SPDX-License-Identifier: GPL-2.0
/*
 * Own ports: ports that the firewall's own sockets have.
 *
 * The kernel calls no hook when a socket is bound, so its tables are searched when a port is about
 * to be given away. They are hashed by the port, and mostly the slot is empty, so one look is
 * enough. UDP's table is read under RCU, as the kernel reads it for a packet. If many sockets share
 * a slot, UDP's second table is searched, as the kernel does. That one is hashed by the address,
 * too, with a secret of the namespace, so an outsider cannot choose which sockets share a slot.
 * TCP's table has a lock for each slot, which is taken only if the slot is not empty.
 *
 * A socket may be bound to a port that a client already has. What the socket sends to the client's
 * server then leaves with another port: umbra_nat_choose_own().
 */
#include "nat/own_port.h"

#include <linux/in.h>
#include <net/inet_hashtables.h>
#include <net/l3mdev.h>
#include <net/sock.h>
#include <net/udp.h>

#include "umbra.h"
#include "compat/umbra_ports.h"
#include "under_rcu.h"

/* Sockets of a port that are looked at. If there are more, the port is taken to be held. */
#define LOOKED_AT	64

/*
 * Sockets of other ports or namespaces that are passed by in a slot. If there are more, the port is
 * taken to be free: a clash is mended later, but a port that nobody has must not be refused.
 */
#define PASSED_BY	1024

/* If a slot has more sockets, two slots of UDP's second table are searched instead. */
#define MANY		10

struct question {
	struct net *net;
	const struct umbra_key *at;
	bool all_vrfs;		/* a socket that is bound to no device gets packets of all VRFs */
	u32 looked_at;		/* so far, in UDP's tables */
	u32 passed_by;
};

static bool takes_all_vrfs(const struct net *net, u8 proto)
{
#ifdef CONFIG_NET_L3_MASTER_DEV
	return proto == IPPROTO_TCP ? READ_ONCE(net->ipv4.sysctl_tcp_l3mdev_accept) :
				      READ_ONCE(net->ipv4.sysctl_udp_l3mdev_accept);
#else
	return false;
#endif
}

static bool is_in_vrf(const struct sock *sk, const struct question *q)
{
	int dev = READ_ONCE(sk->sk_bound_dev_if);

	if (!dev)
		return !q->at->vrf || q->all_vrfs;
	dev = l3mdev_master_ifindex_by_index(q->net, dev);
	return umbra_vrf_number(&umbra_net(q->net)->vrfs, dev) == q->at->vrf;
}

/* An IPv6 socket that takes IPv4 has an IPv4 address, too; 0 stands for every address. */
static bool is_at(const struct sock *sk, const struct umbra_key *at)
{
	__be32 v4 = READ_ONCE(sk->sk_rcv_saddr);

	if (at->family == AF_INET)
		return !ipv6_only_sock(sk) && (!v4 || v4 == at->src.s6_addr32[0]);
	return sk->sk_family == AF_INET6 &&
	       (ipv6_addr_any(&sk->sk_v6_rcv_saddr) ||
		ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &at->src));
}

static bool is_holder(const struct sock *sk, const void *arg)
{
	const struct question *q = arg;

	return is_at(sk, q->at) && is_in_vrf(sk, q);
}

enum found { GO_ON, HELD, ENOUGH };

/* Updates the counts in @q. */
static enum found look_at(const struct sock *sk, struct question *q, u16 port)
{
	if (sk->sk_num == port && net_eq(sock_net(sk), q->net))
		return ++q->looked_at > LOOKED_AT || is_holder(sk, q) ? HELD : GO_ON;
	return ++q->passed_by > PASSED_BY ? ENOUGH : GO_ON;
}

static bool slot_holds(const struct udp_hslot *slot, struct question *q, u16 port)
{
	enum found found = GO_ON;
	const struct sock *sk;

	sk_for_each_rcu(sk, &slot->head) {
		found = look_at(sk, q, port);
		if (found != GO_ON)
			break;
	}
	return found == HELD;
}

static bool slot2_holds(const struct udp_hslot *slot, struct question *q, u16 port)
{
	enum found found = GO_ON;
	const struct sock *sk;

	q->passed_by = 0;
	udp_portaddr_for_each_entry_rcu(sk, &slot->head) {
		found = look_at(sk, q, port);
		if (found != GO_ON)
			break;
	}
	return found == HELD;
}

static u32 hash2_of(const struct question *q, const struct in6_addr *addr, u16 port)
{
	return q->at->family == AF_INET ? ipv4_portaddr_hash(q->net, addr->s6_addr32[0], port) :
					  ipv6_portaddr_hash(q->net, addr, port);
}

/* A socket that is bound to every address is hashed with address 0, in IPv4 and in IPv6. */
static noinline bool udp_slot_holds(struct net *net, struct udp_table *table,
				    const struct udp_hslot *slot, const struct umbra_key *at,
				    u16 port)
{
	struct question q = {
		.net = net, .at = at, .all_vrfs = takes_all_vrfs(net, IPPROTO_UDP),
	};

	if (READ_ONCE(slot->count) <= MANY)
		return slot_holds(slot, &q, port);
	return slot2_holds(udp_hashslot2(table, hash2_of(&q, &in6addr_any, port)), &q, port) ||
	       slot2_holds(udp_hashslot2(table, hash2_of(&q, &at->src, port)), &q, port);
}

static bool tcp_chain_holds(const struct hlist_head *chain, const struct question *q, u16 port)
{
	const struct inet_bind_bucket *b;
	u32 passed_by = 0;

	hlist_for_each_entry(b, chain, node) {
		if (++passed_by > PASSED_BY)
			return false;
		if (b->port == port && net_eq(read_pnet(&b->ib_net), q->net) &&
		    umbra_bound_any(b, LOOKED_AT, is_holder, q))
			return true;
	}
	return false;
}

static noinline bool tcp_bucket_holds(struct net *net, struct inet_bind_hashbucket *bucket,
				      const struct umbra_key *at, u16 port)
{
	const struct question q = {
		.net = net, .at = at, .all_vrfs = takes_all_vrfs(net, IPPROTO_TCP),
	};
	bool held;

	spin_lock(&bucket->lock);
	held = tcp_chain_holds(&bucket->chain, &q, port);
	spin_unlock(&bucket->lock);
	return held;
}

static bool udp_holds(struct net *net, struct udp_table *table, const struct umbra_key *at,
		      u16 port)
{
	const struct udp_hslot *slot = udp_hashslot(table, net, port);

	return unlikely(!hlist_empty(&slot->head)) && udp_slot_holds(net, table, slot, at, port);
}

static bool tcp_holds(struct net *net, const struct umbra_key *at, u16 port)
{
	const struct inet_hashinfo *info = net->ipv4.tcp_death_row.hashinfo;
	struct inet_bind_hashbucket *bucket;

	bucket = &info->bhash[inet_bhashfn(net, port, info->bhash_size)];
	return unlikely(!hlist_empty(&bucket->chain)) && tcp_bucket_holds(net, bucket, at, port);
}

bool umbra_own_port_held(struct net *net, const struct umbra_key *at, u16 port)
{
	struct udp_table *lite;

	umbra_assert_rcu();
	if (at->proto == IPPROTO_UDP)	/* the most frequent protocols come first */
		return udp_holds(net, umbra_udp_table(net), at, port);
	if (at->proto == IPPROTO_TCP)
		return tcp_holds(net, at, port);
	lite = umbra_udplite_table();
	return lite && at->proto == IPPROTO_UDPLITE && udp_holds(net, lite, at, port);
}
