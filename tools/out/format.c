// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers, durations and bytes as text.
 */
#include "out/out.h"

#include <inttypes.h>

const char *out_format_number(char text[OUT_FORMAT_MAX], uint64_t value)
{
	char digits[OUT_FORMAT_MAX];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, value);
	char *to = text;
	int i;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return text;
}

const char *out_format_bytes(char text[OUT_FORMAT_MAX], uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned int unit = 0;
	double value = bytes;

	/* "%.1f" would round 1023.95 up to 1024.0. */
	while (value >= 1023.95) {
		value /= 1024;
		unit++;
	}
	if (unit)
		snprintf(text, OUT_FORMAT_MAX, "%.1f%s", value, units[unit]);
	else
		snprintf(text, OUT_FORMAT_MAX, "%" PRIu64 "B", bytes);
	return text;
}

/* At most two units: 0.250s, 12s, 1m20s, 3h5m, 2d4h. */
const char *out_format_duration(char text[OUT_FORMAT_MAX], uint64_t milliseconds)
{
	static const struct {
		uint64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	uint64_t seconds = milliseconds / 1000;
	uint64_t rest;
	int i = 0;

	if (!seconds) {
		snprintf(text, OUT_FORMAT_MAX, milliseconds ? "0.%03us" : "0s",
			 (unsigned int)milliseconds);
		return text;
	}
	while (seconds < units[i].seconds)
		i++;
	rest = units[i].unit == 's' ? 0 : seconds % units[i].seconds / units[i + 1].seconds;
	if (rest)
		snprintf(text, OUT_FORMAT_MAX, "%" PRIu64 "%c%" PRIu64 "%c",
			 seconds / units[i].seconds, units[i].unit, rest, units[i + 1].unit);
	else
		snprintf(text, OUT_FORMAT_MAX, "%" PRIu64 "%c",
			 seconds / units[i].seconds, units[i].unit);
	return text;
}
