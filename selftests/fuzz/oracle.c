// SPDX-License-Identifier: GPL-2.0
/*
 * Oracle: may this packet have come out here?
 *
 * The oracle knows the policy's intent and nothing of its implementation. Outside, only addresses of the
 * firewall and of the nat rows may show, and only at ports that a rule or a relay
 * gives them; the quotation of an error must not show an inside host. Inside, answers may come only from
 * hosts that may have been asked, and only relays lead in. In the DMZ there is silence.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "plan.h"

/* One packet, and the contents of its transport header. */
struct view {
	const struct frame *f;
	struct headers h;
	const uint8_t *src;
	const uint8_t *dst;
	const uint8_t *l4;
	uint16_t sport;		/* or the identifier of an echo */
	uint16_t dport;
	uint8_t type;
};

static bool within(const struct view *v, const uint8_t *address, const char *const pair[2],
		   unsigned int bits)
{
	uint8_t bytes[16];

	inet_pton(v->f->family, pair[v->f->family == AF_INET6], bytes);
	return !memcmp(address, bytes, bits / 8);
}

static unsigned int whole(const struct view *v)
{
	return v->f->family == AF_INET6 ? 128 : 32;
}

#define IS(v, address, ...)	within(v, address, (const char *const[2])__VA_ARGS__, whole(v))
/* All networks of the topology are /24 and /64; more bytes would name hosts. */
#define IN(v, address, ...)	within(v, address, (const char *const[2])__VA_ARGS__, \
				       (v)->f->family == AF_INET6 ? 64 : 24)

static bool between(uint16_t port, uint16_t first, uint16_t last)
{
	return port >= first && port <= last;
}

static bool is_service(uint16_t port)
{
	return between(port, PLAN_SERVICE_FIRST, PLAN_SERVICE_LAST) || port == PLAN_QUIET_PORT;
}

static bool is_relay(uint16_t port)
{
	return between(port, PLAN_RELAY_FIRST, PLAN_RELAY_LAST);
}

