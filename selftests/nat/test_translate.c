// SPDX-License-Identifier: GPL-2.0
/*
 * Translation: random packets of each protocol, with options, extension headers, odd
 * lengths and each state of checksum offload. Afterwards the addresses and ports are
 * those asked for, each checksum is the sum of all bytes, and no other byte
 * has changed.
 */
#include <stdio.h>

#include "../classify/tap.h"
#include "skb.h"
#include "packet/translate.h"

#include <linux/udp.h>
#include <linux/umbra.h>

#define ROUNDS	2000
#define ROOM	512

/* A packet in plain bytes, and where its parts are. */
struct flat {
	u8 byte[ROOM];
	u32 l4;
	u32 len;
	struct umbra_key key;
	u8 type;		/* of ICMP */
};

static u32 below(u32 n)
{
	return get_random_u32() % n;
}

static void random_bytes(void *to, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		((u8 *)to)[i] = below(4) ? get_random_u32() : below(2) * 255;
}

static void random_key(struct umbra_key *key, u8 family, u8 proto)
{
	memset(key, 0, sizeof(*key));
	random_bytes(&key->src, family == AF_INET ? 4 : 16);
	random_bytes(&key->dst, family == AF_INET ? 4 : 16);
	random_bytes(&key->sport, 4);
	key->family = family;
	key->proto = proto;
}

static bool has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE;
}

/* Makes the packet have @to. */
static u8 translate(struct sk_buff *skb, const struct umbra_packet *p, const struct umbra_key *to)
{
	struct umbra_key answer = *to;

	answer.src = to->dst;
	answer.dst = to->src;
	if (has_ports(to->proto)) {
		answer.sport = to->dport;
		answer.dport = to->sport;
	}
	return umbra_translate(skb, p, &answer);
}

static bool is_icmp(u8 proto)
{
	return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
}

static bool has_identifier(const struct flat *f)
{
	return f->type == ICMP_ECHO || f->type == ICMP_ECHOREPLY || f->type == ICMPV6_ECHO_REQUEST ||
	       f->type == ICMPV6_ECHO_REPLY;
}

static int check_at(u8 proto)
{
	return proto == IPPROTO_TCP ? 16 : has_ports(proto) ? 6 : is_icmp(proto) ? 2 : -1;
}

static u16 *check_of(struct flat *f)
{
	return (u16 *)(f->byte + f->l4 + check_at(f->key.proto));
}

static u32 pseudo_sum(const struct flat *f)
{
	bool v4 = f->key.family == AF_INET;

	if (f->key.proto == IPPROTO_ICMP)
		return 0;
	return csum_pseudo(f->byte + (v4 ? 12 : 8), v4 ? 8 : 32, f->len - f->l4, f->key.proto, 0);
}

static u16 whole_sum(const struct flat *f)
{
	return csum_fold(csum_partial(f->byte + f->l4, f->len - f->l4, pseudo_sum(f)));
}

static u32 header(struct flat *f)
{
	struct ipv6hdr *ip6 = (void *)f->byte;
	struct iphdr *ip = (void *)f->byte;
	u8 ext = below(3);

	random_bytes(f->byte, 64);
	if (f->key.family == AF_INET) {
		ip->version = 4;
		ip->ihl = 5 + ext;
		ip->protocol = f->key.proto;
		return ip->ihl * 4;
	}
	ip6->version = 6;
	ip6->nexthdr = ext ? IPPROTO_DSTOPTS : f->key.proto;
	f->byte[40] = f->key.proto;
	f->byte[41] = ext - 1;
	return 40 + ext * 8;
}

/* Write @key, and compute each checksum again. */
static void say(struct flat *f, const struct umbra_key *key, bool no_check)
{
	struct ipv6hdr *ip6 = (void *)f->byte;
	struct iphdr *ip = (void *)f->byte;

	f->key = *key;
	if (key->family == AF_INET) {
		ip->saddr = key->src.s6_addr32[0];
		ip->daddr = key->dst.s6_addr32[0];
		ip->check = 0;
		ip->check = csum_fold(csum_partial(ip, ip->ihl * 4, 0));
	} else {
		ip6->saddr = key->src;
		ip6->daddr = key->dst;
	}
	if (has_ports(key->proto))
		memcpy(f->byte + f->l4, &key->sport, 4);
	if (is_icmp(key->proto) && has_identifier(f))
		memcpy(f->byte + f->l4 + 4, &key->sport, 2);
	if (check_at(key->proto) < 0)
		return;
	*check_of(f) = 0;
	if (no_check)
		return;
	*check_of(f) = whole_sum(f);
	if (!*check_of(f) && check_at(key->proto) == 6)
		*check_of(f) = 0xffff;
}

