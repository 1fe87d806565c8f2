// SPDX-License-Identifier: GPL-2.0
/*
 * Any packet that umbra_packet_parse() accepts is given any addresses and ports. Afterwards it
 * has these and nothing else of it has changed, each checksum is as right or
 * wrong as it was, and translating it back makes the old packet of it.
 */
#include "fuzz.h"

#include "packet/icmp.h"

#include <linux/umbra.h>

/* One's complement has two zeros. */
static u16 one_zero(u16 sum)
{
	return sum == 0xffff ? 0 : sum;
}

static u16 ip_error(const u8 *ip)
{
	return one_zero(csum_fold(csum_partial(ip, (ip[0] & 15) * 4, 0)));
}

/* By how much a transport checksum is wrong: 0 if it is right. */
static u16 l4_error(const u8 *ip, u8 family, u8 proto, u32 l4, u32 len)
{
	u32 sum = csum_partial(ip + l4, len - l4, 0);

	if (proto != IPPROTO_ICMP)
		sum = csum_pseudo(ip + (family == AF_INET6 ? 8 : 12), family == AF_INET6 ? 32 : 8,
				  len - l4, proto, sum);
	return one_zero(csum_fold(sum));
}

static int check_at(u8 family, u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return 6;
	}
	return proto == umbra_icmp_proto(family) ? 2 : -1;
}

static void mend_ip(u8 *ip)
{
	memset(ip + 10, 0, 2);
	*(u16 *)(ip + 10) = csum_fold(csum_partial(ip, (ip[0] & 15) * 4, 0));
}

/* A quoted IPv4 header that is wholly there. */
static bool quotes_ip4(const struct fuzz_input *in, u32 at)
{
	return in->family == AF_INET && at + 20 <= in->len &&
	       at + (in->byte[at] & 15) * 4 <= in->len && (in->byte[at] & 15) >= 5;
}

static void mend(struct fuzz_input *in, const struct umbra_packet *p)
{
	bool error = p->kind == UMBRA_PACKET_ICMP_ERROR;
	u8 proto = error ? umbra_icmp_proto(in->family) : p->key.proto;
	int at = check_at(in->family, proto);
	u16 *check = (u16 *)(in->byte + p->l4 + at);

	if (in->family == AF_INET)
		mend_ip(in->byte);
	if (error && quotes_ip4(in, p->l4 + 8))
		mend_ip(in->byte + p->l4 + 8);
	if (at < 0 || p->l4 + at + 2u > in->len)
		return;
	*check = 0;
	*check = l4_error(in->byte, in->family, proto, p->l4, in->len);
}

static bool has_identifier(const struct umbra_key *key)
{
	u8 class = umbra_icmp_class(key->family, ntohs(key->dport) >> 8);

	return class == UMBRA_ICMP_QUERY || class == UMBRA_ICMP_ANSWER;
}

/* The key that the packet will have: not everything that is asked for can be written. */
static struct umbra_key wanted(const struct fuzz_input *in, const struct umbra_key *was)
{
	struct umbra_key key = in->to;

	key.proto = was->proto;
	if (was->proto == umbra_icmp_proto(was->family)) {
		key.dport = was->dport;
		if (!has_identifier(was))
			key.sport = was->sport;
	} else if (check_at(was->family, was->proto) < 0) {
		key.sport = was->sport;
		key.dport = was->dport;
	}
	return key;
}

/* Blank what a translation may write: the rest must be as it was. */
static void blank(u8 *ip, u32 room, u8 family, u8 proto, u32 l4)
{
	int at = check_at(family, proto);

	memset(ip + (family == AF_INET6 ? 8 : 12), 0, family == AF_INET6 ? 32 : 8);
	if (family == AF_INET)
		memset(ip + 10, 0, 2);
	if (at < 0)
		return;
	memset(ip + l4 + (at == 2 ? 4 : 0), 0, at == 2 ? 2 : 4);
	if (l4 + at + 2 <= room)
		memset(ip + l4 + at, 0, 2);
}

