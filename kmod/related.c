// SPDX-License-Identifier: GPL-2.0
/*
 * Related: ICMP errors.
 *
 * An error passes exactly when the packet that it quotes belongs to a session
 * and it goes to the one who sent that packet (RFC 5508 REQ-4, REQ-5). It
 * neither keeps the session alive nor ends it (REQ-6), whatever it says.
 */
#include <linux/umbra.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "passage.h"
#include "policy.h"
#include "umbra.h"

/*
 * The quoted packet as its receiver would answer it: that is a key of the
 * session, of the direction that the error travels in.
 */
static struct umbra_half *find_quoted(struct umbra_passage *w)
{
	struct umbra_key back;

	umbra_key_invert(&w->packet.key, &back);
	return umbra_table_find(&w->un->table, &back);
}

/*
 * Errors that the kernel makes are sent from a socket of its own. It makes them
 * about packets that were let in, or that it could not let out.
 */
static bool is_kernels_own(const struct umbra_passage *w)
{
	const struct sock *sk = w->skb->sk;

	return w->hook == NF_INET_LOCAL_OUT && sk && sk_fullsock(sk) && sk->sk_kern_sock;
}

u8 umbra_related(struct umbra_passage *w)
{
	struct umbra_half *half;

	w->action = UMBRA_ACTION_DISCARD;
	if (is_kernels_own(w))
		return umbra_pass(w, UMBRA_REASON_OWN_ERROR);
	half = find_quoted(w);
	if (!half || !ipv6_addr_equal(&w->packet.outer_dst, &w->packet.key.src))
		return UMBRA_REASON_ICMP_STRAY;
	if (umbra_passage_spoofed(w))
		return UMBRA_REASON_SPOOFED;
	umbra_passage_route(w);
	return umbra_pass(w, UMBRA_REASON_RELATED);
}
