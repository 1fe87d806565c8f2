/* SPDX-License-Identifier: GPL-2.0 */
/* Relays: what the files of this room share. See relay.c for the locks. */
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

/* Sockets that one policy may listen on: a wider range of ports is for tcp-forward. */
#define UMBRA_RELAY_LISTENERS	4096

/**
 * struct umbra_relays - a namespace's
 * @un: namespace; outlives it
 * @wq: accepts, connects and moves bytes; no more workers than CPUs
 * @lock: guards @listeners, their config, @conns
 * @listeners: by place; also guarded by umbra_net.lock, either is enough to read
 * @conns: all connections
 * @watch: looks for idle ones while there are any
 * @tuple_lock: guards @tuples; taken in softirq
 * @tuples: ends of connections by what is on the wire
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
 * struct umbra_relay_config - what a listener does with its clients
 * @target: server, of the listener's family
 * @port: its port, host byte order
 * @proxy_protocol: enum umbra_proxy_protocol, 0: none
 * @row: id of the relay row; of a connection read without a lock
 * @timeout: idle seconds
 * @lifetime: seconds, 0: no end
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
 * @relays: of the namespace
 * @sock: socket, its own
 * @data_ready: the socket's callback, put back before it goes
 * @work: accepts; with a delay when there was no memory
 * @place: where
 * @config: what for
 * @serving: @config counts; otherwise clients are refused
 * @wanted: for umbra_relays_settle() only
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

/* Context of all: process, umbra_net.lock held or nobody else there. */
int umbra_relay_listen(struct umbra_relays *relays, const struct umbra_relay_place *place);
struct umbra_relay_listener *umbra_relay_listener_find(struct umbra_relays *relays,
						       const struct umbra_relay_place *place);
void umbra_relay_listener_close(struct umbra_relay_listener *l);

/* What the client of a connection sent: its session's original key, VRF left out. */
struct umbra_relay_tuple {
	struct in6_addr src;
	struct in6_addr dst;
	__be16 sport;
	__be16 dport;
};

/**
 * struct umbra_relay_end - one of a connection's two sockets
 * @sock: socket, its own; NULL before it is there
 * @data_ready: its callbacks, put back before it goes
 * @write_space: likewise
 * @state_change: likewise
 * @node: in umbra_relays.tuples
 * @tuple: of this end
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
 * What is under way between two sockets at most: so many pieces, and nothing more
 * is read once they are so many bytes. The pieces are pages of received packets.
 */
#define UMBRA_RELAY_PIECES	96
#define UMBRA_RELAY_BYTES	(256 * 1024)

/**
 * struct umbra_relay_flow - one direction's bytes between the sockets; see flow.c
 * @piece: holds a reference to each page
 * @own: the page that copies go to, with a reference, or NULL
 * @own_used: bytes of it
 * @run_page: while a batch is read: the page that the last pieces are of, its head; or NULL
 * @run: the first of these pieces
 * @first: first one that is left
 * @nr: how many are left
 * @bytes: in them
 * @eof: the sender has closed its half, and all of it was read
 * @done: the receiver knows
 * @starved: there are bytes to read, and no memory
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
	UMBRA_RELAY_WAIT,	/* until a socket calls back */
	UMBRA_RELAY_MORE,	/* again, after others had their turn */
	UMBRA_RELAY_DONE,	/* both ways are closed; of a flow: it is */
	UMBRA_RELAY_BROKEN,	/* both ends are to be reset */
};

/* Move what can be moved. Context: process, no lock held. */
enum umbra_relay_step umbra_relay_pump(struct umbra_relay_flow *f, struct socket *from,
				       struct socket *to);

/* Of all: context process, may sleep; nobody else has the flow. */
bool umbra_relay_flow_has_room(const struct umbra_relay_flow *f);

/* Append a piece of a received page. Return: false if there is no room for it. */
bool umbra_relay_flow_add(struct umbra_relay_flow *f, struct page *page, u32 offset, u32 len);

/* Append a copy. Return: how many bytes there were room and memory for. */
size_t umbra_relay_flow_write(struct umbra_relay_flow *f, const void *data, size_t len);

