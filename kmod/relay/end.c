// SPDX-License-Identifier: GPL-2.0
/*
 * An end of a relayed connection: one TCP socket and its callbacks.
 *
 * A callback runs in softirq with the socket locked, and only wakes the connection. It finds the
 * connection in sk_user_data under sk_callback_lock. The end takes that lock to put the socket's
 * own callbacks back, and after that the socket no longer wakes the connection.
 * umbra_relay_row_of() looks without a lock, so connections are freed after a grace period.
 */
#include "relay/internal.h"

#include <linux/jhash.h>
#include <linux/net.h>
#include <linux/random.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "umbra.h"
#include "under_rcu.h"

/* Unsent bytes that a socket takes, enough to keep it busy until the next batch. */
#define UNSENT		(256 * 1024)

static void wake(struct sock *sk)
{
	struct umbra_relay_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = __locked_read_sk_user_data_with_flags(sk, 0);
	if (conn)
		umbra_relay_conn_wake(conn);
	read_unlock_bh(&sk->sk_callback_lock);
}

static void data_ready(struct sock *sk)
{
	wake(sk);
}

static void state_change(struct sock *sk)
{
	wake(sk);
}

/* The socket calls at every acknowledgement, but the connection waits until there is some room. */
static void write_space(struct sock *sk)
{
	struct umbra_relay_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = __locked_read_sk_user_data_with_flags(sk, 0);
	if (conn && sk_stream_is_writeable(sk)) {
		clear_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		umbra_relay_conn_wake(conn);
	}
	read_unlock_bh(&sk->sk_callback_lock);
}

void umbra_relay_end_attach(struct umbra_relay_conn *conn, u8 side, struct socket *sock)
{
	struct umbra_relay_end *end = &conn->end[side];
	struct sock *sk = sock->sk;

	tcp_sock_set_nodelay(sk);	/* the sender has already decided whether to wait */
	WRITE_ONCE(tcp_sk(sk)->notsent_lowat, UNSENT);
	WRITE_ONCE(end->sock, sock);
	write_lock_bh(&sk->sk_callback_lock);
	end->data_ready = sk->sk_data_ready;
	end->write_space = sk->sk_write_space;
	end->state_change = sk->sk_state_change;
	rcu_assign_sk_user_data(sk, conn);
	sk->sk_data_ready = data_ready;
	sk->sk_write_space = write_space;
	WRITE_ONCE(sk->sk_state_change, state_change);
	write_unlock_bh(&sk->sk_callback_lock);
}

/*
 * When an urgent byte comes before the last one was read, the kernel cuts the last one out of the
 * stream, unless the socket has this flag (RFC 6093 section 3.1). That includes bytes that come
 * before the accept, so the listener already has the flag.
 */
void umbra_relay_keep_urgent(struct sock *sk)
{
	lock_sock(sk);
	sock_set_flag(sk, SOCK_URGINLINE);
	release_sock(sk);
}

static void detach(struct umbra_relay_end *end)
{
	struct sock *sk = end->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = end->data_ready;
	sk->sk_write_space = end->write_space;
	WRITE_ONCE(sk->sk_state_change, end->state_change);
	rcu_assign_sk_user_data(sk, NULL);
	write_unlock_bh(&sk->sk_callback_lock);
}

void umbra_relay_reset(struct socket *sock)
{
	sock_no_linger(sock->sk);
	sock_release(sock);
}

/* The callbacks are still in place, because umbra_relay_sends() recognises the RST by them. */
static void reset_peer(struct sock *sk)
{
	lock_sock(sk);
	if (sk->sk_state != TCP_CLOSE)
		sk->sk_prot->disconnect(sk, 0);
	release_sock(sk);
}

void umbra_relay_end_close(struct umbra_relay_end *end, bool reset)
{
	if (!end->sock)
		return;
	if (reset)
		reset_peer(end->sock->sk);
	detach(end);
	sock_release(end->sock);
}

/* A full socket that has our callbacks belongs to a connection until they are put back. */
static bool is_ours(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && READ_ONCE(sk->sk_state_change) == state_change;
}

u32 umbra_relay_row_of(const struct sk_buff *skb)
{
	const struct umbra_relay_conn *conn;
	const struct socket *server;

	if (!is_ours(skb->sk))
		return 0;
	conn = rcu_dereference_sk_user_data(skb->sk);
	if (!conn)
		return 0;
	server = READ_ONCE(conn->end[UMBRA_RELAY_SERVER].sock);
	return server && skb->sk->sk_socket == server ? READ_ONCE(conn->config.row) : 0;
}

bool umbra_relay_sends(const struct sk_buff *skb)
{
	return is_ours(skb->sk);
}

static struct umbra_relay_conn *conn_of(struct umbra_relay_end *end)
{
	return container_of(end - end->side, struct umbra_relay_conn, end[0]);
}

static u32 hash(const struct umbra_relay_tuple *tuple)
{
	static u32 key __read_mostly;

	net_get_random_once(&key, sizeof(key));
	return jhash2((const u32 *)tuple, sizeof(*tuple) / sizeof(u32), key);
}

