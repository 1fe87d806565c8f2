// SPDX-License-Identifier: GPL-2.0
/*
 * Many messages with few system calls. The kernel handles all messages of one sendmsg()
 * before sendmsg() returns. It answers only the messages that it refuses, because none of
 * them asks for an acknowledgement. So all refusals can be read after the send without
 * waiting; the sequence number of a refusal identifies the message and its cookie.
 */
#include "kernel/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/netlink.h>

/* Room for two of the longest messages. The kernel's own limit is the socket's send buffer. */
#define BATCH_BYTES (160 * 1024)
/* The refusals of so many messages fit into the receive buffer, which has at least 200 KiB. */
#define BATCH_MESSAGES 128
#define RECEIVE_BYTES (64 * 1024)

/* A message that is not sent yet, or that the kernel may still refuse. */
struct pending {
	uint64_t cookie;
	size_t offset;
	uint32_t sequence;
};

struct unl_batch {
	struct unl *nl;
	unl_refused_fn fn;
	void *arg;
	int err;
	size_t used;
	unsigned int count;
	struct pending pending[BATCH_MESSAGES];
	char send[BATCH_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	char receive[RECEIVE_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
};

struct unl_batch *unl_batch_begin(struct unl *nl, unl_refused_fn fn, void *arg)
{
	struct unl_batch *batch = malloc(sizeof(*batch));

	unl_error_clear(nl);
	if (!batch) {
		unl_error_own(nl, ENOMEM);
		return NULL;
	}
	batch->nl = nl;
	batch->fn = fn;
	batch->arg = arg;
	batch->err = 0;
	batch->used = 0;
	batch->count = 0;
	return batch;
}

static const struct pending *batch_find(const struct unl_batch *batch, uint32_t sequence)
{
	unsigned int i;

	for (i = 0; i < batch->count; i++)
		if (batch->pending[i].sequence == sequence)
			return &batch->pending[i];
	return NULL;
}

static void batch_refused(struct unl_batch *batch, const struct nlmsghdr *reply)
{
	const struct pending *pending = batch_find(batch, reply->nlmsg_seq);
	struct unl_error error;
	int err;

	if (!pending || reply->nlmsg_type != NLMSG_ERROR)
		return;
	err = unl_error_read(&error, reply, (const void *)(batch->send + pending->offset));
	if (!err)
		return;
	if (!batch->err) {
		batch->err = err;
		batch->nl->error = error;
	}
	if (batch->fn)
		batch->fn(&error, pending->cookie, batch->arg);
}

/* Read the refusals of the last send, without waiting. */
static int batch_read(struct unl_batch *batch)
{
	int fd = nl_socket_get_fd(batch->nl->sock);
	bool lost = false;

	for (;;) {
		struct nlmsghdr *reply = (void *)batch->receive;
		ssize_t bytes = recv(fd, batch->receive, RECEIVE_BYTES, MSG_DONTWAIT);
		int left = bytes;

		if (bytes < 0 && errno == ENOBUFS) {
			lost = true;
			continue;
		}
		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < 0)
			break;
		for (; nlmsg_ok(reply, left); reply = nlmsg_next(reply, &left))
			batch_refused(batch, reply);
	}
	if (errno != EAGAIN)
		return unl_error_own(batch->nl, errno);
	return lost && !batch->err ? unl_error_own(batch->nl, ENOBUFS) : batch->err;
}

static int batch_flush(struct unl_batch *batch)
{
	int err;

	if (batch->err || !batch->count)
		return batch->err;
	err = nl_sendto(batch->nl->sock, batch->send, batch->used);
	batch->err = err < 0 ? unl_error_lib(batch->nl, err) : 0;
	if (!batch->err)
		batch->err = batch_read(batch);
	batch->count = 0;
	batch->used = 0;
	return batch->err;
}

int unl_batch_add(struct unl_batch *batch, struct nl_msg *msg, uint64_t cookie)
{
	struct unl *nl = batch->nl;
	struct nlmsghdr *header;
	size_t len;

	if (!msg && !batch->err)
		batch->err = unl_error_own(nl, ENOMEM);
	if (!msg)
		return batch->err;

	nl_complete_msg(nl->sock, msg);
	header = nlmsg_hdr(msg);
	header->nlmsg_flags = NLM_F_REQUEST;
	len = NLMSG_ALIGN(header->nlmsg_len);
	if (batch->count == BATCH_MESSAGES || batch->used + len > BATCH_BYTES)
		batch_flush(batch);
	if (!batch->err) {
		batch->pending[batch->count++] = (struct pending){
			.cookie = cookie,
			.offset = batch->used,
			.sequence = header->nlmsg_seq,
		};
		memset(batch->send + batch->used + len - NLMSG_ALIGNTO, 0, NLMSG_ALIGNTO);
		memcpy(batch->send + batch->used, header, header->nlmsg_len);
		batch->used += len;
	}
	unl_put_back(nl, msg);
	return batch->err;
}

int unl_batch_end(struct unl_batch *batch)
{
	int err = batch_flush(batch);

	free(batch);
	return err;
}
