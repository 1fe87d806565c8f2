// SPDX-License-Identifier: GPL-2.0
/*
 * Packet: read headers.
 *
 * All bytes are copied through skb_header_pointer() into local variables. So a short, non-linear
 * or malformed packet can only be refused. No pointer into the packet is kept.
 */
#include "packet/packet.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/igmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/umbra.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "packet/sctp_chunk.h"
#include "classify/classify.h"
#include "packet/icmp.h"

#define EXT_HEADERS	8
#define EXT_BYTES	256

/* Where the transport header is, and what it is. */
struct place {
	u32 off;	/* from skb->data */
	u32 end;	/* first byte after the packet */
	u8 proto;
};

static const void *bytes_at(const struct sk_buff *skb, const struct place *at, u32 len, void *buf)
{
	if (at->off > at->end || at->end - at->off < len)
		return NULL;
	return skb_header_pointer(skb, at->off, len, buf);
}

static u8 v4_options(const struct sk_buff *skb, u32 off, u32 len)
{
	u8 buf[40], size;
	const u8 *opt;
	u32 i;

	opt = skb_header_pointer(skb, off, len, buf);
	if (!opt)
		return UMBRA_REASON_MALFORMED;
	for (i = 0; i < len && opt[i] != IPOPT_END; i += size) {
		size = 1;
		if (opt[i] == IPOPT_NOOP)
			continue;
		if (i + 1 >= len || opt[i + 1] < 2 || opt[i + 1] > len - i)
			return UMBRA_REASON_MALFORMED;
		if (opt[i] == IPOPT_LSRR || opt[i] == IPOPT_SSRR)
			return UMBRA_REASON_SOURCE_ROUTE;
		size = opt[i + 1];
	}
	return 0;
}

/* @inner: the header is quoted by an ICMP error, and its packet may be truncated. */
static __always_inline u8 v4_header(const struct sk_buff *skb, u32 off, bool inner,
				    struct umbra_packet *p, struct place *at)
{
	struct iphdr buf;
	const struct iphdr *ip;
	u32 len;

	ip = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!ip || ip->version != 4 || ip->ihl < 5)
		return UMBRA_REASON_MALFORMED;
	/* In a large GSO packet, the length field is 0. */
	len = inner ? ntohs(ip->tot_len) : iph_totlen(skb, ip);
	if (len < ip->ihl * 4)
		return UMBRA_REASON_MALFORMED;
	if (inner ? !!(ip->frag_off & htons(IP_OFFSET)) : ip_is_fragment(ip))
		return UMBRA_REASON_FRAGMENT;
	p->key.family = AF_INET;
	p->key.src.s6_addr32[0] = ip->saddr;
	p->key.dst.s6_addr32[0] = ip->daddr;
	at->proto = ip->protocol;
	at->off = off + ip->ihl * 4;
	at->end = inner ? skb->len : min_t(u32, skb->len, off + len);
	if (inner)
		return 0;
	p->ttl = ip->ttl;
	p->len = at->end - off;
	return ip->ihl > 5 ? v4_options(skb, off + 20, ip->ihl * 4 - 20) : 0;
}

static bool is_extension(u8 proto)
{
	return proto == NEXTHDR_HOP || proto == NEXTHDR_ROUTING || proto == NEXTHDR_DEST ||
	       proto == NEXTHDR_FRAGMENT;
}

/*
 * A routing header with segments left is a source route, whatever its type (RFC 5095, RFC 8754, RFC
 * 6554). The exception is a mobile node's home address (RFC 6275).
 */
static u8 v6_extension(const struct sk_buff *skb, struct place *at, bool inner)
{
	u8 buf[8];
	const u8 *h = bytes_at(skb, at, sizeof(buf), buf);
	u8 proto = at->proto;

	if (!h)
		return UMBRA_REASON_MALFORMED;
	if (proto == NEXTHDR_ROUTING &&
	    (h[2] == IPV6_SRCRT_TYPE_0 || (!inner && h[3] && h[2] != IPV6_SRCRT_TYPE_2)))
		return UMBRA_REASON_SOURCE_ROUTE;
	if (proto == NEXTHDR_FRAGMENT && (!inner || (h[2] << 8 | h[3]) & IP6_OFFSET))
		return UMBRA_REASON_FRAGMENT;
	at->proto = h[0];
	at->off += proto == NEXTHDR_FRAGMENT ? 8 : (h[1] + 1) * 8;
	return 0;
}

