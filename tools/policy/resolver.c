// SPDX-License-Identifier: GPL-2.0
#include "policy/resolver.h"

/* c-ares of Debian 13 deprecates ares_process(); that of Debian 12 lacks its successor. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <sys/select.h>

struct question {
	int status;
	struct ares_addrinfo *found;
};

static void got(void *arg, int status, int timeouts, struct ares_addrinfo *found)
{
	struct question *q = arg;

	(void)timeouts;
	q->status = status;
	q->found = found;
}

static const int af[FAMILY_MAX] = {
	[FAMILY_IPV4] = AF_INET, [FAMILY_IPV6] = AF_INET6,
};

/* The timeouts of resolv.conf and the environment. Returns which options are set. */
static int timeouts(struct ares_options *options)
{
#ifdef __GLIBC__
	struct __res_state conf = { 0 };

	if (!res_ninit(&conf)) {
		options->timeout = conf.retrans * 1000;
		options->tries = conf.retry;
		res_nclose(&conf);
		return ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
	}
#else	/* musl, of OpenWrt, cannot be asked */
	(void)options;
#endif
	return 0;
}

/*
 * @where: "f" is the hosts file, "b" is DNS. The timeouts come from the C library, because
 * it knows more options of resolv.conf and the environment than c-ares 1.18.
 */
static int open_channel(ares_channel *channel, char *where)
{
	struct ares_options options = { .lookups = where };
	int set = ARES_OPT_LOOKUPS | timeouts(&options);

	return ares_init_options(channel, &options, set);
}

static void wait_for(ares_channel channel)
{
	struct timeval time, *left;
	fd_set readers, writers;
	int nr;

	for (;;) {
		FD_ZERO(&readers);
		FD_ZERO(&writers);
		nr = ares_fds(channel, &readers, &writers);
		if (!nr)
			return;
		left = ares_timeout(channel, NULL, &time);
		if (select(nr, &readers, &writers, NULL, left) < 0 && errno != EINTR)
			return;
		ares_process(channel, &readers, &writers);
	}
}

/* Send a query for each of @families; AF_UNSPEC is both. Cancel those without an answer. */
static void ask(const char *name, char *where, struct question *q, const int *families, int nr)
{
	struct ares_addrinfo_hints hints = { .ai_flags = ARES_AI_NOSORT,
					     .ai_socktype = SOCK_STREAM };
	ares_channel channel;
	int i, err = open_channel(&channel, where);

	for (i = 0; i < nr; i++)
		q[i] = (struct question){ .status = err };
	if (err)
		return;
	for (i = 0; i < nr; i++) {
		hints.ai_family = families[i];
		ares_getaddrinfo(channel, name, NULL, &hints, got, &q[i]);
	}
	wait_for(channel);
	ares_destroy(channel);
}

static unsigned int count(const struct question *q)
{
	const struct ares_addrinfo_node *node;
	unsigned int nr = 0;

	for (node = q->found ? q->found->nodes : NULL; node; node = node->ai_next)
		nr++;
	return nr;
}

static int take(struct answer *answer, struct arena *arena, const struct question *q, int nr)
{
	const struct ares_addrinfo_node *node;
	unsigned int all = 0;
	int i;

	for (i = 0; i < nr; i++)
		all += count(&q[i]);
	answer->addresses = arena_alloc(arena, (all + 1) * sizeof(*answer->addresses));
	if (!answer->addresses)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		for (node = q[i].found ? q[i].found->nodes : NULL; node; node = node->ai_next)
			answer->addresses[answer->nr++] = address_of(node->ai_addr);
	return 0;
}

static void forget(struct question *q, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (q[i].found)
			ares_freeaddrinfo(q[i].found);
}

static int ask_hosts_file(const char *name, struct arena *arena, struct answer *answer)
{
	static const int both = AF_UNSPEC;
	struct question q;
	int err;

	ask(name, (char []){ "f" }, &q, &both, 1);
	err = q.status == ARES_ENOMEM ? -ENOMEM : take(answer, arena, &q, 1);
	forget(&q, 1);
	return err;
}

static bool is_answered(int status)
{
	return status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
}

static int ask_dns(const char *name, struct arena *arena, struct answer *answer)
{
	struct question q[FAMILY_MAX];
	int i, err;

	ask(name, (char []){ "b" }, q, af, FAMILY_MAX);
	err = take(answer, arena, q, FAMILY_MAX);
	for (i = 0; i < FAMILY_MAX; i++) {
		answer->why[i] = is_answered(q[i].status) ? NULL : ares_strerror(q[i].status);
		if (q[i].status == ARES_ENOMEM)
			err = -ENOMEM;
	}
	forget(q, FAMILY_MAX);
	return err;
}

/* The other sources of nsswitch.conf: the machine's own name, LDAP, mDNS and so on. */
static int ask_others(const char *name, struct arena *arena, struct answer *answer)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list, *ai;
	unsigned int nr = 0;

	if (getaddrinfo(name, NULL, &hints, &list))
		return 0;
	for (ai = list; ai; ai = ai->ai_next)
		nr++;
	*answer = (struct answer){
		.addresses = arena_alloc(arena, nr * sizeof(*answer->addresses)),
	};
	for (ai = list; ai && answer->addresses; ai = ai->ai_next)
		answer->addresses[answer->nr++] = address_of(ai->ai_addr);
	freeaddrinfo(list);
	return answer->addresses ? 0 : -ENOMEM;
}

int resolver_ask(const char *name, struct arena *arena, struct answer *answer)
{
	int err;

	*answer = (struct answer){ 0 };
	if (ares_library_init(ARES_LIB_INIT_ALL))
		return -ENOMEM;
	err = ask_hosts_file(name, arena, answer);
	if (!err && !answer->nr)
		err = ask_dns(name, arena, answer);
	if (!err && !answer->nr)
		err = ask_others(name, arena, answer);
	ares_library_cleanup();
	return err;
}
