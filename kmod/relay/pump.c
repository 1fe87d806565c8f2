// SPDX-License-Identifier: GPL-2.0
/*
 * Pump: moves bytes in one direction between two TCP sockets.
 *
 * Received bytes are in the pages of packets. Reading takes references to these pages, as splice(2)
 * does, and sending hands them to the other socket, so the bytes themselves are not touched. Two
 * kinds of bytes are copied: those that a driver left beside the packet's header, and small pieces
 * of large pages (flow.c).
 *
 * A batch of pieces is read and then sent, and nothing is read while some of it is left. So if the
 * receiver stops, the sender's window closes. The memory for one direction is then at most
 *
 *	the receive buffer of one socket	net.ipv4.tcp_rmem, the maximum
 *	a batch					UMBRA_RELAY_BYTES and one packet
 *	unsent bytes in the other socket	UNSENT
 *	bytes that it has in flight		net.ipv4.tcp_wmem, the maximum
 *
 * The last three are kept in at most eight times as much memory, and one more page.
 *
 * The two sockets are never locked at the same time. Only the connection's work calls this file.
 */
#include "relay/internal.h"

#include <linux/errno.h>
#include <linux/skbuff.h>
#include <net/tcp.h>

#include "compat/umbra_splice.h"

/* Batches until other connections have their turn. If there is more, the work is queued again. */
#define BATCHES		16

/* The part of a packet that is left to take. */
struct part {
	struct umbra_relay_flow *flow;
	size_t offset;
	size_t len;
	size_t taken;
};

static void part_taken(struct part *p, size_t n)
{
	p->taken += n;
	p->offset += n;
	p->len -= n;
}

/* The number of bytes of @p in a region of the packet, which begins at @start; 0 if none. */
static size_t part_here(const struct part *p, size_t start, size_t size)
{
	if (p->offset < start || p->offset >= start + size)
		return 0;
	return min(p->len, start + size - p->offset);
}

static bool take_head(struct part *p, const struct sk_buff *skb)
{
	size_t n = part_here(p, 0, skb_headlen(skb));
	size_t done = n ? umbra_relay_flow_write(p->flow, skb->data + p->offset, n) : 0;

	part_taken(p, done);
	return done == n;
}

static bool take_frag(struct part *p, const skb_frag_t *frag, size_t start)
{
	size_t n = part_here(p, start, skb_frag_size(frag));

	if (!n)
		return true;
	if (!umbra_relay_flow_add(p->flow, skb_frag_page(frag),
				  skb_frag_off(frag) + p->offset - start, n))
		return false;
	part_taken(p, n);
	return true;
}

/* Take head and pages of one buffer. Return: true if all of @p that is in it was taken. */
static bool take_buffer(struct part *p, const struct sk_buff *skb)
{
	size_t start = skb_headlen(skb);
	u32 i;

	if (!take_head(p, skb))
		return false;
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		if (!take_frag(p, frag, start))
			return false;
		start += skb_frag_size(frag);
	}
	return true;
}

/* GRO may have chained buffers, one level deep. Deeper ones are copied. */
static bool take_chained(struct part *p, struct sk_buff *skb, size_t start)
{
	size_t n = part_here(p, start, skb->len);
	struct part inner = *p;
	bool all;

	if (!n)
		return true;
	if (skb_has_frag_list(skb) && skb_linearize(skb))
		return false;
	inner.offset -= start;
	inner.len = n;
	inner.taken = 0;
	all = take_buffer(&inner, skb);
	part_taken(p, inner.taken);
	return all;
}

static int take(read_descriptor_t *desc, struct sk_buff *skb, unsigned int offset, size_t len)
{
	struct part p = *(struct part *)desc->arg.data;
	size_t start = skb_pagelen(skb);
	struct sk_buff *next;

	p.offset = offset;
	p.len = len;
	if (!take_buffer(&p, skb))
		goto out;
	skb_walk_frags(skb, next) {
		if (!take_chained(&p, next, start))
			break;
		start += next->len;
	}
out:
	desc->count = umbra_relay_flow_has_room(p.flow);
	return p.taken;
}

static bool at_eof(const struct sock *sk)
{
	return sock_flag(sk, SOCK_DONE) && tcp_sk(sk)->copied_seq == tcp_sk(sk)->rcv_nxt;
}

static void fill(struct umbra_relay_flow *f, struct sock *sk)
{
	struct part p = { .flow = f };
	read_descriptor_t desc = { .arg.data = &p, .count = 1 };

	f->first = 0;
	lock_sock(sk);
	/*
	 * Urgent bytes are bytes of the stream (RFC 6093), so reading must not stop at them.
	 * umbra_relay_keep_urgent() sees to it that none is cut out of the stream.
	 */
	WRITE_ONCE(tcp_sk(sk)->urg_data, 0);
	tcp_read_sock(sk, &desc, take);
	umbra_relay_flow_settle(f);
	f->eof = !sk->sk_err && at_eof(sk);
	f->starved = !f->nr && !skb_queue_empty(&sk->sk_receive_queue);
	release_sock(sk);
}

/* The last bytes travel with the FIN that follows. Return: 0 if something was sent, or an error. */
static int drain(struct umbra_relay_flow *f, struct sock *sk)
{
	int n;

	lock_sock(sk);
	n = umbra_send_pages(sk, f->piece + f->first, f->nr, f->bytes, f->eof ? MSG_MORE : 0);
	release_sock(sk);
	if (n <= 0)
		return n ?: -EAGAIN;
	umbra_relay_flow_sent(f, n);
	return 0;
}

static enum umbra_relay_step finish(struct umbra_relay_flow *f, struct socket *to)
{
	kernel_sock_shutdown(to, SHUT_WR);
	f->done = true;
	return UMBRA_RELAY_DONE;
}

enum umbra_relay_step umbra_relay_pump(struct umbra_relay_flow *f, struct socket *from,
				       struct socket *to)
{
	u32 i;
	int err;

	if (f->done)
		return UMBRA_RELAY_DONE;
	for (i = 0; i < BATCHES; i++) {
		if (!f->nr && !f->eof)
			fill(f, from->sk);
		if (!f->nr)
			return f->eof ? finish(f, to) : UMBRA_RELAY_WAIT;
		err = drain(f, to->sk);
		if (err)
			return err == -EAGAIN ? UMBRA_RELAY_WAIT : UMBRA_RELAY_BROKEN;
	}
	return UMBRA_RELAY_MORE;
}
