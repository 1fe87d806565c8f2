// SPDX-License-Identifier: GPL-2.0
/*
 * Strays: packets of a session that come by another interface than before.
 *
 * The route to its client may have changed, or be asymmetric, or the packet may be forged. A relay
 * answers by the interface on which its client's packets arrive, so an attacker who moves a session
 * diverts the answers. Therefore only a packet that belongs to the session for certain moves it:
 *
 *  - TCP: a segment with exactly the next number. A segment that only fits may be a guess, so it
 *    passes and moves nothing. So does a retransmission; the segment after it moves the session.
 *  - SCTP: a packet with the verification tag of its direction. A newcomer's tag (track_sctp.c)
 *    does not count, because it may be made up.
 *  - All others: a stranger needs to know only addresses and ports. So the packets must come by the
 *    new interface, and by no other, for two seconds. Until then they pass, and the source of each
 *    is judged again. A packet by the interface by which the session began moves it back at once.
 *    So an attacker who forges a client's datagrams can move the session only while the client is
 *    silent. He has to continue for two seconds, and the client's next packet moves it back.
 *
 * In all cases the packet must also pass all other checks, and its source must be allowed
 * on that interface (path/rejudge.c).
 */
#include "session/track.h"

#include <linux/jiffies.h>

#define STRAYS_FOR	(2 * HZ)

/* Compare the session's packets since @since with the strays among them: are there others? */
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