static void unchanged_apart(const struct fuzz_input *in, const u8 *after,
			    const struct umbra_packet *p)
{
	u8 a[FUZZ_MAX], b[FUZZ_MAX];

	memcpy(a, in->byte, in->len);
	memcpy(b, after, in->len);
	blank(a, in->len, in->family, p->key.proto, p->l4);
	blank(b, in->len, in->family, p->key.proto, p->l4);
	fuzz_assert(!memcmp(a, b, in->len));
}

/* But for the two zeros, of each checksum that was adjusted. */
static void same_packet(const struct fuzz_input *in, const u8 *after, const struct umbra_packet *p)
{
	int at = check_at(in->family, p->key.proto);
	u8 a[FUZZ_MAX], b[FUZZ_MAX];
	u16 *sums[] = { (u16 *)(a + 10), (u16 *)(b + 10), (u16 *)(a + p->l4 + at),
			(u16 *)(b + p->l4 + at) };
	int i;

	memcpy(a, in->byte, in->len);
	memcpy(b, after, in->len);
	for (i = in->family == AF_INET ? 0 : 2; i < (at < 0 ? 2 : 4); i++)
		*sums[i] = one_zero(*sums[i]);
	fuzz_assert(!memcmp(a, b, in->len));
}

/* The checksums that were there: each must be as wrong as before. */
static void sums_hold(const struct fuzz_input *in, const u8 *after, const struct umbra_packet *p)
{
	u8 proto = p->key.proto;
	int at = check_at(in->family, proto);
	const u16 *before = (const u16 *)(in->byte + p->l4 + at);
	const u16 *now = (const u16 *)(after + p->l4 + at);

	if (in->family == AF_INET)
		fuzz_assert(ip_error(in->byte) == ip_error(after));
	if (at < 0 || in->summed == CHECKSUM_PARTIAL)
		return;
	if (at == 6 && !*before) {
		fuzz_assert(!*now);
		return;
	}
	fuzz_assert(at != 6 || *now);
	fuzz_assert(l4_error(in->byte, in->family, proto, p->l4, in->len) ==
		    l4_error(after, in->family, proto, p->l4, in->len));
}

/* Left to the device: the field has the sum of the pseudo header, and keeps it. */
static void partial_holds(const struct fuzz_input *in, const u8 *after,
			  const struct umbra_packet *p)
{
	int at = check_at(in->family, p->key.proto);
	u32 from = in->family == AF_INET6 ? 8 : 12, size = in->family == AF_INET6 ? 32 : 8;
	u16 before, now;

	if (in->summed != CHECKSUM_PARTIAL || at < 0 || p->key.proto == IPPROTO_ICMP)
		return;
	memcpy(&before, in->byte + p->l4 + at, 2);
	memcpy(&now, after + p->l4 + at, 2);
	if (at == 6 && !before)
		return;
	fuzz_assert(one_zero(csum_fold(csum_sub(before, csum_partial(in->byte + from, size, 0)))) ==
		    one_zero(csum_fold(csum_sub(now, csum_partial(after + from, size, 0)))));
}

static void complete_holds(const struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		fuzz_assert(one_zero(csum_fold(skb->csum)) ==
			    one_zero(csum_fold(skb_checksum(skb, 0, skb->len, 0))));
}

static void known_as(const struct sk_buff *skb, const struct umbra_key *key)
{
	struct umbra_packet p;

	fuzz_assert(!umbra_packet_parse(skb, key->family, &p));
	fuzz_assert(!memcmp(&p.key, key, sizeof(*key)));
}

/* Makes the packet have @to. */
static u8 translate(struct sk_buff *skb, const struct umbra_packet *p, const struct umbra_key *to)
{
	struct umbra_key answer;

	umbra_key_invert(to, &answer);
	return umbra_translate(skb, p, &answer);
}

