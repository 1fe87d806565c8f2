// SPDX-License-Identifier: GPL-2.0
/*
 * A relayed connection: a client's socket, its server's socket, and a work.
 *
 * The work does everything: it connects, moves bytes both ways, and in the end closes and frees. A
 * work never runs twice at the same time, so data that only the work touches need no lock.
 * Nobody else holds a reference:
 *
 *	sockets		wake the work, under sk_callback_lock
 *	session ends	ask it to abort, under tuple_lock
 *	settle, watch	ask it to abort, under umbra_relays.lock
 *	exit		asks it to abort, under umbra_relays.lock
 *
 *	accepted --> connecting --> moving bytes --> closing --> over
 *	                  |              |              |
 *	                  +--- reset ----+--------------+
 *
 * At the end the work removes the connection from the list and the tuples, and then puts the
 * sockets' callbacks back. From then on nothing can queue the work, and what was queued
 * meanwhile is cancelled. The connection is freed after a grace period, for umbra_relay_row_of().
 *
 * A socket is closed when TCP has finished, with the last FIN acknowledged. The kernel stops the
 * timers of a kernel socket that is closed, so nobody would retransmit that FIN.
 *
 * A connection is idle when no byte comes from either peer and neither acknowledges one. The watch
 * looks each second. The sessions of both ends last as long as their sockets do
 * (umbra_relay_holds()), because one end may have nothing to send for as long as the other is busy.
 * A peer that keeps its window closed acknowledges nothing new, so it is idle.
 */
#include "relay/internal.h"

#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/umbra.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "umbra.h"

/* Time for the first SYN, those after 1 and 3 seconds, and the answer. */
#define CONNECT_SECONDS		10
/* How long an end may be silent before it acknowledges the last FIN. */
#define CLOSING_SECONDS		60

void umbra_relay_conn_wake(struct umbra_relay_conn *conn)
{
	queue_work(conn->relays->wq, &conn->work);
}

void umbra_relay_conn_ask(struct umbra_relay_conn *conn, int bit)
{
	set_bit(bit, &conn->asked);
	umbra_relay_conn_wake(conn);
}

static struct sock *sk_of(const struct umbra_relay_conn *conn, u8 side)
{
	return conn->end[side].sock->sk;
}

static bool is_broken(const struct sock *sk)
{
	return READ_ONCE(sk->sk_err);
}

static bool is_closed(const struct sock *sk)
{
	return READ_ONCE(sk->sk_state) == TCP_CLOSE;
}

static int introduce_client(struct umbra_relay_conn *conn)
{
	u8 header[UMBRA_RELAY_PROXY_BYTES];
	size_t len;

	if (!conn->config.proxy_protocol)
		return 0;
	len = umbra_relay_proxy_header(conn->config.proxy_protocol, conn->place.family,
				       &conn->end[UMBRA_RELAY_CLIENT].tuple, header);
	return umbra_relay_flow_write(&conn->flow[UMBRA_RELAY_CLIENT], header, len) == len ?
	       0 : -ENOMEM;
}

static enum umbra_relay_step refuse(struct umbra_relay_conn *conn)
{
	umbra_count(conn->relays->un, dropped[UMBRA_REASON_RELAY_SERVER]);
	return UMBRA_RELAY_BROKEN;
}

/* Return: UMBRA_RELAY_DONE after the server has answered. */
static enum umbra_relay_step connect(struct umbra_relay_conn *conn)
{
	const struct umbra_relay_end *server = &conn->end[UMBRA_RELAY_SERVER];

	if (test_bit(UMBRA_RELAY_ABORT, &conn->asked) || is_broken(sk_of(conn, UMBRA_RELAY_CLIENT)))
		return UMBRA_RELAY_BROKEN;
	if (test_bit(UMBRA_RELAY_NO_SERVER, &conn->asked))
		return refuse(conn);
	if (!server->sock && umbra_relay_connect(conn))
		return refuse(conn);
	switch (READ_ONCE(server->sock->sk->sk_state)) {
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return UMBRA_RELAY_WAIT;
	case TCP_CLOSE:
		return refuse(conn);
	}
	if (introduce_client(conn))
		return UMBRA_RELAY_BROKEN;
	WRITE_ONCE(conn->connected, true);
	return UMBRA_RELAY_DONE;
}

/* Must the watch wake the connection, because no socket will call back? */
static bool is_stalled(struct umbra_relay_flow *f)
{
	umbra_relay_flow_trim(f);
	return f->nr || f->starved || f->own;
}

/* Move bytes both ways, then look whether the connection is over. */
static enum umbra_relay_step transfer(struct umbra_relay_conn *conn)
{
	struct umbra_relay_flow *up = &conn->flow[UMBRA_RELAY_CLIENT];
	struct umbra_relay_flow *down = &conn->flow[UMBRA_RELAY_SERVER];
	struct socket *client = conn->end[UMBRA_RELAY_CLIENT].sock;
	struct socket *server = conn->end[UMBRA_RELAY_SERVER].sock;
	enum umbra_relay_step a, b;

	a = umbra_relay_pump(up, client, server);
	b = umbra_relay_pump(down, server, client);
	if (a == UMBRA_RELAY_DONE && b == UMBRA_RELAY_DONE) {
		WRITE_ONCE(conn->closing, true);
		return is_closed(client->sk) && is_closed(server->sk) ? UMBRA_RELAY_DONE :
									UMBRA_RELAY_WAIT;
	}
	if (a == UMBRA_RELAY_BROKEN || b == UMBRA_RELAY_BROKEN ||
	    is_broken(client->sk) || is_broken(server->sk))
		return UMBRA_RELAY_BROKEN;
	WRITE_ONCE(conn->stalled, is_stalled(up) || is_stalled(down));
	return a == UMBRA_RELAY_MORE || b == UMBRA_RELAY_MORE ? UMBRA_RELAY_MORE :
								UMBRA_RELAY_WAIT;
}

