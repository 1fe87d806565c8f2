// SPDX-License-Identifier: GPL-2.0
/*
 * Moving bytes one way between two TCP sockets.
 *
 * What was received lies in the pages of packets. Reading takes references to
 * these pages, as splice(2) does, and sending hands them to the other socket:
 * the bytes themselves are not touched. Only what a driver left beside its
 * packet's header is copied, into a page.
 *
 * A batch of pieces is read, then sent, and nothing is read while some of it is
 * left. So a receiver that stops is felt by the sender: its window closes. The
 * memory for one direction is then at most
 *
 *	the receive buffer of the one socket	net.ipv4.tcp_rmem, the maximum
 *	a batch					UMBRA_RELAY_BYTES and one packet
 *	bytes not sent yet by the other		UNSENT
 *	and bytes that it has in flight		net.ipv4.tcp_wmem, the maximum
 *
 * Never are both sockets locked. Only the connection's work comes here.
 */
#include "relay_int.h"

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <net/tcp.h>

#include "umbra_splice.h"

/* Batches until others have their turn: the work of a connection that has more is queued again. */
#define BATCHES		16

/* Part of a packet that is left to take. */
struct part {
	struct umbra_relay_flow *flow;
	struct sock *sk;
	size_t offset;
	size_t len;
	size_t taken;
};

static bool has_room(const struct umbra_relay_flow *f)
{
	return f->nr < UMBRA_RELAY_PIECES && f->bytes < UMBRA_RELAY_BYTES;
}

static bool add_page(struct umbra_relay_flow *f, struct page *page, u32 offset, u32 len)
{
	struct bio_vec *last = f->nr ? &f->piece[f->nr - 1] : NULL;

	if (!has_room(f))
		return false;
	if (last && last->bv_page == page && last->bv_offset + last->bv_len == offset) {
		last->bv_len += len;
	} else {
		get_page(page);
		bvec_set_page(&f->piece[f->nr++], page, len, offset);
	}
	f->bytes += len;
	return true;
}

/* Bytes that are in no page of their own. Return: how many were taken. */
static size_t add_copy(struct umbra_relay_flow *f, struct sock *sk, const void *data, size_t len)
{
	struct page_frag *frag = sk_page_frag(sk);
	size_t done, n;

	for (done = 0; done < len; done += n) {
		if (!sk_page_frag_refill(sk, frag))
			break;
		n = min_t(size_t, len - done, frag->size - frag->offset);
		if (!add_page(f, frag->page, frag->offset, n))
			break;
		memcpy(page_address(frag->page) + frag->offset, data + done, n);
		frag->offset += n;
	}
	return done;
}

static void part_taken(struct part *p, size_t n)
{
	p->taken += n;
	p->offset += n;
	p->len -= n;
}

/* Of a region that begins at @start of the packet, where @p may begin. */
static size_t part_here(const struct part *p, size_t start, size_t size)
{
	if (p->offset < start || p->offset >= start + size)
		return 0;
	return min(p->len, start + size - p->offset);
}

static bool take_head(struct part *p, const struct sk_buff *skb)
{
	size_t n = part_here(p, 0, skb_headlen(skb));
	size_t done = n ? add_copy(p->flow, p->sk, skb->data + p->offset, n) : 0;

	part_taken(p, done);
	return done == n;
}

static bool take_frag(struct part *p, const skb_frag_t *frag, size_t start)
{
	size_t n = part_here(p, start, skb_frag_size(frag));

	if (!n)
		return true;
	if (!add_page(p->flow, skb_frag_page(frag), skb_frag_off(frag) + p->offset - start, n))
		return false;
	part_taken(p, n);
	return true;
}

/* Head and pages of one buffer. Return: whether all of @p that is in it was taken. */
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

/* GRO may have chained buffers, one level deep; deeper ones are copied. */
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
	desc->count = has_room(p.flow);
	return p.taken;
}

static bool at_eof(const struct sock *sk)
{
	return sock_flag(sk, SOCK_DONE) && tcp_sk(sk)->copied_seq == tcp_sk(sk)->rcv_nxt;
}

static void fill(struct umbra_relay_flow *f, struct sock *sk)
{
	struct part p = { .flow = f, .sk = sk };
	read_descriptor_t desc = { .arg.data = &p, .count = 1 };

	f->first = 0;
	lock_sock(sk);
	/*
	 * Urgent bytes are bytes of the stream (RFC 6093): nothing is to stop at them. That
	 * none is cut out of it sees umbra_relay_keep_urgent() to.
	 */
	WRITE_ONCE(tcp_sk(sk)->urg_data, 0);
	tcp_read_sock(sk, &desc, take);
	f->eof = !sk->sk_err && at_eof(sk);
	f->starved = !f->nr && !skb_queue_empty(&sk->sk_receive_queue);
	release_sock(sk);
}

static void sent(struct umbra_relay_flow *f, u32 bytes)
{
	f->bytes -= bytes;
	while (bytes) {
		struct bio_vec *piece = &f->piece[f->first];
		u32 n = min(bytes, piece->bv_len);

		bytes -= n;
		piece->bv_offset += n;
		piece->bv_len -= n;
		if (piece->bv_len)
			break;
		put_page(piece->bv_page);
		f->first++;
		f->nr--;
	}
}

/* The last bytes travel with the FIN that follows. Return: 0 when something was sent, or an error. */
static int drain(struct umbra_relay_flow *f, struct sock *sk)
{
	int n;

	lock_sock(sk);
	n = umbra_send_pages(sk, f->piece + f->first, f->nr, f->bytes, f->eof ? MSG_MORE : 0);
	release_sock(sk);
	if (n <= 0)
		return n ?: -EAGAIN;
	sent(f, n);
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

int umbra_relay_flow_write(struct umbra_relay_flow *f, struct sock *sk, const void *data,
			   size_t len)
{
	return add_copy(f, sk, data, len) == len ? 0 : -ENOMEM;
}

void umbra_relay_flow_purge(struct umbra_relay_flow *f)
{
	sent(f, f->bytes);
}