static bool is_icmp(const struct view *v)
{
	return v->h.proto == (v->f->family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

static bool is_error(const struct view *v)
{
	if (v->f->family == AF_INET6)
		return v->type < 128;
	return v->type == 3 || v->type == 4 || v->type == 5 || v->type == 11 || v->type == 12;
}

static bool is_echo(const struct view *v, bool reply)
{
	return v->type == (v->f->family == AF_INET6 ? 128 + reply : reply ? 0 : 8);
}

static const char *look(struct view *v, const struct frame *f)
{
	bool v6 = f->family == AF_INET6;

	memset(v, 0, sizeof(*v));
	v->f = f;
	if (!headers_find(f, &v->h))
		return "its headers contradict each other";
	if (!headers_sum_is_right(f))
		return "its header's checksum is wrong";
	v->src = f->byte + (v6 ? 8 : 12);
	v->dst = f->byte + (v6 ? 24 : 16);
	v->l4 = f->byte + v->h.l4;
	if (v->h.piece || v->h.end - v->h.l4 < 8)
		return NULL;
	v->type = v->l4[0];
	v->sport = get16(v->l4 + (is_icmp(v) ? 4 : 0));
	v->dport = get16(v->l4 + 2);
	return NULL;
}

/* Neighbour discovery and group membership, which stay on their link. */
static bool is_neighbour(const struct view *v)
{
	if (v->f->family == AF_INET)
		return v->h.proto == IPPROTO_IGMP;
	return is_icmp(v) && (between(v->type, 130, 137) || v->type == 143);
}

/* A quotation must not show anybody outside where a packet went inside. */
static bool tells_inside(const struct view *v)
{
	const uint8_t *quoted = v->l4 + 8;
	size_t at = v->f->family == AF_INET6 ? 24 : 16;

	if (!is_icmp(v) || !is_error(v) || v->h.piece ||
	    v->h.end - v->h.l4 < 8 + at + whole(v) / 8)
		return false;
	return IN(v, quoted + at, PLAN_GHOST_IN);
}

/* RFC 9260 8.5.1: only an INIT has no tag. */
static const char *judge_tag(const struct view *v)
{
	bool init = v->h.end - v->h.l4 >= 16 && v->l4[12] == 1;
	bool none = !get16(v->l4 + 4) && !get16(v->l4 + 6);

	if (v->h.proto != IPPROTO_SCTP || v->h.piece || v->h.end - v->h.l4 < 16)
		return NULL;
	return init == none ? NULL : init ? "an INIT has a tag" : "it has no tag, and is no INIT";
}

static const char *judge_translated(const struct view *v, unsigned long *seen)
{
	bool quiet = IS(v, v->src, PLAN_QUIET);
	uint16_t first = quiet ? 1024 : PLAN_PORT_FIRST, last = quiet ? 65535 : PLAN_PORT_LAST;

	++*seen;
	if (is_icmp(v) && is_error(v))
		return NULL;
	if (is_icmp(v) && !is_echo(v, false))
		return "no rule allows this ICMP type out";
	if (v->h.proto == IPPROTO_GRE)
		return NULL;
	if (!has_ports(v->h.proto) && !is_icmp(v))
		return "no rule allows this protocol out";
	if (has_ports(v->h.proto) && !is_service(v->dport))
		return "no rule allows this port out";
	if (v->h.proto != IPPROTO_SCTP && !between(v->sport, first, last))
		return "its source port is none of the nat row's";
	return NULL;
}

static const char *judge_relay_reply(const struct view *v, unsigned long *seen)
{
	if (is_icmp(v))
		return is_error(v) || is_echo(v, true) ? NULL : "the firewall asks nobody";
	if (v->h.proto != IPPROTO_TCP && v->h.proto != IPPROTO_UDP)
		return "relays know TCP and UDP only";
	++*seen;
	return is_relay(v->sport) ? NULL : "no relay listens on this port";
}

/* Neighbours on the link may ping the firewall at its address there. */
static const char *judge_link(const struct view *v, unsigned long seen[SEENS])
{
	seen[SEEN_OWN]++;
	return v->h.piece || (is_icmp(v) && (is_error(v) || is_echo(v, true))) ? NULL :
		"the firewall asks nobody from its link-local address";
}

static const char *judge_outside(const struct view *v, unsigned long seen[SEENS])
{
	/*
	 * An error that the kernel itself sends may quote an inside address, because it may come
	 * when the session is over and nobody can translate it.
	 */
	if (tells_inside(v) && !IS(v, v->src, PLAN_FW_OUT))
		return "it quotes a packet to an inside address";
	if (IS(v, v->src, PLAN_POOL) || IS(v, v->src, PLAN_POOL_LAST) ||
	    IS(v, v->src, PLAN_QUIET))
		return v->h.piece ? NULL : judge_translated(v, &seen[SEEN_SESSION]);
	if (IS(v, v->src, PLAN_LISTEN))
		return v->h.piece ? NULL : judge_relay_reply(v, &seen[SEEN_RELAY_REPLY]);
	if (v->f->family == AF_INET6 && IS(v, v->src, PLAN_FW_LINK))
		return judge_link(v, seen);
	if (!IS(v, v->src, PLAN_FW_OUT))
		return "its source is no address that may show outside";
	/* Of the firewall itself, or of a masquerade. */
	seen[SEEN_OWN]++;
	if (v->h.piece || (is_icmp(v) && (is_error(v) || is_echo(v, true))))
		return NULL;
	return judge_translated(v, &seen[SEEN_SESSION]);
}

/* To an inside host, from a host that is not inside. */
static const char *judge_reply(const struct view *v, unsigned long seen[SEENS])
{
	bool back = v->h.proto == IPPROTO_TCP && v->sport == PLAN_REJECT;

	if (is_icmp(v)) {
		seen[SEEN_ERROR] += is_error(v);
		return is_error(v) || is_echo(v, true) ? NULL : "nobody outside may ask this";
	}
	if (v->h.proto == IPPROTO_GRE)
		return NULL;
	if (!has_ports(v->h.proto))
		return "no rule allows this protocol";
	seen[SEEN_REPLY] += is_service(v->sport);
	seen[SEEN_RELAYED] += !is_service(v->sport) && is_relay(v->dport);
	return back || is_service(v->sport) || is_relay(v->dport) ? NULL :
		"it answers nobody, and no relay leads there";
}

static const char *judge_from_firewall(const struct view *v, unsigned long seen[SEENS])
{
	seen[SEEN_OWN]++;
	if (is_icmp(v))
		return is_error(v) || is_echo(v, true) ? NULL : "the firewall asks nobody";
	if (v->h.proto != IPPROTO_TCP && v->h.proto != IPPROTO_UDP)
		return "relays know TCP and UDP only";
	return is_relay(v->dport) || is_relay(v->sport) ? NULL : "no relay leads to this port";
}

static const char *judge_inside(const struct view *v, unsigned long seen[SEENS])
{
	if (!IN(v, v->dst, PLAN_GHOST_IN))
		return "its destination is not inside";
	if (IS(v, v->src, PLAN_FW_IN) || IS(v, v->src, PLAN_FW_DMZ) || IS(v, v->src, PLAN_LISTEN))
		return v->h.piece ? NULL : judge_from_firewall(v, seen);
	if (IN(v, v->src, PLAN_GHOST_IN))
		return "its source is inside";
	if (IN(v, v->src, { "203.0.113.66", "2001:db8:3::66" }))
		return "its source is in the DMZ";
	return v->h.piece ? NULL : judge_reply(v, seen);
}

const char *oracle_judge(enum side side, const struct frame *f, unsigned long seen[SEENS])
{
	struct view v;
	const char *wrong = f->family ? look(&v, f) : NULL;

	if (wrong || !f->family)
		return wrong;
	if (is_neighbour(&v)) {
		seen[SEEN_OWN]++;
		return NULL;
	}
	if (side == DMZ)
		return "nobody may talk to the DMZ";
	wrong = judge_tag(&v);
	if (wrong)
		return wrong;
	return side == INSIDE ? judge_inside(&v, seen) : judge_outside(&v, seen);
}
