// SPDX-License-Identifier: GPL-2.0
/*
 * Tracking: how a packet changes its session's state, expiry and counters, as tables of packets.
 * One second passes between two packets, by moving the session's stamps back. The sequence numbers
 * are those of an honest end; window_test.c tests others.
 */
#include "world.h"

#include "policy/policy.h"
#include "segments.h"
#include "session/track.h"

#define CLIENT		UMBRA_DIR_ORIGINAL
#define SERVER		UMBRA_DIR_REPLY

/* The sender, its packet, and the state afterwards. */
struct segment {
	u8 dir;
	u8 flags;
	u8 state;
};

struct conversation {
	const char *name;
	bool mid_stream;
	struct segment segment[12];
};

#define HANDSHAKE							\
	{ CLIENT, SYN, OPENING }, { SERVER, SYN | ACK, ANSWERED }, { CLIENT, ACK, ESTABLISHED }

static const struct conversation conversations[] = {
	{ "a handshake establishes a connection, and data keep it established", false, {
		HANDSHAKE, { SERVER, ACK, ESTABLISHED }, { CLIENT, ACK, ESTABLISHED } } },
	{ "each end's FIN closes its half, and late segments still pass", false, {
		HANDSHAKE, { CLIENT, FIN | ACK, CLOSING }, { SERVER, ACK, CLOSING },
		{ SERVER, ACK, CLOSING }, { SERVER, FIN | ACK, CLOSED }, { CLIENT, ACK, CLOSED },
		{ SERVER, FIN | ACK, CLOSED } } },
	{ "a FIN that one end repeats closes one half only", false, {
		HANDSHAKE, { SERVER, FIN | ACK, CLOSING }, { SERVER, FIN | ACK, CLOSING },
		{ CLIENT, ACK, CLOSING } } },
	{ "both ends close at the same time", false, {
		HANDSHAKE, { CLIENT, FIN | ACK, CLOSING }, { SERVER, FIN | ACK, CLOSED } } },
	{ "a client can acknowledge nothing before its server's SYN", false, {
		{ CLIENT, SYN, OPENING }, { CLIENT, ACK, REFUSED },
		{ CLIENT, FIN | ACK, REFUSED }, { SERVER, SYN | ACK, ANSWERED } } },
	{ "a challenge instead of an answer to a SYN passes and changes nothing", false, {
		{ CLIENT, SYN, OPENING }, { SERVER, ACK, OPENING }, { CLIENT, RST, CLOSED } } },
	{ "a client alone leaves a connection half open", false, {
		{ CLIENT, SYN, OPENING }, { CLIENT, SYN, OPENING }, { CLIENT, SYN, OPENING } } },
	{ "a server alone establishes nothing", false, {
		{ CLIENT, SYN, OPENING }, { SERVER, SYN | ACK, ANSWERED },
		{ SERVER, SYN | ACK, ANSWERED }, { SERVER, ACK, ANSWERED },
		{ CLIENT, SYN, ANSWERED }, { CLIENT, ACK, ESTABLISHED } } },
	{ "two SYNs open a connection from both ends (RFC 5382 REQ-2)", false, {
		{ CLIENT, SYN, OPENING }, { SERVER, SYN, ANSWERED },
		{ CLIENT, SYN | ACK, ANSWERED }, { SERVER, SYN | ACK, ANSWERED },
		{ CLIENT, ACK, ESTABLISHED } } },
	{ "a server may close before the client has acknowledged its SYN", false, {
		{ CLIENT, SYN, OPENING }, { SERVER, SYN | ACK, ANSWERED },
		{ SERVER, FIN | ACK, CLOSING }, { CLIENT, ACK, CLOSING },
		{ CLIENT, FIN | ACK, CLOSED } } },
	{ "a client may close with the segment that acknowledges the server's SYN", false, {
		{ CLIENT, SYN, OPENING }, { SERVER, SYN | ACK, ANSWERED },
		{ CLIENT, FIN | ACK, CLOSING }, { SERVER, FIN | ACK, CLOSED } } },
	{ "a SYN does not reopen an established connection (RFC 5961 4)", false, {
		HANDSHAKE, { CLIENT, SYN, ESTABLISHED }, { SERVER, ACK, ESTABLISHED },
		{ SERVER, SYN | ACK, ESTABLISHED } } },
	{ "a server's reset closes a half-open connection", false, {
		{ CLIENT, SYN, OPENING }, { SERVER, RST | ACK, CLOSED },
		{ CLIENT, ACK, CLOSED } } },
	{ "a client's reset closes an answered connection", false, {
		{ CLIENT, SYN, OPENING }, { SERVER, SYN | ACK, ANSWERED },
		{ CLIENT, RST, CLOSED } } },
	{ "a reset closes an established connection, and the other end's still passes", false, {
		HANDSHAKE, { SERVER, RST, CLOSED }, { CLIENT, RST, CLOSED } } },
	{ "a reset closes a connection after one end's FIN", false, {
		HANDSHAKE, { CLIENT, FIN | ACK, CLOSING }, { SERVER, RST, CLOSED } } },
	{ "a connection picked up in mid-stream is established, and may close", true, {
		{ SERVER, ACK, ESTABLISHED }, { CLIENT, ACK, ESTABLISHED },
		{ CLIENT, FIN | ACK, CLOSING }, { SERVER, FIN | ACK, CLOSED } } },
};
KUNIT_ARRAY_PARAM_DESC(conversation, conversations, name);

