// SPDX-License-Identifier: GPL-2.0
/*
 * An end of an SCTP association: RFC 9260 sections 5.1 and 5.2 (beginnings, expected and
 * unexpected), 8.4 (out of the blue), 8.5 (tags) and 9 (ends), one path, without
 * timers. All data were acknowledged when an end shuts down.
 */
#include "sctp_end.h"

static bool answer(struct sctp_chunk *reply, struct sctp_chunk what)
{
	*reply = what;
	return true;
}

static struct sctp_chunk to_peer(const struct sctp_end *e, enum sctp_type type)
{
	return (struct sctp_chunk){ .type = type, .tag = e->peer };
}

struct sctp_chunk sctp_end_says(struct sctp_end *e, enum sctp_type type)
{
	if (type == SCTP_SHUTDOWN)
		e->state = SCTP_SHUTDOWN_SENT;
	if (type == SCTP_ABORT)
		e->state = SCTP_CLOSED;
	return to_peer(e, type);
}

struct sctp_chunk sctp_end_init(struct sctp_end *e)
{
	e->state = SCTP_COOKIE_WAIT;
	e->tag = e->next++;
	e->peer = 0;
	return (struct sctp_chunk){ .type = SCTP_INIT, .initiate = e->tag };
}

/* 8.4, except for what is in 5.1: the packet can belong to no association. */
static bool out_of_the_blue(const struct sctp_chunk *c, struct sctp_chunk *reply)
{
	switch (c->type) {
	case SCTP_ABORT:		/* 2 */
	case SCTP_SHUTDOWN_COMPLETE:	/* 6 */
	case SCTP_COOKIE_ACK:		/* 7 */
	case SCTP_ERROR:
		return false;
	case SCTP_SHUTDOWN_ACK:		/* 5 */
		return answer(reply, (struct sctp_chunk){
			.type = SCTP_SHUTDOWN_COMPLETE, .tag = c->tag, .reflected = true,
		});
	default:			/* 8 */
		return answer(reply, (struct sctp_chunk){
			.type = SCTP_ABORT, .tag = c->tag, .reflected = true,
		});
	}
}

/*
 * 5.1, 5.2.1 and 5.2.2: an end that has sent an INIT itself answers with the tag of that, else
 * with a new one; it keeps nothing. 9.2: an end that waits for SHUTDOWN COMPLETE asks for it again.
 */
static bool hears_init(struct sctp_end *e, const struct sctp_chunk *c, struct sctp_chunk *reply)
{
	bool opens = e->state == SCTP_COOKIE_WAIT || e->state == SCTP_COOKIE_ECHOED;
	struct sctp_cookie cookie = { .owner = e->id, .peer = c->initiate };

	if (c->tag)
		return false;
	if (e->state == SCTP_SHUTDOWN_ACK_SENT)
		return answer(reply, to_peer(e, SCTP_SHUTDOWN_ACK));
	cookie.local = opens ? e->tag : e->next++;
	if (e->state != SCTP_CLOSED && e->state != SCTP_COOKIE_WAIT) {
		cookie.local_tie = e->tag;
		cookie.peer_tie = e->peer;
	}
	return answer(reply, (struct sctp_chunk){
		.type = SCTP_INIT_ACK, .tag = c->initiate, .initiate = cookie.local,
		.cookie = cookie,
	});
}

/* 5.1 C; 5.2.3: an end that has not asked for it discards it. */
static bool hears_init_ack(struct sctp_end *e, const struct sctp_chunk *c,
			   struct sctp_chunk *reply)
{
	if (e->state != SCTP_COOKIE_WAIT)
		return false;
	e->peer = c->initiate;
	e->state = SCTP_COOKIE_ECHOED;
	*reply = to_peer(e, SCTP_COOKIE_ECHO);
	reply->cookie = c->cookie;
	return true;
}

static bool accept_cookie(struct sctp_end *e, const struct sctp_chunk *c,
			  struct sctp_chunk *reply)
{
	e->tag = c->cookie.local;
	e->peer = c->cookie.peer;
	e->got += c->data;
	if (e->state < SCTP_ESTABLISHED)
		e->state = SCTP_ESTABLISHED;
	return answer(reply, to_peer(e, SCTP_COOKIE_ACK));
}

