/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Building a policy: shared by the files of this room. Other rooms include policy/policy.h.
 *
 *   policy/policy.c          the steps in order; the classifier; free
 *   reuse.c    rows that the running policy already has
 *   names.c    name -> number
 *   graph.c    what contains what, without loops
 *   network.c  networks -> address ranges
 *   service.c  services -> parts
 *   term.c     parts -> terms
 *   rule.c     rules -> classifier rules and verdicts
 *   lookup.c   common parts of the classifiers of nat rows and relays
 *   nat.c      nat rows, and which one matches a session
 *   relay.c    relays, and which one a packet is for
 *   named.c    the networks that settings name
 *   log.c      logs, and those that settings name
 *   policy/settings.c        settings
 *   policy/iface.c           interface names -> ids -> devices
 *
 * An administrator may nest names as deep as the tables are long. So nothing here recurses, and
 * everything that can multiply has a limit.
 */
#ifndef UMBRA_POLICY_INT_H
#define UMBRA_POLICY_INT_H

#include "policy/policy.h"
#include "policy/extack.h"

/* Limits of one policy; an error says which one was exceeded. */
#define UMBRA_BUILD_RANGES	(4U << 20)	/* address ranges kept */
#define UMBRA_BUILD_COPIES	(32U << 20)	/* ranges copied while networks are flattened */
#define UMBRA_BUILD_TERMS	(1U << 20)	/* alternatives of services */
#define UMBRA_BUILD_VISITS	(32U << 20)	/* members visited while groups are flattened */
#define UMBRA_BUILD_PARTS	64		/* kinds of members in one group */
#define UMBRA_BUILD_RULES	(4U << 20)	/* rules of the classifier */
#define UMBRA_BUILD_IFACES	4096
#define UMBRA_BUILD_RELAYS	4096
#define UMBRA_BUILD_LOGS	1024
#define UMBRA_BUILD_TIMES	1024
#define UMBRA_BUILD_BYTES	(1UL << 30)	/* size of the classifier */

#define UMBRA_NONE		U32_MAX

/* Names of one kind, numbered in the order in which they first occur. */
struct umbra_names {
	const char **name;
	u32 *slot;
	u32 nr;
	u32 room;
	u32 mask;
	u32 seed;
};

/* Node n contains the nodes to[start[n]] .. to[start[n + 1] - 1]. */
struct umbra_graph {
	u32 *start;
	u32 *to;
	u32 nr;
	u32 nr_to;
	u32 room;
};

/* A service of the classifier: the members of one service that are treated alike. */
struct umbra_part {
	u32 number;			/* in umbra_cls_rule.service */
	u32 shadow;			/* number of the service of the replies, or UMBRA_NONE */
	u32 timeout;
	u8 type;
	u8 pickup;
	u8 window;
	u8 ends;
	u8 probes;
};

/**
 * struct umbra_build - a policy that is being built
 * @why: gets the text of an error
 * @policy: result, with its rows
 * @zone: local time
 * @now: moment that the policy is for, in seconds since 1970
 * @always: it is for no particular moment, so every time class holds
 * @times: names of time classes, numbered as their rows
 * @room_spans: number of spans that the policy has room for
 * @networks: names; 0 is Any, 1 is Firewall
 * @net_first: first row of a network, UMBRA_NONE for the built-in ones
 * @net_next: by row: next row of the same network
 * @net_start: index in @addrs of the network's first range
 * @net_end: index in @addrs after the network's last range
 * @addrs: ranges of all networks; each network's are in one piece
 * @nr_addrs: number of @addrs
 * @room_addrs: number that @addrs has room for
 * @copies: ranges copied so far
 * @logs: names, numbered as their rows
 * @services: names, numbered as their rows
 * @members: members of groups
 * @part_first: index in @parts of a service's first part, UMBRA_NONE: not made yet
 * @part_count: number of the service's parts
 * @walk: scratch of a walk through a group: nodes still to visit
 * @leaf: scratch: members found that are not groups
 * @nr_leaves: number of @leaf
 * @seen: scratch: last walk that visited a node
 * @nr_walks: walks so far
 * @visits: nodes visited so far
 * @parts: parts of all services
 * @nr_parts: number of @parts
 * @room_parts: number that @parts has room for
 * @terms: the classifier's input for services
 * @nr_terms: number of @terms
 * @room_terms: number that @terms has room for
 * @nr_numbers: number of the classifier's services
 * @rules: the classifier's input for rules
 * @nr_rules: number of @rules
 * @room_rules: number that @rules has room for
 * @room_verdicts: number of verdicts that the policy has room for
 * @ifaces: names, numbered from UMBRA_IFACE_FIRST
 */
