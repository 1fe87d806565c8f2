// SPDX-License-Identifier: GPL-2.0
/*
 * SCTP: the states of an association as seen from between its ends (RFC 9260).
 *
 *   OPENING -- INIT ACK --> ANSWERED -- COOKIE ECHO, COOKIE ACK --> ESTABLISHED
 *      |                       |                                     |      |
 *      |                       |                                   ABORT  SHUTDOWN, or its ACK
 *      |                       |                                     |      v
 *      +-------- ABORT --------+-----> CLOSED <----------------------+-- CLOSING
 *                                               ABORT, SHUTDOWN COMPLETE
 *
 * Tags. Each end chooses a number, its initiate tag, and every packet to that end carries it as
 * verification tag from then on (8.5). So each direction has one tag, which is learnt from the
 * INIT or INIT ACK of the other direction. An attacker off the path has to guess 32 bits. A packet
 * with another tag does not pass, and changes nothing. There are no windows: DATA passes whatever
 * its number, because its receiver sorts it out.
 *
 * Long timeouts apply only from ESTABLISHED on. ESTABLISHED takes a COOKIE ECHO with the tag that
 * the INIT ACK announced, and a COOKIE ACK with the tag that the INIT announced, so one end alone
 * cannot lead there. CLOSED stays for a while, so that the last packets may be repeated. A new INIT
 * then begins a new session.
 *
 * An INIT within a session. It has no tag, so anybody may have sent it. Both ends may also have
 * reason to send one: they begin at the same time (5.2.1, 5.2.2, 5.2.4), or one has restarted
 * (5.2.4.1). So it passes and changes no state. Besides the association's own tags, the last such
 * INIT of each end is remembered, together with the INIT ACK that answers it: three pairs of tags
 * at most. The exchange is complete when the cookie comes back with the tag of that INIT ACK, and
 * is accepted with the tag of that INIT. Until then the old pair is valid. From the COOKIE ECHO on
 * the new pair passes, too, because an end that has the cookie may send at once. A server that
 * answers one INIT twice uses another tag each time, because it keeps nothing of the first answer.
 * The cookie shows which of the two its client got. Before there is an association, the pair of a
 * complete exchange becomes the association's own.
 *
 * Elder and newcomer. Within an association a complete exchange proves too little. None of its four
 * packets has a tag of the association, because a restarted end knows none. So all four can be
 * forged from both sides, and only the cookie, which the router cannot read, would show that. What
 * follows shows it: after a true restart nobody uses the old pair any more (5.2.4 A); after a
 * forged one the ends know nothing of it, and continue. So the pair of the exchange becomes the
 * newcomer beside the elder pair, which is the association's own.
 *
 *  - A packet with a tag of either pair passes, from the beginning.
 *  - Only the elder changes the session: its state, its end, the interface that it comes by.
 *  - The newcomer takes the elder's place when nobody has used the elder's tags for four minutes.
 *    Two live ends send something within two minutes: the slowest heartbeat is sent HB.interval
 *    (30 s) and one and a half times RTO.Max (60 s) after the last packet (8.3). So one heartbeat
 *    may be lost.
 *  - The newcomer also takes that place when the elder ends while the newcomer is in use. When the
 *    newcomer ends, it is forgotten. If it was genuine, then nobody has the elder any more, and
 *    nothing more will come. So the session is CLOSING until the elder is used again.
 *  - There is one newcomer. A third pair has to wait until one of the two has been silent for four
 *    minutes: until then its COOKIE ECHO is refused, and its sender repeats it. Otherwise an
 *    attacker could put his own pair in the place of an association that has just restarted.
 *
 * ABORT and SHUTDOWN COMPLETE. An end that has no association answers with the tag of the packet
 * that it got, and sets the T bit (8.4, 8.5.1). Such an answer carries the other direction's
 * tag, and must carry exactly that one.
 *
 * Paths. An end with several addresses proves each one by a HEARTBEAT. A path begins here with such
 * a HEARTBEAT, and has its sender's tag. It is UNREPLIED until a HEARTBEAT ACK returns the contents
 * of the HEARTBEAT. They include a nonce that only the receiver of the HEARTBEAT knows (5.4, 8.3),
 * so the tag of that HEARTBEAT ACK is believed. Before that the server's own heartbeats pass, and
 * change nothing.
 *
 * An association picked up in mid-stream has the tag of its first packet. The other direction has
 * the tag of its first control packet that neither begins nor ends an association.
 *
 * The state changes under umbra_session.lock.
 */
#include <linux/jiffies.h>
#include <linux/umbra.h>

#include "session/track.h"