static void plain(const struct fuzz_input *in, const struct umbra_packet *p)
{
	struct umbra_key to = wanted(in, &p->key);
	struct sk_buff skb;
	u8 after[FUZZ_MAX];

	fuzz_skb(&skb, in, in->split);
	skb.csum_start = p->l4;
	fuzz_assert(!translate(&skb, p, &to) && !skb.cloned);
	fuzz_skb_bytes(&skb, after);
	known_as(&skb, &to);
	unchanged_apart(in, after, p);
	sums_hold(in, after, p);
	partial_holds(in, after, p);
	complete_holds(&skb);
	fuzz_assert(!translate(&skb, p, &p->key));
	fuzz_skb_bytes(&skb, after);
	same_packet(in, after, p);
	complete_holds(&skb);
	fuzz_skb_free(&skb);
}

/* A refusal leaves all as it was. */
static u8 refused(const struct fuzz_input *in, const struct sk_buff *skb, u8 why)
{
	u8 after[FUZZ_MAX];

	fuzz_skb_bytes(skb, after);
	if (why)
		fuzz_assert(!memcmp(in->byte, after, in->len));
	return why;
}

static void error_holds(const struct fuzz_input *in, const struct sk_buff *skb,
			const struct umbra_packet *p, const struct umbra_key *to)
{
	u8 proto = umbra_icmp_proto(in->family), after[FUZZ_MAX];
	struct umbra_packet now;

	fuzz_skb_bytes(skb, after);
	fuzz_assert(!l4_error(after, in->family, proto, p->l4, in->len));
	if (in->family == AF_INET) {
		fuzz_assert(ip_error(in->byte) == ip_error(after));
		fuzz_assert(!ip_error(after + p->l4 + 8));
	}
	fuzz_assert(!umbra_packet_parse(skb, in->family, &now));
	fuzz_assert(!memcmp(&now.key, to, sizeof(*to)));
	fuzz_assert(!memcmp(&now.outer_src, &to->dst, 16));
	fuzz_assert(!memcmp(&now.outer_dst, &to->src, 16));
	fuzz_assert(now.l4 == p->l4 && now.error == p->error && now.len == p->len);
}

/* The outer addresses are the quoted ones exchanged, as in an error from the far end. */
static void error(struct fuzz_input *in, const struct umbra_packet *p)
{
	struct umbra_key to = wanted(in, &p->key);
	struct sk_buff skb;

	in->summed = CHECKSUM_NONE;
	fuzz_skb(&skb, in, in->split);
	if (!refused(in, &skb, umbra_translate_error(&skb, p, &to.dst, &to.src, &to, 0))) {
		error_holds(in, &skb, p, &to);
		fuzz_assert(!umbra_translate_error(&skb, p, &p->outer_src, &p->outer_dst,
						   &p->key, 0));
	}
	fuzz_skb_free(&skb);
}

/* As the kernel delivers it: without the bytes behind its end. */
static bool parse(struct fuzz_input *in, struct umbra_packet *p)
{
	struct sk_buff skb;
	u8 why;

	in->gso = false;
	fuzz_skb(&skb, in, in->len);
	why = umbra_packet_parse(&skb, in->family, p);
	fuzz_skb_free(&skb);
	return !why;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct umbra_packet p;
	struct fuzz_input in;

	if (!fuzz_read(&in, data, size) || !parse(&in, &p))
		return 0;
	in.len = p.len;
	in.split = min(in.split, in.len);
	if (!parse(&in, &p))
		return 0;
	if (in.mend)
		mend(&in, &p);
	if (!parse(&in, &p))	/* another protocol may have been in the sum's place */
		return 0;
	if (p.kind == UMBRA_PACKET_ICMP_ERROR)
		error(&in, &p);
	else
		plain(&in, &p);
	return 0;
}