struct umbra_build {
	struct umbra_refusal *why;
	struct umbra_policy *policy;

	const struct umbra_zone *zone;
	s64 now;
	bool always;
	struct umbra_names times;
	u32 room_spans;

	struct umbra_names networks;
	u32 *net_first;
	u32 *net_next;
	u32 *net_start;
	u32 *net_end;
	struct umbra_cls_addr *addrs;
	u32 nr_addrs;
	u32 room_addrs;
	u32 copies;

	struct umbra_names logs;
	struct umbra_names services;
	struct umbra_graph members;
	u32 *part_first;
	u32 *part_count;
	u32 *walk;
	u32 *leaf;
	u32 nr_leaves;
	u32 *seen;
	u32 nr_walks;
	u32 visits;
	struct umbra_part *parts;
	u32 nr_parts;
	u32 room_parts;
	struct umbra_cls_term *terms;
	u32 nr_terms;
	u32 room_terms;
	u32 nr_numbers;

	struct umbra_cls_rule *rules;
	u32 nr_rules;
	u32 room_rules;
	u32 room_verdicts;

	struct umbra_names ifaces;
};

/* Address families that a network is limited to. */
#define UMBRA_CUT_IPV4		0x1
#define UMBRA_CUT_IPV6		0x2
#define UMBRA_CUT_NONE		(UMBRA_CUT_IPV4 | UMBRA_CUT_IPV6)

struct umbra_cut;

/**
 * struct umbra_lookup - input of a classifier other than that of the rules
 * @what: kind of its rows, in the plural, for messages
 * @addrs: ranges of its networks
 * @terms: terms of its services
 * @rules: rules of the classifier
 * @nr_networks: number of networks that it has numbered
 * @visits: ranges visited so far
 * @cuts: networks that it has already, found by @head, a hash table
 * @head: by hash: index in @cuts, or UMBRA_NONE
 * @mask: buckets of @head, minus 1
 * @nr_addrs: number of @addrs
 * @room_addrs: number that @addrs has room for
 * @nr_terms: number of @terms
 * @room_terms: number that @terms has room for
 * @nr_rules: number of @rules
 * @room_rules: number that @rules has room for
 * @nr_cuts: number of @cuts
 * @room_cuts: number that @cuts has room for
 */
struct umbra_lookup {
	const char *what;
	struct umbra_cls_addr *addrs;
	struct umbra_cls_term *terms;
	struct umbra_cls_rule *rules;
	struct umbra_cut *cuts;
	u32 *head;
	u32 mask;
	u32 visits;
	u32 nr_networks;
	u32 nr_addrs;
	u32 room_addrs;
	u32 nr_terms;
	u32 room_terms;
	u32 nr_rules;
	u32 room_rules;
	u32 nr_cuts;
	u32 room_cuts;
};

/* Numbers of the built-in networks. */
#define UMBRA_NET_ANY		0
#define UMBRA_NET_FIREWALL	1
#define UMBRA_NET_FIRST		2

void *umbra_build_alloc(size_t nr, size_t size);

/**
 * umbra_build_room() - make room for one more member of an array
 * @array: pointer to an array from kvmalloc, or to NULL
 * @nr: members in use
 * @room: members that there is room for
 * @size: size of a member in bytes
 *
 * Return: 0; or -ENOMEM, and the array is unchanged.
 */
int umbra_build_room(void *array, u32 nr, u32 *room, size_t size);

int umbra_names_init(struct umbra_names *n, u32 room);
void umbra_names_exit(struct umbra_names *n);

/* Number of @name, or UMBRA_NONE. */
u32 umbra_names_find(const struct umbra_names *n, const char *name);

/* Number of @name, which must stay allocated; UMBRA_NONE if there is no room. */
u32 umbra_names_add(struct umbra_names *n, const char *name);

