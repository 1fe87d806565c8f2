// SPDX-License-Identifier: GPL-2.0
/*
 * Telling an end: a packet that it might have sent last is made up, and rejected like a
 * real one. So what it gets has the addresses and ports that it knows, whether there is
 * a translation or not, and is made and routed by the same code of the kernel's. For SCTP
 * the kernel has no such code, so it is the answer that is made up.
 *
 * An end that is the firewall itself is told likewise: the answer goes to its socket.
 */
#include "tell.h"

#include <linux/netdevice.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/umbra.h>
#include <net/dst.h>
#include <net/l3mdev.h>
#include <net/sctp/checksum.h>

#include "packet.h"
#include "phantom.h"
#include "reject.h"
#include "route.h"
#include "umbra.h"

/*
 * The answer finds its own way; this one says in which VRF, and that the end is one host
 * that can be reached. Of the firewall's own packets it is the way that they leave by.
 */
static struct dst_entry *find_route(struct umbra_net *un, const struct umbra_half *half, int iif)
{
	struct umbra_key to = { .family = half->key.family };
	int vrf = l3mdev_master_ifindex_by_index(un->net, iif ?: READ_ONCE(half->oif));

	to.dst = iif ? half->key.src : half->key.dst;
	return umbra_route_output(un->net, &to, vrf, NULL);
}

/* The same for an answer that is made here, and goes to the end wherever it is. */
static struct dst_entry *find_route_back(struct umbra_net *un, const struct umbra_half *half)
{
	struct umbra_key to = { .family = half->key.family, .dst = half->key.src };
	int iif = READ_ONCE(half->iif) ?: READ_ONCE(half->oif);

	return umbra_route_output(un->net, &to, l3mdev_master_ifindex_by_index(un->net, iif), NULL);
}

static struct sk_buff *make_packet(struct umbra_net *un, const struct umbra_half *half)
{
	int iif = READ_ONCE(half->iif);
	struct dst_entry *dst = find_route(un, half, iif);
	struct sk_buff *skb;

	if (!dst)
		return NULL;
	skb = umbra_phantom_new(&half->key, dev_get_by_index_rcu(un->net, iif), GFP_ATOMIC);
	if (skb)
		skb_dst_set(skb, dst);
	else
		dst_release(dst);
	return skb;
}

/* As at LOCAL_OUT wherever it is from: then the route that it has is not looked up anew. */
static void reject(struct sk_buff *skb, const struct umbra_half *half)
{
	const struct umbra_packet p = { .key = half->key, .kind = UMBRA_PACKET_PLAIN };

	umbra_reject(skb, &p, NF_INET_LOCAL_OUT, UMBRA_REASON_POLICY);
	consume_skb(skb);
}

bool umbra_tell_reset(struct umbra_net *un, const struct umbra_half *half, u32 seq)
{
	struct sk_buff *skb = make_packet(un, half);

	if (!skb)
		return false;
	tcp_hdr(skb)->syn = 0;
	tcp_hdr(skb)->ack = 1;
	tcp_hdr(skb)->ack_seq = htonl(seq);
	reject(skb, half);
	return true;
}

bool umbra_tell_refused(struct umbra_net *un, const struct umbra_half *half, u32 ack)
{
	struct sk_buff *skb = make_packet(un, half);

	if (!skb)
		return false;
	tcp_hdr(skb)->seq = htonl(ack - 1);	/* of a SYN */
	reject(skb, half);
	return true;
}

/* Of the INIT that a phantom is. Who sends it says how long the whole is. */
static void make_abort(struct sk_buff *skb, u32 tag)
{
	struct sctphdr *sctp = (struct sctphdr *)skb_transport_header(skb);
	struct sctp_chunkhdr *chunk = (struct sctp_chunkhdr *)(sctp + 1);

	skb_trim(skb, skb_transport_offset(skb) + sizeof(*sctp) + sizeof(*chunk));
	chunk->type = SCTP_CID_ABORT;
	chunk->length = htons(sizeof(*chunk));
	sctp->vtag = htonl(tag);
	sctp->checksum = sctp_compute_cksum(skb, skb_transport_offset(skb));
	skb->ip_summed = CHECKSUM_NONE;
}

bool umbra_tell_abort(struct umbra_net *un, const struct umbra_half *half, u32 tag)
{
	struct dst_entry *dst = find_route_back(un, half);
	struct umbra_key answer;
	struct sk_buff *skb;

	if (!dst)
		return false;
	umbra_key_invert(&half->key, &answer);
	skb = umbra_phantom_new(&answer, NULL, GFP_ATOMIC);
	if (!skb) {
		dst_release(dst);
		return false;
	}
	skb_dst_set(skb, dst);
	make_abort(skb, tag);
	umbra_reject_send(un->net, skb, answer.family);
	return true;
}

bool umbra_tell_prohibited(struct umbra_net *un, const struct umbra_half *half)
{
	struct sk_buff *skb = make_packet(un, half);

	if (!skb)
		return false;
	reject(skb, half);
	return true;
}
