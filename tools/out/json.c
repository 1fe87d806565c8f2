// SPDX-License-Identifier: GPL-2.0
/*
 * JSON. Lists and records are members of one object and are written as they come; json-c
 * builds one row at a time. Each line of the printer is a separate object on its own line.
 */
#include "out/internal.h"

#include <json-c/json.h>

/* Begin the next member of the root object, after a comma if it is not the first. */
static void json_member(struct out *out, const char *name)
{
	struct json_object *quoted = json_object_new_string(name);

	fputs(out->members++ ? ",\n" : "{\n", out->file);
	fprintf(out->file, "%s: ", json_object_to_json_string(quoted));
	json_object_put(quoted);
}

void json_list_begin(struct out *out, const char *name)
{
	json_member(out, name);
	fputc('[', out->file);
}

void json_list_end(struct out *out)
{
	fputs(out->rows ? "\n]" : "]", out->file);
}

void json_frame_begin(struct out *out)
{
	out->stack[0] = json_object_new_object();
}

void json_frame_end(struct out *out)
{
	const char *text = json_object_to_json_string_ext(out->stack[0],
		JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (out->frame == OUT_RECORD)
		json_member(out, out->name);
	if (out->frame == OUT_ROW)
		fputs(out->rows++ ? ",\n" : "\n", out->file);
	fputs(text, out->file);
	if (out->frame == OUT_LINE)
		fputc('\n', out->file);
	json_object_put(out->stack[0]);
	out->stack[0] = NULL;
}

void json_value(struct out *out, const char *key, struct json_object *value)
{
	struct json_object *top;

	if (out->depth > OUT_DEPTH_MAX) {
		json_object_put(value);
		return;
	}
	top = out->stack[out->depth];
	if (json_object_is_type(top, json_type_array))
		json_object_array_add(top, value);
	else
		json_object_object_add(top, key, value);
}

void json_nest(struct out *out, const char *key, struct json_object *nest)
{
	/* out->depth already counts @nest, so its parent is one level lower. */
	if (out->depth > OUT_DEPTH_MAX) {
		json_object_put(nest);
		return;
	}
	out->stack[out->depth] = nest;
	out->depth--;
	json_value(out, key, nest);
	out->depth++;
}

void json_end(struct out *out)
{
	if (out->members)
		fputs("\n}\n", out->file);
}
