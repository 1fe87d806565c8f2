/* SPDX-License-Identifier: GPL-2.0 */
/* Relays: what the files of this room share. See relay.c. */
#ifndef UMBRA_RELAY_INT_H
#define UMBRA_RELAY_INT_H

#include <linux/bvec.h>
#include <linux/hashtable.h>
#include <linux/in6.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/socket.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "relay/relay.h"

struct page;
struct sock;
struct socket;

/* Sockets that one policy may listen on; a wider range of ports is for tcp-forward. */
#define UMBRA_RELAY_LISTENERS	4096

/**
 * struct umbra_relays - the relays of a namespace
 * @un: namespace, which outlives it
 * @wq: accepts, connects and moves bytes; no more workers than CPUs
 * @lock: guards @listeners, their config, @conns
 * @listeners: listeners by place; also guarded by umbra_net.lock, either is enough to read
 * @conns: all connections
 * @watch: looks for idle connections while there are any
 * @tuple_lock: guards @tuples; taken in softirq
 * @tuples: ends of connections by the tuple of their packets
 */
struct umbra_relays {
	struct umbra_net *un;
	struct workqueue_struct *wq;
	struct mutex lock;
	DECLARE_HASHTABLE(listeners, 8);
	struct list_head conns;
	struct delayed_work watch;
	spinlock_t tuple_lock;
	DECLARE_HASHTABLE(tuples, 11);
};

/**
 * struct umbra_relay_place - where one socket listens
 * @addr: IPv4 in the first four bytes, the rest 0
 * @port: host byte order
 * @family: AF_INET or AF_INET6
 */
struct umbra_relay_place {
	struct in6_addr addr;
	u16 port;
	u8 family;
};

/**
 * struct umbra_relay_config - how a listener serves its clients
 * @target: address of the server, of the listener's family
 * @port: port of the server, host byte order
 * @proxy_protocol: enum umbra_proxy_protocol, 0: none
 * @row: id of the relay row; in a connection it is read without a lock
 * @timeout: idle time in seconds
 * @lifetime: seconds, 0: unlimited
 */
struct umbra_relay_config {
	struct in6_addr target;
	u16 port;
	u8 proxy_protocol;
	u32 row;
	u32 timeout;
	u32 lifetime;
};

/**
 * struct umbra_relay_listener - a listening socket
 * @node: in umbra_relays.listeners
 * @relays: relays of the namespace
 * @sock: socket, owned by the listener
 * @data_ready: the socket's own callback, put back before the socket is released
 * @work: accepts clients; delayed after a lack of memory
 * @place: where it listens
 * @config: how it serves clients
 * @serving: @config is valid; otherwise clients are refused
 * @wanted: used by umbra_relays_settle() only
 */
struct umbra_relay_listener {
	struct hlist_node node;
	struct umbra_relays *relays;
	struct socket *sock;
	void (*data_ready)(struct sock *sk);
	struct delayed_work work;
	struct umbra_relay_place place;
	struct umbra_relay_config config;
	bool serving;
	bool wanted;
};

/* Or NULL. Context: process, umbra_relays.lock held or umbra_net.lock held. */
struct umbra_relay_listener *umbra_relay_listener_find(struct umbra_relays *relays,
						       const struct umbra_relay_place *place);

/* Context of these two: process, umbra_net.lock held. */
int umbra_relay_listen(struct umbra_relays *relays, const struct umbra_relay_place *place);
void umbra_relay_listener_close(struct umbra_relay_listener *l);

/* The flow that opened an end's TCP connection: its session's original key without the VRF. */
struct umbra_relay_tuple {
	struct in6_addr src;
	struct in6_addr dst;
	__be16 sport;
	__be16 dport;
};

/**
 * struct umbra_relay_end - one of a connection's two sockets
 * @sock: socket, owned by the end; NULL before it is made
 * @data_ready: the socket's own callback, put back before the socket is released
 * @write_space: as @data_ready
 * @state_change: as @data_ready
 * @node: node in umbra_relays.tuples
 * @tuple: tuple of this end
 * @side: UMBRA_RELAY_CLIENT or UMBRA_RELAY_SERVER
 */
struct umbra_relay_end {
	struct socket *sock;
	void (*data_ready)(struct sock *sk);
	void (*write_space)(struct sock *sk);
	void (*state_change)(struct sock *sk);
	struct hlist_node node;
	struct umbra_relay_tuple tuple;
	u8 side;
};

#define UMBRA_RELAY_CLIENT	0
#define UMBRA_RELAY_SERVER	1

/*
 * Limits of what is under way between two sockets: the number of pieces, and the number of
 * bytes at which nothing more is read. The pieces are parts of the pages of received packets.
 */
#define UMBRA_RELAY_PIECES	96
#define UMBRA_RELAY_BYTES	(256 * 1024)

/**
 * struct umbra_relay_flow - bytes between the sockets in one direction; see flow.c
 * @piece: pieces, with a reference to the page of each
 * @own: the page that copies go to, with a reference; or NULL
 * @own_used: number of bytes used in it
 * @run_page: while a batch is read: head of the page that the last pieces belong to; or NULL
 * @run: index of the first of these pieces
 * @first: index of the first piece that is left
 * @nr: number of pieces that are left
 * @bytes: number of bytes in them
 * @eof: the sender has closed its half, and all of it was read
 * @done: the receiver's half is shut down, too
 * @starved: there are bytes to read, but no memory
 */
struct umbra_relay_flow {
	struct bio_vec piece[UMBRA_RELAY_PIECES];
	struct page *own;
	struct page *run_page;
	u32 own_used;
	u32 run;
	u32 first;
	u32 nr;
	u32 bytes;
	bool eof;
	bool done;
	bool starved;
};

