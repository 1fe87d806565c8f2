// SPDX-License-Identifier: GPL-2.0
/* The test module: the suites run when it is loaded, each case in a world of its own. */
#include <linux/module.h>

#include "session/session.h"

static int __init umbra_kunit_init(void)
{
	return umbra_session_cache_init();
}

static void __exit umbra_kunit_exit(void)
{
	umbra_session_cache_exit();
}

module_init(umbra_kunit_init);
module_exit(umbra_kunit_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The Umbra developers");
MODULE_DESCRIPTION("KUnit suites of Umbra");