static void make(struct flat *f, u8 family, u8 proto, u8 type, bool no_check)
{
	struct umbra_key key;

	memset(f, 0, sizeof(*f));
	random_key(&key, family, proto);
	f->key = key;
	f->type = type;
	f->l4 = header(f);
	f->len = f->l4 + 20 + below(40);
	random_bytes(f->byte + f->l4, f->len - f->l4);
	if (is_icmp(proto))
		f->byte[f->l4] = type;
	say(f, &key, no_check);
}

static void skb_make(struct sk_buff *skb, const struct flat *f)
{
	memset(skb, 0, sizeof(*skb));
	skb->headlen = below(f->len);
	skb->len = f->len;
	skb->cloned = below(2);
	skb->data = malloc(skb->headlen);
	skb->rest = malloc(f->len - skb->headlen);
	memcpy(skb->data, f->byte, skb->headlen);
	memcpy(skb->rest, f->byte + skb->headlen, f->len - skb->headlen);
}

static void skb_free(struct sk_buff *skb)
{
	free(skb->data);
	free(skb->rest);
}

static bool skb_is(const struct sk_buff *skb, const struct flat *f)
{
	u8 buf[ROOM];
	const u8 *byte = skb_header_pointer(skb, 0, f->len, buf);

	return byte && !memcmp(byte, f->byte, f->len);
}

static void parsed(const struct flat *f, struct umbra_packet *p)
{
	memset(p, 0, sizeof(*p));
	p->key = f->key;
	p->l4 = f->l4;
	p->len = f->len;
}

/* The sum of the pseudo header in place of the checksum, as before offload. */
static void make_partial(struct flat *f)
{
	*check_of(f) = ~csum_fold(pseudo_sum(f));
}

struct kind {
	u8 family;
	u8 proto;
	u8 type;
	bool no_check;
	u8 summed;
	bool gso;
	const char *name;
};

static bool translates(const struct kind *k)
{
	struct umbra_packet p;
	struct umbra_key to;
	struct sk_buff skb;
	struct flat f;
	bool ok;

	make(&f, k->family, k->proto, k->type, k->no_check);
	random_key(&to, k->family, k->proto);
	if (k->summed == CHECKSUM_PARTIAL && !k->no_check)
		make_partial(&f);
	skb_make(&skb, &f);
	skb.ip_summed = k->summed;
	skb.csum_start = k->gso ? f.l4 + 8 : f.l4;
	skb.gso = k->gso;
	skb.csum = skb_checksum(&skb, 0, f.len, 0);
	parsed(&f, &p);
	ok = !translate(&skb, &p, &to);
	say(&f, &to, k->no_check);
	if (k->summed == CHECKSUM_PARTIAL && !k->no_check)
		make_partial(&f);
	ok = ok && skb_is(&skb, &f) && skb.ip_summed == k->summed && !skb.cloned;
	if (k->summed == CHECKSUM_COMPLETE)
		ok = ok && csum_fold(skb.csum) == csum_fold(skb_checksum(&skb, 0, f.len, 0));
	skb_free(&skb);
	return ok;
}

/* Before objects, a shorter packet is padded (RFC 4884 section 3). */
#define PADDED	128

static void quote(struct flat *e, const struct flat *f, u32 quoted)
{
	u8 *at = e->byte + e->l4 + 8;

	memset(at, 0, quoted);
	memcpy(at, f->byte, min(quoted, f->len));
}

