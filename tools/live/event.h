/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Printing events, a line each.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdint.h>
#include <time.h>

#include "kernel/nl.h"
#include "out/out.h"
#include "live/session.h"

/** event_clock() - milliseconds on a clock */
uint64_t event_clock(clockid_t clock);

/** event_begin() - begin a line with the time and the name of an event */
void event_begin(struct out *out, const char *event);

/**
 * event_print() - print an event of the module
 * @event: the event; one of a kind that is not known is passed over
 * @names: names of rules and interfaces
 * @out: printer
 *
 * Return: 0, or -EBADMSG.
 */
int event_print(const struct unl_reply *event, struct session_names *names, struct out *out);

/** event_print_ipfix() - the same of a session's end, as ipfix_print() has it */
int event_print_ipfix(const struct unl_reply *event, struct session_names *names,
		      struct out *out);

#endif
