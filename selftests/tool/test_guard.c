// SPDX-License-Identifier: GPL-2.0
/* The SSH connection of a session, from the environment. */
#include "tap.h"

#include "live/guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_parse(const char *text, bool right)
{
	struct tuple guard;

	tap(guard_parse(text, &guard) == right, "an SSH connection is %s: '%s'",
	    right ? "read" : "refused", text);
}

/* A child that lost the variable, as under sudo, asks its parents. */
static void test_parent(const char *self)
{
	pid_t child = fork();
	int status;

	if (!child) {
		setenv("SSH_CONNECTION", "127.0.0.1 50000 127.0.0.1 22", 1);
		execl("/bin/sh", "sh", "-c",
		      "env -u SSH_CONNECTION \"$0\" found; exit $?", self,
		      NULL);
		_exit(9);
	}
	waitpid(child, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status),
	    "a parent process's connection is found");
}

int main(int argc, char *argv[])
{
	struct tuple guard;

	if (argc > 1)
		return !(guard_find(&guard) && guard.source.port == 50000 &&
			 guard.destination.port == 22 && guard.protocol == 6);
	test_parse("192.0.2.1 50000 192.0.2.2 22", true);
	test_parse("2001:db8::1 50000 2001:db8::2 22", true);
	test_parse("fe80::1%eth0 50000 fe80::2%eth0 22", true);
	test_parse("192.0.2.1 50000 192.0.2.2", false);
	test_parse("192.0.2.1 50000 2001:db8::2 22", false);
	test_parse("192.0.2.1 65536 192.0.2.2 22", false);
	test_parse("", false);
	setenv("SSH_CONNECTION", "192.0.2.1 1 203.0.113.99 22", 1);
	tap(!guard_find(&guard),
	    "a connection that ends in another namespace is not found");
	unsetenv("SSH_CONNECTION");
	test_parent(argv[0]);
	return tap_end();
}
