/* SPDX-License-Identifier: GPL-2.0 */
/* Ports of the kernel's own sockets: where the kernel's tables are. */
#ifndef UMBRA_COMPAT_PORTS_H
#define UMBRA_COMPAT_PORTS_H

#include <linux/in.h>
#include <net/inet_hashtables.h>
#include <net/udp.h>
#ifdef UMBRA_HAVE_UDPLITE
#include <net/udplite.h>
#endif

/*
 * A namespace may have a table of UDP ports of its own since 6.2; probed in kmod/Kbuild. Needed
 * for 6.1 only.
 */
#ifdef UMBRA_HAVE_NET_UDP_TABLE
static inline struct udp_table *umbra_udp_table(const struct net *net)
{
	return net->ipv4.udp_table;
}
#else
static inline struct udp_table *umbra_udp_table(const struct net *net)
{
	return &udp_table;
}
#endif

/*
 * Return: the table of UDP-Lite's ports. NULL if there are no such sockets, as since 7.1; probed in
 * kmod/Kbuild. Needed up to 6.12.
 */
static inline struct udp_table *umbra_udplite_table(void)
{
#ifdef UMBRA_HAVE_UDPLITE
	return &udplite_table;
#else
	return NULL;
#endif
}

/*
 * umbra_bound_any() - does any socket of a TCP port satisfy @fits? Asks the first @most sockets; if
 * there are more, the answer is yes. Context: the lock of the port's hash bucket held.
 *
 * The sockets of a port are listed by address since 6.9; probed in kmod/Kbuild. Needed for 6.1
 * only.
 */
#ifdef UMBRA_HAVE_BHASH_NODE
static inline bool umbra_bound_any(const struct inet_bind_bucket *port, u32 most,
				   bool (*fits)(const struct sock *sk, const void *arg),
				   const void *arg)
{
	const struct inet_bind2_bucket *at;
	const struct sock *sk;

	hlist_for_each_entry(at, &port->bhash2, bhash_node)
		hlist_for_each_entry(sk, &at->owners, sk_bind_node)
			if (!most-- || fits(sk, arg))
				return true;
	return false;
}
#else
static inline bool umbra_bound_any(const struct inet_bind_bucket *port, u32 most,
				   bool (*fits)(const struct sock *sk, const void *arg),
				   const void *arg)
{
	const struct sock *sk;

	hlist_for_each_entry(sk, &port->owners, sk_bind_node)
		if (!most-- || fits(sk, arg))
			return true;
	return false;
}
#endif

#endif