void umbra_relay_end_hash(struct umbra_relay_conn *conn, u8 side,
			  const struct umbra_relay_tuple *tuple)
{
	struct umbra_relay_end *end = &conn->end[side];
	struct umbra_relays *relays = conn->relays;

	spin_lock_bh(&relays->tuple_lock);
	end->side = side;
	end->tuple = *tuple;
	hash_add(relays->tuples, &end->node, hash(tuple));
	spin_unlock_bh(&relays->tuple_lock);
}

void umbra_relay_end_unhash(struct umbra_relay_conn *conn, u8 side)
{
	struct umbra_relays *relays = conn->relays;

	spin_lock_bh(&relays->tuple_lock);
	hash_del(&conn->end[side].node);
	spin_unlock_bh(&relays->tuple_lock);
}

/* TCP has finished on both sides of this end; the other end may still have bytes to get. */
static bool is_over(const struct umbra_relay_end *end)
{
	const struct sock *sk = end->sock->sk;

	return READ_ONCE(sk->sk_state) == TCP_CLOSE && !READ_ONCE(sk->sk_err);
}

/* Two VRFs may have the same tuple. Then both connections are ended. */
static void ask_ends(struct umbra_relays *relays, const struct umbra_relay_tuple *tuple)
{
	struct umbra_relay_end *end;

	hash_for_each_possible(relays->tuples, end, node, hash(tuple))
		if (!memcmp(&end->tuple, tuple, sizeof(*tuple)) && !is_over(end))
			umbra_relay_conn_ask(conn_of(end), end->side == UMBRA_RELAY_SERVER ?
					     UMBRA_RELAY_NO_SERVER : UMBRA_RELAY_ABORT);
}

static struct umbra_relay_tuple tuple_of(const struct umbra_session *s)
{
	const struct umbra_key *key = &s->half[UMBRA_DIR_ORIGINAL].key;

	return (struct umbra_relay_tuple) {
		.src = key->src, .dst = key->dst, .sport = key->sport, .dport = key->dport,
	};
}

void umbra_relay_session_ended(const struct umbra_session *s)
{
	const struct umbra_relay_tuple tuple = tuple_of(s);
	struct umbra_relays *relays = s->un->relays;

	if (!relays)
		return;			/* the namespace ends, its connections have ended before */
	spin_lock_bh(&relays->tuple_lock);
	ask_ends(relays, &tuple);
	spin_unlock_bh(&relays->tuple_lock);
}

static struct umbra_relay_end *find_end(struct umbra_relays *relays,
					const struct umbra_relay_tuple *tuple)
{
	struct umbra_relay_end *end;

	lockdep_assert_held(&relays->tuple_lock);
	hash_for_each_possible(relays->tuples, end, node, hash(tuple))
		if (!memcmp(&end->tuple, tuple, sizeof(*tuple)))
			return end;
	return NULL;
}

bool umbra_relay_holds(const struct umbra_session *s)
{
	const struct umbra_relay_tuple tuple = tuple_of(s);
	struct umbra_relays *relays = s->un->relays;
	struct umbra_relay_end *end;
	u8 state = READ_ONCE(s->state);
	bool held;

	umbra_assert_rcu();
	if (!relays || state == UMBRA_STATE_OPENING || state == UMBRA_STATE_ANSWERED)
		return false;
	spin_lock_bh(&relays->tuple_lock);
	end = find_end(relays, &tuple);
	held = end && READ_ONCE(end->sock->sk->sk_state) != TCP_CLOSE;
	spin_unlock_bh(&relays->tuple_lock);
	return held;
}

bool umbra_relay_session_leads(const struct umbra_session *s, struct umbra_relay_place *place,
			       struct umbra_relay_config *config)
{
	const struct umbra_relay_tuple tuple = tuple_of(s);
	struct umbra_relays *relays = s->un->relays;
	struct umbra_relay_end *end;

	if (!relays)
		return false;
	spin_lock_bh(&relays->tuple_lock);
	end = find_end(relays, &tuple);
	if (end) {
		*place = conn_of(end)->place;
		*config = conn_of(end)->config;
	}
	spin_unlock_bh(&relays->tuple_lock);
	return end;
}

const struct umbra_session *umbra_relay_peer(const struct umbra_session *s)
{
	const struct umbra_relay_tuple tuple = tuple_of(s);
	struct umbra_key key = s->half[UMBRA_DIR_ORIGINAL].key;
	struct umbra_relays *relays = s->un->relays;
	struct umbra_relay_tuple other = {};
	struct umbra_relay_end *end;
	struct umbra_half *half;

	umbra_assert_rcu();
	if (!relays)
		return NULL;
	spin_lock_bh(&relays->tuple_lock);
	end = find_end(relays, &tuple);
	if (end)
		other = conn_of(end)->end[!end->side].tuple;
	spin_unlock_bh(&relays->tuple_lock);
	if (!other.dport)
		return NULL;
	key.src = other.src;
	key.dst = other.dst;
	key.sport = other.sport;
	key.dport = other.dport;
	half = umbra_table_find(&s->un->table, &key);
	return half ? umbra_half_session(half) : NULL;
}