static __always_inline u8 v6_header(const struct sk_buff *skb, u32 off, bool inner,
				    struct umbra_packet *p, struct place *at)
{
	struct ipv6hdr buf;
	const struct ipv6hdr *ip;
	u32 first;
	u8 why;
	int i;

	ip = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!ip || ip->version != 6)
		return UMBRA_REASON_MALFORMED;
	p->key.family = AF_INET6;
	p->key.src = ip->saddr;
	p->key.dst = ip->daddr;
	at->proto = ip->nexthdr;
	at->off = first = off + sizeof(*ip);
	at->end = skb->len;
	if (!inner) {
		/* Only a jumbogram or a GSO packet larger than IPV6_MAXPLEN has 0 and a payload. */
		if (ip->payload_len)
			at->end = min_t(u32, at->end, first + ntohs(ip->payload_len));
		else if (at->end > first && at->end - first <= IPV6_MAXPLEN)
			return UMBRA_REASON_MALFORMED;	/* RFC 2675 section 3 */
		p->ttl = ip->hop_limit;
		p->len = at->end - off;
	}
	for (i = 0; is_extension(at->proto); i++) {
		if (i == EXT_HEADERS || at->off - first > EXT_BYTES)
			return UMBRA_REASON_MALFORMED;
		why = v6_extension(skb, at, inner);
		if (why)
			return why;
	}
	return at->off > at->end ? UMBRA_REASON_MALFORMED : 0;
}

/* Inlined twice, so that the common path is compiled for @inner being false. */
static __always_inline u8 ip_header(const struct sk_buff *skb, u8 family, u32 off, bool inner,
				    struct umbra_packet *p, struct place *at)
{
	return family == AF_INET ? v4_header(skb, off, inner, p, at) :
				   v6_header(skb, off, inner, p, at);
}

static __always_inline u8 ports(const struct sk_buff *skb, const struct place *at, u32 header,
				struct umbra_packet *p)
{
	__be16 buf[2];
	const __be16 *port = bytes_at(skb, at, sizeof(buf), buf);

	if (!port || at->end - at->off < header)
		return UMBRA_REASON_MALFORMED;
	p->key.sport = port[0];
	p->key.dport = port[1];
	return 0;
}

/*
 * RFC 9293: combinations that no state allows are scans or attacks. A server may answer a SYN with
 * SYN, ACK, data and FIN at once, and its client accepts them (3.10.7.3). A SYN with FIN and no ACK
 * belongs to T/TCP (RFC 1644), which is historic.
 */
static bool flags_contradict(u8 flags)
{
	if (flags & UMBRA_TCP_SYN)
		return flags & UMBRA_TCP_RST ||
		       (flags & (UMBRA_TCP_FIN | UMBRA_TCP_ACK)) == UMBRA_TCP_FIN;
	if (flags & UMBRA_TCP_RST)
		return flags & UMBRA_TCP_FIN;
	return !(flags & UMBRA_TCP_ACK);
}

/*
 * The window scale option. A truncated option ends the list, as it does at the two ends. A shift
 * above the maximum counts as the maximum: RFC 7323 section 2.3.
 */
static u8 tcp_scale(const struct sk_buff *skb, u32 off, u32 len)
{
	u8 buf[40], size;
	const u8 *opt;
	u32 i;

	opt = skb_header_pointer(skb, off, len, buf);
	for (i = 0; opt && i < len && opt[i] != TCPOPT_EOL; i += size) {
		size = 1;
		if (opt[i] == TCPOPT_NOP)
			continue;
		if (i + 1 >= len || opt[i + 1] < 2 || opt[i + 1] > len - i)
			break;
		size = opt[i + 1];
		if (opt[i] == TCPOPT_WINDOW && size == TCPOLEN_WINDOW)
			return min_t(u8, opt[i + 2], TCP_MAX_WSCALE);
	}
	return UMBRA_SCALE_NONE;
}

/* The numbers that are tracked. A packet of many segments (GSO, GRO) counts as one long one. */
static void tcp_numbers(const struct sk_buff *skb, const struct place *at,
			const struct tcphdr *tcp, struct umbra_packet *p)
{
	p->seq = ntohl(tcp->seq);
	p->ack = ntohl(tcp->ack_seq);
	p->win = ntohs(tcp->window);
	p->end = p->seq + (at->end - at->off - tcp->doff * 4);
	if (p->tcp_flags & UMBRA_TCP_FIN)
		p->end++;
	if (p->tcp_flags & UMBRA_TCP_SYN) {
		p->end++;
		p->scale = tcp_scale(skb, at->off + sizeof(*tcp), tcp->doff * 4 - sizeof(*tcp));
	}
}

