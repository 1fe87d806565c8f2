// SPDX-License-Identifier: GPL-2.0
#include "check/graph.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

int graph_build(struct graph *g, uint32_t nr, const struct edge *edges,
		size_t nr_edges)
{
	size_t i;

	*g = (struct graph){
		.nr = nr,
		.start = calloc((size_t)nr + 2, sizeof(*g->start)),
		.to = calloc(nr_edges + 1, sizeof(*g->to)),
	};
	if (!g->start || !g->to) {
		graph_free(g);
		return -ENOMEM;
	}
	/* Counted at node + 2: filling then moves each start to its place. */
	for (i = 0; i < nr_edges; i++)
		g->start[edges[i].from + 2]++;
	for (i = 2; i < (size_t)nr + 2; i++)
		g->start[i] += g->start[i - 1];
	for (i = 0; i < nr_edges; i++)
		g->to[g->start[edges[i].from + 1]++] = edges[i].to;
	return 0;
}

void graph_free(struct graph *g)
{
	free(g->start);
	free(g->to);
	*g = (struct graph){ 0 };
}

/* The graph with every edge reversed. */
static int graph_reverse(const struct graph *g, struct graph *reverse)
{
	struct edge *edges = calloc(g->start[g->nr] + 1, sizeof(*edges));
	uint32_t node;
	size_t i;
	int err;

	if (!edges)
		return -ENOMEM;
	for (node = 0; node < g->nr; node++)
		for (i = g->start[node]; i < g->start[node + 1]; i++)
			edges[i] = (struct edge){ g->to[i], node };
	err = graph_build(reverse, g->nr, edges, g->start[g->nr]);
	free(edges);
	return err;
}

/*
 * Remove the nodes that lead nowhere, again and again until there are none.
 * @left[i] is the number of edges from node i to nodes that remain; following
 * such edges leads into a cycle.
 */
static int peel(const struct graph *g, size_t *left)
{
	uint32_t *queue = calloc((size_t)g->nr + 1, sizeof(*queue));
	size_t head = 0, tail = 0, i;
	struct graph reverse;
	uint32_t node;

	if (!queue || graph_reverse(g, &reverse)) {
		free(queue);
		return -ENOMEM;
	}
	for (node = 0; node < g->nr; node++) {
		left[node] = g->start[node + 1] - g->start[node];
		if (!left[node])
			queue[tail++] = node;
	}
	for (; head < tail; head++) {
		node = queue[head];
		for (i = reverse.start[node]; i < reverse.start[node + 1]; i++)
			if (!--left[reverse.to[i]])
				queue[tail++] = reverse.to[i];
	}
	graph_free(&reverse);
	free(queue);
	return 0;
}

static uint32_t next_left(const struct graph *g, const size_t *left,
			  uint32_t node)
{
	size_t i = g->start[node];

	while (!left[g->to[i]])
		i++;
	return g->to[i];
}

/* Walk from @node along the edges that are left, into a cycle, and note its nodes. */
static void walk(const struct graph *g, const size_t *left, uint32_t node,
		 uint32_t *cycle, size_t *len)
{
	uint32_t i, at = node;

	for (i = 0; i < g->nr; i++)
		at = next_left(g, left, at);
	*len = 0;
	node = at;
	do {
		cycle[(*len)++] = at;
		at = next_left(g, left, at);
	} while (at != node);
}

int graph_cycle(const struct graph *g, uint32_t **cycle, size_t *len)
{
	size_t *left = calloc((size_t)g->nr + 1, sizeof(*left));
	uint32_t node;
	int err;

	*cycle = NULL;
	*len = 0;
	err = left ? peel(g, left) : -ENOMEM;
	for (node = 0; !err && node < g->nr; node++) {
		if (!left[node])
			continue;
		*cycle = calloc(g->nr, sizeof(**cycle));
		if (*cycle)
			walk(g, left, node, *cycle, len);
		else
			err = -ENOMEM;
		break;
	}
	free(left);
	return err;
}

static bool is_among(const uint32_t *nodes, size_t nr, uint32_t node)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (nodes[i] == node)
			return true;
	return false;
}

size_t graph_reach(const struct graph *g, uint32_t node, uint32_t *reached,
		   size_t max)
{
	size_t nr = 0, head, i;

	if (max)
		reached[nr++] = node;
	for (head = 0; head < nr; head++) {
		node = reached[head];
		for (i = g->start[node]; i < g->start[node + 1]; i++)
			if (nr < max && !is_among(reached, nr, g->to[i]))
				reached[nr++] = g->to[i];
	}
	return nr;
}
