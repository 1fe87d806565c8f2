// SPDX-License-Identifier: GPL-2.0
/*
 * kasan-shadow.so - keeps KASAN's shadow out of User Mode Linux' forks
 *
 * For each of its processes User Mode Linux forks itself, and then empties the copy. KASAN's
 * shadow is anonymous memory, an eighth of all that the kernel ever touched, whose page
 * tables the host copies each time: half of what a fork takes in the debug lane.
 *
 * The copy gets an empty shadow instead, which costs nothing until it is read. It may not be
 * without one: before it is emptied it calls a few functions that KASAN watches, such as
 * phys_mapping(). They read zeroes, and to KASAN zero means that all may be touched.
 *
 * Loaded before libc (LD_PRELOAD), this is the mmap() that the kernel calls, under the name
 * that it has with 64-bit file offsets.
 */
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The shadow is 16 TiB at a fixed address; nothing else that is mapped comes near. */
static const size_t huge = (size_t)1 << 40;

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset)
{
	void *mapped = (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);

	if (mapped != MAP_FAILED && length >= huge)
		madvise(mapped, length, MADV_WIPEONFORK);
	return mapped;
}
