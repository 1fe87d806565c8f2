// SPDX-License-Identifier: GPL-2.0
/* Addresses of a tcp-relay's sockets, and the connection to its server. */
#include "relay/internal.h"

#include <linux/in.h>
#include <linux/net.h>
#include <linux/string.h>
#include <net/inet_connection_sock.h>
#include <net/sock.h>

#include "compat/umbra_sockaddr.h"
#include "umbra.h"

static void read_addr(const struct sockaddr_storage *from, struct in6_addr *addr, __be16 *port)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	const struct sockaddr_in *in4 = (const struct sockaddr_in *)from;

	if (from->ss_family == AF_INET) {
		memset(addr, 0, sizeof(*addr));
		addr->s6_addr32[0] = in4->sin_addr.s_addr;
		*port = in4->sin_port;
	} else {
		*addr = in6->sin6_addr;
		*port = in6->sin6_port;
	}
}

int umbra_relay_sockaddr(struct sockaddr_storage *to, const struct in6_addr *addr, u16 port,
			 u8 family)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *in4 = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = family;
	if (family == AF_INET) {
		in4->sin_addr.s_addr = addr->s6_addr32[0];
		in4->sin_port = htons(port);
		return sizeof(*in4);
	}
	in6->sin6_addr = *addr;
	in6->sin6_port = htons(port);
	return sizeof(*in6);
}

int umbra_relay_tuple_of_client(struct socket *sock, struct umbra_relay_tuple *tuple)
{
	struct sockaddr_storage addr;
	int err;

	err = kernel_getpeername(sock, (struct sockaddr *)&addr);
	if (err < 0)
		return err;
	read_addr(&addr, &tuple->src, &tuple->sport);
	err = kernel_getsockname(sock, (struct sockaddr *)&addr);
	if (err < 0)
		return err;
	read_addr(&addr, &tuple->dst, &tuple->dport);
	return 0;
}

static void hash_server(struct umbra_relay_conn *conn, struct socket *sock)
{
	struct umbra_relay_tuple tuple;
	struct sockaddr_storage addr;

	if (kernel_getsockname(sock, (struct sockaddr *)&addr) < 0)
		return;			/* the callbacks report what became of the socket */
	read_addr(&addr, &tuple.src, &tuple.sport);
	tuple.dst = conn->config.target;
	tuple.dport = htons(conn->config.port);
	umbra_relay_end_hash(conn, UMBRA_RELAY_SERVER, &tuple);
}

static bool has_bytes_for_server(const struct umbra_relay_conn *conn)
{
	const struct sock *client = conn->end[UMBRA_RELAY_CLIENT].sock->sk;

	return conn->config.proxy_protocol || !skb_queue_empty_lockless(&client->sk_receive_queue);
}

int umbra_relay_connect(struct umbra_relay_conn *conn)
{
	struct sockaddr_storage to;
	struct socket *sock;
	int err, len;

	err = sock_create_kern(conn->relays->un->net, conn->place.family, SOCK_STREAM,
			       IPPROTO_TCP, &sock);
	if (err)
		return err;
	umbra_relay_keep_urgent(sock->sk);
	umbra_relay_end_attach(conn, UMBRA_RELAY_SERVER, sock);	/* identifies its SYN */
	if (has_bytes_for_server(conn))
		inet_csk_enter_pingpong_mode(sock->sk);	/* they carry the ACK of the SYN ACK */
	len = umbra_relay_sockaddr(&to, &conn->config.target, conn->config.port,
				   conn->place.family);
	err = kernel_connect(sock, (struct sockaddr_unsized *)&to, len, O_NONBLOCK);
	if (err && err != -EINPROGRESS)
		return err;
	hash_server(conn, sock);
	return 0;
}
