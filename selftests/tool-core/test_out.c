// SPDX-License-Identifier: GPL-2.0
/* The printer: the same calls as text and as JSON. */
#include <stdlib.h>

#include <json-c/json.h>

#include "out/out.h"
#include "tap.h"

static const struct out_column columns[] = {
	{ "name", "NAME", 0 }, { "hits", "HITS", OUT_RIGHT }, { "note", "NOTE", 0 },
	{ NULL, NULL, 0 },
};

static void print_sample(struct out *out)
{
	out_record_begin(out, "policy");
	out_number(out, "generation", 1234);
	out_duration(out, "age_ms", 80000);
	out_bytes(out, "memory", 2048);
	out_string(out, "absent", NULL);
	out_string(out, "evil", "a\033[2J\nb");
	out_record_end(out);
	out_list_begin(out, "rules", columns);
	out_row_begin(out);
	out_string(out, "name", "web");
	out_number(out, "hits", 5000);
	out_string(out, "hidden", "only in JSON");
	out_text(out, "note", "only in text");
	out_object_begin(out, "client");
	out_string(out, "address", "10.0.0.1");
	out_array_begin(out, "ports");
	out_number(out, NULL, 80);
	out_object_begin(out, NULL);
	out_bool(out, "deep", true);
	out_object_end(out);
	out_array_end(out);
	out_object_end(out);
	out_row_end(out);
	out_row_begin(out);
	out_string(out, "name", "mail");
	out_row_end(out);
	out_list_end(out);
}

static char *sample(bool json, void (*print)(struct out *out))
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct out *out = out_open(file, json);

	print(out);
	out_close(out);
	fclose(file);
	return text;
}

static void test_text(struct tap *tap)
{
	char *text = sample(false, print_sample);

	tap_is(tap, text,
	       "generation:           1,234\n"
	       "age ms:               1m20s\n"
	       "memory:               2.0KiB\n"
	       "evil:                 a?[2J?b\n"
	       "NAME  HITS NOTE\n"
	       "web  5,000 only in text\n"
	       "mail     - -\n", "records and lists as text");
	free(text);
}

static void test_json(struct tap *tap)
{
	char *text = sample(true, print_sample);
	struct json_object *root = json_tokener_parse(text);

	tap_ok(tap, root, "the JSON of records and lists can be parsed");
	tap_is(tap, json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN),
	       "{\"policy\":{\"generation\":1234,\"age_ms\":80000,\"memory\":2048,"
	       "\"evil\":\"a\\u001b[2J\\nb\"},"
	       "\"rules\":[{\"name\":\"web\",\"hits\":5000,\"hidden\":\"only in JSON\","
	       "\"client\":{\"address\":\"10.0.0.1\",\"ports\":[80,{\"deep\":true}]}},"
	       "{\"name\":\"mail\"}]}", "records and lists in JSON");
	json_object_put(root);
	free(text);
}

static void print_half(struct out *out)
{
	out_list_begin(out, "rules", columns);
	out_row_begin(out);
	out_string(out, "name", "web");
	out_object_begin(out, "client");
}

static void print_empty(struct out *out)
{
	out_list_begin(out, "rules", columns);
	out_list_end(out);
}

static void print_line(struct out *out)
{
	out_line_begin(out);
	out_string(out, "event", "drop");
	out_number(out, "unseen", 3);
	out_line_end(out);
}

/* More rows than are drawn at a time. */
static void print_long(struct out *out)
{
	unsigned int i;

	out_list_begin(out, "rules", columns);
	for (i = 0; i < 25000; i++) {
		out_row_begin(out);
		out_stringf(out, "name", "rule-%u", i);
		out_number(out, "hits", i);
		out_row_end(out);
	}
	out_list_end(out);
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int found = 0;

	for (; (text = strstr(text, what)); text++)
		found++;
	return found;
}

static void test_shapes(struct tap *tap)
{
	struct json_object *root;
	char *text;

	text = sample(true, print_half);
	root = json_tokener_parse(text);
	tap_ok(tap, root, "JSON is whole when a command fails in the middle");
	json_object_put(root);
	free(text);
	text = sample(true, print_empty);
	tap_is(tap, text, "{\n\"rules\": []\n}\n", "an empty list in JSON");
	free(text);
	text = sample(false, print_line);
	tap_is(tap, text, "drop 3\n", "an event as a line of text");
	free(text);
	text = sample(true, print_line);
	tap_is(tap, text, "{ \"event\": \"drop\", \"unseen\": 3 }\n", "an event as a line of JSON");
	free(text);
	text = sample(false, print_long);
	tap_ok(tap, count(text, "\n") == 25001 && count(text, "HITS") == 1,
	       "a long list has all rows and one heading");
	tap_ok(tap, strstr(text, "\nrule-24999 24,999 -\n"),
	       "a long list keeps its columns aligned");
	free(text);
	text = sample(true, print_long);
	root = json_tokener_parse(text);
	tap_ok(tap, json_object_array_length(json_object_object_get(root, "rules")) == 25000,
	       "a long list has all rows in JSON");
	json_object_put(root);
	free(text);
}

int main(void)
{
	struct tap tap = { 0 };

	test_text(&tap);
	test_json(&tap);
	test_shapes(&tap);
	return tap_end(&tap);
}