/* Make an error about @f that quotes @quoted bytes of it, with @objects bytes behind them (RFC 4884). */
static void make_error(struct flat *e, const struct flat *f, u32 quoted, u32 objects)
{
	bool v4 = f->key.family == AF_INET;
	struct umbra_key key;

	make(e, f->key.family, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, v4 ? ICMP_DEST_UNREACH :
	     ICMPV6_DEST_UNREACH, false);
	e->len = e->l4 + 8 + quoted + objects;
	quote(e, f, quoted);
	random_bytes(e->byte + e->l4 + 8 + quoted, objects);
	key = e->key;
	say(e, &key, false);
}

static bool translates_error(const struct kind *k, bool corrupt, bool no_memory, u32 objects)
{
	struct umbra_key outer, quoted;
	struct flat f, e, want;
	struct umbra_packet p;
	struct sk_buff skb;
	u32 part;
	u8 why;
	bool ok;

	make(&f, k->family, k->proto, k->type, k->no_check);
	part = f.l4 + 8 + below(f.len - f.l4 - 7);
	if (objects)
		part = PADDED;
	else if (part == f.l4 + 17)
		part++;		/* half a TCP checksum stays as it is */
	make_error(&e, &f, part, objects);
	e.byte[e.len - 1] ^= corrupt ? 0x55 : 0;
	skb_make(&skb, &e);
	skb.ip_summed = k->summed;
	parsed(&e, &p);
	p.key = f.key;
	random_key(&outer, k->family, e.key.proto);
	random_key(&quoted, k->family, k->proto);
	skb_no_memory = no_memory;
	why = umbra_translate_error(&skb, &p, &outer.src, &outer.dst, &quoted, 0);
	skb_no_memory = false;
	want = e;
	if (!corrupt && !no_memory) {
		say(&f, &quoted, k->no_check);
		quote(&want, &f, part);
		say(&want, &outer, false);
	}
	ok = why == (corrupt ? UMBRA_REASON_MALFORMED : no_memory ? UMBRA_REASON_NO_MEMORY : 0) &&
	     skb_is(&skb, &want);
	skb_free(&skb);
	return ok;
}

static const struct kind kinds[] = {
	{ AF_INET, IPPROTO_TCP, .name = "TCP" },
	{ AF_INET, IPPROTO_UDP, .name = "UDP" },
	{ AF_INET, IPPROTO_UDP, .no_check = true, .name = "UDP without checksum" },
	{ AF_INET, IPPROTO_UDPLITE, .name = "UDP-Lite" },
	{ AF_INET, IPPROTO_ICMP, ICMP_ECHO, .name = "ICMP echo request" },
	{ AF_INET, IPPROTO_ICMP, ICMP_ECHOREPLY, .name = "ICMP echo reply" },
	{ AF_INET, IPPROTO_ICMP, 200, .name = "ICMP without identifier" },
	{ AF_INET, IPPROTO_SCTP, .name = "SCTP" },
	{ AF_INET, IPPROTO_GRE, .name = "GRE" },
	{ AF_INET6, IPPROTO_TCP, .name = "TCP over IPv6" },
	{ AF_INET6, IPPROTO_UDP, .name = "UDP over IPv6" },
	{ AF_INET6, IPPROTO_UDP, .no_check = true, .name = "UDP without checksum over IPv6" },
	{ AF_INET6, IPPROTO_UDPLITE, .name = "UDP-Lite over IPv6" },
	{ AF_INET6, IPPROTO_ICMPV6, ICMPV6_ECHO_REQUEST, .name = "ICMPv6 echo request" },
	{ AF_INET6, IPPROTO_ICMPV6, ICMPV6_ECHO_REPLY, .name = "ICMPv6 echo reply" },
	{ AF_INET6, IPPROTO_ICMPV6, 200, .name = "ICMPv6 without identifier" },
	{ AF_INET6, IPPROTO_SCTP, .name = "SCTP over IPv6" },
	{ AF_INET6, IPPROTO_GRE, .name = "GRE over IPv6" },
};

static const struct kind partial_kinds[] = {
	{ AF_INET, IPPROTO_TCP, .name = "TCP" },
	{ AF_INET, IPPROTO_UDP, .name = "UDP" },
	{ AF_INET6, IPPROTO_TCP, .name = "TCP over IPv6" },
	{ AF_INET6, IPPROTO_UDP, .name = "UDP over IPv6" },
	{ AF_INET, IPPROTO_UDP, .gso = true, .name = "a GSO tunnel over UDP" },
	{ AF_INET, IPPROTO_UDP, .gso = true, .no_check = true,
	  .name = "a GSO tunnel over UDP without checksum" },
};

