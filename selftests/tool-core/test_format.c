// SPDX-License-Identifier: GPL-2.0
/* Numbers, written for readers. */
#include "out/out.h"
#include "tap.h"

int main(void)
{
	struct tap tap = { 0 };
	char text[OUT_FORMAT_MAX];

	tap_is(&tap, out_format_number(text, 0), "0", "the number 0");
	tap_is(&tap, out_format_number(text, 999), "999", "a number of three digits");
	tap_is(&tap, out_format_number(text, 1234567), "1,234,567",
	       "a number in groups of three digits");
	tap_is(&tap, out_format_number(text, UINT64_MAX), "18,446,744,073,709,551,615",
	       "the largest number");
	tap_is(&tap, out_format_bytes(text, 1023), "1023B", "a size below 1 KiB is in bytes");
	tap_is(&tap, out_format_bytes(text, 1536), "1.5KiB", "a size in KiB");
	tap_is(&tap, out_format_bytes(text, 1048575), "1.0MiB",
	       "a size is rounded up to the next unit");
	tap_is(&tap, out_format_bytes(text, UINT64_MAX), "16.0EiB", "the largest size");
	tap_is(&tap, out_format_duration(text, 0), "0s", "a duration of 0");
	tap_is(&tap, out_format_duration(text, 250), "0.250s",
	       "a duration below a second has milliseconds");
	tap_is(&tap, out_format_duration(text, 59999), "59s",
	       "a duration below a minute is in seconds");
	tap_is(&tap, out_format_duration(text, 80000), "1m20s",
	       "a duration in minutes and seconds");
	tap_is(&tap, out_format_duration(text, 3600000), "1h", "a duration of a whole hour");
	tap_is(&tap, out_format_duration(text, 187500000), "2d4h", "a duration in days and hours");
	tap_is(&tap, out_format_duration(text, UINT64_MAX), "213503982334d14h",
	       "the longest duration");
	return tap_end(&tap);
}
