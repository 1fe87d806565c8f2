/* SPDX-License-Identifier: GPL-2.0 */
/* GSO: where its helpers are declared. */
#ifndef UMBRA_COMPAT_GSO_H
#define UMBRA_COMPAT_GSO_H

#include <linux/skbuff.h>

/* The helpers moved out of linux/skbuff.h with 6.5; probed in kmod/Kbuild. Needed for 6.1 only. */
#ifdef UMBRA_HAVE_NET_GSO_H
#include <net/gso.h>
#endif

#endif