static enum umbra_relay_step advance(struct umbra_relay_conn *conn)
{
	enum umbra_relay_step step;

	if (!conn->connected) {
		step = connect(conn);
		if (step != UMBRA_RELAY_DONE)
			return step;
	}
	if (READ_ONCE(conn->asked))
		return UMBRA_RELAY_BROKEN;
	return transfer(conn);
}

static void end(struct umbra_relay_conn *conn, bool reset)
{
	struct umbra_relays *relays = conn->relays;
	u8 side;

	mutex_lock(&relays->lock);
	list_del(&conn->list);
	mutex_unlock(&relays->lock);
	for (side = 0; side < 2; side++) {
		umbra_relay_end_unhash(conn, side);
		umbra_relay_end_close(&conn->end[side], reset);
		umbra_relay_flow_purge(&conn->flow[side]);
	}
	cancel_work(&conn->work);
	kfree_rcu(conn, rcu);
}

static void run(struct work_struct *work)
{
	struct umbra_relay_conn *conn = container_of(work, struct umbra_relay_conn, work);

	switch (advance(conn)) {
	case UMBRA_RELAY_WAIT:
		break;
	case UMBRA_RELAY_MORE:
		umbra_relay_conn_wake(conn);
		break;
	case UMBRA_RELAY_DONE:
		end(conn, false);
		break;
	case UMBRA_RELAY_BROKEN:
		end(conn, true);
		break;
	}
}

int umbra_relay_conn_new(struct umbra_relay_listener *l, struct socket *sock)
{
	struct umbra_relays *relays = l->relays;
	struct umbra_relay_tuple tuple;
	struct umbra_relay_conn *conn;
	int err;

	lockdep_assert_held(&relays->lock);
	err = umbra_relay_tuple_of_client(sock, &tuple);
	if (err)
		return err;
	conn = kzalloc(sizeof(*conn), GFP_KERNEL);
	if (!conn)
		return -ENOMEM;
	conn->relays = relays;
	conn->place = l->place;
	conn->config = l->config;
	conn->seen = conn->born = get_jiffies_64();
	INIT_WORK(&conn->work, run);
	list_add_tail(&conn->list, &relays->conns);
	umbra_relay_end_attach(conn, UMBRA_RELAY_CLIENT, sock);
	umbra_relay_end_hash(conn, UMBRA_RELAY_CLIENT, &tuple);
	umbra_relay_conn_wake(conn);
	queue_delayed_work(relays->wq, &relays->watch, HZ);
	return 0;
}

/* Grows with each byte that comes or that the peer acknowledges; SYN and FIN count one each. */
static u32 progress_at(const struct umbra_relay_end *end)
{
	const struct socket *sock = READ_ONCE(end->sock);
	const struct tcp_sock *tp;

	if (!sock)
		return 0;
	tp = tcp_sk(sock->sk);
	return READ_ONCE(tp->rcv_nxt) + READ_ONCE(tp->snd_una);
}

/*
 * Bytes that were handed to a socket do not count, because they say nothing about the peer. A peer
 * may take its time to read what the socket holds.
 */
static void look_for_progress(struct umbra_relay_conn *conn)
{
	u32 now = progress_at(&conn->end[UMBRA_RELAY_CLIENT]) +
		  progress_at(&conn->end[UMBRA_RELAY_SERVER]);

	if (now == conn->progress)
		return;
	conn->progress = now;
	conn->seen = get_jiffies_64();
}

/* The peer has yet to acknowledge bytes, or cannot take a FIN before it reads. */
static bool is_owed_bytes(const struct umbra_relay_end *end)
{
	const struct tcp_sock *tp = tcp_sk(end->sock->sk);

	if (is_closed(end->sock->sk))
		return false;
	return READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_una) > 1 || !READ_ONCE(tp->snd_wnd);
}

static bool only_fins_are_left(const struct umbra_relay_conn *conn)
{
	return READ_ONCE(conn->closing) && !is_owed_bytes(&conn->end[UMBRA_RELAY_CLIENT]) &&
	       !is_owed_bytes(&conn->end[UMBRA_RELAY_SERVER]);
}

static bool is_longer_ago(u64 then, u32 seconds)
{
	return time_after64(get_jiffies_64(), then + (u64)seconds * HZ);
}

static bool is_idle(const struct umbra_relay_conn *conn)
{
	return is_longer_ago(conn->seen, only_fins_are_left(conn) ? CLOSING_SECONDS :
								    conn->config.timeout);
}

static void watch(struct umbra_relay_conn *conn)
{
	u32 lifetime = conn->config.lifetime;

	look_for_progress(conn);
	if (!READ_ONCE(conn->connected) && is_longer_ago(conn->born, CONNECT_SECONDS))
		umbra_relay_conn_ask(conn, UMBRA_RELAY_NO_SERVER);
	else if (is_idle(conn) || (lifetime && is_longer_ago(conn->born, lifetime)))
		umbra_relay_conn_ask(conn, UMBRA_RELAY_ABORT);
	else if (READ_ONCE(conn->stalled))
		umbra_relay_conn_wake(conn);
}

void umbra_relay_watch(struct work_struct *work)
{
	struct umbra_relays *relays =
		container_of(to_delayed_work(work), struct umbra_relays, watch);
	struct umbra_relay_conn *conn;

	mutex_lock(&relays->lock);
	list_for_each_entry(conn, &relays->conns, list) {
		watch(conn);
		cond_resched();
	}
	if (!list_empty(&relays->conns))
		queue_delayed_work(relays->wq, &relays->watch, HZ);
	mutex_unlock(&relays->lock);
}