#define CLIENT	UMBRA_DIR_ORIGINAL
#define SERVER	UMBRA_DIR_REPLY

#define ENDS	(UMBRA_SCTP_ABORT | UMBRA_SCTP_SHUTDOWN_COMPLETE)
#define SHUTS	(UMBRA_SCTP_SHUTDOWN | UMBRA_SCTP_SHUTDOWN_ACK)

/* Time for two heartbeats of the slowest path (8.3): HB.interval + 1.5 RTO.Max each. */
#define SILENT	(240 * HZ)

/* Set if the direction's last COOKIE ECHO had the tag of the association's own pair. */
static u8 own_bit(enum umbra_dir dir)
{
	return UMBRA_SESSION_ECHO_ORIGINAL << dir;
}

/* Set if that COOKIE ECHO had the tag of the pair that the direction's last INIT began. */
static u8 anew_bit(enum umbra_dir dir)
{
	return UMBRA_SESSION_ANEW_ORIGINAL << dir;
}

static bool is_half_open(u8 state)
{
	return state == UMBRA_STATE_OPENING || state == UMBRA_STATE_ANSWERED;
}

static bool has_newcomer(const struct umbra_session *s)
{
	return s->half[CLIENT].newcomer;
}

static bool is_newcomer(const struct umbra_session *s, enum umbra_dir dir, u32 tag)
{
	return tag && tag == s->half[dir].newcomer;
}

static bool is_silent(u32 seen)
{
	return (u32)jiffies - seen >= SILENT;
}

/* May a direction's packets carry the tag? */
static bool is_tag_of(const struct umbra_session *s, enum umbra_dir dir, u32 tag)
{
	const struct umbra_tags *t = &s->tags;

	return tag == t->tag[dir] || is_newcomer(s, dir, tag) ||
	       (s->flags & anew_bit(dir) && tag == t->answer[dir]) ||
	       (s->flags & anew_bit(!dir) && tag == t->init[!dir]);
}

/* The session was picked up, and no tag has been learnt for the direction yet. */
static bool is_unknown(const struct umbra_session *s, enum umbra_dir dir, u8 state)
{
	return !s->tags.tag[dir] && state == UMBRA_STATE_ESTABLISHED;
}

/* --- Elder and newcomer ------------------------------------------------------------- */

static void forget_newcomer(struct umbra_session *s)
{
	s->half[CLIENT].newcomer = s->half[SERVER].newcomer = 0;
}

/* The newcomer becomes the association. */
static void succeed(struct umbra_session *s, u8 *state)
{
	s->tags.tag[CLIENT] = s->half[CLIENT].newcomer;
	s->tags.tag[SERVER] = s->half[SERVER].newcomer;
	forget_newcomer(s);
	s->flags &= ~(own_bit(CLIENT) | own_bit(SERVER));
	s->aborted = s->renewed = false;
	*state = UMBRA_STATE_ESTABLISHED;
}

/* The elder has ended. The newcomer takes its place if it is in use. Return: true if it does. */
static bool is_succeeded(struct umbra_session *s, u8 *state)
{
	if (!has_newcomer(s) || is_silent(s->newcomer_seen))
		return false;
	succeed(s, state);
	return true;
}

/* There is no association now, so there is none to take over. */
static bool is_nobodys(u8 state)
{
	return is_half_open(state) || state == UMBRA_STATE_UNREPLIED ||
	       state == UMBRA_STATE_CLOSED;
}

/* Is there room for the pair of another exchange? */
static bool has_room(const struct umbra_session *s, u8 state)
{
	return is_nobodys(state) || !has_newcomer(s) || is_silent(s->newcomer_seen) ||
	       is_silent(s->elder_seen);
}

static void come(struct umbra_session *s, u32 to_client, u32 to_server, u8 *state)
{
	bool nobodys = is_nobodys(*state);

	if (has_newcomer(s) && is_silent(s->elder_seen) && !is_silent(s->newcomer_seen))
		succeed(s, state);
	s->half[CLIENT].newcomer = to_server;
	s->half[SERVER].newcomer = to_client;
	s->elder_seen = s->newcomer_seen = jiffies;
	if (nobodys)
		succeed(s, state);
}

/* Note which pair is in use. A packet with @tag came in direction @dir, and passes if it fits. */
static void hear(struct umbra_session *s, enum umbra_dir dir, u32 tag, u8 *state)
{
	if (is_newcomer(s, dir, tag))
		s->newcomer_seen = jiffies;
	if (tag == s->tags.tag[dir])
		s->elder_seen = jiffies;
	else if (is_newcomer(s, dir, tag) && is_silent(s->elder_seen))
		succeed(s, state);
}

