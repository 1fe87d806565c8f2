/* SPDX-License-Identifier: GPL-2.0 */
/* Pressure: who gets a place when places run short. See pressure.c. */
#ifndef UMBRA_PRESSURE_H
#define UMBRA_PRESSURE_H

#include <linux/types.h>

#include "life/client.h"

struct umbra_net;
struct umbra_session;

/**
 * struct umbra_claimant - who wants a place for one more session
 * @source: its number, see source.h
 * @net: the same, itself; for rules that limit their clients
 * @trusted: it may have the reserve, and more than its share
 */
struct umbra_claimant {
	u32 source;
	struct umbra_client_net net;
	bool trusted;
};

/**
 * umbra_pressure_admit() - may this session be one more?
 * @un: namespace; the session is counted in its table and for its source already
 * @who: claimant
 *
 * When there is no place it ends a session of less value, if it finds one soon.
 *
 * Context: softirq or BH off, rcu_read_lock() held, no lock of the session table's.
 * Return: 0 or enum umbra_reason.
 */
u8 umbra_pressure_admit(struct umbra_net *un, const struct umbra_claimant *who);

/* What it would say to one more than there are; ends nothing. */
u8 umbra_pressure_foresee(struct umbra_net *un, const struct umbra_claimant *who);

/* UMBRA_PRESSURE_WHOLE parts: how much of its timeout a session of little value has now. */
#define UMBRA_PRESSURE_WHOLE	64
u32 umbra_pressure_part(struct umbra_net *un);

/**
 * umbra_pressure_over() - is a session's time over when it has only a part?
 * @un: namespace
 * @s: session
 * @part: of umbra_pressure_part()
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_pressure_over(struct umbra_net *un, const struct umbra_session *s, u32 part);

#endif
