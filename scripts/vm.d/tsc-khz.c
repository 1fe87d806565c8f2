// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the frequency of the host's TSC in kHz. Under QEMU's TCG the guest reads the host's TSC.
 * It would measure the frequency against an emulated timer, and be wrong by a factor of two while
 * the host is busy: its seconds would not be ours.
 */
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/* TSC and clock at the same time: of 50 tries, the one whose two clock reads are closest. */
static void sample(unsigned long long *tsc, unsigned long long *ns)
{
	unsigned long long best = ~0ull;

	for (int i = 0; i < 50; i++) {
		unsigned long long before = now_ns(), t = __rdtsc(), after = now_ns();

		if (after - before < best) {
			best = after - before;
			*tsc = t;
			*ns = before + best / 2;
		}
	}
}

int main(void)
{
	struct timespec wait = { .tv_nsec = 50000000 };
	unsigned long long tsc0, ns0, tsc1, ns1;

	sample(&tsc0, &ns0);
	nanosleep(&wait, NULL);
	sample(&tsc1, &ns1);
	printf("%llu\n", (tsc1 - tsc0) * 1000000 / (ns1 - ns0));
	return 0;
}
