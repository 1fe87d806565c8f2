// SPDX-License-Identifier: GPL-2.0
/*
 * Spared: sessions that have expired and go on.
 *
 * There are two reasons to spare a session. Its ends are to be probed first (upkeep/probe.c says
 * how, and which sessions are not probed), or it belongs to a tcp-relay's connection, which has its
 * own clock. The walker may be late, so a packet can find such a session before the walker does.
 * Then the packet passes, and proves that its sender lives.
 */
#include "path/spared.h"

#include <linux/umbra.h>

#include "life/notify.h"
#include "passage.h"
#include "policy/policy.h"
#include "relay/relay.h"
#include "umbra.h"
#include "under_rcu.h"

static bool has_spoken(const struct umbra_session *s, enum umbra_dir dir)
{
	return READ_ONCE(s->packets[dir]) || READ_ONCE(s->packets_high[dir]);
}

static bool is_established(const struct umbra_session *s)
{
	u8 state = READ_ONCE(s->state);

	return state == UMBRA_STATE_ESTABLISHED || state == UMBRA_STATE_PROBED;
}

static bool is_tcp(const struct umbra_session *s)
{
	return s->half[UMBRA_DIR_ORIGINAL].key.proto == IPPROTO_TCP;
}

/* The ends of SCTP probe each other by heartbeats. Without hooks we would not see an answer. */
static bool can_be_probed(const struct umbra_session *s)
{
	return is_tcp(s) && is_established(s) && READ_ONCE(s->un->hooked) &&
	       !(s->flags & UMBRA_SESSION_RELAY) &&
	       has_spoken(s, UMBRA_DIR_ORIGINAL) && has_spoken(s, UMBRA_DIR_REPLY);
}

/*
 * An idle session may not have been judged since the last commit. So ask the running policy here,
 * but leave the session as it is: it is judged when its next packet comes.
 */
static bool is_wanted(const struct umbra_session *s, const struct umbra_policy *p)
{
	struct umbra_passage w = { .un = s->un, .policy = p, .dry = true };
	const struct umbra_verdict *v;
	u8 probes = s->probes;

	if (READ_ONCE(s->generation) < READ_ONCE(p->judged_since)) {
		if (umbra_judge_session(&w, s, &v))
			return false;
		probes = v ? v->probes : 0;
	}
	return (probes ?: p->settings.value[UMBRA_SETTING_TCP_PROBES]) == UMBRA_PROBES_SETTING_ON;
}

bool umbra_spared_held(const struct umbra_session *s)
{
	umbra_assert_rcu();
	return s->flags & UMBRA_SESSION_RELAY && umbra_relay_holds(s);
}

bool umbra_spared_probed(const struct umbra_session *s, const struct umbra_policy *p)
{
	return can_be_probed(s) && is_wanted(s, p) &&
	       !umbra_tell_nothing(s, UMBRA_DIR_ORIGINAL) &&
	       !umbra_tell_nothing(s, UMBRA_DIR_REPLY);
}

bool umbra_spared(const struct umbra_session *s, const struct umbra_policy *p)
{
	return umbra_spared_held(s) || umbra_spared_probed(s, p);
}
