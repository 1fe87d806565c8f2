// SPDX-License-Identifier: GPL-2.0
/*
 * Requests, dumps and events. One set of callbacks reads all replies; a struct wait tells
 * them which reply to wait for.
 */
#include "kernel/internal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

/* How often a dump is tried before giving up. */
#define DUMP_ATTEMPTS 8

/**
 * struct wait - an answer to wait for
 * @fn: called for each message with data
 * @arg: passed to @fn
 * @nl: connection, which stores errors
 * @sent: the request
 * @any: accept any sequence number, because events have none
 * @err: error of @fn, or of the kernel
 * @done: the answer is complete
 * @interrupted: the kernel reported that the objects changed during the dump
 */
struct wait {
	unl_reply_fn fn;
	void *arg;
	struct unl *nl;
	const struct nlmsghdr *sent;
	bool any;
	int err;
	bool done;
	bool interrupted;
};

/* Skip late answers to an earlier request that was given up. */
static int on_sequence(struct nl_msg *msg, void *arg)
{
	struct wait *wait = arg;

	return wait->any || nlmsg_hdr(msg)->nlmsg_seq == wait->sent->nlmsg_seq ?
	       NL_OK : NL_SKIP;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *generic = nlmsg_data(nlmsg_hdr(msg));
	struct wait *wait = arg;
	struct unl_reply reply;

	if (wait->err || !wait->fn || nlmsg_datalen(nlmsg_hdr(msg)) < (int)GENL_HDRLEN)
		return NL_OK;
	reply.command = generic->cmd;
	reply.attrs = genlmsg_attrdata(generic, 0);
	reply.len = genlmsg_attrlen(generic, 0);
	wait->err = wait->fn(&reply, wait->arg);
	if (wait->err)
		unl_error_own(wait->nl, -wait->err);
	return NL_OK;
}

static int on_finish(struct nl_msg *msg, void *arg)
{
	struct wait *wait = arg;
	int err = unl_error_read(&wait->nl->error, nlmsg_hdr(msg), wait->sent);

	if (err)
		wait->err = err;
	wait->done = true;
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct wait *wait = arg;

	(void)msg;
	wait->done = true;
	return NL_STOP;
}

static int on_refusal(struct sockaddr_nl *from, struct nlmsgerr *refusal, void *arg)
{
	const struct nlmsghdr *reply = (const void *)((const char *)refusal - NLMSG_HDRLEN);
	struct wait *wait = arg;

	(void)from;
	wait->err = unl_error_read(&wait->nl->error, reply, wait->sent);
	wait->done = true;
	return NL_STOP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct wait *wait = arg;

	(void)msg;
	wait->interrupted = true;
	return NL_OK;
}

static void wait_for(struct unl *nl, struct wait *wait)
{
	nl_cb_set(nl->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, wait);
	nl_cb_set(nl->cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, wait);
	nl_cb_set(nl->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, wait);
	nl_cb_set(nl->cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, wait);
	nl_cb_set(nl->cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, wait);
	nl_cb_err(nl->cb, NL_CB_CUSTOM, on_refusal, wait);
}

/* Send @msg, and read until its answer is complete. */
static int unl_talk(struct unl *nl, struct nl_msg *msg, int flags, struct wait *wait)
{
	int err;

	unl_error_clear(nl);
	nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
	nlmsg_hdr(msg)->nlmsg_flags = flags;
	wait->nl = nl;
	wait->sent = nlmsg_hdr(msg);
	err = nl_send_auto(nl->sock, msg);
	if (err < 0)
		return unl_error_lib(nl, err);
	wait_for(nl, wait);
	while (!wait->done) {
		err = nl_recvmsgs(nl->sock, nl->cb);
		if (err < 0 && !wait->done)
			return unl_error_lib(nl, err);
	}
	return wait->err;
}

int unl_request_reply(struct unl *nl, struct nl_msg *msg, unl_reply_fn fn, void *arg)
{
	struct wait wait = { .fn = fn, .arg = arg };
	int err;

	if (!msg)
		return unl_error_own(nl, ENOMEM);
	err = unl_talk(nl, msg, NLM_F_REQUEST | NLM_F_ACK, &wait);
	unl_put_back(nl, msg);
	return err;
}

int unl_request(struct unl *nl, struct nl_msg *msg)
{
	return unl_request_reply(nl, msg, NULL, NULL);
}

int unl_dump(struct unl *nl, struct nl_msg *msg, unl_reply_fn fn, void (*restart)(void *arg),
	    void *arg)
{
	int attempt, err = 0;

	if (!msg)
		return unl_error_own(nl, ENOMEM);
	for (attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
		struct wait wait = { .fn = fn, .arg = arg };

		err = unl_talk(nl, msg, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP, &wait);
		if (err || !wait.interrupted)
			break;
		if (!restart) {
			err = 1;
			break;
		}
		restart(arg);
		err = unl_error_own(nl, EINTR);
		snprintf(nl->error.text, sizeof(nl->error.text),
			 "it kept changing while it was read: try again");
	}
	unl_put_back(nl, msg);
	return err;
}

int unl_listen(struct unl *nl)
{
	int err;

	unl_error_clear(nl);
	err = nl_socket_add_membership(nl->sock, nl->group);
	return err ? unl_error_lib(nl, err) : 0;
}

int unl_fd(const struct unl *nl)
{
	return nl_socket_get_fd(nl->sock);
}

int unl_receive(struct unl *nl, int timeout_ms, unl_reply_fn fn, void *arg)
{
	struct wait wait = { .fn = fn, .arg = arg, .nl = nl, .any = true };
	struct pollfd poll_fd = { .fd = nl_socket_get_fd(nl->sock), .events = POLLIN };
	int err;

	unl_error_clear(nl);
	err = poll(&poll_fd, 1, timeout_ms);
	if (err <= 0)
		return unl_error_own(nl, err ? errno : ETIMEDOUT);
	wait_for(nl, &wait);
	err = nl_recvmsgs(nl->sock, nl->cb);
	if (err < 0)
		return unl_error_lib(nl, err);
	return wait.err;
}
