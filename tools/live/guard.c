// SPDX-License-Identifier: GPL-2.0
#include "live/guard.h"

#include "parse/cursor.h"

#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define VARIABLE	"SSH_CONNECTION"
#define ANCESTORS_MAX	64

/* An address and a port. A link-local address ends in % and its interface, which is cut off. */
static bool parse_end(char *address, const char *port, struct end *end)
{
	uint32_t number;

	if (!address || !port)
		return false;
	address[strcspn(address, "%")] = '\0';
	if (!address_parse(address, &end->address) ||
	    !number_parse(&port, UINT16_MAX, &number) || *port)
		return false;
	end->port = number;
	return true;
}

bool guard_parse(const char *text, struct tuple *guard)
{
	char copy[256], *words[4], *next = NULL, *at = copy;
	unsigned int i;

	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	for (i = 0; i < 4; i++, at = NULL)
		words[i] = strtok_r(at, " ", &next);
	*guard = (struct tuple){ .protocol = IPPROTO_TCP };
	return parse_end(words[0], words[1], &guard->source) &&
	       parse_end(words[2], words[3], &guard->destination) &&
	       guard->source.address.len == guard->destination.address.len;
}

/* The parent of @pid; 0 if it is unknown. */
static pid_t parent_of(pid_t pid)
{
	char path[32], stat[512], *end;
	FILE *file;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	/* The name in parentheses may contain any character, so search from the end. */
	if (fgets(stat, sizeof(stat), file)) {
		end = strrchr(stat, ')');
		if (!end || sscanf(end + 1, " %*c %d", &parent) != 1)
			parent = 0;
	}
	fclose(file);
	return parent;
}

static bool find_in(pid_t pid, struct tuple *guard)
{
	char path[32], *text = NULL;
	bool found = false;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && getdelim(&text, &room, '\0', file) > 0)
		if (!strncmp(text, VARIABLE "=", sizeof(VARIABLE)))
			found = guard_parse(text + sizeof(VARIABLE), guard);
	free(text);
	fclose(file);
	return found;
}

static bool is_local(const struct address *address)
{
	struct ifaddrs *list, *ifa;
	bool found = false;

	if (getifaddrs(&list))
		return true;
	for (ifa = list; !found && ifa; ifa = ifa->ifa_next) {
		struct address local = address_of(ifa->ifa_addr);

		found = address_equal(&local, address);
	}
	freeifaddrs(list);
	return found;
}

bool guard_find(struct tuple *guard)
{
	const char *text = getenv(VARIABLE);
	bool found = text && guard_parse(text, guard);
	pid_t pid = getppid();
	int i;

	for (i = 0; !found && pid > 1 && i < ANCESTORS_MAX; i++) {
		found = find_in(pid, guard);
		pid = parent_of(pid);
	}
	return found && is_local(&guard->destination.address);
}
