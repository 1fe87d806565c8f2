// SPDX-License-Identifier: GPL-2.0
/*
 * Send a notice to an end of a session. The notice leaves as from the other end, with the addresses
 * and ports that the receiver knows, whether the session is translated or not.
 *
 * For TCP a segment and for SCTP an ABORT is made here. All others get an ICMP error: a packet that
 * the end might have sent last is made up and rejected like a real one, so the kernel makes and
 * routes the error.
 *
 * If the end is the firewall itself, the notice goes to its socket in the same way.
 */
#include "life/notify.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/umbra.h>
#include <net/dst.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/sctp/checksum.h>
#include <net/tcp.h>

#include "packet/packet.h"
#include "packet/craft.h"
#include "packet/reject.h"
#include "egress/route.h"
#include "session/window.h"
#include "umbra.h"
#include "under_rcu.h"

/*
 * An answer is routed again when it is sent. This route gives the VRF, and shows that the end is a
 * single host and can be reached. If the end is the firewall itself, it is the route by which the
 * firewall's packets leave.
 */
static struct dst_entry *find_route(struct umbra_net *un, const struct umbra_half *half, int iif)
{
	struct umbra_key to = { .family = half->key.family };
	int vrf = l3mdev_master_ifindex_by_index(un->net, iif ?: READ_ONCE(half->oif));

	to.dst = iif ? half->key.src : half->key.dst;
	return umbra_route_output(un->net, &to, vrf, NULL);
}

/* Make a packet of @flow: one from the end, which arrives at @dev; or one to it, without @dev. */
static struct sk_buff *make_packet(struct umbra_net *un, const struct umbra_half *half,
				   const struct umbra_key *flow, struct net_device *dev)
{
	struct dst_entry *dst = find_route(un, half, READ_ONCE(half->iif));
	struct sk_buff *skb;

	if (!dst)
		return NULL;
	skb = umbra_phantom_new(flow, dev, GFP_ATOMIC);
	if (skb)
		skb_dst_set(skb, dst);
	else
		dst_release(dst);
	return skb;
}

/* Make a packet from the other end, as it leaves. The kernel routes it when it is complete. */
static struct sk_buff *make_answer(struct umbra_net *un, const struct umbra_half *half)
{
	struct umbra_key flow;

	umbra_key_invert(&half->key, &flow);
	return make_packet(un, half, &flow, NULL);
}

static void put_segment(struct sk_buff *skb, const struct umbra_segment *seg)
{
	struct tcphdr *tcp = tcp_hdr(skb);

	tcp->syn = 0;
	tcp->rst = !!(seg->flags & UMBRA_TCP_RST);
	tcp->ack = !!(seg->flags & UMBRA_TCP_ACK);
	tcp->seq = htonl(seg->seq);
	tcp->ack_seq = htonl(seg->ack);
	tcp->window = htons(seg->win);
	skb->ip_summed = CHECKSUM_NONE;
}

static void sum_segment(struct sk_buff *skb, u8 family)
{
	struct tcphdr *tcp = tcp_hdr(skb);
	__wsum sum = csum_partial(tcp, sizeof(*tcp), 0);

	if (family == AF_INET)
		tcp->check = tcp_v4_check(sizeof(*tcp), ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, sum);
	else
		tcp->check = tcp_v6_check(sizeof(*tcp), &ipv6_hdr(skb)->saddr,
					  &ipv6_hdr(skb)->daddr, sum);
}

/* The source may be any address, as ip_route_me_harder() allows. Return: 0 or errno. */
static int reroute(struct net *net, struct sk_buff *skb, u8 family)
{
	int err = family == AF_INET ? ip_route_me_harder(net, NULL, skb, RTN_UNSPEC) :
				      ip6_route_me_harder(net, NULL, skb);

	if (err)
		return err;
	if (family == AF_INET)
		ip_hdr(skb)->ttl = ip4_dst_hoplimit(skb_dst(skb));
	else
		ipv6_hdr(skb)->hop_limit = ip6_dst_hoplimit(skb_dst(skb));
	return 0;
}

static bool send_answer(struct umbra_net *un, struct sk_buff *skb, u8 family)
{
	int err = reroute(un->net, skb, family);

	if (err)
		kfree_skb(skb);
	else
		umbra_reject_send(un->net, skb);
	return !err;
}

bool umbra_tell_segment(struct umbra_net *un, const struct umbra_half *half,
			const struct umbra_segment *seg)
{
	struct sk_buff *skb = make_answer(un, half);

	umbra_assert_rcu();
	if (!skb)
		return false;
	put_segment(skb, seg);
	sum_segment(skb, half->key.family);
	return send_answer(un, skb, half->key.family);
}

/* Turn an INIT made by umbra_phantom_new() into an ABORT; the IP length is set when it is sent. */
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
	struct sk_buff *skb = make_answer(un, half);

	umbra_assert_rcu();
	if (!skb)
		return false;
	make_abort(skb, tag);
	return send_answer(un, skb, half->key.family);
}

/* Reject as at LOCAL_OUT, wherever the packet is from, so that its route is not looked up again. */
bool umbra_tell_prohibited(struct umbra_net *un, const struct umbra_half *half)
{
	const struct umbra_packet p = { .key = half->key, .kind = UMBRA_PACKET_PLAIN };
	struct net_device *dev = dev_get_by_index_rcu(un->net, READ_ONCE(half->iif));
	struct sk_buff *skb = make_packet(un, half, &half->key, dev);

	umbra_assert_rcu();
	if (!skb)
		return false;
	umbra_reject(skb, &p, NF_INET_LOCAL_OUT, UMBRA_REASON_POLICY);
	consume_skb(skb);
	return true;
}
