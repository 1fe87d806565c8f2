// SPDX-License-Identifier: GPL-2.0
#include "check/route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

static int got_route(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[RTA_MAX + 1], *gateway;
	struct route *route = arg;
	const struct rtmsg *rtm;

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(*rtm), tb, RTA_MAX, NULL))
		return NL_SKIP;
	rtm = nlmsg_data(nlmsg_hdr(msg));
	route->local = rtm->rtm_type == RTN_LOCAL;
	gateway = tb[RTA_GATEWAY];
	if (gateway && (nla_len(gateway) == 4 || nla_len(gateway) == 16)) {
		route->gateway.len = nla_len(gateway);
		memcpy(route->gateway.bytes, nla_data(gateway),
		       route->gateway.len);
	} else if (tb[RTA_VIA]) {
		/* A next hop of the other family: only its presence matters. */
		route->gateway.len = 16;
	}
	return NL_SKIP;
}

static int ask(struct nl_sock *sock, const struct address *to,
	       struct route *route)
{
	struct rtmsg rtm = {
		.rtm_family = to->len == 4 ? AF_INET : AF_INET6,
		.rtm_dst_len = address_bits(to),
	};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);
	int err;

	if (!msg)
		return -ENOMEM;
	err = nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO);
	if (!err)
		err = nla_put(msg, RTA_DST, to->len, to->bytes);
	if (!err)
		err = nl_send_auto(sock, msg);
	nlmsg_free(msg);
	if (err < 0)
		return -EIO;
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, got_route, route);
	return nl_recvmsgs_default(sock) < 0 ? -ENETUNREACH : 0;
}

int route_get(const struct address *to, struct route *route)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err;

	*route = (struct route){ 0 };
	if (!sock)
		return -ENOMEM;
	err = nl_connect(sock, NETLINK_ROUTE) ? -EIO : ask(sock, to, route);
	nl_socket_free(sock);
	return err;
}
