// SPDX-License-Identifier: GPL-2.0
/*
 * A tcp-relay's listening socket: one for each address and port.
 *
 * Its packets have been judged before they come here, and the kernel answers a flood with SYN
 * cookies. An accepted client becomes a connection, or is reset at once: without memory, or while
 * the running policy does not want the listener. If even accept fails for lack of memory, the
 * client waits, and the work tries again.
 *
 * sk_user_data is marked as not to be copied, so a socket that waits to be accepted has none. Its
 * callback is ours until it is accepted and the kernel's own is put back, and it does nothing.
 */
#include "relay/internal.h"

#include <linux/jhash.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/umbra.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "compat/umbra_sockaddr.h"
#include "umbra.h"

/* Connections that may wait to be accepted. Beyond that the kernel sends SYN cookies, then none. */
#define BACKLOG		4096
/* Clients accepted in one run of the work. */
#define BATCH		64

static void data_ready(struct sock *sk)
{
	struct umbra_relay_listener *l;

	read_lock_bh(&sk->sk_callback_lock);
	l = __locked_read_sk_user_data_with_flags(sk, 0);
	if (l)
		queue_delayed_work(l->relays->wq, &l->work, 0);
	read_unlock_bh(&sk->sk_callback_lock);
}

static void attach(struct umbra_relay_listener *l)
{
	struct sock *sk = l->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	l->data_ready = sk->sk_data_ready;
	__rcu_assign_sk_user_data_with_flags(sk, l, SK_USER_DATA_NOCOPY);
	sk->sk_data_ready = data_ready;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void put_back(struct sock *sk, void (*ready)(struct sock *sk))
{
	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = ready;
	rcu_assign_sk_user_data(sk, NULL);
	write_unlock_bh(&sk->sk_callback_lock);
}

static void take_client(struct umbra_relay_listener *l, struct socket *sock)
{
	struct umbra_relays *relays = l->relays;
	int err = -ECONNREFUSED;

	put_back(sock->sk, l->data_ready);
	mutex_lock(&relays->lock);
	if (l->serving)
		err = umbra_relay_conn_new(l, sock);
	mutex_unlock(&relays->lock);
	if (!err)
		return;
	if (err == -ENOMEM)
		umbra_count(relays->un, dropped[UMBRA_REASON_NO_MEMORY]);
	umbra_relay_reset(sock);
}

static void accept(struct work_struct *work)
{
	struct umbra_relay_listener *l =
		container_of(to_delayed_work(work), struct umbra_relay_listener, work);
	struct socket *sock;
	int err = 0;
	u32 i;

	for (i = 0; i < BATCH && !err; i++) {
		err = kernel_accept(l->sock, &sock, O_NONBLOCK);
		if (!err)
			take_client(l, sock);
	}
	/* The callback comes once for each client, so without memory the work must come again. */
	if (!err || err == -ENOMEM)
		queue_delayed_work(l->relays->wq, &l->work, err ? HZ / 10 : 0);
}

static u32 hash(const struct umbra_relay_place *place)
{
	return jhash(&place->addr, sizeof(place->addr), place->port);
}

static bool is_at(const struct umbra_relay_listener *l, const struct umbra_relay_place *place)
{
	return l->place.port == place->port && l->place.family == place->family &&
	       ipv6_addr_equal(&l->place.addr, &place->addr);
}

struct umbra_relay_listener *umbra_relay_listener_find(struct umbra_relays *relays,
						       const struct umbra_relay_place *place)
{
	struct umbra_relay_listener *l;

	lockdep_assert(lockdep_is_held(&relays->lock) || lockdep_is_held(&relays->un->lock));
	hash_for_each_possible(relays->listeners, l, node, hash(place))
		if (is_at(l, place))
			return l;
	return NULL;
}

/* The address may be added later than the policy that names it, and be missing for a while. */
static int bind_and_listen(struct umbra_relay_listener *l)
{
	struct sockaddr_storage at;
	int err, len;

	if (l->place.family == AF_INET6)
		ip6_sock_set_v6only(l->sock->sk);
	ip_sock_set_freebind(l->sock->sk);
	sock_set_reuseaddr(l->sock->sk);
	umbra_relay_keep_urgent(l->sock->sk);
	len = umbra_relay_sockaddr(&at, &l->place.addr, l->place.port, l->place.family);
	err = kernel_bind(l->sock, (struct sockaddr_unsized *)&at, len);
	return err ?: kernel_listen(l->sock, BACKLOG);
}

int umbra_relay_listen(struct umbra_relays *relays, const struct umbra_relay_place *place)
{
	struct umbra_relay_listener *l;
	int err;

	lockdep_assert_held(&relays->un->lock);
	l = kzalloc(sizeof(*l), GFP_KERNEL_ACCOUNT);
	if (!l)
		return -ENOMEM;
	l->relays = relays;
	l->place = *place;
	INIT_DELAYED_WORK(&l->work, accept);
	err = sock_create_kern(relays->un->net, place->family, SOCK_STREAM, IPPROTO_TCP, &l->sock);
	if (err)
		goto err_free;
	attach(l);
	err = bind_and_listen(l);
	if (err)
		goto err_sock;
	mutex_lock(&relays->lock);
	hash_add(relays->listeners, &l->node, hash(place));
	mutex_unlock(&relays->lock);
	return 0;

err_sock:
	put_back(l->sock->sk, l->data_ready);
	cancel_delayed_work_sync(&l->work);
	sock_release(l->sock);
err_free:
	kfree(l);
	return err;
}

/* The kernel resets the clients that wait to be accepted. */
void umbra_relay_listener_close(struct umbra_relay_listener *l)
{
	lockdep_assert_held(&l->relays->un->lock);
	mutex_lock(&l->relays->lock);
	hash_del(&l->node);
	l->serving = false;
	mutex_unlock(&l->relays->lock);
	put_back(l->sock->sk, l->data_ready);
	cancel_delayed_work_sync(&l->work);
	sock_release(l->sock);
	kfree(l);
}
