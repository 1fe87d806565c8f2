/* SPDX-License-Identifier: GPL-2.0 */
/* Look-ups of established TCP sockets. */
#ifndef UMBRA_COMPAT_ESTABLISHED_H
#define UMBRA_COMPAT_ESTABLISHED_H

#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/net_namespace.h>

/*
 * The caller names the table of sockets up to 6.17. Since 6.18 the look-ups take the one of the
 * namespace themselves; probed in kmod/Kbuild. Needed for 6.1 and 6.12 only.
 *
 * Return: a counted socket, or NULL.
 */
#ifdef UMBRA_HAVE_LOOKUP_HASHINFO
#define UMBRA_TABLE_OF(_net)	(_net)->ipv4.tcp_death_row.hashinfo,
#else
#define UMBRA_TABLE_OF(_net)
#endif

static inline struct sock *umbra_established_v4(struct net *net, __be32 saddr, __be16 sport,
						__be32 daddr, u16 dport, int dif, int sdif)
{
	return __inet_lookup_established(net, UMBRA_TABLE_OF(net) saddr, sport, daddr, dport,
					 dif, sdif);
}

static inline struct sock *umbra_established_v6(struct net *net, const struct in6_addr *saddr,
						__be16 sport, const struct in6_addr *daddr,
						u16 dport, int dif, int sdif)
{
	return __inet6_lookup_established(net, UMBRA_TABLE_OF(net) saddr, sport, daddr, dport,
					  dif, sdif);
}

#endif
