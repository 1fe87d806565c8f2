// SPDX-License-Identifier: GPL-2.0
/*
 * Probes: whether the ends of an idle TCP connection still live.
 *
 * Who says nothing for two hours may have nothing to say, or may be gone. Without probes the
 * session ends in either case, and ends that live learn of it when they speak next. With
 * them the walker asks both, as from each other, in the way in which TCP's own keep-alive
 * asks (RFC 9293 3.8.4): by a segment without data, with the number before the next that is
 * awaited. A living end has to acknowledge it. One that lost its connection resets it with
 * the number that the probe acknowledges, which is the one that the other end awaits: so
 * that one is told by the reset itself. One that is gone says nothing.
 *
 *	ESTABLISHED -- idle for too long --> PROBED -- a segment from each end --> ESTABLISHED
 *	                                      |  ^
 *	                                      +--+ not answered in time: who did not is asked
 *	                                      |    again, TRIES times in all
 *	                                      +--> ended as dead-peer; both ends are told (life/notify.c)
 *
 * An answer is any segment that fits, from the end that was asked (session/track_tcp.c). It passes on
 * to the other end, which takes it for an acknowledgement that came twice. While a session
 * is PROBED its packets pass and do not prolong it: data that one end sends to another which
 * is dead shall not keep it alive. The probes themselves are judged by nobody and count for
 * no session (umbra_tell_segment()).
 *
 * The packet path has nothing to do with any of this. It finds the state on the written line;
 * the cold one, where the tries and the answers are kept, it touches while the session is
 * PROBED. A packet of a session that has expired, and the walker did not come by yet, finds
 * that it is spared: it is the proof that its sender lives.
 *
 * Not probed are: hosts of the stealth network, to whom nothing may be sent, and so sessions
 * with them; what the policy does not allow any more; and a connection that was picked up in
 * mid-stream as long as one of its ends has not spoken, for then its numbers are not known. These
 * end as without probes. A tcp-relay's sessions are not probed either: they last as long as its
 * connection, which has its own clock (relay/conn.c).
 *
 * So many sessions a second are probed in a namespace; for the others their time goes on
 * being over, and the walker, which comes by all of them in turn, asks when it may again.
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

/* Nobody but the walker moves @tries. */
static bool is_dead(const struct umbra_session *s)
{
	return READ_ONCE(s->state) == UMBRA_STATE_PROBED && s->tries == TRIES;
}

/* Return: bits, the directions whose ends are to be asked; 0: a packet came meanwhile. */
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

/* What cannot be sent to an end is a try all the same: there is no way to it. */
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