static void packets(const struct kind *kind, u32 nr, u8 summed, const char *state)
{
	u32 i, n, wrong;
	char name[100];

	for (i = 0; i < nr; i++) {
		struct kind k = kind[i];

		k.summed = summed;
		for (n = wrong = 0; n < ROUNDS; n++)
			wrong += !translates(&k);
		snprintf(name, sizeof(name), "%s is translated: %s", k.name, state);
		tap_ok(!wrong, name);
	}
}

static void errors(void)
{
	u32 i, n, wrong;
	char name[100];

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (n = wrong = 0; n < ROUNDS; n++)
			wrong += !translates_error(&kinds[i], n % 8 == 1, n % 8 == 2, 0);
		snprintf(name, sizeof(name), "%s is translated in an ICMP error that quotes it",
			 kinds[i].name);
		tap_ok(!wrong, name);
	}
	for (i = wrong = 0; i < ARRAY_SIZE(kinds); i++)
		for (n = 0; n < ROUNDS; n++)
			wrong += !translates_error(&kinds[i], false, false, 4 + 4 * below(16));
	tap_ok(!wrong, "objects behind the quoted packet stay as they are (RFC 4884, RFC 5837)");
}

/* Every port that one packet can be given: one of them makes the sum 0. */
static void never_zero(u8 proto, const char *name)
{
	struct flat f, want;
	u32 port, wrong = 0, mangled = 0;
	struct umbra_packet p;
	struct umbra_key to;
	struct sk_buff skb;

	make(&f, AF_INET, proto, 0, false);
	random_key(&to, AF_INET, proto);
	parsed(&f, &p);
	for (port = 0; port < 65536; port++) {
		to.sport = port;
		skb_make(&skb, &f);
		want = f;
		wrong += translate(&skb, &p, &to) != 0;
		say(&want, &to, false);
		wrong += !skb_is(&skb, &want);
		mangled += *check_of(&want) == 0xffff;
		skb_free(&skb);
	}
	tap_ok(!wrong && mangled, name);
}

/* An outer checksum that is complete, with an inner one that is left to the device. */
static void tunnel(void)
{
	struct umbra_packet p;
	struct umbra_key to;
	struct sk_buff skb;
	struct flat f;
	bool ok;

	make(&f, AF_INET, IPPROTO_UDP, 0, false);
	random_key(&to, AF_INET, IPPROTO_UDP);
	skb_make(&skb, &f);
	skb.ip_summed = CHECKSUM_PARTIAL;
	skb.csum_start = f.l4 + 16;
	parsed(&f, &p);
	ok = !translate(&skb, &p, &to);
	say(&f, &to, false);
	tap_ok(ok && skb_is(&skb, &f),
	       "a tunnel over UDP whose inner checksum is left to the device is translated");
	skb_free(&skb);
}

static void no_memory(void)
{
	struct umbra_packet p;
	struct umbra_key to;
	struct sk_buff skb;
	struct flat f;

	make(&f, AF_INET, IPPROTO_TCP, 0, false);
	random_key(&to, AF_INET, IPPROTO_TCP);
	skb_make(&skb, &f);
	parsed(&f, &p);
	skb.cloned = true;
	skb_no_memory = true;
	tap_ok(translate(&skb, &p, &to) == UMBRA_REASON_NO_MEMORY && skb_is(&skb, &f),
	       "without memory the packet stays as it was");
	skb_no_memory = false;
	skb_free(&skb);
}

int main(void)
{
	packets(kinds, ARRAY_SIZE(kinds), CHECKSUM_NONE, "checksum in software");
	packets(kinds, ARRAY_SIZE(kinds), CHECKSUM_COMPLETE, "checksum computed by the device");
	packets(partial_kinds, ARRAY_SIZE(partial_kinds), CHECKSUM_PARTIAL,
		"checksum left to the device");
	errors();
	never_zero(IPPROTO_UDP, "a UDP checksum never becomes 0");
	never_zero(IPPROTO_UDPLITE, "a UDP-Lite checksum never becomes 0");
	tunnel();
	no_memory();
	return tap_done();
}
