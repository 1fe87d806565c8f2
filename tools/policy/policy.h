/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy in memory: the tables of the netlink contract, row by row, as
 * they were written. Whoever reads a policy (the parser, the netlink dump)
 * fills this; whoever writes one (the printer, netlink, JSON, the checks)
 * reads it. Names are not resolved here: a row says what it says.
 */
#ifndef UMBRA_TOOL_POLICY_H
#define UMBRA_TOOL_POLICY_H

#include "base/address.h"
#include "base/arena.h"
#include "base/report.h"

#include <linux/umbra.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_LIST_MAX	256	/* items, ranges or members in one row */

#define POLICY_ANY	"Any"		/* networks that every policy has */
#define POLICY_FIREWALL	"Firewall"

enum item_kind {
	ITEM_ADDRESS,		/* first */
	ITEM_PREFIX,		/* first, prefix_len */
	ITEM_RANGE,		/* first, last */
	ITEM_NETWORK,		/* network */
	ITEM_HOST,		/* host, not yet resolved */
};

/* One item of a network. */
struct item {
	enum item_kind kind;
	struct address first;
	struct address last;
	uint8_t prefix_len;
	const char *ifname;	/* or NULL: not bound to an interface */
	const char *network;
	const char *host;	/* in ITEM_ADDRESS: the name that has it */
	uint64_t until;		/* of @host: 0, or when it goes, seconds since 1970 */
};

struct network {
	const char *name;
	struct item *items;
	unsigned int nr_items;
	const char *comment;	/* or NULL, here and below */
};

struct port_range {
	uint16_t first;
	uint16_t last;
};

struct port_list {
	struct port_range *ranges;
	unsigned int nr;	/* 0: all ports */
};

struct icmp_match {
	uint8_t type;
	bool has_code;		/* else every code */
	uint8_t code_first;
	uint8_t code_last;
};

struct service {
	const char *name;
	enum umbra_service_type type;
	uint16_t protocol;	/* IANA number or UMBRA_PROTO_ANY */
	struct port_list client_ports;
	struct port_list server_ports;
	struct icmp_match *icmp;
	unsigned int nr_icmp;	/* 0: every type */
	const char **members;	/* of a group */
	unsigned int nr_members;
	uint32_t timeout;	/* seconds; 0: the setting's */
	bool pickup;
	enum umbra_window_setting window;	/* 0: the setting's */
	enum umbra_ends_setting ends;		/* 0: the setting's */
	enum umbra_probes_setting probes;	/* 0: the setting's */
	const char *advisory;
	const char *comment;
};

struct rule {
	const char *client;
	const char *server;
	const char *service;
	enum umbra_action action;
	const char *name;
	const char *comment;
	bool disabled;
	uint32_t sessions;	/* 0: no ceiling of its own */
	uint32_t rate;		/* new ones per second; 0: any number */
	uint32_t client_sessions;	/* the same for each client */
	uint32_t client_rate;
	const char *log;	/* or NULL: name of a log */
	const char *time;	/* or NULL: always */
};

/*
 * One side of a nat row: an interface, a network or both; neither is Any. A
 * word that was read is one or the other by what networks the policy has.
 */
struct nat_end {
	const char *ifname;
	const char *network;
	const char *word;	/* as it was written, until policy_bind_ends() */
	bool whole;		/* ifname alone, and a network has its name */
};

struct nat {
	struct nat_end from;
	struct nat_end to;
	enum umbra_nat_type type;
	struct address first;		/* of source */
	struct address last;		/* len 0: first alone */
	struct port_range ports;	/* outside; last 0: 1024-65535 */
	bool endpoint_independent;
	const char *name;
	const char *comment;
	bool disabled;
};

struct relay {
	struct address listen;
	struct port_range ports;
	struct address target;	/* len 0: host is not resolved yet */
	const char *host;	/* or NULL: the DNS name that target has */
	uint16_t target_port;	/* where ports.first leads */
	enum umbra_relay_type type;
	const char **from;
	unsigned int nr_from;
	uint32_t timeout;	/* seconds; 0: the setting's */
	uint32_t lifetime;	/* seconds; 0: for ever */
	enum umbra_proxy_protocol proxy_protocol;	/* or 0 */
	const char *name;
	const char *comment;
	const char *log;	/* or NULL: name of a log */
	bool disabled;
	const char *time;	/* or NULL: always */
};

/* From a minute of the day to another; a last one not above goes into the next day. */
struct time_span {
	uint8_t days;		/* on which it begins, a bit each, Monday's is 1 */
	uint16_t begin;
	uint16_t end;		/* the first minute outside */
};

struct time_class {
	const char *name;
	struct time_span *spans;
	unsigned int nr_spans;
	const char *comment;
};

struct log {
	const char *name;
	bool has_group;		/* else nothing is logged */
	uint16_t group;		/* of NFLOG */
	const char *prefix;	/* or NULL */
	uint32_t rate;		/* packets a second; 0: the module's own */
	const char *comment;
};

struct setting {
	enum umbra_setting key;
	uint32_t value;
	const char *network;	/* in place of the value, or NULL */
	const char *log;	/* the same */
};

/* What the kernel adds to a row of the running policy. */
struct row_seen {
	uint32_t id;
	uint32_t sessions;
	uint64_t hits;
	uint64_t last_hit;	/* seconds ago */
	bool was_hit;
	bool active;		/* a time class: its hours are now */
};

struct row {
	enum umbra_table table;
	struct place place;
	struct row_seen seen;
	bool changed;		/* policy_resolve() found other addresses */
	union {
		struct network network;
		struct service service;
		struct rule rule;
		struct setting setting;
		struct nat nat;
		struct relay relay;
		struct log log;
		struct time_class time;
	};
};

struct row_list {
	struct row *row;
	size_t nr;
	size_t room;
};

struct policy {
	struct arena arena;	/* strings and lists of all rows */
	struct row_list tables[UMBRA_TABLE_MAX + 1];	/* by enum umbra_table */
	uint32_t generation;	/* that it was read from, or 0 */
};

static inline struct row_list *policy_table(struct policy *p,
					    enum umbra_table table)
{
	return &p->tables[table];
}

/* All zero is an empty policy. */
void policy_free(struct policy *p);

/* Number of rows in all tables. */
size_t policy_rows(const struct policy *p);

/**
 * policy_insert() - put a row into its table
 * @p: policy
 * @position: from 0; the row is put before the one that stands there, and at
 *            the end when @position is past it
 * @row: copied; its strings must live in @p's arena, or as long as @p
 *
 * Return: 0 or -ENOMEM.
 */
int policy_insert(struct policy *p, size_t position, const struct row *row);
int policy_append(struct policy *p, const struct row *row);
void policy_remove(struct policy *p, enum umbra_table table, size_t position);

/* Let errors name rows by their table and position. */
void policy_place_rows(struct policy *p);

/* What the columns behind a service's firewall type are. */
bool service_has_ports(const struct service *service);
bool service_has_icmp(const struct service *service);

/* Does the relay listen for TCP? Else for UDP. */
bool relay_is_tcp(const struct relay *relay);

/* May rows of this table go without a name? */
bool table_has_nameless(enum umbra_table table);

/* The word that names a row: NULL for one without a name. */
const char *row_name(const struct row *row);

#endif
