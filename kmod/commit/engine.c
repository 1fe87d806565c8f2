// SPDX-License-Identifier: GPL-2.0
/*
 * Engine: what a namespace needs once packets are judged in it.
 *
 * The session table, the adjacencies and everything else that packets write to are allocated with
 * the first policy, and stay until the namespace or the module ends. The order of the end:
 * hooks off (then no packet is inside), walker stopped, relays closed, resize stopped, sessions
 * ended, adjacencies dropped, tables freed.
 *
 * Locks: both functions are called with the hooks off. umbra_net.lock keeps two first policies
 * from starting it at the same time.
 */
#include "commit/engine.h"

#include "egress/adjacency.h"
#include "life/notify.h"
#include "nat/nat.h"
#include "policy/policy.h"
#include "relay/relay.h"
#include "umbra.h"
#include "upkeep/address_sweep.h"
#include "upkeep/walker.h"

int umbra_engine_start(struct umbra_net *un)
{
	int err;

	lockdep_assert_held(&un->lock);
	if (un->started)
		return 0;
	err = umbra_adjacencies_init(&un->adjacencies);
	if (err)
		return err;
	err = umbra_table_init(&un->table);
	if (err)
		goto err_adjacencies;
	err = umbra_sources_init(&un->sources);
	if (err)
		goto err_table;
	err = umbra_clients_init(&un->clients);
	if (err)
		goto err_sources;
	err = umbra_portmaps_init(&un->portmaps);
	if (err)
		goto err_clients;
	err = umbra_mappings_init(&un->mappings);
	if (err)
		goto err_portmaps;
	err = umbra_tell_start(un);
	if (err)
		goto err_mappings;
	err = umbra_error_rates_init(&un->error_rates);
	if (err)
		goto err_tell;
	err = umbra_precedents_init(&un->precedents);
	if (err)
		goto err_error_rates;
	err = umbra_relays_init(un);
	if (err)
		goto err_precedents;
	umbra_address_sweep_start(un);
	un->started = true;
	return 0;

err_precedents:
	umbra_precedents_exit(&un->precedents);
err_error_rates:
	umbra_error_rates_exit(&un->error_rates);
err_tell:
	umbra_tell_stop(un);
err_mappings:
	umbra_mappings_exit(&un->mappings);
err_portmaps:
	umbra_portmaps_exit(&un->portmaps);
err_clients:
	umbra_clients_exit(&un->clients);
err_sources:
	umbra_sources_exit(&un->sources);
err_table:
	umbra_table_stop(&un->table);
	umbra_table_exit(&un->table);
err_adjacencies:
	umbra_adjacencies_exit(&un->adjacencies);
	return err;
}

void umbra_engine_stop(struct umbra_net *un)
{
	if (!un->started)
		return;
	umbra_address_sweep_stop(un);	/* and the last packet has left the hooks */
	umbra_walker_exit(un);	/* before umbra_table_stop(), because it may ask for a resize */
	umbra_relays_exit(un);
	umbra_table_stop(&un->table);
	umbra_walker_kill_all(un, UMBRA_REASON_NAMESPACE);
	umbra_precedents_exit(&un->precedents);
	umbra_error_rates_exit(&un->error_rates);
	umbra_tell_stop(un);
	umbra_adjacencies_exit(&un->adjacencies);
	umbra_table_exit(&un->table);
	umbra_mappings_exit(&un->mappings);
	umbra_portmaps_exit(&un->portmaps);
	umbra_clients_exit(&un->clients);
	umbra_sources_exit(&un->sources);
	un->started = false;
}
