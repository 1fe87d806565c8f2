/* SPDX-License-Identifier: GPL-2.0 */
/* Under RCU: what functions assert whose callers must hold rcu_read_lock(). */
#ifndef UMBRA_UNDER_RCU_H
#define UMBRA_UNDER_RCU_H

#include <linux/rcupdate.h>

/*
 * Costs nothing in a kernel without CONFIG_PROVE_RCU. A function that calls rcu_dereference() has
 * the assertion already, in there. BH that is off is a read section, too.
 */
#define umbra_assert_rcu()						\
	RCU_LOCKDEP_WARN(!rcu_read_lock_held() && !rcu_read_lock_bh_held(), "not under RCU")

#endif