/* A packet of the elder after the newcomer's end shows that the newcomer was forged. */
static void go_back(struct umbra_session *s, enum umbra_dir dir, u32 tag, u8 *state)
{
	if (!s->renewed || tag != s->tags.tag[dir])
		return;
	s->renewed = false;
	*state = UMBRA_STATE_ESTABLISHED;
}

/* The newcomer has ended. */
static void leave(struct umbra_session *s, u8 *state)
{
	forget_newcomer(s);
	if (*state != UMBRA_STATE_ESTABLISHED)
		return;
	s->renewed = true;
	*state = UMBRA_STATE_CLOSING;
}

/* --- Beginnings --------------------------------------------------------------------- */

static void remember(struct umbra_session *s, enum umbra_dir from, u32 init, u32 answer)
{
	struct umbra_tags *t = &s->tags;

	if (t->init[from] == init && (!answer || t->answer[from] == answer))
		return;
	t->init[from] = init;
	t->answer[from] = answer;
	s->flags &= ~anew_bit(from);
}

/* The first INIT is the association's own. */
static u8 begin(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	struct umbra_tags *t = &s->tags;

	if (!t->tag[CLIENT] && !t->tag[SERVER])
		t->tag[!dir] = p->initiate;
	else if (p->initiate != t->tag[!dir])
		remember(s, dir, p->initiate, 0);
	return 0;
}

static u8 answer(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		 u8 *state)
{
	struct umbra_tags *t = &s->tags;
	bool own = p->tag == t->tag[dir];

	if (!own && p->tag != t->init[!dir])
		return is_newcomer(s, dir, p->tag) ? 0 : UMBRA_REASON_SCTP_TAG;
	if (own && !t->tag[!dir] && is_half_open(*state))
		t->tag[!dir] = p->initiate;
	else if (!own || p->initiate != t->tag[!dir])
		remember(s, !dir, p->tag, p->initiate);
	if (*state == UMBRA_STATE_OPENING)
		*state = UMBRA_STATE_ANSWERED;
	return 0;
}

/* Note the pair of the cookie. If two ends begin at once, two pairs may have the same tags. */
static u8 echo(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
	       const u8 *state)
{
	u8 both = own_bit(dir) | anew_bit(dir), which = 0;

	if (p->tag == s->tags.tag[dir])
		which |= own_bit(dir);
	if (s->tags.init[dir] && p->tag == s->tags.answer[dir] && has_room(s, *state))
		which |= anew_bit(dir);
	if (!which)
		return is_newcomer(s, dir, p->tag) ? 0 : UMBRA_REASON_SCTP_TAG;
	s->flags = (s->flags & ~both) | which;
	return 0;
}

/* The exchange that @from began is complete. */
static void settle(struct umbra_session *s, enum umbra_dir from, u8 *state)
{
	struct umbra_tags *t = &s->tags;
	u32 init = t->init[from], answer = t->answer[from];

	t->init[from] = t->answer[from] = 0;
	s->flags &= ~anew_bit(from);
	if (from == CLIENT)
		come(s, init, answer, state);
	else
		come(s, answer, init, state);
}

static u8 agree(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 *state)
{
	if (s->flags & anew_bit(!dir) && p->tag == s->tags.init[!dir] && has_room(s, *state)) {
		settle(s, !dir, state);
		return 0;
	}
	if (p->tag != s->tags.tag[dir])
		return is_newcomer(s, dir, p->tag) ? 0 : UMBRA_REASON_SCTP_TAG;
	if (s->flags & own_bit(!dir) && is_half_open(*state))
		*state = UMBRA_STATE_ESTABLISHED;
	return 0;
}

static void own_end(struct umbra_session *s, const struct umbra_packet *p, u8 *state)
{
	bool abort = p->chunks & UMBRA_SCTP_ABORT;

	if (!abort && *state != UMBRA_STATE_CLOSING)
		return;
	if (is_succeeded(s, state))
		return;
	s->aborted |= abort && *state != UMBRA_STATE_CLOSED;
	*state = UMBRA_STATE_CLOSED;
}

/*
 * The end of a pair that is neither elder nor newcomer, such as the refusal of an INIT, passes and
 * changes nothing here: its receiver decides whether to believe it. SHUTDOWN COMPLETE has an effect
 * only on an end that is shutting down.
 */
