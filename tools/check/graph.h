/* SPDX-License-Identifier: GPL-2.0 */
/* Which rows contain which: networks in networks, services in groups. */
#ifndef UMBRA_TOOL_GRAPH_H
#define UMBRA_TOOL_GRAPH_H

#include <stddef.h>
#include <stdint.h>

struct edge {
	uint32_t from;
	uint32_t to;
};

struct graph {
	uint32_t nr;		/* nodes are 0 .. nr - 1 */
	size_t *start;		/* the edges of node i begin at to[start[i]] */
	uint32_t *to;
};

/**
 * graph_build() - a graph from its edges
 * @g: filled in, for graph_free()
 * @nr: number of nodes
 * @edges: in any order, with duplicates; not kept
 * @nr_edges: their number
 *
 * Return: 0 or -ENOMEM.
 */
int graph_build(struct graph *g, uint32_t nr, const struct edge *edges,
		size_t nr_edges);
void graph_free(struct graph *g);

/**
 * graph_cycle() - is there a way from a node to itself?
 * @g: graph
 * @cycle: the nodes of one such way in order, to be freed; NULL when none
 * @len: number of nodes in @cycle
 *
 * The function does not recurse, so the depth of the graph does not matter.
 *
 * Return: 0 or -ENOMEM.
 */
int graph_cycle(const struct graph *g, uint32_t **cycle, size_t *len);

/**
 * graph_reach() - nodes that can be reached from a node, itself first
 * @g: graph
 * @node: where to begin
 * @reached: filled in
 * @max: room in @reached; more nodes are left out
 *
 * Return: their number.
 */
size_t graph_reach(const struct graph *g, uint32_t node, uint32_t *reached,
		   size_t max);

#endif
