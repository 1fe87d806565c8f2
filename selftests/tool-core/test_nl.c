// SPDX-License-Identifier: GPL-2.0
/*
 * The connection, tested with a family that every kernel has: nlctrl, which looks up families
 * by name, and refuses unknown names.
 */
#include <errno.h>

#include <linux/genetlink.h>

#include "base/fwtool.h"
#include "kernel/internal.h"
#include "tap.h"

#define MANY 20000

static int read_name(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[CTRL_ATTR_MAX + 1];

	nla_parse(tb, CTRL_ATTR_MAX, reply->attrs, reply->len, NULL);
	if (tb[CTRL_ATTR_FAMILY_NAME])
		nla_strlcpy(arg, tb[CTRL_ATTR_FAMILY_NAME], 32);
	return 0;
}

static int count_names(const struct unl_reply *reply, void *arg)
{
	unsigned int *count = arg;

	(void)reply;
	(*count)++;
	return 0;
}

static int give_up(const struct unl_reply *reply, void *arg)
{
	(void)reply;
	(void)arg;
	return -ECANCELED;
}

static struct nl_msg *ask(struct unl *nl, const char *name)
{
	struct nl_msg *msg = unl_message(nl, CTRL_CMD_GETFAMILY);

	nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, name);
	return msg;
}

static void test_requests(struct tap *tap, struct unl *nl)
{
	char name[32] = "";

	tap_ok(tap, !unl_request_reply(nl, ask(nl, "nlctrl"), read_name, name),
	       "a request succeeds");
	tap_is(tap, name, "nlctrl", "a request's reply is read");
	tap_ok(tap, !unl_request(nl, ask(nl, "nlctrl")),
	       "a request whose reply is not wanted succeeds");
	tap_ok(tap, unl_request(nl, ask(nl, "no-such-family")) == -ENOENT,
	       "a request that the kernel refuses returns its error");
	tap_ok(tap, unl_last_error(nl)->code == ENOENT, "the last error is remembered");
	tap_ok(tap, unl_fail(nl, "cannot ask") == FW_REFUSED,
	       "an error of the kernel gives the exit code of a refusal");
	tap_is(tap, tap_error, "cannot ask: No such file or directory",
	       "an error of the kernel is printed in one line");
	tap_ok(tap, unl_request(nl, unl_message(nl, 200)) == -EOPNOTSUPP,
	       "an unknown command is refused");
	tap_ok(tap, unl_request(nl, NULL) == -ENOMEM, "a message without memory gives ENOMEM");
	tap_ok(tap, unl_request_reply(nl, ask(nl, "nlctrl"), give_up, NULL) == -ECANCELED,
	       "a request returns the error of its reader");
	nl->error.code = EPERM;
	tap_ok(tap, unl_fail(nl, "cannot ask") == FW_UNAVAILABLE,
	       "a lack of permission gives the exit code of an unavailable firewall");
	tap_is(tap, tap_error, "cannot ask: not permitted: run as root (CAP_NET_ADMIN)",
	       "the error for a lack of permission says what to do");
}

static void test_extack(struct tap *tap, struct unl *nl)
{
	struct nl_msg *msg = unl_message(nl, CTRL_CMD_GETFAMILY);

	/* A name must end with 0 and be shorter than 16: the policy's own refusal. */
	nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, "a-name-that-is-much-too-long");
	tap_ok(tap, unl_request(nl, msg) < 0, "an attribute that is too long is refused");
	tap_ok(tap, unl_last_error(nl)->text[0] &&
	       strcmp(unl_last_error(nl)->text, strerror(unl_last_error(nl)->code)),
	       "a refused attribute has the kernel's own text");
	tap_ok(tap, unl_last_error(nl)->attribute[0], "a refused attribute is named");
	printf("# %s (%s)\n", unl_last_error(nl)->text, unl_last_error(nl)->attribute);
}

static void test_dump(struct tap *tap, struct unl *nl)
{
	unsigned int count = 0;

	tap_ok(tap, !unl_dump(nl, unl_message(nl, CTRL_CMD_GETFAMILY), count_names, NULL,
			      &count) && count, "a dump is read");
	tap_ok(tap, unl_dump(nl, unl_message(nl, CTRL_CMD_GETFAMILY), give_up, NULL, NULL) ==
	       -ECANCELED, "a dump returns the error of its reader");
	tap_ok(tap, !unl_request(nl, ask(nl, "nlctrl")),
	       "the connection is usable after a dump that was given up");
}

struct refused {
	unsigned int count;
	uint64_t first;
	uint64_t last;
	int code;
};

static void on_refused(const struct unl_error *error, uint64_t cookie, void *arg)
{
	struct refused *refused = arg;

	if (!refused->count++)
		refused->first = cookie;
	refused->last = cookie;
	refused->code = error->code;
}

/* Requests of which the @bad-th, and all after the @worse-th, will be refused. */
static int send_many(struct unl *nl, unsigned int bad, unsigned int worse,
		     struct refused *refused)
{
	struct unl_batch *batch = unl_batch_begin(nl, on_refused, refused);
	unsigned int i;
	int err = 0;

	memset(refused, 0, sizeof(*refused));
	for (i = 1; i <= MANY && !err; i++)
		err = unl_batch_add(batch, ask(nl, i == bad || i > worse ? "nobody" : "nlctrl"),
				    i);
	return unl_batch_end(batch);
}

static void test_batch(struct tap *tap, struct unl *nl)
{
	struct refused refused;

	tap_ok(tap, !send_many(nl, 0, MANY, &refused) && !refused.count,
	       "a batch of requests succeeds");
	tap_ok(tap, send_many(nl, 12345, MANY, &refused) == -ENOENT,
	       "a batch with one error returns it");
	tap_ok(tap, refused.count == 1 && refused.first == 12345 && refused.code == ENOENT,
	       "an error in a batch leads back to its request");
	tap_ok(tap, unl_last_error(nl)->code == ENOENT, "an error in a batch is remembered");
	tap_ok(tap, send_many(nl, MANY, MANY, &refused) == -ENOENT && refused.first == MANY,
	       "an error in the last request of a batch is found");
	tap_ok(tap, send_many(nl, 1, 0, &refused) == -ENOENT && refused.first == 1 &&
	       refused.count == refused.last,
	       "the errors of a batch's first part are reported in order");
	tap_ok(tap, !unl_request(nl, ask(nl, "nlctrl")),
	       "the connection is usable after a batch with errors");
}

static void test_events(struct tap *tap, struct unl *nl)
{
	unsigned int count = 0;

	tap_ok(tap, !unl_listen(nl), "a connection can listen for events");
	tap_ok(tap, unl_receive(nl, 10, count_names, &count) == -ETIMEDOUT && !count,
	       "waiting for events ends when the time is over");
}

int main(void)
{
	struct tap tap = { 0 };
	struct unl *nl;

	tap_ok(&tap, unl_open_family(&nl, "no-such-family", "events") == FW_UNAVAILABLE && !nl,
	       "a missing module gives the exit code of an unavailable firewall");
	tap_is(&tap, tap_error, "the kernel module is not loaded: modprobe umbra",
	       "the error for a missing module says how to load it");
	if (unl_open_family(&nl, "nlctrl", "notify")) {
		printf("ok %u no generic netlink here # SKIP\n1..%u\n", tap.number + 1,
		       tap.number + 1);
		return 0;
	}
	test_requests(&tap, nl);
	test_extack(&tap, nl);
	test_dump(&tap, nl);
	test_batch(&tap, nl);
	test_events(&tap, nl);
	unl_close(nl);
	return tap_end(&tap);
}
