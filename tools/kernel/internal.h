/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by the files of the connection.
 */
#ifndef NL_INT_H
#define NL_INT_H

#include <stdbool.h>

#include <linux/netlink.h>

#include "kernel/nl.h"

/**
 * struct unl - a connection
 * @sock: libnl's socket
 * @cb: callbacks for requests
 * @family: number of the family `umbra`
 * @group: number of its multicast group
 * @spare: a message to reuse, because a new one costs clearing 80 KiB
 * @error: of the last call that failed
 */
struct unl {
	struct nl_sock *sock;
	struct nl_cb *cb;
	int family;
	int group;
	struct nl_msg *spare;
	struct unl_error error;
};

/**
 * unl_open_family() - as unl_open(), for any family: tests run without the module
 * @nlp: the connection
 * @family: name of the family
 * @group: name of its multicast group
 *
 * Return: FW_OK, or FW_UNAVAILABLE after printing why.
 */
int unl_open_family(struct unl **nlp, const char *family, const char *group);

/** unl_put_back() - release a message: keep it as the spare one, or free it */
void unl_put_back(struct unl *nl, struct nl_msg *msg);

/**
 * unl_error_clear() - forget the last failure, at the start of each call
 * @nl: connection
 */
void unl_error_clear(struct unl *nl);

/**
 * unl_error_own() - store a failure that did not come from the module
 * @nl: connection
 * @code: positive errno
 *
 * Return: -@code.
 */
int unl_error_own(struct unl *nl, int code);

/** unl_error_lib() - as unl_error_own(), for an error of libnl (NLE_*, of either sign) */
int unl_error_lib(struct unl *nl, int nle);

/**
 * unl_error_read() - read a reply of type NLMSG_ERROR or NLMSG_DONE
 * @error: result
 * @reply: the reply, with its extended acknowledgement
 * @sent: the message that it answers, or NULL
 *
 * Return: 0 if the reply reports success, else the negative errno.
 */
int unl_error_read(struct unl_error *error, const struct nlmsghdr *reply,
		  const struct nlmsghdr *sent);

#endif
