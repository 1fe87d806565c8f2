// SPDX-License-Identifier: GPL-2.0
/* Which of the sessions that would end are kept, and in what order they are printed. */
#include "live/preview.h"
#include "tap.h"

/* Byte counts that are all different, and not in order. */
static uint64_t bytes_of(unsigned int i)
{
	return (i * 7919u) % 10007u;
}

static void keep(struct preview *preview, unsigned int number, unsigned int own)
{
	struct cut cut = { 0 };
	unsigned int i;

	for (i = 0; i < number; i++) {
		cut.session.id = i;
		cut.bytes = bytes_of(i);
		cut.own = i == own;
		preview_keep(preview, &cut);
	}
	preview_sort(preview);
}

static bool is_sorted(const struct preview *preview, size_t from)
{
	size_t i;

	for (i = from + 1; i < preview->nr; i++)
		if (preview->cuts[i].bytes >= preview->cuts[i - 1].bytes)
			return false;
	return true;
}

int main(void)
{
	struct preview all = { .limit = 1000000 }, some = { .limit = 100 };
	struct preview one = { .limit = 1 }, equal = { .limit = 2 };
	struct cut cut = { .bytes = 5 };
	struct tap tap = { 0 };

	keep(&all, 10007, 10007);
	tap_ok(&tap, all.nr == 10007 && is_sorted(&all, 0),
	       "all sessions are kept in order of their bytes");
	tap_ok(&tap, all.bytes == 10006u * 10007u / 2 && all.ends == 10007,
	       "the sessions and their bytes are summed up");
	keep(&some, 10007, 0);
	tap_ok(&tap, some.nr == 100 && some.cuts[0].own && !some.cuts[0].bytes,
	       "the user's own session comes first, however few bytes it has");
	tap_ok(&tap, is_sorted(&some, 1) && some.cuts[1].bytes == 10006 &&
		     some.cuts[99].bytes == 10006 - 98,
	       "the other sessions that are kept are those with the most bytes");
	tap_ok(&tap, some.ends == 10007 && some.bytes == all.bytes,
	       "sessions that are not kept are counted, too");
	keep(&one, 10007, 5000);
	tap_ok(&tap, one.nr == 1 && one.cuts[0].own,
	       "the user's own session is kept if there is room for only one");
	for (cut.session.id = 9; cut.session.id > 4; cut.session.id--)
		preview_keep(&equal, &cut);
	preview_sort(&equal);
	tap_ok(&tap, equal.cuts[0].session.id == 5 && equal.cuts[1].session.id == 6,
	       "the oldest of several sessions with equal bytes are kept");
	preview_free(&all);
	preview_free(&some);
	preview_free(&one);
	preview_free(&equal);
	preview_free(&equal);
	tap_ok(&tap, !equal.nr, "a preview may be freed twice");
	return tap_end(&tap);
}
