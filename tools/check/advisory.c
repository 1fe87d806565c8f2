// SPDX-License-Identifier: GPL-2.0
/* Advisories of the services that rules allow, directly or through groups. */
#include "check/check.h"

#include "policy/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct walk {
	const struct row_list *services;
	const struct index *index;
	size_t *asked;		/* by service: last rule, from 1, that had it */
	uint32_t *queue;
	size_t rule;
	void (*fn)(size_t rule, const struct service *service, void *arg);
	void *arg;
};

static size_t enqueue(struct walk *w, size_t tail, const char *name)
{
	uint32_t number = index_find(w->index, name);

	if (number == INDEX_NONE || w->asked[number] == w->rule + 1)
		return tail;
	w->asked[number] = w->rule + 1;
	w->queue[tail] = w->index->names[number].row;
	return tail + 1;
}

/* Visit the service and, if it is a group, all its members, each once. */
static void walk_service(struct walk *w, const char *name)
{
	size_t head, tail = enqueue(w, 0, name);
	unsigned int i;

	for (head = 0; head < tail; head++) {
		const struct service *service =
			&w->services->row[w->queue[head]].service;

		if (service->advisory)
			w->fn(w->rule, service, w->arg);
		for (i = 0; i < service->nr_members; i++)
			tail = enqueue(w, tail, service->members[i]);
	}
}

int policy_advisories(const struct policy *p,
		      void (*fn)(size_t rule, const struct service *service,
				 void *arg), void *arg)
{
	const struct row_list *rules = &p->tables[UMBRA_TABLE_RULE];
	struct walk w = {
		.services = &p->tables[UMBRA_TABLE_SERVICE],
		.fn = fn,
		.arg = arg,
	};
	struct index index;
	int err;

	err = index_build(&index, w.services);
	if (err)
		return err;
	w.index = &index;
	w.asked = calloc(index.nr + 1, sizeof(*w.asked));
	w.queue = calloc(index.nr + 1, sizeof(*w.queue));
	if (!w.asked || !w.queue)
		err = -ENOMEM;
	for (; !err && w.rule < rules->nr; w.rule++) {
		const struct rule *rule = &rules->row[w.rule].rule;

		if (rule->action == UMBRA_ACTION_ALLOW && !rule->disabled)
			walk_service(&w, rule->service);
	}
	free(w.asked);
	free(w.queue);
	index_free(&index);
	return err;
}
