// SPDX-License-Identifier: GPL-2.0
/*
 * Challenge: a client sends a SYN on the ports of a connection that exists, and the server answers.
 *
 * A server that still has the connection does not accept the SYN. It sends a challenge ACK (RFC
 * 5961 section 4.2). A client that has started again, after a crash for instance, answers with a
 * reset. The reset has the number that the challenge acknowledges. That number is exact, so the
 * session closes (session/track_tcp.c).
 *
 * A server that has lost the connection accepts the SYN. Then both ends agree, but on numbers
 * unrelated to the session, and an attacker can forge a SYN and its answer that look the same. So
 * the session keeps its state. We drop the answer and send the client the challenge that a server
 * with the connection would have sent: its sequence number is one before the next that the server
 * would send, and it acknowledges what the server acknowledged last.
 *
 * - A client that has started again resets the challenge (RFC 9293 section 3.10.7.3), and the
 *   reset closes the session. The client repeats its SYN after a second; that SYN opens a new
 *   session, and its answer passes.
 * - A client that still has the connection acknowledges, as it does a keep-alive, and goes on.
 * - An attacker who does not see what is sent to the client does not learn the number.
 *
 * Each challenge answers one received packet and is not larger than it. Challenges have a rate
 * limit per namespace, separate from that of the resets that announce a session's end, so that
 * forged SYNs cannot use up the resets. A host in a network of the stealth setting gets no
 * challenge. If both it and its server have lost a connection, the host must use another port, or
 * wait until the session times out.
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