int umbra_graph_init(struct umbra_graph *g, u32 nr);
void umbra_graph_exit(struct umbra_graph *g);

/* Begin and fill the nodes in order, from 0 on; call umbra_graph_end() after the last. */
void umbra_graph_begin(struct umbra_graph *g, u32 node);
int umbra_graph_add(struct umbra_graph *g, u32 to);
void umbra_graph_end(struct umbra_graph *g);

/**
 * umbra_graph_order() - sort nodes so that what a node contains comes before it
 * @g: graph
 * @order: gets all nodes
 * @loop: on -ELOOP, gets a node that contains itself, and the next node on that loop
 *
 * Return: 0, -ENOMEM or -ELOOP.
 */
int umbra_graph_order(const struct umbra_graph *g, u32 *order, u32 loop[2]);

int umbra_rows_reuse(const struct umbra_net *un, struct umbra_rows *rows,
		     const struct umbra_rows *running);
int umbra_settings_build(struct umbra_build *b);
int umbra_times_build(struct umbra_build *b);
int umbra_networks_build(struct umbra_build *b);
int umbra_services_build(struct umbra_build *b);
int umbra_service_parts(struct umbra_build *b, u32 service, u32 rule);
int umbra_terms_push(struct umbra_build *b, const struct umbra_part *part, u32 row);
int umbra_rules_build(struct umbra_build *b);

/* Is there a time class of that name, and does it hold? */
bool umbra_time_find(const struct umbra_build *b, const char *name, bool *active);

/* Add to @in what is the same for all classifiers, and compile it. */
int umbra_build_classifier(struct umbra_build *b, struct umbra_cls_input *in,
			   struct umbra_classifier **out);

int umbra_lookup_init(struct umbra_lookup *l, const char *what, u32 nr_rows);
void umbra_lookup_exit(struct umbra_lookup *l);
int umbra_lookup_addr(struct umbra_build *b, struct umbra_lookup *l,
		      const struct umbra_cls_addr *a);
int umbra_lookup_term(struct umbra_lookup *l, const struct umbra_cls_term *t);
/* Add service 0, which matches every packet. */
int umbra_lookup_everything(struct umbra_lookup *l);
int umbra_lookup_rule(struct umbra_build *b, struct umbra_lookup *l,
		      const struct umbra_cls_rule *rule);

/**
 * umbra_lookup_network() - add a network of the policy, limited to an interface and families
 * @b: build, its networks flat
 * @l: lookup
 * @net: number of the network in the build
 * @iface: interface it is on, or UMBRA_IFACE_ANY
 * @families: UMBRA_CUT_*
 * @number: set to its number in the lookup, or to UMBRA_CLS_NET_ANY
 *
 * Return: 0; -ENODATA, without a text, if nothing of it is left; -ENOMEM or -E2BIG.
 */
int umbra_lookup_network(struct umbra_build *b, struct umbra_lookup *l, u32 net, u32 iface,
			 u8 families, u32 *number);

/* Compile; @nr_services is the number of its services. */
int umbra_lookup_build(struct umbra_build *b, struct umbra_lookup *l, u32 nr_services,
		       struct umbra_classifier **out);

int umbra_nats_build(struct umbra_build *b);
int umbra_relays_build(struct umbra_build *b);
int umbra_named_build(struct umbra_build *b);
int umbra_logs_build(struct umbra_build *b);
void umbra_logs_free(struct umbra_policy *p);

/**
 * umbra_log_find() - find the log class that a row names
 * @b: build, its logs known
 * @row: row of any table
 * @type: attribute that has the name, if any
 * @log: gets the class, as in umbra_verdict.log
 *
 * Return: 0; or -ENOENT, without a text, if there is no log of that name.
 */
int umbra_log_find(struct umbra_build *b, const struct umbra_row *row, int type, u16 *log);

/* Id of an interface name. Return: 0, -ENOMEM or -E2BIG. */
int umbra_iface_number(struct umbra_build *b, const char *name, u32 *iface);
int umbra_ifaces_build(struct umbra_net *un, struct umbra_build *b);
void umbra_ifaces_free(struct umbra_policy *p);

#endif
