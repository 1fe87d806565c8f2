/* SPDX-License-Identifier: GPL-2.0 */
/* Express: plain packets, before the IP layer. */
#ifndef UMBRA_EXPRESS_H
#define UMBRA_EXPRESS_H

#include <linux/netfilter.h>

/* Hook at a device's ingress. Context: softirq or BH off, rcu_read_lock() held. */
unsigned int umbra_express(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif
