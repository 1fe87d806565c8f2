// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: which names contain which others.
 *
 * A depth-first walk with a stack of its own, because the kernel's stack is short, and names may be
 * nested as deep as their table is long.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>

enum { UNSEEN, ON_THE_WAY, DONE };

struct walk {
	const struct umbra_graph *g;
	u8 *state;
	u32 *stack;
	u32 *next;			/* by node: edge to follow next */
	u32 *order;
	u32 depth;
	u32 nr_done;
};

int umbra_graph_init(struct umbra_graph *g, u32 nr)
{
	g->nr = nr;
	g->start = umbra_build_alloc(nr + 1, sizeof(*g->start));
	return g->start ? 0 : -ENOMEM;
}

void umbra_graph_exit(struct umbra_graph *g)
{
	kvfree(g->start);
	kvfree(g->to);
}

void umbra_graph_begin(struct umbra_graph *g, u32 node)
{
	g->start[node] = g->nr_to;
}

int umbra_graph_add(struct umbra_graph *g, u32 to)
{
	int err = umbra_build_room(&g->to, g->nr_to, &g->room, sizeof(*g->to));

	if (!err)
		g->to[g->nr_to++] = to;
	return err;
}

void umbra_graph_end(struct umbra_graph *g)
{
	g->start[g->nr] = g->nr_to;
}

static void walk_enter(struct walk *w, u32 node)
{
	w->state[node] = ON_THE_WAY;
	w->next[node] = w->g->start[node];
	w->stack[w->depth++] = node;
}

static int walk_from(struct walk *w, u32 root, u32 loop[2])
{
	walk_enter(w, root);
	while (w->depth) {
		u32 node = w->stack[w->depth - 1];
		u32 to;

		cond_resched();
		if (w->next[node] == w->g->start[node + 1]) {
			w->state[node] = DONE;
			w->order[w->nr_done++] = node;
			w->depth--;
			continue;
		}
		to = w->g->to[w->next[node]++];
		if (w->state[to] == ON_THE_WAY) {
			loop[0] = to;
			loop[1] = node;
			return -ELOOP;
		}
		if (w->state[to] == UNSEEN)
			walk_enter(w, to);
	}
	return 0;
}

int umbra_graph_order(const struct umbra_graph *g, u32 *order, u32 loop[2])
{
	struct walk w = { .g = g, .order = order };
	int err = -ENOMEM;
	u32 i;

	w.state = umbra_build_alloc(g->nr, sizeof(*w.state));
	w.stack = umbra_build_alloc(g->nr, sizeof(*w.stack));
	w.next = umbra_build_alloc(g->nr, sizeof(*w.next));
	if (w.state && w.stack && w.next)
		err = 0;
	for (i = 0; !err && i < g->nr; i++)
		if (w.state[i] == UNSEEN)
			err = walk_from(&w, i, loop);
	kvfree(w.state);
	kvfree(w.stack);
	kvfree(w.next);
	return err;
}