static u8 sctp_header(const struct sk_buff *skb, const struct place *at, struct umbra_packet *p)
{
	return ports(skb, at, sizeof(struct sctphdr), p) ?:
	       umbra_chunks_read(skb, at->off, at->end, p);
}

static u8 quoted_sctp(const struct sk_buff *skb, const struct place *at, struct umbra_packet *p)
{
	return ports(skb, at, 8, p) ?: umbra_chunks_quoted(skb, at->off, at->end, p);
}

static u8 tcp_header(const struct sk_buff *skb, const struct place *at, struct umbra_packet *p)
{
	struct tcphdr buf;
	const struct tcphdr *tcp = bytes_at(skb, at, sizeof(buf), &buf);

	if (!tcp || tcp->doff < 5 || at->end - at->off < tcp->doff * 4)
		return UMBRA_REASON_MALFORMED;
	p->key.sport = tcp->source;
	p->key.dport = tcp->dest;
	p->tcp_flags = ((const u8 *)tcp)[13] & 0x3f;
	if (flags_contradict(p->tcp_flags))
		return UMBRA_REASON_MALFORMED;
	tcp_numbers(skb, at, tcp, p);
	/* Open: a SYN without ACK. Packets without SYN, ACK and RST have been refused above. */
	if ((p->tcp_flags & (UMBRA_TCP_SYN | UMBRA_TCP_ACK)) == UMBRA_TCP_SYN)
		p->cls_kind = UMBRA_CLS_OPEN;
	else
		p->cls_kind = UMBRA_CLS_ANSWER;
	return 0;
}

/* Type and identifier, which only queries and answers have. */
static u8 icmp_query(const struct sk_buff *skb, const struct place *at, u8 class,
		     struct umbra_packet *p)
{
	struct icmphdr buf;
	const struct icmphdr *icmp = bytes_at(skb, at, sizeof(buf), &buf);

	if (!icmp)
		return UMBRA_REASON_MALFORMED;
	if (class == UMBRA_ICMP_QUERY || class == UMBRA_ICMP_ANSWER)
		p->key.sport = icmp->un.echo.id;
	p->key.dport = htons(icmp->type << 8 | icmp->code);
	if (class == UMBRA_ICMP_ANSWER)
		p->kind = UMBRA_PACKET_ICMP_ANSWER;
	else if (class == UMBRA_ICMP_NEIGHBOUR)
		p->kind = UMBRA_PACKET_NEIGHBOUR;
	return 0;
}

#define GRE_CHECKSUM	0x8000
#define GRE_KEY		0x2000
#define GRE_VERSION	0x0007

/* RFC 2890: the optional key distinguishes flows. The key of PPTP (version 1) does not. */
static u8 gre_header(const struct sk_buff *skb, const struct place *at, struct umbra_packet *p)
{
	struct place key = *at;
	__be16 buf[2];
	const __be16 *h = bytes_at(skb, at, sizeof(buf), buf);
	u16 flags;

	if (!h)
		return UMBRA_REASON_MALFORMED;
	flags = ntohs(h[0]);
	if (!(flags & GRE_KEY) || flags & GRE_VERSION)
		return 0;
	key.off += flags & GRE_CHECKSUM ? 8 : 4;
	return ports(skb, &key, 4, p);
}

static u8 quoted_tcp(const struct sk_buff *skb, const struct place *at, struct umbra_packet *p)
{
	__be32 buf[2];
	const __be32 *h = bytes_at(skb, at, sizeof(buf), buf);

	if (!h)
		return UMBRA_REASON_MALFORMED;
	p->seq = ntohl(h[1]);
	return ports(skb, at, sizeof(buf), p);
}

/* The transport header in an error: RFC 792 guarantees eight bytes of it. */
static u8 quoted_transport(const struct sk_buff *skb, const struct place *at,
			   struct umbra_packet *p)
{
	struct icmphdr buf;
	const struct icmphdr *icmp;
	u8 class;