enum umbra_relay_step {
	UMBRA_RELAY_WAIT,	/* wait until a socket calls back */
	UMBRA_RELAY_MORE,	/* run again, after other connections had their turn */
	UMBRA_RELAY_DONE,	/* both directions are closed; for a flow: this one is */
	UMBRA_RELAY_BROKEN,	/* reset both ends */
};

/* Move all bytes that can be moved now. Context: process, no lock held. */
enum umbra_relay_step umbra_relay_pump(struct umbra_relay_flow *f, struct socket *from,
				       struct socket *to);

/* Context of all: process, may sleep; nobody else uses the flow. */
bool umbra_relay_flow_has_room(const struct umbra_relay_flow *f);

/* Append a piece of a received page. Return: false if there is no room for it. */
bool umbra_relay_flow_add(struct umbra_relay_flow *f, struct page *page, u32 offset, u32 len);

/* Append a copy. Return: the number of bytes for which there were room and memory. */
size_t umbra_relay_flow_write(struct umbra_relay_flow *f, const void *data, size_t len);

/* A batch was read: copy small pieces of large pages. Without memory they stay as they are. */
void umbra_relay_flow_settle(struct umbra_relay_flow *f);

/* @bytes bytes, from the first one on, have been sent: drop them. */
void umbra_relay_flow_sent(struct umbra_relay_flow *f, u32 bytes);

/* Free the page for copies if nothing uses it any more. */
void umbra_relay_flow_trim(struct umbra_relay_flow *f);

void umbra_relay_flow_purge(struct umbra_relay_flow *f);

/**
 * struct umbra_relay_conn - a client and its server
 * @relays: relays of the namespace
 * @list: node in umbra_relays.conns
 * @work: does everything, one step at a time; ends and frees the connection
 * @place: the listener's place, which the client connected to; constant
 * @config: config of its relay; guarded by umbra_relays.lock, but see @config.row
 * @asked: bits set by others: UMBRA_RELAY_ABORT, UMBRA_RELAY_NO_SERVER
 * @seen: jiffies, all 64 bits, when the watch last saw progress
 * @progress: the progress that it saw, see progress_at()
 * @born: jiffies, all 64 bits
 * @connected: the server has answered
 * @closing: both directions are closed, but the last FIN is not acknowledged yet
 * @stalled: bytes wait for room or for memory; or a page waits to be freed
 * @end: both ends, by side
 * @flow: both flows, by the side that sends the bytes
 * @rcu: frees it after a grace period, because umbra_relay_row_of() may have found it
 */
struct umbra_relay_conn {
	struct umbra_relays *relays;
	struct list_head list;
	struct work_struct work;
	struct umbra_relay_place place;
	struct umbra_relay_config config;
	unsigned long asked;
	u64 seen;
	u32 progress;
	u64 born;
	bool connected;
	bool closing;
	bool stalled;
	struct umbra_relay_end end[2];
	struct umbra_relay_flow flow[2];
	struct rcu_head rcu;
};

#define UMBRA_RELAY_ABORT	0	/* reset both ends */
#define UMBRA_RELAY_NO_SERVER	1	/* the same, and the server is the cause */

/*
 * Make a connection for @sock, which the listener has just accepted.
 * Context: process, umbra_relays.lock held and the listener serving.
 * Return: 0, and the connection owns @sock; or an error, and the caller still does.
 */
int umbra_relay_conn_new(struct umbra_relay_listener *l, struct socket *sock);

/* Context: any; the caller's list, tuple or socket shows that the connection is not over. */
void umbra_relay_conn_wake(struct umbra_relay_conn *conn);
void umbra_relay_conn_ask(struct umbra_relay_conn *conn, int bit);

/* Looks every second for connections that are idle or stalled. */
void umbra_relay_watch(struct work_struct *work);

/* Replace the callbacks of @sock by those of @conn, and save the socket's own. */
void umbra_relay_end_attach(struct umbra_relay_conn *conn, u8 side, struct socket *sock);

/*
 * Keep all bytes that @sk will receive in the stream, urgent ones too. For a listening socket this
 * includes the sockets of its clients. Context: process, before it listens or connects.
 */
void umbra_relay_keep_urgent(struct sock *sk);

/* Close an end. No callback runs any more when this returns. Context: process. */
void umbra_relay_end_close(struct umbra_relay_end *end, bool reset);

/* Release a socket that has none of our callbacks; its peer gets a RST. */
void umbra_relay_reset(struct socket *sock);

/* Make an end known to umbra_relay_session_ended(). */
void umbra_relay_end_hash(struct umbra_relay_conn *conn, u8 side,
			  const struct umbra_relay_tuple *tuple);
void umbra_relay_end_unhash(struct umbra_relay_conn *conn, u8 side);

/* Get the place and the config of the connection of @s. Return: false if it is over. */
bool umbra_relay_session_leads(const struct umbra_session *s, struct umbra_relay_place *place,
			       struct umbra_relay_config *config);

/* The tuple of an accepted socket. Return: 0, or -ENOTCONN if it is already closed. */
int umbra_relay_tuple_of_client(struct socket *sock, struct umbra_relay_tuple *tuple);

/* Return: the length of @to. */
int umbra_relay_sockaddr(struct sockaddr_storage *to, const struct in6_addr *addr, u16 port,
			 u8 family);

/* Begin to connect to the server; the callbacks report the result. Return: 0 or an error. */
int umbra_relay_connect(struct umbra_relay_conn *conn);

#define UMBRA_RELAY_PROXY_BYTES	108

/* Write the header of the PROXY protocol into @buf. Return: its length. */
size_t umbra_relay_proxy_header(u8 version, u8 family, const struct umbra_relay_tuple *client,
				u8 buf[UMBRA_RELAY_PROXY_BYTES]);

#endif
