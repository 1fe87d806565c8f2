/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by the files of the printer.
 */
#ifndef OUT_INT_H
#define OUT_INT_H

#include "out/out.h"

struct json_object;
struct libscols_line;
struct libscols_table;

/** How deep objects and arrays may be nested. */
#define OUT_DEPTH_MAX 6

/** What is open now. A row is inside a list; the others are not nested. */
enum out_frame {
	OUT_NOTHING,
	OUT_LIST,
	OUT_ROW,
	OUT_RECORD,
	OUT_LINE,
};

/**
 * struct out - a printer
 * @file: where the output goes
 * @json: write JSON instead of text
 * @frame: what is open now
 * @error: the first errno of writing, positive
 * @depth: open objects and arrays inside the frame
 * @members: JSON: lists and records so far, 0 while nothing was printed
 * @rows: JSON: rows of the open list; text: those of them not printed yet
 * @name: JSON: name of the open record
 * @stack: JSON: the objects and arrays being built, the frame at [0]
 * @columns: text: columns of the open list
 * @table: text: rows not printed yet
 * @line: text: the open row
 * @headed: text: the list's heading was printed
 * @cells: text: values so far in this frame
 */
struct out {
	FILE *file;
	bool json;
	enum out_frame frame;
	int error;
	unsigned int depth;
	unsigned int members;
	unsigned int rows;
	const char *name;
	struct json_object *stack[OUT_DEPTH_MAX + 1];
	const struct out_column *columns;
	struct libscols_table *table;
	struct libscols_line *line;
	bool headed;
	unsigned int cells;
};

/* JSON. */
void json_list_begin(struct out *out, const char *name);
void json_list_end(struct out *out);
void json_frame_begin(struct out *out);
void json_frame_end(struct out *out);
void json_value(struct out *out, const char *key, struct json_object *value);
void json_nest(struct out *out, const char *key, struct json_object *nest);
void json_end(struct out *out);

/* Text. */
void text_list_begin(struct out *out, const struct out_column *columns);
void text_list_end(struct out *out);
void text_row_begin(struct out *out);
void text_row_end(struct out *out);
void text_value(struct out *out, const char *key, const char *value);
void text_end(struct out *out);

#endif
