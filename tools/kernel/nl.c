// SPDX-License-Identifier: GPL-2.0
/*
 * Opening and closing the connection, and making messages.
 */
#include "kernel/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "base/fwtool.h"

/* A row is one attribute of at most 64 KiB; headers and the row's place need more. */
#define MESSAGE_MAX (80 * 1024)
/* The kernel fills at most 32 KiB of a receive buffer at once. */
#define RECEIVE_MAX (64 * 1024)
/* Size of the socket's buffers, for bursts of events and of refusals. */
#define BUFFER_BYTES (4 * 1024 * 1024)

static int unl_options(struct unl *nl)
{
	static const int options[] = {
		NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK,
	};
	int fd = nl_socket_get_fd(nl->sock);
	int bytes = BUFFER_BYTES;
	int on = 1;
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (setsockopt(fd, SOL_NETLINK, options[i], &on, sizeof(on)))
			return -errno;
	/* SO_*FORCE may exceed the system's limit, but needs permission. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	return nl_socket_set_msg_buf_size(nl->sock, RECEIVE_MAX);
}

static int unl_resolve(struct unl *nl, const char *family, const char *group)
{
	nl->family = genl_ctrl_resolve(nl->sock, family);
	if (nl->family == -NLE_OBJ_NOTFOUND || nl->family == -NLE_OPNOTSUPP) {
		fw_error("the kernel module is not loaded: modprobe umbra");
		return FW_UNAVAILABLE;
	}
	if (nl->family >= 0)
		nl->group = genl_ctrl_resolve_grp(nl->sock, family, group);
	if (nl->family < 0 || nl->group < 0) {
		fw_error("cannot ask the kernel for the module: %s",
			 nl_geterror(nl->family < 0 ? nl->family : nl->group));
		return FW_UNAVAILABLE;
	}
	return FW_OK;
}

static int unl_connect(struct unl *nl, const char *family, const char *group)
{
	int err;

	nl->sock = nl_socket_alloc();
	nl->cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!nl->sock || !nl->cb) {
		fw_error("out of memory");
		return FW_REFUSED;
	}
	err = genl_connect(nl->sock);
	if (err) {
		fw_error("cannot open a netlink socket: %s", nl_geterror(err));
		return FW_UNAVAILABLE;
	}
	if (unl_options(nl)) {
		fw_error("this kernel is too old: it refuses an option of netlink sockets");
		return FW_UNAVAILABLE;
	}
	nl_socket_disable_auto_ack(nl->sock);
	return unl_resolve(nl, family, group);
}

int unl_open_family(struct unl **nlp, const char *family, const char *group)
{
	struct unl *nl = calloc(1, sizeof(*nl));
	int ret;

	*nlp = NULL;
	if (!nl) {
		fw_error("out of memory");
		return FW_REFUSED;
	}
	ret = unl_connect(nl, family, group);
	if (ret)
		unl_close(nl);
	else
		*nlp = nl;
	return ret;
}

int unl_open(struct unl **nlp)
{
	return unl_open_family(nlp, UMBRA_GENL_NAME, UMBRA_MCGRP_EVENTS);
}

void unl_close(struct unl *nl)
{
	if (!nl)
		return;
	nlmsg_free(nl->spare);
	if (nl->cb)
		nl_cb_put(nl->cb);
	if (nl->sock)
		nl_socket_free(nl->sock);
	free(nl);
}

struct nl_msg *unl_message(struct unl *nl, uint8_t command)
{
	struct nl_msg *msg = nl->spare;

	nl->spare = NULL;
	if (!msg)
		msg = nlmsg_alloc_size(MESSAGE_MAX);
	if (!msg)
		return NULL;
	*nlmsg_hdr(msg) = (struct nlmsghdr){ .nlmsg_len = NLMSG_HDRLEN };
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, 0, command,
			 UMBRA_GENL_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

void unl_put_back(struct unl *nl, struct nl_msg *msg)
{
	if (nl->spare)
		nlmsg_free(msg);
	else
		nl->spare = msg;
}
