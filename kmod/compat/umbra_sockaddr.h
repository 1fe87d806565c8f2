/* SPDX-License-Identifier: GPL-2.0 */
/* The address that a socket is bound or connected to. */
#ifndef UMBRA_COMPAT_SOCKADDR_H
#define UMBRA_COMPAT_SOCKADDR_H

#include <linux/socket.h>

/*
 * kernel_bind() and kernel_connect() take a struct of this name since 6.19, which says that the
 * address may be longer than a struct sockaddr; probed in kmod/Kbuild. Needed for 6.1 and 6.12
 * only.
 */
#ifndef UMBRA_HAVE_SOCKADDR_UNSIZED
#define sockaddr_unsized sockaddr
#endif

#endif