	p->key.proto = at->proto;
	switch (at->proto) {
	case IPPROTO_TCP:
		return quoted_tcp(skb, at, p);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return ports(skb, at, 8, p);
	case IPPROTO_SCTP:
		return quoted_sctp(skb, at, p);
	case IPPROTO_GRE:
		return gre_header(skb, at, p);
	}
	if (at->proto != umbra_icmp_proto(p->key.family))
		return 0;
	icmp = bytes_at(skb, at, 8, &buf);
	if (!icmp)
		return UMBRA_REASON_MALFORMED;
	class = umbra_icmp_class(p->key.family, icmp->type);
	/* There are no errors about errors: RFC 1122 3.2.2, RFC 4443 2.4. */
	if (class == UMBRA_ICMP_ERROR)
		return UMBRA_REASON_ICMP_STRAY;
	return icmp_query(skb, at, class, p);
}

static u8 icmp_error(const struct sk_buff *skb, const struct place *at, struct umbra_packet *p)
{
	u8 family = p->key.family, why;
	struct place quoted = {};
	struct icmphdr buf;
	const struct icmphdr *icmp = bytes_at(skb, at, sizeof(buf), &buf);

	if (!icmp)
		return UMBRA_REASON_MALFORMED;
	p->error = icmp->type << 8 | icmp->code;
	memset(&p->key, 0, sizeof(p->key));
	why = ip_header(skb, family, at->off + sizeof(struct icmphdr), true, p, &quoted);
	if (!why)
		why = quoted_transport(skb, &quoted, p);
	p->kind = UMBRA_PACKET_ICMP_ERROR;
	return why;
}

static u8 icmp_header(const struct sk_buff *skb, const struct place *at, struct umbra_packet *p)
{
	u8 buf, class;
	const u8 *type = bytes_at(skb, at, sizeof(buf), &buf);

	if (!type)
		return UMBRA_REASON_MALFORMED;
	class = umbra_icmp_class(p->key.family, *type);
	if (class == UMBRA_ICMP_ERROR)
		return icmp_error(skb, at, p);
	return icmp_query(skb, at, class, p);
}

static u8 transport_header(const struct sk_buff *skb, const struct place *at,
			   struct umbra_packet *p)
{
	p->key.proto = at->proto;
	switch (at->proto) {
	case IPPROTO_TCP:
		return tcp_header(skb, at, p);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return ports(skb, at, sizeof(struct udphdr), p);
	case IPPROTO_SCTP:
		return sctp_header(skb, at, p);
	case IPPROTO_GRE:
		return gre_header(skb, at, p);
	case IPPROTO_IGMP:
		if (p->key.family == AF_INET)
			p->kind = UMBRA_PACKET_NEIGHBOUR;
		return 0;
	}
	return at->proto == umbra_icmp_proto(p->key.family) ? icmp_header(skb, at, p) : 0;
}

u8 umbra_packet_parse(const struct sk_buff *skb, u8 family, struct umbra_packet *p)
{
	u32 off = skb_network_offset(skb);
	struct place at = {};
	u8 why;

	memset(&p->key, 0, sizeof(p->key));
	memset_startat(p, 0, len);
	p->cls_kind = UMBRA_CLS_OPEN;
	why = ip_header(skb, family, off, false, p, &at);
	p->outer_src = p->key.src;
	p->outer_dst = p->key.dst;
	if (why)
		return why;
	p->l4 = at.off - off;
	return transport_header(skb, &at, p);
}

/* A packet that ends a connection may cause a report, so it goes on into the IP layer. */
static bool plain_tcp(struct sk_buff *skb, u32 l4, u32 end, struct umbra_packet *p)
{
	const struct place at = { .off = l4, .end = end };
	const struct tcphdr *tcp;
	u8 kind;

	if (end - l4 < sizeof(*tcp) || !pskb_may_pull(skb, l4 + sizeof(*tcp)))
		return false;
	tcp = (const struct tcphdr *)(skb->data + l4);
	p->tcp_flags = ((const u8 *)tcp)[13] & 0x3f;
	kind = p->tcp_flags & (UMBRA_TCP_SYN | UMBRA_TCP_FIN | UMBRA_TCP_RST | UMBRA_TCP_ACK);
	if ((kind != UMBRA_TCP_ACK && kind != UMBRA_TCP_SYN) ||
	    tcp->doff < 5 || end - l4 < tcp->doff * 4)
		return false;
	p->cls_kind = kind == UMBRA_TCP_ACK ? UMBRA_CLS_ANSWER : UMBRA_CLS_OPEN;
	p->key.sport = tcp->source;
	p->key.dport = tcp->dest;
	tcp_numbers(skb, &at, tcp, p);
	return true;
}

