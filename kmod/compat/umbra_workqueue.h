/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own work queues. */
#ifndef UMBRA_COMPAT_WORKQUEUE_H
#define UMBRA_COMPAT_WORKQUEUE_H

#include <linux/workqueue.h>

/*
 * These names came with 6.17, and later kernels warn when work is queued by the old ones. Stable
 * kernels of 6.12 got the new names, too. Probed in kmod/Kbuild. Needed for 6.1 and early releases
 * of 6.12 only.
 */
#ifndef UMBRA_HAVE_DFL_WQ
#define system_dfl_wq		system_unbound_wq
#define system_percpu_wq	system_wq
#endif

#endif
