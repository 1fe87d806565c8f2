/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzers of packets share: how bytes become a packet, and what is checked about it.
 *
 * The first FUZZ_CONTROL bytes choose how the packet lies in memory and what it is to become; the
 * rest is the packet. Both fuzzers read the same seeds.
 */
#ifndef UMBRA_SELFTEST_NAT_FUZZ_H
#define UMBRA_SELFTEST_NAT_FUZZ_H

#include "skb.h"
#include "packet/translate.h"

#define FUZZ_CONTROL	48
#define FUZZ_MAX	1500

/**
 * struct fuzz_input - one input, taken apart
 * @family: AF_INET or AF_INET6
 * @summed: CHECKSUM_NONE, CHECKSUM_COMPLETE or CHECKSUM_PARTIAL
 * @mend: make the checksums right before the packet is read
 * @gso: treat it as larger than the link
 * @cloned: its linear bytes are shared with others
 * @split: how many of its bytes are linear
 * @to: addresses and ports to give it
 * @byte: packet
 * @len: bytes of it
 */
struct fuzz_input {
	u8 family;
	u8 summed;
	bool mend;
	bool gso;
	bool cloned;
	u32 split;
	struct umbra_key to;
	u8 byte[FUZZ_MAX];
	u32 len;
};

/* Prints what is wrong, and where, and aborts: libFuzzer keeps the input. */
#define fuzz_assert(cond)	do {						\
	if (!(cond))								\
		fuzz_die(#cond, __FILE__, __LINE__);				\
} while (0)
void fuzz_die(const char *what, const char *file, int line) __attribute__((noreturn));

/* Return: false if the input has no packet. */
bool fuzz_read(struct fuzz_input *in, const u8 *data, size_t size);

/* @linear: the number of linear bytes; the others are elsewhere. */
void fuzz_skb(struct sk_buff *skb, const struct fuzz_input *in, u32 linear);
void fuzz_skb_free(struct sk_buff *skb);
/* Copy all bytes of @skb to @to, which has room for FUZZ_MAX bytes. */
void fuzz_skb_bytes(const struct sk_buff *skb, u8 *to);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif
