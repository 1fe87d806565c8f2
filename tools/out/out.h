/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One printer for people and for programs.
 *
 * A command prints its data once. As text, the data becomes a table or lines of
 * "key: value". With --json it becomes one JSON object, whose members are the lists and
 * records in the order in which they were printed. Keys are lower case with underscores.
 * Text formats numbers, durations and bytes for reading; JSON has plain numbers,
 * milliseconds and bytes.
 *
 *	static const struct out_column columns[] = {
 *		{ "name", "NAME" }, { "hits", "HITS", OUT_RIGHT }, { NULL }
 *	};
 *	out_list_begin(out, "rules", columns);
 *	out_row_begin(out);
 *	out_string(out, "name", rule->name);
 *	out_number(out, "hits", rule->hits);
 *	out_row_end(out);
 *	out_list_end(out);
 *
 * Rows are written as they come, some thousand at a time, so a list may have any length.
 *
 * JSON only: keys that are not a column of the list, and everything inside
 * out_object_begin() or out_array_begin(). Text only: out_text(). A NULL string is an
 * empty cell in text and absent in JSON.
 */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct out;

/** flags of a column */
#define OUT_RIGHT 1	/* align to the right, for numbers */
#define OUT_TRUNC 2	/* may be cut short if, and only if, a terminal is too narrow */

/**
 * struct out_column - a column of a list, as text
 * @key: which value it shows; NULL ends the list
 * @heading: its heading
 * @flags: OUT_*
 */
struct out_column {
	const char *key;
	const char *heading;
	int flags;
};

/**
 * out_open() - make a printer
 * @file: where the output goes
 * @json: JSON instead of text
 *
 * Return: the printer, NULL when out of memory.
 */
struct out *out_open(FILE *file, bool json);

/**
 * out_close() - end the JSON, flush, and free
 * @out: printer; NULL is fine
 *
 * Return: 0, or a negative errno if something could not be written.
 */
int out_close(struct out *out);

/** out_is_json() - does the printer write JSON? */
bool out_is_json(const struct out *out);

/** out_flush() - write what was printed so far. Return: 0, or -errno of the first failed write. */
int out_flush(struct out *out);

/** out_fd() - the file descriptor of the output */
int out_fd(const struct out *out);

/* A list: a table with a heading, or "@name": [ {...}, ... ]. */
void out_list_begin(struct out *out, const char *name, const struct out_column *columns);
void out_list_end(struct out *out);
void out_row_begin(struct out *out);
void out_row_end(struct out *out);

/* A record: lines of "key: value", or "@name": {...}. */
void out_record_begin(struct out *out, const char *name);
void out_record_end(struct out *out);

/** out_gap() - an empty line in text, between a record and a list */
void out_gap(struct out *out);

/* A separate line, such as an event: values separated by blanks, or {...}. */
void out_line_begin(struct out *out);
void out_line_end(struct out *out);

/* Print a value of the open row, record or line. Inside an array, @key is ignored. */
void out_string(struct out *out, const char *key, const char *value);
void out_stringf(struct out *out, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void out_number(struct out *out, const char *key, uint64_t value);
void out_bytes(struct out *out, const char *key, uint64_t bytes);
void out_duration(struct out *out, const char *key, uint64_t milliseconds);
void out_bool(struct out *out, const char *key, bool value);	/* text: yes, no */
void out_text(struct out *out, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* JSON only, with all values inside. */
void out_object_begin(struct out *out, const char *key);
void out_object_end(struct out *out);
void out_array_begin(struct out *out, const char *key);
void out_array_end(struct out *out);

/** Room for a formatted number, duration or amount of bytes. */
#define OUT_FORMAT_MAX 48

/* The text of out_number(), out_bytes() and out_duration(): 1,234,567; 1.5MiB; 1m20s. */
const char *out_format_number(char text[OUT_FORMAT_MAX], uint64_t value);
const char *out_format_bytes(char text[OUT_FORMAT_MAX], uint64_t bytes);
const char *out_format_duration(char text[OUT_FORMAT_MAX], uint64_t milliseconds);

#endif
