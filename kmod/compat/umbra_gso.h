/* SPDX-License-Identifier: GPL-2.0 */
/* GSO: where its helpers are declared. */
#ifndef UMBRA_COMPAT_GSO_H
#define UMBRA_COMPAT_GSO_H

#include <linux/skbuff.h>

/* They moved out of linux/skbuff.h with 6.5; probed in kmod/Kbuild. Goes with 6.1. */
#ifdef UMBRA_HAVE_NET_GSO_H
#include <net/gso.h>
#endif

#endif
