/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Print events, one line each.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdint.h>
#include <time.h>

#include "kernel/nl.h"
#include "out/out.h"
#include "live/session.h"

/** event_clock() - the time of a clock in milliseconds */
uint64_t event_clock(clockid_t clock);

/** event_begin() - begin a line with the time and the name of an event */
void event_begin(struct out *out, const char *event);

/**
 * event_print() - print an event of the module
 * @event: the event; an unknown kind is ignored
 * @names: names of rules and interfaces
 * @out: printer
 *
 * Return: 0, or -EBADMSG.
 */
int event_print(const struct unl_reply *event, struct session_names *names, struct out *out);

/** event_print_ipfix() - print the end of a session with ipfix_print() */
int event_print_ipfix(const struct unl_reply *event, struct session_names *names,
		      struct out *out);

#endif
