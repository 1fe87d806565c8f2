// SPDX-License-Identifier: GPL-2.0
/* Numbers, written for readers. */
#include "out/out.h"
#include "tap.h"

int main(void)
{
	struct tap tap = { 0 };
	char text[OUT_FORMAT_MAX];

	tap_is(&tap, out_format_number(text, 0), "0", "zero");
	tap_is(&tap, out_format_number(text, 999), "999", "three digits");
	tap_is(&tap, out_format_number(text, 1234567), "1,234,567", "groups of three");
	tap_is(&tap, out_format_number(text, UINT64_MAX), "18,446,744,073,709,551,615",
	       "the largest number");
	tap_is(&tap, out_format_bytes(text, 1023), "1023B", "bytes");
	tap_is(&tap, out_format_bytes(text, 1536), "1.5KiB", "kibibytes");
	tap_is(&tap, out_format_bytes(text, 1048575), "1.0MiB", "rounding up to the next unit");
	tap_is(&tap, out_format_bytes(text, UINT64_MAX), "16.0EiB", "the most bytes");
	tap_is(&tap, out_format_duration(text, 0), "0s", "no time");
	tap_is(&tap, out_format_duration(text, 250), "0.250s", "less than a second");
	tap_is(&tap, out_format_duration(text, 59999), "59s", "seconds");
	tap_is(&tap, out_format_duration(text, 80000), "1m20s", "minutes");
	tap_is(&tap, out_format_duration(text, 3600000), "1h", "an hour");
	tap_is(&tap, out_format_duration(text, 187500000), "2d4h", "days");
	tap_is(&tap, out_format_duration(text, UINT64_MAX), "213503982334d14h", "for ever");
	return tap_end(&tap);
}