static bool plain_udp(struct sk_buff *skb, u32 l4, u32 end, struct umbra_packet *p)
{
	const struct udphdr *udp;

	if (end - l4 < sizeof(*udp) || !pskb_may_pull(skb, l4 + sizeof(*udp)))
		return false;
	udp = (const struct udphdr *)(skb->data + l4);
	p->tcp_flags = 0;
	p->cls_kind = UMBRA_CLS_OPEN;
	p->key.sport = udp->source;
	p->key.dport = udp->dest;
	return true;
}

/* @l4: offset of the transport header; @len: length of the packet as its IP header says. */
static __always_inline bool plain_transport(struct sk_buff *skb, u32 l4, u32 len, u8 proto,
					    struct umbra_packet *p)
{
	if (len < l4 || skb->len < len)
		return false;
	p->l4 = l4;
	p->len = len;
	p->kind = UMBRA_PACKET_PLAIN;
	p->key.proto = proto;
	p->key.vrf = 0;
	switch (proto) {
	case IPPROTO_TCP:
		return plain_tcp(skb, l4, len, p);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return plain_udp(skb, l4, len, p);
	}
	return false;
}

/* A large GSO packet has length 0, and is left to the IP layer, which knows what it means. */
static bool plain_v4(struct sk_buff *skb, struct umbra_packet *p)
{
	const struct iphdr *ip;

	if (!pskb_may_pull(skb, sizeof(*ip)))
		return false;
	ip = (const struct iphdr *)skb->data;
	if (ip->version != 4 || ip->ihl != 5 || ip_is_fragment(ip) || ip->ttl <= 1 ||
	    ip_fast_csum(ip, 5))
		return false;
	p->key.src = (struct in6_addr) { .s6_addr32[0] = ip->saddr };
	p->key.dst = (struct in6_addr) { .s6_addr32[0] = ip->daddr };
	p->key.family = AF_INET;
	p->ttl = ip->ttl;
	return plain_transport(skb, sizeof(*ip), ntohs(ip->tot_len), ip->protocol, p);
}

static bool plain_v6(struct sk_buff *skb, struct umbra_packet *p)
{
	const struct ipv6hdr *ip;

	if (!pskb_may_pull(skb, sizeof(*ip)))
		return false;
	ip = (const struct ipv6hdr *)skb->data;
	if (ip->version != 6 || ip->hop_limit <= 1)
		return false;
	p->key.src = ip->saddr;
	p->key.dst = ip->daddr;
	p->key.family = AF_INET6;
	p->ttl = ip->hop_limit;
	return plain_transport(skb, sizeof(*ip), sizeof(*ip) + ntohs(ip->payload_len),
			       ip->nexthdr, p);
}

bool umbra_packet_parse_plain(struct sk_buff *skb, u8 family, struct umbra_packet *p)
{
	if (!(family == AF_INET ? plain_v4(skb, p) : plain_v6(skb, p)))
		return false;
	return skb->len == p->len || !pskb_trim_rcsum(skb, p->len);
}

void __umbra_key_invert(const struct umbra_key *key, struct umbra_key *reply)
{
	u8 type = ntohs(key->dport) >> 8, answer;

	if (key->proto != IPPROTO_GRE && key->proto != umbra_icmp_proto(key->family))
		return;
	reply->sport = key->sport;	/* GRE: both ends use the same key */
	reply->dport = key->dport;
	if (key->proto == IPPROTO_GRE)
		return;
	answer = umbra_icmp_counterpart(key->family, type);
	if (answer != type)
		reply->dport = htons(answer << 8);	/* replies have code 0 */
}

bool __umbra_packet_corrupt(struct sk_buff *skb, const struct umbra_packet *p, unsigned int hook)
{
	u32 off = skb_network_offset(skb);

	if (hook != NF_INET_PRE_ROUTING || skb_csum_unnecessary(skb))
		return false;
	if (p->key.proto == IPPROTO_SCTP)
		return umbra_chunks_corrupt(skb, off + p->l4, off + p->len);
	return nf_checksum(skb, hook, off + p->l4, p->key.proto, p->key.family);
}
