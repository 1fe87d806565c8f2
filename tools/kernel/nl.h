/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection to the module: generic netlink family `umbra`.
 *
 * (The prefix is unl_ because libnl owns nl_.)
 *
 * A candidate belongs to the socket that opened it, so a command does all its work over
 * one struct unl. Functions return 0 or a negative errno. unl_last_error() returns the
 * kernel's error of the last failure until the next call; unl_fail() prints it and
 * chooses the exit status. A function consumes the message passed to it, also on error.
 *
 *	msg = unl_message(nl, UMBRA_CMD_CANDIDATE_NEW);
 *	if (clone)
 *		nla_put_flag(msg, UMBRA_A_POLICY_CLONE);
 *	err = unl_request_reply(nl, msg, got_generation, &generation);
 *	if (err)
 *		return unl_fail(nl, "cannot open a candidate");
 */
#ifndef NL_H
#define NL_H

#include <stdbool.h>
#include <stdint.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <linux/umbra.h>

struct fw;
struct unl;

/**
 * struct unl_error - why the kernel refused a message
 * @code: positive errno, 0 if nothing was refused
 * @text: the kernel's error text, else strerror()
 * @attribute: path of the refused attribute, such as "rule client"; or ""
 */
struct unl_error {
	int code;
	char text[256];
	char attribute[64];
};

/**
 * struct unl_reply - a message from the kernel
 * @command: enum UMBRA_CMD_*
 * @attrs: its attributes, for nla_parse(tb, MAX, attrs, len, NULL)
 * @len: their length in bytes
 */
struct unl_reply {
	uint8_t command;
	struct nlattr *attrs;
	int len;
};

/** Called for each reply. Return: 0, or a negative errno that ends the request. */
typedef int (*unl_reply_fn)(const struct unl_reply *reply, void *arg);

/** Called for each message of a batch that was refused. */
typedef void (*unl_refused_fn)(const struct unl_error *error, uint64_t cookie, void *arg);

/**
 * unl_open() - connect
 * @nlp: the connection; the caller closes it with unl_close()
 *
 * Return: FW_OK, or FW_UNAVAILABLE after printing why and what to do.
 */
int unl_open(struct unl **nlp);

/** unl_close() - disconnect; the kernel drops this socket's candidate. NULL is fine. */
void unl_close(struct unl *nl);

/**
 * unl_message() - begin a message
 * @nl: connection
 * @command: enum UMBRA_CMD_*
 *
 * The message has room for any row, because a network or a group may have thousands of
 * addresses or members. When it is full, nla_put_*() fails with -NLE_NOMEM.
 *
 * Return: the message, to be filled with nla_put_*(); NULL when out of memory. All
 * functions here that take a message accept NULL and return -ENOMEM for it.
 */
struct nl_msg *unl_message(struct unl *nl, uint8_t command);

/**
 * unl_request() - send a message and wait for its acknowledgement
 * @nl: connection
 * @msg: message, consumed
 *
 * Return: 0 or a negative errno.
 */
int unl_request(struct unl *nl, struct nl_msg *msg);

/**
 * unl_request_reply() - send a message and read its reply
 * @nl: connection
 * @msg: message, consumed
 * @fn: called for the reply; may be NULL
 * @arg: passed to @fn
 *
 * Return: 0 or a negative errno.
 */
int unl_request_reply(struct unl *nl, struct nl_msg *msg, unl_reply_fn fn, void *arg);

/**
 * unl_dump() - read all objects
 * @nl: connection
 * @msg: message, consumed
 * @fn: called for each object
 * @restart: called when the objects changed during the dump. It forgets all objects that
 *           @fn got, because the dump begins again. NULL: dump only once.
 * @arg: passed to @fn and @restart
 *
 * Return: 0; 1 if the objects changed during the dump and @restart is NULL; or a negative
 * errno, -EINTR if they changed during each of several attempts.
 */
