// SPDX-License-Identifier: GPL-2.0
/*
 * Strays: packets of a session that come by another interface than so far.
 *
 * The way to its client may have changed, or it is asymmetric; or somebody lies. A relay answers
 * by the interface by which its client comes, so who moves that diverts the answers. So a
 * session is moved only by what is its own for certain.
 *
 *  - TCP: a segment that has exactly the next number. One that only fits may be a guess: it
 *    passes and moves nothing. So does what is sent again; what follows it moves.
 *  - SCTP: what has the verification tag that the direction carries, and not a newcomer's
 *    (track_sctp.c), which may be made up.
 *  - Everything else has nothing that a stranger would have to know beyond addresses and ports.
 *    A client that goes on where it was is not moved by him; so its packets have to come by
 *    the new interface, and by no other, for two seconds. Until then they pass, and each is
 *    asked where it comes from. By the interface by which the session began it comes back at
 *    once. So who forges a client's datagrams moves the session only while the client itself
 *    is silent, has to go on for two seconds, and loses it with the client's next word.
 *
 * In all cases the packet has to pass all that is asked of one that came as ever, and its source
 * may live where it comes from (path/rejudge.c).
 */
#include "session/track.h"

#include <linux/jiffies.h>

#define STRAYS_FOR	(2 * HZ)

/* The session's packets are counted, strays among them: are there others? */
static bool comes_only_so(const struct umbra_session *s, enum umbra_dir dir)
{
	const struct umbra_stray *t = &s->stray[dir];

	return t->since && (u16)(s->packets[dir] - t->all) == t->nr;
}

static bool has_moved(struct umbra_session *s, enum umbra_dir dir, int iif)
{
	struct umbra_stray *t = &s->stray[dir];
	u32 now = jiffies;

	if (!t->home)
		t->home = READ_ONCE(s->half[dir].iif);
	if (iif == t->home) {
		t->since = 0;
		return true;
	}
	if (!comes_only_so(s, dir)) {
		t->since = now ?: 1;
		t->all = s->packets[dir];
		t->nr = 0;
	}
	t->nr++;
	return now - t->since >= STRAYS_FOR;
}

static bool proves(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		   int iif)
{
	if (s->life != UMBRA_LIVE)
		return false;
	switch (s->half[dir].key.proto) {
	case IPPROTO_TCP:
		return umbra_track_tcp_proves(s, dir, p);
	case IPPROTO_SCTP:
		return umbra_track_sctp_proves(s, dir, p);
	}
	return has_moved(s, dir, iif);
}

bool umbra_track_proves(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
			int iif)
{
	bool certain;

	spin_lock(&s->lock);
	certain = proves(s, dir, p, iif);
	spin_unlock(&s->lock);
	return certain;
}
