// SPDX-License-Identifier: GPL-2.0
/*
 * The printer's interface: frames and values, passed on to JSON or to text.
 */
#include "out/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

struct out *out_open(FILE *file, bool json)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->file = file;
	out->json = json;
	return out;
}

/* Close the frames that a failed command left open, so that the JSON is complete. */
static void out_unwind(struct out *out)
{
	if (out->frame == OUT_ROW)
		out_row_end(out);
	if (out->frame == OUT_RECORD)
		out_record_end(out);
	if (out->frame == OUT_LINE)
		out_line_end(out);
	if (out->frame == OUT_LIST)
		out_list_end(out);
}

int out_flush(struct out *out)
{
	if (fflush(out->file) && !out->error)
		out->error = errno;
	if (ferror(out->file) && !out->error)
		out->error = EIO;
	return -out->error;
}

int out_fd(const struct out *out)
{
	return fileno(out->file);
}

int out_close(struct out *out)
{
	int err;

	if (!out)
		return 0;
	out_unwind(out);
	if (out->json)
		json_end(out);
	else
		text_end(out);
	err = out_flush(out);
	free(out);
	return err;
}

bool out_is_json(const struct out *out)
{
	return out->json;
}

void out_list_begin(struct out *out, const char *name, const struct out_column *columns)
{
	out->frame = OUT_LIST;
	out->rows = 0;
	if (out->json)
		json_list_begin(out, name);
	else
		text_list_begin(out, columns);
}

void out_list_end(struct out *out)
{
	if (out->json)
		json_list_end(out);
	else
		text_list_end(out);
	out->frame = OUT_NOTHING;
}

static void frame_begin(struct out *out, enum out_frame frame, const char *name)
{
	out->frame = frame;
	out->name = name;
	out->cells = 0;
	out->depth = 0;
	if (out->json)
		json_frame_begin(out);
	else if (frame == OUT_ROW)
		text_row_begin(out);
}

static void frame_end(struct out *out)
{
	if (out->json)
		json_frame_end(out);
	else if (out->frame == OUT_ROW)
		text_row_end(out);
	out->depth = 0;
}

void out_row_begin(struct out *out)
{
	frame_begin(out, OUT_ROW, NULL);
}

void out_row_end(struct out *out)
{
	frame_end(out);
	out->frame = OUT_LIST;
}

void out_record_begin(struct out *out, const char *name)
{
	frame_begin(out, OUT_RECORD, name);
}

void out_record_end(struct out *out)
{
	frame_end(out);
	out->frame = OUT_NOTHING;
}

void out_line_begin(struct out *out)
{
	frame_begin(out, OUT_LINE, NULL);
}

void out_line_end(struct out *out)
{
	frame_end(out);
	if (!out->json)
		fputc('\n', out->file);
	out->frame = OUT_NOTHING;
	out_flush(out);
}

void out_gap(struct out *out)
{
	if (!out->json)
		fputc('\n', out->file);
}

void out_string(struct out *out, const char *key, const char *value)
{
	if (!value)
		return;
	if (out->json)
		json_value(out, key, json_object_new_string(value));
	else
		text_value(out, key, value);
}

void out_stringf(struct out *out, const char *key, const char *format, ...)
{
	char value[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	out_string(out, key, value);
}

void out_text(struct out *out, const char *key, const char *format, ...)
{
	char value[1024];
	va_list arguments;

	if (out->json)
		return;
	va_start(arguments, format);
	vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	text_value(out, key, value);
}

/* The plain number in JSON, @format of it in text. */
static void put_number(struct out *out, const char *key, uint64_t value,
		       const char *(*format)(char text[OUT_FORMAT_MAX], uint64_t value))
{
	char text[OUT_FORMAT_MAX];

	if (out->json)
		json_value(out, key, json_object_new_uint64(value));
	else
		text_value(out, key, format(text, value));
}

void out_number(struct out *out, const char *key, uint64_t value)
{
	put_number(out, key, value, out_format_number);
}

void out_bytes(struct out *out, const char *key, uint64_t bytes)
{
	put_number(out, key, bytes, out_format_bytes);
}

void out_duration(struct out *out, const char *key, uint64_t milliseconds)
{
	put_number(out, key, milliseconds, out_format_duration);
}

void out_bool(struct out *out, const char *key, bool value)
{
	if (out->json)
		json_value(out, key, json_object_new_boolean(value));
	else
		text_value(out, key, value ? "yes" : "no");
}

static void nest_begin(struct out *out, const char *key, struct json_object *nest)
{
	out->depth++;
	if (out->json)
		json_nest(out, key, nest);
}

static void nest_end(struct out *out)
{
	if (out->depth)
		out->depth--;
}

void out_object_begin(struct out *out, const char *key)
{
	nest_begin(out, key, out->json ? json_object_new_object() : NULL);
}

void out_object_end(struct out *out)
{
	nest_end(out);
}

void out_array_begin(struct out *out, const char *key)
{
	nest_begin(out, key, out->json ? json_object_new_array() : NULL);
}

void out_array_end(struct out *out)
{
	nest_end(out);
}
