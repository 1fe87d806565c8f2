/* SPDX-License-Identifier: GPL-2.0 */
/* A local variable that costs nothing to make. */
#ifndef UMBRA_NOT_CLEARED_H
#define UMBRA_NOT_CLEARED_H

/*
 * What is set as a whole where it begins. Kernels that clear each local variable would clear
 * it first, for each packet. Under KASAN it is filled with nonsense instead (Kbuild), so that
 * what is used without being set shows.
 */
#if __has_attribute(__uninitialized__) && !defined(UMBRA_FILLS_STACK)
#define umbra_not_cleared	__attribute__((__uninitialized__))
#else
#define umbra_not_cleared
#endif

#endif
