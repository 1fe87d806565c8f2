// SPDX-License-Identifier: GPL-2.0
#include "parse/lex.h"

#include <errno.h>
#include <string.h>

void lex_open(struct lexer *lex, const char *text, size_t size,
	      const char *file, struct arena *arena, struct report *report)
{
	static const char mark[] = "\xef\xbb\xbf";	/* the UTF-8 byte order mark */

	*lex = (struct lexer){
		.at = text,
		.end = text + size,
		.place = { .file = file, .line = 1 },
		.arena = arena,
		.report = report,
	};
	if (size >= 3 && !memcmp(text, mark, 3))
		lex->at += 3;
}

/* The length in bytes of the UTF-8 character at @text; 0 if it is invalid. */
static unsigned int utf8_len(const unsigned char *text)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int len, i, c = *text;

	if (c < 0x80)
		return 1;
	len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
	if (!len || c >= 0xf8)
		return 0;
	c &= 0x7f >> len;
	for (i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (text[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return len;
}

bool lex_is_printable(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned int len;

	for (; *at; at += len) {
		len = utf8_len(at);
		if (!len || *at < ' ' || *at == 0x7f)
			return false;
	}
	return true;
}

static int peek(const struct lexer *lex)
{
	return lex->at < lex->end ? (unsigned char)*lex->at : EOF;
}

/* The length of a backslash and the end of line after it; 0 if there is none. */
static unsigned int continuation(const struct lexer *lex)
{
	size_t left = lex->end - lex->at;

	if (left >= 2 && !memcmp(lex->at, "\\\n", 2))
		return 2;
	if (left >= 3 && !memcmp(lex->at, "\\\r\n", 3))
		return 3;
	return 0;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_comment(struct lexer *lex)
{
	while (peek(lex) != '\n' && peek(lex) != EOF)
		lex->at++;
}

/* Go to the next word. Return: false when the line has none. */
static bool skip_blanks(struct lexer *lex)
{
	unsigned int len;

	for (;;) {
		len = continuation(lex);
		if (len) {
			lex->at += len;
			lex->place.line++;
		} else if (is_blank(peek(lex))) {
			lex->at++;
		} else {
			break;
		}
	}
	if (peek(lex) == '#')
		skip_comment(lex);
	return peek(lex) != '\n' && peek(lex) != EOF;
}

static int append(struct lexer *lex, char *buf, int *len, int c)
{
	if (*len >= LEX_WORD_MAX)
		return report_error(lex->report, lex->place, "word too long", NULL,
				    "%d bytes at most", LEX_WORD_MAX);
	buf[(*len)++] = c;
	return 0;
}

/* Copy a quoted word to @buf. Return: its length or -EINVAL. */
static int quoted_word(struct lexer *lex, char *buf)
{
	int len = 0, c;

	for (lex->at++; (c = peek(lex)) != '"'; lex->at++) {
		if (c == '\n' || c == EOF)
			return report_error(lex->report, lex->place,
					    "no closing quote", NULL,
					    "\"name\" on one line");
		if (c == '\\') {
			lex->at++;
			c = peek(lex);
			if (c != '"' && c != '\\')
				return report_error(lex->report, lex->place,
						    "unknown escape in quotes",
						    NULL, "\\\" or \\\\");
		}
		if (append(lex, buf, &len, c))
			return -EINVAL;
	}
	lex->at++;
	return len;
}

static int plain_word(struct lexer *lex, char *buf)
{
	int len = 0, c;

	while ((c = peek(lex)) != EOF && c != '\n' && !is_blank(c) &&
	       c != '"' && c != '#' && c != '\\') {
		if (append(lex, buf, &len, c))
			return -EINVAL;
		lex->at++;
	}
	return len;
}

/* A blank, a comment or the end of the line must follow a word. */
static int check_end(struct lexer *lex, const char *word)
{
	int c = peek(lex);

	if (c == EOF || c == '\n' || c == '#' || is_blank(c) ||
	    continuation(lex))
		return 0;
	if (c == '\\')
		return report_error(lex->report, lex->place,
				    "backslash outside quotes", word,
				    "at the end of a line, to continue it");
	return report_error(lex->report, lex->place,
			    "no blank between word and quote", word,
			    "quotes around a whole word");
}

static int lex_word(struct lexer *lex, struct token *token)
{
	char buf[LEX_WORD_MAX + 1];
	int len;

	token->quoted = peek(lex) == '"';
	len = token->quoted ? quoted_word(lex, buf) : plain_word(lex, buf);
	if (len < 0)
		return len;
	buf[len] = '\0';
	if (strlen(buf) < (size_t)len || !lex_is_printable(buf))
		return report_error(lex->report, lex->place,
				    "control character, or not UTF-8", buf,
				    "printable text");
	len = check_end(lex, buf);
	if (len)
		return len;
	token->text = arena_strdup(lex->arena, buf);
	return token->text ? 0 : -ENOMEM;
}

/* Skip the rest of the line, including its end. */
static void end_line(struct lexer *lex)
{
	skip_comment(lex);
	if (peek(lex) == '\n') {
		lex->at++;
		lex->place.line++;
	}
}

int lex_line(struct lexer *lex, struct line *line)
{
	int err = 0;

	while (!skip_blanks(lex)) {
		if (peek(lex) == EOF)
			return 0;
		end_line(lex);
	}
	line->place = lex->place;
	line->nr = 0;
	do {
		if (line->nr == LEX_WORDS_MAX)
			err = report_error(lex->report, line->place,
					   "row too long", NULL,
					   "%d words at most", LEX_WORDS_MAX);
		else
			err = lex_word(lex, &line->tokens[line->nr++]);
	} while (!err && skip_blanks(lex));
	end_line(lex);
	return err ? err : 1;
}
