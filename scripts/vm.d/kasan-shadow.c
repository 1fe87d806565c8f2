// SPDX-License-Identifier: GPL-2.0
/*
 * kasan-shadow.so - keeps KASAN's shadow out of User Mode Linux' forks
 *
 * User Mode Linux forks itself for each of its processes, and then empties the copy. KASAN's shadow
 * is anonymous memory, an eighth of all memory that the kernel ever touched. The host would copy
 * the shadow's page tables with each fork, and this is half of what a fork takes in the debug lane.
 *
 * So the copy gets an empty shadow, which costs nothing until it is read. It cannot be without one,
 * because it calls a few functions that KASAN watches before it is emptied, such as phys_mapping().
 * They read zeroes from the shadow, and to KASAN zero means that memory may be touched.
 *
 * This library is loaded before libc (LD_PRELOAD). It has the mmap() that the kernel calls, under
 * the name that mmap() has with 64-bit file offsets.
 */
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The shadow has 16 TiB. Everything else that is mapped is much smaller. */
static const size_t huge = (size_t)1 << 40;

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset)
{
	void *mapped = (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);

	if (mapped != MAP_FAILED && length >= huge)
		madvise(mapped, length, MADV_WIPEONFORK);
	return mapped;
}
