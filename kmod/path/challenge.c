// SPDX-License-Identifier: GPL-2.0
/*
 * Challenge: a client calls anew on the ports of a connection, and its server answers.
 *
 * A server that has the connection does not accept the client's SYN: it challenges it by an
 * acknowledgement (RFC 5961 section 4.2), and a client that has begun anew, after a crash for
 * instance, resets the old connection by the number that the challenge acknowledges. That is
 * exact, and closes (session/track_tcp.c).
 *
 * A server that has lost the connection accepts. Then both ends are agreed, but by numbers that
 * have nothing to do with the connection, and who forges both a SYN and its answer says the
 * same. So the session is not moved by it. The answer is dropped, and the client is sent the
 * challenge that it would have had from a server that remembers: what the server has
 * acknowledged last, from one number before the next that it would send. A client that begins
 * anew resets that, as RFC 9293 section 3.10.7.3 has it; the reset closes the session, and the
 * client's next SYN, after a second, opens another one, whose answer passes. A client that has
 * the connection acknowledges, as it does a keep-alive, and goes on. Who does not see what is
 * sent to the client does not learn the number.
 *
 * Each challenge is for one packet that came, and no larger. So many a second are sent in a
 * namespace; they have a budget of their own, for others' SYNs must not use up that of the
 * resets which tell of a session's end. A host in the network of the stealth setting is sent
 * none: where both it and its server lost a connection, it calls from another port, or waits
 * until the session is idle for too long.
 */
#include "path/challenge.h"

#include "life/notify.h"
#include "session/track.h"
#include "session/window.h"
#include "umbra.h"

void __umbra_challenge(struct umbra_session *s, const struct umbra_packet *p)
{
	struct umbra_segment challenge;
	bool due;

	spin_lock(&s->lock);
	due = umbra_track_tcp_renewed(s, p);
	if (due)
		challenge = umbra_window_probe(s, UMBRA_DIR_ORIGINAL);
	spin_unlock(&s->lock);
	if (!due || umbra_tell_nothing(s, UMBRA_DIR_ORIGINAL) ||
	    !umbra_tell_admits_challenge(s->un))
		return;
	if (!umbra_tell_segment(s->un, &s->half[UMBRA_DIR_ORIGINAL], &challenge))
		umbra_count(s->un, untold);
}
