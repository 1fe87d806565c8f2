// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a fuzzer's function on its seeds, and on random changes of each, without libFuzzer. So the
 * reader and the translation are tested with any compiler and on any machine, with the oracle of
 * the fuzzer. A mistake aborts.
 *
 *	replay FILE...
 *
 * UMBRA_FUZZ_SEED: the seed of the random numbers, 1 by default.
 */
#include "../classify/tap.h"
#include "fuzz.h"
#include "random.h"

#define CHANGES	2000	/* of each seed */
#define MOST	4	/* bytes that one of them changes */

static u8 input[FUZZ_CONTROL + FUZZ_MAX], changed[FUZZ_CONTROL + FUZZ_MAX];

static size_t read_seed(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t size = f ? fread(input, 1, sizeof(input), f) : 0;

	if (f)
		fclose(f);
	return size;
}

/* Changes some bytes, and sometimes the length. Return: the new size. */
static size_t change(size_t size)
{
	u32 n = 1 + below(MOST);

	memcpy(changed, input, size);
	while (n--)
		changed[below(size)] = below(3) ? below(256) : below(2) ? 0 : 0xff;
	return below(4) ? size : 1 + below(size);
}

static bool replay(const char *path)
{
	size_t size = read_seed(path);
	u32 i;

	if (!size)
		return false;
	LLVMFuzzerTestOneInput(input, size);
	for (i = 0; i < CHANGES; i++)
		LLVMFuzzerTestOneInput(changed, change(size));
	return true;
}

int main(int argc, char **argv)
{
	bool read = argc > 1;
	int i;

	seed_begin();
	for (i = 1; i < argc; i++)
		read &= replay(argv[i]);
	tap_ok(read, "every seed of packets can be read");
	tap_ok(true, UMBRA_REPLAY_TITLE);
	return tap_done();
}
