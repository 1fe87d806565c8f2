/* SPDX-License-Identifier: GPL-2.0 */
/* Pressure: which sessions get a place when places run short. See pressure.c. */
#ifndef UMBRA_PRESSURE_H
#define UMBRA_PRESSURE_H

#include <linux/types.h>

#include "life/client.h"

struct umbra_net;
struct umbra_session;

/**
 * struct umbra_claimant - the source that needs a place for one more session
 * @source: its number, see source.h
 * @net: its address or network; for rules that limit their clients
 * @trusted: it may use the reserve, and hold more than its share
 */
struct umbra_claimant {
	u32 source;
	struct umbra_client_net net;
	bool trusted;
};

/**
 * umbra_pressure_admit() - may this session be one more?
 * @un: namespace; the session is already counted in its table and for its source
 * @who: claimant
 *
 * If there is no place, ends a session of less value, if a short search finds one.
 *
 * Context: softirq or BH off, rcu_read_lock() held, no lock of the session table.
 * Return: 0 or enum umbra_reason.
 */
u8 umbra_pressure_admit(struct umbra_net *un, const struct umbra_claimant *who);

/* What umbra_pressure_admit() would return for one more session; ends nothing. */
u8 umbra_pressure_foresee(struct umbra_net *un, const struct umbra_claimant *who);

/* The part of its timeout that a session of little value has now, in UMBRA_PRESSURE_WHOLE parts. */
#define UMBRA_PRESSURE_WHOLE	64
u32 umbra_pressure_part(struct umbra_net *un);

/**
 * umbra_pressure_over() - has a session used up @part of its timeout?
 * @un: namespace
 * @s: session
 * @part: what umbra_pressure_part() returned
 *
 * Always false for a session that has proved its worth, or is trusted.
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_pressure_over(struct umbra_net *un, const struct umbra_session *s, u32 part);

#endif