/* A different timeout for each setting, in seconds. */
static void timeouts(struct umbra_settings *set)
{
	u32 key;

	for (key = 0; key <= UMBRA_SETTING_MAX; key++)
		set->value[key] = 1000 + 100 * key;
}

static void one_second_later(struct umbra_session *s)
{
	s->expires -= HZ;
	s->seen -= HZ;
}

/**
 * struct ends - the numbers of a connection's two ends
 * @next: next sequence number, by direction
 * @fin: the end has sent its FIN
 */
struct ends {
	u32 next[UMBRA_DIR_MAX];
	bool fin[UMBRA_DIR_MAX];
};

/* Both wrap soon. */
#define ENDS	(struct ends){ .next = { -1, -2 } }

/* A repeated packet has the number of the first one. */
static void number(struct ends *e, struct umbra_packet *p, u8 dir)
{
	static const u32 first[] = { -1, -2 };

	p->seq = e->next[dir];
	p->ack = p->tcp_flags & ACK ? e->next[!dir] : 0;
	p->win = 64240;
	p->scale = UMBRA_SCALE_NONE;
	if (p->tcp_flags & SYN)
		p->seq = first[dir];
	else if (p->tcp_flags & FIN && e->fin[dir])
		p->seq--;
	p->end = p->seq + !!(p->tcp_flags & (SYN | FIN));
	e->fin[dir] |= !!(p->tcp_flags & FIN);
	if ((s32)(p->end - e->next[dir]) > 0)
		e->next[dir] = p->end;
}

static u8 tracked(struct umbra_session *s, struct ends *e, u8 dir, u8 flags,
		  const struct umbra_settings *set)
{
	struct umbra_packet p = { .len = 100, .tcp_flags = flags };
	struct ends before = *e;
	u8 why;

	p.key = s->half[dir].key;
	number(e, &p, dir);
	local_bh_disable();
	why = umbra_track(s, dir, &p, set);
	local_bh_enable();
	if (why)
		*e = before;
	return why;
}

static const u8 tcp_setting[] = {
	[OPENING] = UMBRA_SETTING_TIMEOUT_TCP_OPENING,
	[ANSWERED] = UMBRA_SETTING_TIMEOUT_TCP_OPENING,
	[ESTABLISHED] = UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED,
	[CLOSING] = UMBRA_SETTING_TIMEOUT_TCP_CLOSING,
	[CLOSED] = UMBRA_SETTING_TIMEOUT_TCP_CLOSED,
};

/* A half-open session counts from when it entered the state, others from the last packet. */
static bool keeps_stamp(u8 before, u8 state)
{
	return state == before && (state == OPENING || state == ANSWERED);
}

