// SPDX-License-Identifier: GPL-2.0
#include "check/check.h"

#include "parse/nat_end.h"
#include "parse/parse.h"

int policy_read(struct policy *p, const char *path, struct resolve *how,
		struct report *report)
{
	int err = parse_file(p, path, report);

	/* Go on only if no row was wrong: a missing row would cause more errors. */
	if (!err)
		err = policy_bind_ends(p, report);
	if (!err)
		err = policy_resolve(p, how, report);
	return err ? err : policy_check(p, report);
}
