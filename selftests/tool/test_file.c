// SPDX-License-Identifier: GPL-2.0
/*
 * Files: includes, several errors, bounds; and a thousand damaged policies.
 * Each of these must be read, or refused with a line number.
 */
#include "tap.h"

#include "check/check.h"
#include "parse/parse.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/umbra-test-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	if (!file)
		abort();
	fputs(text, file);
	fclose(file);
}

/* Read @name in the directory: are there @rows, and is @expected reported? */
static void test_file(const char *title, const char *name, size_t rows,
		      const char *expected)
{
	struct policy p = { 0 };
	struct told told;
	const char *text;
	char path[64];
	int err;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	told_open(&told);
	err = parse_file(&p, path, &told.report);
	text = told_text(&told);
	ok = expected ? err && strstr(text, expected) : !err && !*text;
	ok = ok && policy_rows(&p) == rows;
	tap(ok, "%s", title);
	if (!ok)
		tap_note("%d, %zu rows: %s", err, policy_rows(&p), text);
	policy_free(&p);
	told_close(&told);
}

static void test_includes(void)
{
	write_file("inner", "network B 10.0.0.2\n");
	write_file("outer", "network A 10.0.0.1\ninclude inner\n"
		   "include \"inner\"\nnetwork C 10.0.0.3\n");
	test_file("a file beside the one that includes it is read", "outer", 4, NULL);

	write_file("loop1", "include loop2\n");
	write_file("loop2", "\ninclude loop1\n");
	test_file("a cycle of includes is reported", "loop1", 0,
		  "loop2:2: a file that includes itself");

	write_file("own", "include own\n");
	test_file("a file that includes itself is reported", "own", 0, "own:1: a file");

	write_file("wrong", "network A\n");
	write_file("outer", "include wrong\nnetwork B\n");
	test_file("errors carry the included file's name", "outer", 0,
		  "wrong:1: address expected");
	test_file("reading goes on after an error in an included file", "outer", 0, "outer:2: ");

	write_file("outer", "include .\n");
	test_file("an included directory is reported", "outer", 0, "Is a directory");
	test_file("a file that does not exist is reported", "missing", 0,
		  "cannot read: '");
}

static void test_share(void)
{
	char sub[64];

	snprintf(sub, sizeof(sub), "%s/sub", dir);
	mkdir(sub, 0700);
	write_file("stock-only", "service s tcp dynamic any 1\n");
	write_file("sub/p", "include stock-only\n");
	setenv("UMBRA_SHARE", dir, 1);
	test_file("a file in the directory $UMBRA_SHARE can be included", "sub/p", 1, NULL);
	unsetenv("UMBRA_SHARE");
}

static void test_errors(void)
{
	char text[40 * 12] = "";
	struct policy p = { 0 };
	struct told told;
	unsigned int i;

	for (i = 0; i < 40; i++)
		strcat(text, "rule A\n");
	told_open(&told);
	parse_string(&p, text, &told);
	tap(told.report.errors == REPORT_MAX &&
	    strstr(told_text(&told), "f:20: ") &&
	    strstr(told_text(&told), "no more are shown"),
	    "at most %d errors are reported", REPORT_MAX);
	policy_free(&p);
	told_close(&told);

	told_open(&told);
	parse_text(&p, "network A 10.0\0.0.1", 19, "f", &told.report);
	tap(told.report.errors == 1, "a zero byte is refused");
	policy_free(&p);
	told_close(&told);
}

static void test_stock(void)
{
	struct resolve how = { 0 };
	struct policy p = { 0 };
	struct told told;

	told_open(&told);
	tap(!policy_read(&p, STOCK_SERVICES, &how, &told.report) &&
	    policy_rows(&p) > 100 && !told.report.warnings,
	    "the stock services are read without a warning");
	policy_free(&p);
	told_close(&told);
}

static const char sample[] =
	"network Inside eth1 192.168.1.0/24 eth1 2001:db8:1::/64\n"
	"network \"ICQ server\" 192.168.1.17 host a.example\n"
	"service icq tcp dynamic 1024-65535 5190 timeout 9 advisory \"x\"\n"
	"service e icmp dynamic type 3,4 code 0-3 type 8\n"
	"service g group icq e comment \"y\"\n"
	"rule Inside \"ICQ server\" g allow name n rate 5 client-rate 2 # end\n"
	"rule Any Firewall icq \\\n  reject disabled\n"
	"set timeout-icmp 60\nset ping any\n";

/* Bytes that mean something to the lexer, and some that mean nothing. */
static char odd_byte(void)
{
	static const char odd[] = " \t\n\r\"\\#,-./:0159azAZ\x01\x7f\xc3\xff";

	return odd[random() % (sizeof(odd) - 1)];
}

static size_t damage(char *text, size_t size)
{
	int i, times = 1 + random() % 8;
	size_t at;

	for (i = 0; i < times && size; i++) {
		at = random() % size;
		switch (random() % 3) {
		case 0:
			text[at] = odd_byte();
			break;
		case 1:
			memmove(text + at, text + at + 1, size - at - 1);
			size--;
			break;
		default:
			size = random() % 8 ? size : at + 1;
			break;
		}
	}
	return size;
}

/* Is every line "f:LINE: ...", or the one that says that there are too many errors? */
static bool lines_are_placed(const char *text)
{
	for (; *text; text = strchr(text, '\n') + 1)
		if (strncmp(text, "f:", 2) || !strchr(text, '\n'))
			return false;
	return true;
}

static void test_damaged(void)
{
	unsigned int i, refused = 0, bad = 0;
	char text[sizeof(sample)];
	struct policy p = { 0 };
	struct told told;
	size_t size;
	int err;

	srandom(5190);
	for (i = 0; i < 5000; i++) {
		memcpy(text, sample, sizeof(sample));
		size = damage(text, sizeof(sample) - 1);
		told_open(&told);
		err = parse_text(&p, text, size, "f", &told.report);
		refused += !!err;
		bad += !err != !told.report.errors ||
		       !lines_are_placed(told_text(&told));
		if (!err)
			policy_check(&p, &told.report);
		policy_free(&p);
		told_close(&told);
	}
	tap(!bad && refused > 1000,
	    "%u damaged policies are read or refused with a line number, %u of them refused", i,
	    refused);
}

int main(void)
{
	char command[64];

	if (!mkdtemp(dir))
		return 1;
	test_includes();
	test_share();
	test_errors();
	test_stock();
	test_damaged();
	snprintf(command, sizeof(command), "rm -r %s", dir);
	if (system(command))
		return 1;
	return tap_end();
}