static void send_segment(struct kunit *test, struct umbra_session *s, struct ends *e, u32 n,
			 const struct segment *seg, const struct umbra_settings *set)
{
	struct umbra_counters count, now;
	u8 before = s->state, why;
	u32 expires, seen, want;

	if (n)
		one_second_later(s);
	expires = s->expires;
	seen = s->seen;
	umbra_session_counters(s, &count);
	why = tracked(s, e, seg->dir, seg->flags, set);
	umbra_session_counters(s, &now);
	if (seg->state == REFUSED) {
		KUNIT_EXPECT_EQ_MSG(test, why, UMBRA_REASON_TCP_STRAY, "segment %u", n);
		KUNIT_EXPECT_EQ_MSG(test, s->state, before, "segment %u", n);
		KUNIT_EXPECT_EQ_MSG(test, s->expires, expires, "segment %u", n);
		KUNIT_EXPECT_EQ_MSG(test, s->seen, seen, "segment %u", n);
		KUNIT_EXPECT_EQ_MSG(test, now.packets[seg->dir], count.packets[seg->dir],
				    "segment %u", n);
		return;
	}
	want = s->seen + set->value[tcp_setting[seg->state]] * HZ;
	if (n && keeps_stamp(before, seg->state))
		want = expires;
	KUNIT_EXPECT_EQ_MSG(test, why, 0, "segment %u", n);
	KUNIT_EXPECT_EQ_MSG(test, s->state, seg->state, "segment %u", n);
	KUNIT_EXPECT_EQ_MSG(test, s->expires, want, "segment %u", n);
	KUNIT_EXPECT_LT_MSG(test, (u32)jiffies - s->seen, HZ, "segment %u", n);
	KUNIT_EXPECT_EQ_MSG(test, now.packets[seg->dir], count.packets[seg->dir] + 1,
			    "segment %u", n);
	KUNIT_EXPECT_EQ_MSG(test, now.bytes[seg->dir], count.bytes[seg->dir] + 100,
			    "segment %u", n);
}

static void each_TCP_segment_gets_the_expected_verdict_state_and_timeout(struct kunit *test)
{
	const struct conversation *c = test->param_value;
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, c->mid_stream);
	struct umbra_settings set;
	struct ends ends = ENDS;
	u32 n;

	timeouts(&set);
	KUNIT_EXPECT_EQ(test, s->state, c->mid_stream ? ESTABLISHED : OPENING);
	for (n = 0; n < ARRAY_SIZE(c->segment) && c->segment[n].flags; n++)
		send_segment(test, s, &ends, n, &c->segment[n], &set);
	umbra_test_drop(s);
}

static void only_a_SYN_without_ACK_reopens_a_session_and_only_a_closed_one(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);
	struct umbra_packet p = {};
	u8 state, flags;

	p.key = s->half[0].key;
	for (state = OPENING; state <= CLOSED; state++)
		for (flags = 0; flags < 0x20; flags++) {
			s->state = state;
			p.tcp_flags = flags;
			KUNIT_EXPECT_EQ(test, umbra_track_reopens(s, &p),
					state == CLOSED && (flags & (SYN | ACK)) == SYN);
		}
	umbra_test_drop(s);
}

/*
 * Settings that apply before an answer, after one, and once the client continues; 0: the service's
 * timeout applies, not a setting.
 */
struct protocol {
	const char *name;
	u8 proto;
	u16 port;
	u8 flags;
	bool translate;
	bool own;
	u32 service;
	u8 unreplied;
	u8 replied;
	u8 going;
};

#define TIMEOUT(name)	UMBRA_SETTING_TIMEOUT_##name

