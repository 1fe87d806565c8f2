// SPDX-License-Identifier: GPL-2.0
/* Refusals: formatted error text that lives until it has been sent. See extack.h. */
#include "policy/extack.h"
#include "umbra.h"

#include <linux/sched.h>
#include <linux/slab.h>

#define TEXT_MAX	480
#define TEXTS_MAX	32

struct umbra_text {
	struct list_head list;
	const struct task_struct *task;	/* compared, never followed */
	char text[TEXT_MAX];
};

/* This task's buffer on this socket; NULL without memory, or if the socket has too many. */
static struct umbra_text *text_find(struct list_head *texts)
{
	struct umbra_text *t;
	u32 nr = 0;

	list_for_each_entry(t, texts, list) {
		if (t->task == current)
			return t;
		nr++;
	}
	if (nr == TEXTS_MAX)
		return NULL;
	t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	if (!t)
		return NULL;
	t->task = current;
	list_add(&t->list, texts);
	return t;
}

int umbra_refuse(struct umbra_refusal *why, const struct nlattr *attr, int err,
		 const char *fmt, ...)
{
	struct umbra_text *t;
	va_list args;

	if (!why || !why->extack)
		return err;
	if (attr)
		NL_SET_BAD_ATTR(why->extack, attr);
	if (why->texts)
		lockdep_assert_held(&why->un->lock);
	t = why->texts ? text_find(why->texts) : NULL;
	if (!t) {
		NL_SET_ERR_MSG(why->extack, "refused, and no memory is left to say why");
		return err;
	}
	va_start(args, fmt);
	vscnprintf(t->text, sizeof(t->text), fmt, args);
	va_end(args);
	why->extack->_msg = t->text;
	return err;
}

void umbra_refusal_texts_free(struct list_head *texts)
{
	struct umbra_text *t, *next;

	list_for_each_entry_safe(t, next, texts, list)
		kfree(t);
	INIT_LIST_HEAD(texts);
}