/* A batch was read: do not keep pages for little. Without memory for copies they are kept. */
void umbra_relay_flow_settle(struct umbra_relay_flow *f);

/* So many bytes, from the first one on, have been handed on. */
void umbra_relay_flow_sent(struct umbra_relay_flow *f, u32 bytes);

/* Free the page for copies if nobody has it any more. */
void umbra_relay_flow_trim(struct umbra_relay_flow *f);

void umbra_relay_flow_purge(struct umbra_relay_flow *f);

/**
 * struct umbra_relay_conn - a client and its server
 * @relays: of the namespace
 * @list: in umbra_relays.conns
 * @work: does everything, one step at a time; ends and frees it
 * @place: where its client came; not changed
 * @config: what its relay says; guarded by umbra_relays.lock, see @config.row
 * @asked: bits that others set: UMBRA_RELAY_ABORT, UMBRA_RELAY_NO_SERVER
 * @seen: jiffies, all 64 bits, when the watch last saw progress
 * @progress: what it saw, see progress_of()
 * @born: jiffies, all 64 bits
 * @connected: the server has answered
 * @closing: both directions are closed, the last FIN is not acknowledged yet
 * @stalled: bytes wait, for room or for memory; or a page waits to be freed
 * @end: by side
 * @flow: by the side whose bytes they are
 * @rcu: umbra_relay_row_of() may have found it
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
#define UMBRA_RELAY_NO_SERVER	1	/* the same, and it is the server's doing */

/*
 * Give @sock, which the listener just accepted, a connection of its own; takes it.
 * Context: process, umbra_relays.lock held and the listener serving.
 * Return: 0; or an error, and the client was reset.
 */
int umbra_relay_conn_new(struct umbra_relay_listener *l, struct socket *sock);

/* Context: any; the caller knows that it is not over: its list, its tuple or its socket. */
void umbra_relay_conn_wake(struct umbra_relay_conn *conn);
void umbra_relay_conn_ask(struct umbra_relay_conn *conn, int bit);

/* Every second: idle and stalled ones. */
void umbra_relay_watch(struct work_struct *work);

/* Connect the callbacks of @sock to @conn. Its own were those it has now. */
void umbra_relay_end_attach(struct umbra_relay_conn *conn, u8 side, struct socket *sock);

/*
 * Have all bytes that @sk will receive stay in the stream. Of a listening socket: also those
 * of its clients. Context: process, before it listens or connects.
 */
void umbra_relay_keep_urgent(struct sock *sk);

/* Close it; nobody calls back when this returns. Context: process. */
void umbra_relay_end_close(struct umbra_relay_end *end, bool reset);

/* A socket without callbacks of ours: its peer sees a RST. */
void umbra_relay_reset(struct socket *sock);

/* Let umbra_relay_session_ended() find it. */
void umbra_relay_end_hash(struct umbra_relay_conn *conn, u8 side,
			  const struct umbra_relay_tuple *tuple);
void umbra_relay_end_unhash(struct umbra_relay_conn *conn, u8 side);

/* Where the connection that @s is of came in, and where it was led. False: it is over. */
bool umbra_relay_session_leads(const struct umbra_session *s, struct umbra_relay_place *place,
			       struct umbra_relay_config *config);

/* Of an accepted socket. Return: 0, or -ENOTCONN when it is closed already. */
int umbra_relay_tuple_of_client(struct socket *sock, struct umbra_relay_tuple *tuple);

/* Return: the length of @to. */
int umbra_relay_sockaddr(struct sockaddr_storage *to, const struct in6_addr *addr, u16 port,
			 u8 family);

/* Begin to connect: the callbacks tell how it went. Return: 0, or why it cannot be. */
int umbra_relay_connect(struct umbra_relay_conn *conn);

#define UMBRA_RELAY_PROXY_BYTES	108

/* Write the header of the PROXY protocol into @buf. Return: its length. */
size_t umbra_relay_proxy_header(u8 version, u8 family, const struct umbra_relay_tuple *client,
				u8 buf[UMBRA_RELAY_PROXY_BYTES]);

#endif