static const struct protocol protocols[] = {
	{ "UDP has timeouts of its own",
	  .proto = IPPROTO_UDP, .port = 5190,
	  .unreplied = TIMEOUT(UDP_UNREPLIED), .replied = TIMEOUT(UDP_REPLIED),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "UDP behind NAT has timeouts of its own",
	  .proto = IPPROTO_UDP, .port = 5190, .flags = UMBRA_SESSION_NAT, .translate = true,
	  .unreplied = TIMEOUT(NAT_UDP_UNREPLIED), .replied = TIMEOUT(UDP_REPLIED),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "UDP-Lite has timeouts of its own",
	  .proto = IPPROTO_UDPLITE, .port = 5190,
	  .unreplied = TIMEOUT(UDP_UNREPLIED), .replied = TIMEOUT(UDP_REPLIED),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "a UDP exchange with a well-known port has a short timeout",
	  .proto = IPPROTO_UDP, .port = 1023,
	  .unreplied = TIMEOUT(UDP_UNREPLIED), .replied = TIMEOUT(UDP_EXCHANGE),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "a UDP exchange with port 1024 has the usual timeout",
	  .proto = IPPROTO_UDP, .port = 1024,
	  .unreplied = TIMEOUT(UDP_UNREPLIED), .replied = TIMEOUT(UDP_REPLIED),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "a UDP exchange behind NAT has the usual timeout, whatever its port",
	  .proto = IPPROTO_UDP, .port = 53, .flags = UMBRA_SESSION_NAT, .translate = true,
	  .unreplied = TIMEOUT(NAT_UDP_UNREPLIED), .replied = TIMEOUT(UDP_REPLIED),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "a UDP exchange that NAT leaves unchanged has the usual timeout",
	  .proto = IPPROTO_UDP, .port = 53, .flags = UMBRA_SESSION_NAT,
	  .unreplied = TIMEOUT(NAT_UDP_UNREPLIED), .replied = TIMEOUT(UDP_REPLIED),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "a UDP exchange through a relay or a mapping has the usual timeout",
	  .proto = IPPROTO_UDP, .port = 53, .translate = true,
	  .unreplied = TIMEOUT(UDP_UNREPLIED), .replied = TIMEOUT(UDP_REPLIED),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "the firewall's own UDP exchange has a short timeout, even if its port is translated",
	  .proto = IPPROTO_UDP, .port = 53, .translate = true, .own = true,
	  .unreplied = TIMEOUT(UDP_UNREPLIED), .replied = TIMEOUT(UDP_EXCHANGE),
	  .going = TIMEOUT(UDP_STREAM) },
	{ "UDP of a service has the service's timeout once replied",
	  .proto = IPPROTO_UDP, .port = 53, .service = 77,
	  .unreplied = TIMEOUT(UDP_UNREPLIED) },
	{ "ICMP has timeouts of its own",
	  .proto = IPPROTO_ICMP,
	  .unreplied = TIMEOUT(ICMP), .replied = TIMEOUT(ICMP),
	  .going = TIMEOUT(ICMP) },
	{ "ICMPv6 has timeouts of its own",
	  .proto = IPPROTO_ICMPV6,
	  .unreplied = TIMEOUT(ICMP), .replied = TIMEOUT(ICMP),
	  .going = TIMEOUT(ICMP) },
	{ "ESP has the timeouts of other protocols",
	  .proto = IPPROTO_ESP,
	  .unreplied = TIMEOUT(OTHER), .replied = TIMEOUT(OTHER),
	  .going = TIMEOUT(OTHER) },
	{ "GRE of a service has the service's timeout once replied",
	  .proto = IPPROTO_GRE, .service = 77,
	  .unreplied = TIMEOUT(OTHER) },
};
KUNIT_ARRAY_PARAM_DESC(protocol, protocols, name);

static u32 lives(const struct umbra_session *s)
{
	return (s->expires - s->seen) / HZ;
}

/* Expect that no packet reopens the session, whatever its flags. */
static void reopens_never(struct kunit *test, const struct umbra_session *s)
{
	struct umbra_packet p = { .key = s->half[0].key };
	u32 flags;

	for (flags = 0; flags <= U8_MAX; flags++) {
		p.tcp_flags = flags;
		KUNIT_EXPECT_FALSE(test, umbra_track_reopens(s, &p));
	}
}

/* A UDP client that sends after an answer has begun a stream. */
static u8 going_on(const struct protocol *pr)
{
	return pr->proto == IPPROTO_UDP || pr->proto == IPPROTO_UDPLITE ? STREAM : REPLIED;
}

