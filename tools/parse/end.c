// SPDX-License-Identifier: GPL-2.0
/* An address or a DNS name, with ports. */
#include "parse/internal.h"

#include <string.h>

static bool copy_host(char host[PARSE_END_MAX], const char *text, size_t len)
{
	if (!len || len >= PARSE_END_MAX)
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	return true;
}

bool parse_end_split(const char *word, char host[PARSE_END_MAX],
		     const char **ports)
{
	const char *colon = strchr(word, ':'), *close;

	*ports = NULL;
	if (*word == '[') {
		close = strchr(word, ']');
		if (!close || (close[1] && close[1] != ':'))
			return false;
		*ports = close[1] ? close + 2 : NULL;
		return copy_host(host, word + 1, close - word - 1);
	}
	if (!colon || strchr(colon + 1, ':'))
		return copy_host(host, word, strlen(word));
	*ports = colon + 1;
	return copy_host(host, word, colon - word);
}

bool parse_end_ports(const char *text, struct port_range *range)
{
	uint32_t first, last;

	if (!span_parse(&text, UINT16_MAX, &first, &last) || *text || !first)
		return false;
	*range = (struct port_range){ first, last };
	return true;
}
