// SPDX-License-Identifier: GPL-2.0
/*
 * Probes: ask the ends of an idle TCP connection whether they are still alive.
 *
 * An end that is silent for two hours may have nothing to send, or may be gone. Without probes
 * the session ends in either case, and live ends notice when they send next. With probes the walker
 * asks both ends, each as from the other one, in the way of TCP's own keep-alive (RFC 9293 3.8.4):
 * by a segment without data, whose number is one before the next that is awaited. There are three
 * cases:
 * - a live end has to acknowledge the segment;
 * - an end that lost its connection answers with a reset. The reset has the number that the probe
 *   acknowledges. The other end awaits that number, so the reset closes the other end as well;
 * - an end that is gone does not answer.
 *
 *	ESTABLISHED -- idle for too long --> PROBED -- a segment from each end --> ESTABLISHED
 *	                                      |  ^
 *	                                      +--+ an end did not answer in time: that end is
 *	                                      |    probed again, TRIES times in all
 *	                                      +--> ended as dead-peer; both ends are notified
 *	                                           (life/notify.c)
 *
 * An answer is any segment that fits, from the end that was probed (session/track_tcp.c). It passes
 * on to the other end, which takes it for a duplicate acknowledgement. While a session is PROBED
 * its packets pass without prolonging it, because data to an end that is dead must not keep it
 * alive. The probes themselves are not judged and count for no session (umbra_tell_segment()).
 *
 * The packet path has no part in this. It finds the state on the written line. It touches the cold
 * line, which has the tries and the answers, only while the session is PROBED. If a session has
 * expired and a packet comes before the walker, the session is spared, because the packet proves
 * that its sender is alive.
 *
 * These sessions are not probed, and end as without probes:
 * - those with a host in a network of the stealth setting, to which nothing may be sent;
 * - those that the policy no longer allows;
 * - those picked up in mid-stream, until both ends have sent something, because the numbers of the
 *   other end are not known;
 * - those of a tcp-relay. They last as long as its connection, which has its own clock
 *   (relay/conn.c).
 *
 * Probing is limited to PROBED_A_SECOND sessions in a namespace. Sessions over the limit stay
 * expired, and the walker tries again when it comes by them next.
 */
#include "upkeep/probe.h"

#include <linux/umbra.h>

#include "life/notify.h"
#include "path/spared.h"
#include "policy/policy.h"
#include "session/track.h"
#include "session/window.h"
#include "umbra.h"

#define TRIES			5	/* fits umbra_session.tries */
#define PROBED_A_SECOND		1000
#define BOTH			(BIT(UMBRA_DIR_ORIGINAL) | BIT(UMBRA_DIR_REPLY))

void umbra_probe_init(struct umbra_net *un)
{
	umbra_rate_init(&un->probe_rate, PROBED_A_SECOND);
}

static bool is_established(const struct umbra_session *s)
{
	u8 state = READ_ONCE(s->state);

	return state == UMBRA_STATE_ESTABLISHED || state == UMBRA_STATE_PROBED;
}

/* Only the walker changes @tries. */
static bool is_dead(const struct umbra_session *s)
{
	return READ_ONCE(s->state) == UMBRA_STATE_PROBED && s->tries == TRIES;
}

/* Return: bits, the directions whose ends are to be probed; 0 if a packet came meanwhile. */
static u8 next_try(struct umbra_session *s, const struct umbra_settings *set,
		   struct umbra_segment *probe)
{
	int dir;

	lockdep_assert_held(&s->lock);
	if (s->life != UMBRA_LIVE || !umbra_session_expired(s) || !is_established(s))
		return 0;
	if (s->state == UMBRA_STATE_ESTABLISHED)
		s->tries = s->heard = 0;
	s->tries++;
	s->state = UMBRA_STATE_PROBED;
	umbra_track_renew(s, set);
	for (dir = 0; dir < UMBRA_DIR_MAX; dir++)
		probe[dir] = umbra_window_probe(s, dir);
	return ~s->heard & BOTH;
}

/* If a probe cannot be sent, it counts as a try all the same: there is no route to the end. */
static void ask(struct umbra_session *s, const struct umbra_settings *set)
{
	struct umbra_segment probe[UMBRA_DIR_MAX];
	int dir;
	u8 whom;

	spin_lock_bh(&s->lock);
	whom = next_try(s, set, probe);
	spin_unlock_bh(&s->lock);
	if (!whom)
		return;
	umbra_count(s->un, probed);
	for (dir = 0; dir < UMBRA_DIR_MAX; dir++)
		if (whom & BIT(dir))
			umbra_tell_segment(s->un, &s->half[dir], &probe[dir]);
}

static void renew(struct umbra_session *s, const struct umbra_settings *set)
{
	spin_lock_bh(&s->lock);
	umbra_track_renew(s, set);
	spin_unlock_bh(&s->lock);
}

u8 umbra_probe_expired(struct umbra_session *s)
{
	const struct umbra_policy *p = rcu_dereference(s->un->policy);

	if (p && umbra_spared_held(s)) {
		renew(s, &p->settings);
		return 0;
	}
	if (!p || !umbra_spared_probed(s, p))
		return UMBRA_REASON_TIMEOUT;
	if (is_dead(s))
		return UMBRA_REASON_DEAD_PEER;
	if (umbra_rate_has(&s->un->probe_rate, PROBED_A_SECOND, true))
		ask(s, &p->settings);
	return 0;
}