static void a_session_other_than_TCP_has_the_expected_state_and_timeout(struct kunit *test)
{
	const struct protocol *pr = test->param_value;
	struct umbra_session *s = umbra_test_begun(test, pr->proto, false);
	u32 unreplied, replied, going, i;
	struct umbra_settings set;
	struct ends ends = ENDS;

	timeouts(&set);
	unreplied = set.value[pr->unreplied];
	replied = pr->replied ? set.value[pr->replied] : pr->service;
	going = pr->going ? set.value[pr->going] : pr->service;
	s->timeout = pr->service;
	s->flags = pr->flags;
	s->half[CLIENT].key.dport = htons(pr->port);
	s->half[CLIENT].translate = pr->translate;
	s->half[CLIENT].iif = !pr->own;
	KUNIT_EXPECT_EQ(test, tracked(s, &ends, CLIENT, 0, &set), 0);
	KUNIT_EXPECT_EQ(test, s->state, UNREPLIED);
	reopens_never(test, s);
	KUNIT_EXPECT_EQ(test, lives(s), unreplied);
	one_second_later(s);
	KUNIT_EXPECT_EQ(test, tracked(s, &ends, CLIENT, 0, &set), 0);
	KUNIT_EXPECT_EQ(test, lives(s), unreplied);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, tracked(s, &ends, SERVER, 0, &set), 0);
		KUNIT_EXPECT_EQ(test, s->state, REPLIED);
		KUNIT_EXPECT_EQ(test, lives(s), replied);
	}
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, tracked(s, &ends, i % 2 ? SERVER : CLIENT, 0, &set), 0);
		KUNIT_EXPECT_EQ(test, s->state, going_on(pr));
		reopens_never(test, s);
		KUNIT_EXPECT_EQ(test, lives(s), going);
	}
	umbra_test_drop(s);
}

static void a_service_s_timeout_applies_only_to_established_TCP(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);
	struct umbra_settings set;
	struct ends ends = ENDS;

	timeouts(&set);
	s->timeout = 77;
	s->flags |= UMBRA_SESSION_NAT;
	tracked(s, &ends, CLIENT, SYN, &set);
	KUNIT_EXPECT_EQ(test, lives(s), set.value[UMBRA_SETTING_TIMEOUT_NAT_TCP_OPENING]);
	tracked(s, &ends, SERVER, SYN | ACK, &set);
	KUNIT_EXPECT_EQ(test, lives(s), set.value[UMBRA_SETTING_TIMEOUT_NAT_TCP_OPENING]);
	tracked(s, &ends, CLIENT, ACK, &set);
	KUNIT_EXPECT_EQ(test, lives(s), 77);
	tracked(s, &ends, CLIENT, FIN | ACK, &set);
	KUNIT_EXPECT_EQ(test, lives(s), set.value[UMBRA_SETTING_TIMEOUT_TCP_CLOSING]);
	tracked(s, &ends, SERVER, RST, &set);
	KUNIT_EXPECT_EQ(test, lives(s), set.value[UMBRA_SETTING_TIMEOUT_NAT_TCP_RESET]);
	s->flags &= ~UMBRA_SESSION_NAT;
	one_second_later(s);
	tracked(s, &ends, SERVER, RST, &set);
	KUNIT_EXPECT_EQ(test, lives(s), set.value[UMBRA_SETTING_TIMEOUT_TCP_CLOSED]);
	umbra_test_drop(s);
}

static void counters_go_on_correctly_when_their_low_parts_overflow(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_UDP, false);
	struct umbra_packet p = { .key = s->half[0].key, .len = 60000 };
	struct umbra_settings set;
	struct umbra_counters c;
	u32 n;

	timeouts(&set);
	local_bh_disable();
	for (n = 0; n < 150000; n++)
		umbra_track(s, n % 3 ? SERVER : CLIENT, &p, &set);
	local_bh_enable();
	umbra_session_counters(s, &c);
	KUNIT_EXPECT_EQ(test, c.packets[CLIENT], 50000);
	KUNIT_EXPECT_EQ(test, c.bytes[CLIENT], 50000 * 60000ULL);
	KUNIT_EXPECT_EQ(test, c.packets[SERVER], 100000);
	KUNIT_EXPECT_EQ(test, c.bytes[SERVER], 100000 * 60000ULL);
	umbra_test_drop(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_TCP_segment_gets_the_expected_verdict_state_and_timeout,
			 conversation_gen_params),
	KUNIT_CASE(only_a_SYN_without_ACK_reopens_a_session_and_only_a_closed_one),
	KUNIT_CASE_PARAM(a_session_other_than_TCP_has_the_expected_state_and_timeout,
			 protocol_gen_params),
	KUNIT_CASE(a_service_s_timeout_applies_only_to_established_TCP),
	KUNIT_CASE(counters_go_on_correctly_when_their_low_parts_overflow),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_track",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