/* 5.2.4: the table of its actions. */
static bool hears_cookie(struct sctp_end *e, const struct sctp_chunk *c, struct sctp_chunk *reply)
{
	const struct sctp_cookie *k = &c->cookie;

	/* 5.1.5: its signature, and step 3 */
	if (k->owner != e->id || c->tag != k->local)
		return false;
	if (e->state == SCTP_CLOSED)
		return accept_cookie(e, c, reply);
	if (k->local != e->tag && k->peer != e->peer && k->local_tie == e->tag &&
	    k->peer_tie == e->peer) {				/* A: the other began anew */
		if (e->state == SCTP_SHUTDOWN_ACK_SENT)
			return answer(reply, to_peer(e, SCTP_SHUTDOWN_ACK));
		e->restarts++;
		e->state = SCTP_ESTABLISHED;
		return accept_cookie(e, c, reply);
	}
	if (k->local == e->tag && (k->peer != e->peer || !e->peer))	/* B: both began */
		return accept_cookie(e, c, reply);
	if (k->local == e->tag && k->peer == e->peer)		/* D: twice, or both began */
		return accept_cookie(e, c, reply);
	return false;						/* C, and all else */
}

/* 8.5.1 B and C */
static bool may_end(const struct sctp_end *e, const struct sctp_chunk *c)
{
	return c->tag && c->tag == (c->reflected ? e->peer : e->tag);
}

/* 9.2: nothing is outstanding, so SHUTDOWN-RECEIVED is over at once. */
static bool hears_shutdown(struct sctp_end *e, struct sctp_chunk *reply)
{
	if (e->state < SCTP_ESTABLISHED)
		return false;
	e->state = SCTP_SHUTDOWN_ACK_SENT;
	return answer(reply, to_peer(e, SCTP_SHUTDOWN_ACK));
}

static bool hears_shutdown_ack(struct sctp_end *e, struct sctp_chunk *reply)
{
	if (e->state == SCTP_ESTABLISHED)
		return false;
	e->state = SCTP_CLOSED;
	return answer(reply, to_peer(e, SCTP_SHUTDOWN_COMPLETE));
}

/* A packet with the right tag. */
static bool hears(struct sctp_end *e, const struct sctp_chunk *c, struct sctp_chunk *reply)
{
	switch (c->type) {
	case SCTP_INIT_ACK:
		return hears_init_ack(e, c, reply);
	case SCTP_COOKIE_ACK:					/* 5.2.5 */
		if (e->state == SCTP_COOKIE_ECHOED)
			e->state = SCTP_ESTABLISHED;
		e->got += c->data;
		return false;
	case SCTP_SHUTDOWN:
		return hears_shutdown(e, reply);
	case SCTP_SHUTDOWN_ACK:
		return hears_shutdown_ack(e, reply);
	case SCTP_HEARTBEAT:
		return answer(reply, to_peer(e, SCTP_HEARTBEAT_ACK));
	case SCTP_DATA:
		if (e->state == SCTP_COOKIE_WAIT)
			return false;
		e->got++;
		return answer(reply, to_peer(e, SCTP_SACK));
	default:
		return false;
	}
}

bool sctp_end_receive(struct sctp_end *e, const struct sctp_chunk *c, struct sctp_chunk *reply)
{
	if (c->type == SCTP_INIT)
		return hears_init(e, c, reply);
	if (c->type == SCTP_COOKIE_ECHO)
		return hears_cookie(e, c, reply);
	if (!c->tag)						/* 8.5.1 A */
		return false;
	if (e->state == SCTP_CLOSED)
		return out_of_the_blue(c, reply);
	if (c->type == SCTP_ABORT || c->type == SCTP_SHUTDOWN_COMPLETE) {
		if (may_end(e, c) &&
		    (c->type == SCTP_ABORT || e->state == SCTP_SHUTDOWN_ACK_SENT))
			e->state = SCTP_CLOSED;
		return false;
	}
	/* 8.5.1 E: in these states it is out of the blue, whatever its tag. */
	if (c->type == SCTP_SHUTDOWN_ACK && e->state < SCTP_ESTABLISHED)
		return out_of_the_blue(c, reply);
	return c->tag == e->tag && hears(e, c, reply);		/* 8.5 */
}