static u8 end(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
	      u8 *state)
{
	enum umbra_dir whose = p->chunks & UMBRA_SCTP_REFLECTED ? !dir : dir;

	if (p->tag == s->tags.tag[whose]) {
		own_end(s, p, state);
		return 0;
	}
	if (is_newcomer(s, whose, p->tag)) {
		leave(s, state);
		return 0;
	}
	if (is_tag_of(s, whose, p->tag) || p->tag == s->tags.init[!whose])
		return 0;
	return is_unknown(s, whose, *state) ? 0 : UMBRA_REASON_SCTP_TAG;
}

/* A packet on a path whose server has not acknowledged any heartbeat yet. */
static u8 prove(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 *state)
{
	struct umbra_tags *t = &s->tags;

	if (dir == CLIENT) {
		if (p->tag != t->tag[CLIENT])
			return UMBRA_REASON_SCTP_TAG;
		if (p->chunks & UMBRA_SCTP_HEARTBEAT)
			remember(s, CLIENT, 0, p->info);
		return 0;
	}
	if (p->chunks & UMBRA_SCTP_HEARTBEAT_ACK && !t->init[CLIENT] &&
	    p->info == t->answer[CLIENT]) {
		t->tag[SERVER] = p->tag;
		t->answer[CLIENT] = 0;
		*state = UMBRA_STATE_REPLIED;
		return 0;
	}
	return p->chunks & UMBRA_SCTP_HEARTBEAT ? 0 : UMBRA_REASON_SCTP_TAG;
}

static u8 go_on(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 *state)
{
	if (unlikely(is_unknown(s, dir, *state)) && !is_newcomer(s, dir, p->tag)) {
		if (!(p->tcp_flags & UMBRA_SCTP_CONTROL) && s->tags.tag[!dir])
			return 0;
		s->tags.tag[dir] = p->tag;
	}
	if (!is_tag_of(s, dir, p->tag))
		return UMBRA_REASON_SCTP_TAG;
	if (p->chunks & SHUTS && p->tag == s->tags.tag[dir] &&
	    (*state == UMBRA_STATE_ESTABLISHED || *state == UMBRA_STATE_REPLIED))
		*state = UMBRA_STATE_CLOSING;
	return 0;
}

/* A heartbeat where there is no session yet. */
static u8 begin_path(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		     u8 *state)
{
	s->tags.tag[dir] = p->tag;
	*state = UMBRA_STATE_UNREPLIED;
	return prove(s, dir, p, state);
}

static bool has_no_tags(const struct umbra_session *s)
{
	return !s->tags.tag[CLIENT] && !s->tags.tag[SERVER];
}

u8 umbra_track_sctp_quoted(const struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p)
{
	const struct umbra_tags *t = &s->tags;
	bool sent;

	lockdep_assert_held(&s->lock);
	if (s->life != UMBRA_LIVE)
		return UMBRA_REASON_ICMP_STRAY;
	if (p->tag)
		sent = is_tag_of(s, dir, p->tag);
	else
		sent = p->initiate && (p->initiate == t->tag[!dir] || p->initiate == t->init[dir]);
	return sent ? 0 : UMBRA_REASON_SCTP_TAG;
}

/* Nobody can guess the association's tag. A newcomer's tag can be made up, so it is no proof. */
bool umbra_track_sctp_proves(const struct umbra_session *s, enum umbra_dir dir,
			     const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return p->tag && p->tag == s->tags.tag[dir];
}

static u8 judge(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 *state)
{
	if (p->chunks & UMBRA_SCTP_INIT)
		return begin(s, dir, p);
	if (*state == UMBRA_STATE_OPENING && has_no_tags(s))
		return begin_path(s, dir, p, state);
	if (p->chunks & UMBRA_SCTP_INIT_ACK)
		return answer(s, dir, p, state);
	if (p->chunks & ENDS)
		return end(s, dir, p, state);
	if (p->chunks & UMBRA_SCTP_COOKIE_ECHO)
		return echo(s, dir, p, state);
	if (p->chunks & UMBRA_SCTP_COOKIE_ACK)
		return agree(s, dir, p, state);
	if (*state == UMBRA_STATE_UNREPLIED)
		return prove(s, dir, p, state);
	return go_on(s, dir, p, state);
}

u8 umbra_track_sctp(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		    u8 *state)
{
	enum umbra_dir whose = p->chunks & UMBRA_SCTP_REFLECTED ? !dir : dir;

	lockdep_assert_held(&s->lock);
	if (unlikely(s->life != UMBRA_LIVE))
		return UMBRA_REASON_SCTP_STRAY;
	if (unlikely(*state == UMBRA_STATE_CLOSING))
		go_back(s, whose, p->tag, state);
	if (unlikely(has_newcomer(s)))
		hear(s, whose, p->tag, state);
	return judge(s, dir, p, state);
}
