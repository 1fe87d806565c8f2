/* SPDX-License-Identifier: GPL-2.0 */
/* A local variable that is not cleared. */
#ifndef UMBRA_NOT_CLEARED_H
#define UMBRA_NOT_CLEARED_H

/*
 * For variables that are set as a whole before they are used. Some kernels clear each local
 * variable, which would cost time for each packet. Under KASAN they are filled with a pattern
 * instead (Kbuild), so that a use without initialisation shows.
 */
#if __has_attribute(__uninitialized__) && !defined(UMBRA_FILLS_STACK)
#define umbra_not_cleared	__attribute__((__uninitialized__))
#else
#define umbra_not_cleared
#endif

#endif