int unl_dump(struct unl *nl, struct nl_msg *msg, unl_reply_fn fn, void (*restart)(void *arg),
	    void *arg);

struct unl_batch;

/**
 * unl_batch_begin() - begin to send many messages, without an acknowledgement for each
 * @nl: connection; nothing else may be sent over it before unl_batch_end()
 * @fn: called for each message that the kernel refused; may be NULL
 * @arg: passed to @fn
 *
 * Messages are collected and sent about a hundred at a time. The kernel handles them
 * before the send returns. Its refusals are read after each send, so they cannot
 * overflow the receive buffer.
 *
 * Return: the batch, or NULL when out of memory.
 */
struct unl_batch *unl_batch_begin(struct unl *nl, unl_refused_fn fn, void *arg);

/**
 * unl_batch_add() - add a message
 * @batch: the batch
 * @msg: message, consumed
 * @cookie: identifies the message for the caller, such as a line number
 *
 * Return: 0, or a negative errno: the batch has failed, call unl_batch_end().
 */
int unl_batch_add(struct unl_batch *batch, struct nl_msg *msg, uint64_t cookie);

/**
 * unl_batch_end() - send the remaining messages, and free the batch
 * @batch: the batch
 *
 * Return: 0 if the kernel accepted every message, else the negative errno of the first
 * one that it refused; unl_last_error() returns that error, too.
 */
int unl_batch_end(struct unl_batch *batch);

/**
 * unl_listen() - join the family's multicast group
 * @nl: connection
 *
 * Return: 0 or a negative errno.
 */
int unl_listen(struct unl *nl);

/**
 * unl_receive() - wait for events
 * @nl: connection, after unl_listen()
 * @timeout_ms: how long to wait, -1 for ever
 * @fn: called for each event that has arrived
 * @arg: passed to @fn
 *
 * Return: 0; -ETIMEDOUT; -ENOBUFS if events were lost; -EINTR on a signal; the error that
 * @fn returned; or another negative errno.
 */
int unl_receive(struct unl *nl, int timeout_ms, unl_reply_fn fn, void *arg);

/**
 * unl_read_number() - read the number in an attribute
 * @attr: attribute
 * @number: set to the number
 *
 * Return: true; false if the attribute's size is not 1, 2, 4 or 8 bytes.
 */
bool unl_read_number(const struct nlattr *attr, uint64_t *number);

/**
 * unl_number() - the number in an attribute
 * @attr: attribute of 1, 2, 4 or 8 bytes, or NULL
 *
 * Return: the number; 0 for NULL or an attribute of another size.
 */
uint64_t unl_number(const struct nlattr *attr);

/** unl_fd() - the file descriptor that is readable when unl_receive() has events to read */
int unl_fd(const struct unl *nl);

/** unl_last_error() - the error of the last call that failed */
const struct unl_error *unl_last_error(const struct unl *nl);

/**
 * unl_fail() - print one line about the last failure: "fwtool: @what: why (attribute)"
 * @nl: connection
 * @what: such as "cannot commit"
 *
 * Return: FW_UNAVAILABLE if permission was missing (the line says to run as root), else
 * FW_REFUSED.
 */
int unl_fail(const struct unl *nl, const char *what);

/**
 * fw_connect() - open fw->nl unless it is open
 * @fw: this run
 *
 * Return: FW_OK, or FW_UNAVAILABLE after printing why.
 */
int fw_connect(struct fw *fw);

/**
 * fw_query() - send the module one request
 * @fw: this run; it is connected if it is not yet
 * @command: UMBRA_CMD_*; the request has no attributes
 * @fn: called for the reply
 * @arg: passed to @fn
 * @failed: error text, such as "cannot read the counters"
 *
 * Return: FW_OK, or another enum fw_exit after printing why.
 */
int fw_query(struct fw *fw, uint8_t command, unl_reply_fn fn, void *arg, const char *failed);

#endif
