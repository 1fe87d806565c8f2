// SPDX-License-Identifier: GPL-2.0
/*
 * Craft: make the first packet of a flow, so that the packet path can judge it.
 *
 * fwtool explain names a flow, and must give the answer that a real packet would get. So we make a
 * packet with all that judging reads: addresses, protocol, ports, type and code, hop limit and
 * flags. Data and transport checksums are left out, because nothing on that path reads them.
 *
 * The packet has one owner, the caller, who frees it. It is never sent and never on a list. Its
 * device of arrival is held by the caller.
 */
#include "packet/craft.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "packet/icmp.h"

#define GRE_KEY		htons(0x2000)

/* The shortest SCTP packet that begins an association: RFC 9260 3.3.2. */
struct sctp_opening {
	struct sctphdr header;
	struct sctp_chunkhdr chunk;
	struct sctp_inithdr init;
};

static u32 transport_len(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_SCTP:
		return sizeof(struct sctp_opening);
	}
	return 8;
}

static void put_icmp(struct sk_buff *skb, const struct umbra_key *flow)
{
	struct icmphdr *icmp = skb_put_zero(skb, sizeof(*icmp));

	icmp->type = ntohs(flow->dport) >> 8;
	icmp->code = ntohs(flow->dport);
	icmp->un.echo.id = flow->sport;
}

/* RFC 2890: flags, protocol, key. */
static void put_gre(struct sk_buff *skb, const struct umbra_key *flow)
{
	__be16 *h = skb_put_zero(skb, 8);

	if (!flow->sport && !flow->dport)
		return;
	h[0] = GRE_KEY;
	h[2] = flow->sport;
	h[3] = flow->dport;
}

static void put_tcp(struct sk_buff *skb, const struct umbra_key *flow)
{
	struct tcphdr *tcp = skb_put_zero(skb, sizeof(*tcp));

	tcp->source = flow->sport;
	tcp->dest = flow->dport;
	tcp->doff = sizeof(*tcp) / 4;
	tcp->syn = 1;
}

static void put_sctp(struct sk_buff *skb, const struct umbra_key *flow)
{
	struct sctp_opening *sctp = skb_put_zero(skb, sizeof(*sctp));

	sctp->header.source = flow->sport;
	sctp->header.dest = flow->dport;
	sctp->chunk.type = SCTP_CID_INIT;
	sctp->chunk.length = htons(sizeof(sctp->chunk) + sizeof(sctp->init));
	sctp->init.init_tag = htonl(1);
}

/* UDP, UDP-Lite, which begins in the same way, and protocols without ports. */
static void put_other(struct sk_buff *skb, const struct umbra_key *flow)
{
	struct udphdr *udp = skb_put_zero(skb, transport_len(flow->proto));

	udp->source = flow->sport;
	udp->dest = flow->dport;
	if (flow->proto == IPPROTO_UDP)
		udp->len = htons(sizeof(*udp));
}

static void put_transport(struct sk_buff *skb, const struct umbra_key *flow)
{
	switch (flow->proto) {
	case IPPROTO_TCP:
		put_tcp(skb, flow);
		break;
	case IPPROTO_SCTP:
		put_sctp(skb, flow);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		put_icmp(skb, flow);
		break;
	case IPPROTO_GRE:
		put_gre(skb, flow);
		break;
	default:
		put_other(skb, flow);
	}
}

/* Packets that stay on their link have a fixed hop limit: RFC 4861 (255), RFC 2710, IGMP (1). */
static u8 hops(const struct umbra_key *flow)
{
	u8 type = ntohs(flow->dport) >> 8;

	if (flow->family == AF_INET)
		return flow->proto == IPPROTO_IGMP ? 1 : IPDEFTTL;
	if (flow->proto != IPPROTO_ICMPV6 ||
	    umbra_icmp_class(AF_INET6, type) != UMBRA_ICMP_NEIGHBOUR)
		return IPV6_DEFAULT_HOPLIMIT;
	return type <= ICMPV6_MGM_REDUCTION || type == ICMPV6_MLD2_REPORT ? 1 : 255;
}

static void put_v4(struct sk_buff *skb, const struct umbra_key *flow)
{
	struct iphdr *ip = skb_put_zero(skb, sizeof(*ip));

	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(sizeof(*ip) + transport_len(flow->proto));
	ip->frag_off = htons(IP_DF);
	ip->ttl = hops(flow);
	ip->protocol = flow->proto;
	ip->saddr = flow->src.s6_addr32[0];
	ip->daddr = flow->dst.s6_addr32[0];
	ip_send_check(ip);
}

static void put_v6(struct sk_buff *skb, const struct umbra_key *flow)
{
	struct ipv6hdr *ip = skb_put_zero(skb, sizeof(*ip));

	ip->version = 6;
	ip->payload_len = htons(transport_len(flow->proto));
	ip->nexthdr = flow->proto;
	ip->hop_limit = hops(flow);
	ip->saddr = flow->src;
	ip->daddr = flow->dst;
}

static void put_packet(struct sk_buff *skb, const struct umbra_key *flow)
{
	skb_reset_network_header(skb);
	if (flow->family == AF_INET)
		put_v4(skb, flow);
	else
		put_v6(skb, flow);
	skb_set_transport_header(skb, skb->len);
	put_transport(skb, flow);
}

struct sk_buff *umbra_phantom_new(const struct umbra_key *flow, struct net_device *dev,
				  gfp_t gfp)
{
	u32 link = dev ? dev->hard_header_len : 0;
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + link + sizeof(struct ipv6hdr) + transport_len(flow->proto),
			gfp);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_mac_header(skb);	/* the kernel prints the header when it logs a martian */
	skb_put_zero(skb, link);
	skb_pull(skb, link);
	skb->dev = dev;
	skb->pkt_type = PACKET_HOST;
	skb->protocol = htons(flow->family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	put_packet(skb, flow);
	return skb;
}
