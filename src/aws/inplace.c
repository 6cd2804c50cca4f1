#include "aws/inplace.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 40 /* DynamoDB nests values 32 deep */

bool
inplace_fail(struct inplace *r)
{
	r->bad = true;
	r->p = r->end;
	return false;
}

static void
skip_blank(struct inplace *r)
{
	while (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r')
		r->p++;
}

/* The next byte that is no blank, if it is c: step over it. */
bool
inplace_take(struct inplace *r, char c)
{
	skip_blank(r);
	if (*r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
expect(struct inplace *r, char c)
{
	return inplace_take(r, c) || inplace_fail(r);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at p (NUL ends them early), or -1. */
static long
hex4(const char *p)
{
	long unit = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* A code point as UTF-8 to out; how many bytes. Never more than its escape. */
static size_t
put_utf8(char *out, long c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* The four digits of \u at r->p, of a pair both; -1 if malformed. */
static long
code_point(struct inplace *r)
{
	long c = hex4(r->p), low;

	if (c < 0)
		return -1;
	r->p += 4;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c > 0xdbff || r->p[0] != '\\' || r->p[1] != 'u')
		return -1;
	low = hex4(r->p + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	r->p += 6;
	return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

/* The escape behind the backslash at r->p, written to out. */
static size_t
unescape(struct inplace *r, char *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = r->p[1];
	const char *at;
	long point;

	r->p += 2;
	if (c == 'u') {
		point = code_point(r);
		if (point < 0) {
			inplace_fail(r);
			return 0;
		}
		return put_utf8(out, point);
	}
	at = c == '\0' ? NULL : strchr(from, c);
	if (at == NULL) {
		inplace_fail(r);
		return 0;
	}
	*out = to[at - from];
	return 1;
}

/* How many bytes stand for themselves: up to a quote, a backslash or a control
 * character. */
static size_t
plain(const char *p)
{
	const char *from = p;

	while ((unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
		p++;
	return (size_t)(p - from);
}

/* A string: unescaped where it lies, its end made NUL. */
bool
inplace_string(struct inplace *r, const char **text, size_t *len)
{
	char *out;

	if (!expect(r, '"'))
		return false;
	*text = out = r->p;
	while (!r->bad && *r->p != '"') {
		size_t n = plain(r->p);

		if (out != r->p)
			memmove(out, r->p, n);
		out += n;
		r->p += n;
		if (*r->p == '\\')
			out += unescape(r, out);
		else if (*r->p != '"')
			return inplace_fail(r); /* the NUL at the end, too */
	}
	if (r->bad)
		return false;
	r->p++;
	*out = '\0';
	*len = (size_t)(out - *text);
	return true;
}

static void
skip_value(struct inplace *r, int depth)
{
	const char *text;
	size_t len;
	char close;

	skip_blank(r);
	if (depth > MAX_DEPTH) {
		inplace_fail(r);
	} else if (*r->p == '"') {
		inplace_string(r, &text, &len);
	} else if (*r->p == '{' || *r->p == '[') {
		close = *r->p++ == '{' ? '}' : ']';
		if (inplace_take(r, close))
			return;
		do {
			if (close == '}' && (!inplace_string(r, &text, &len) ||
						!expect(r, ':')))
				return;
			skip_value(r, depth + 1);
		} while (inplace_take(r, ','));
		expect(r, close);
	} else {
		len = strcspn(r->p, ",]} \n\t\r\"{[:");
		if (len == 0)
			inplace_fail(r);
		else
			r->p += len;
	}
}

bool
inplace_object(struct inplace *r)
{
	return expect(r, '{') && !inplace_take(r, '}');
}

bool
inplace_more(struct inplace *r)
{
	if (r->bad || inplace_take(r, ','))
		return !r->bad;
	expect(r, '}');
	return false;
}

bool
inplace_key(struct inplace *r, const char **key, size_t *len)
{
	return inplace_string(r, key, len) && expect(r, ':');
}

bool
inplace_array(struct inplace *r)
{
	return expect(r, '[') && !inplace_take(r, ']');
}

bool
inplace_next(struct inplace *r)
{
	if (r->bad || inplace_take(r, ','))
		return !r->bad;
	expect(r, ']');
	return false;
}

bool
inplace_number(struct inplace *r, double *out)
{
	char *end;

	skip_blank(r);
	if (*r->p != '-' && (*r->p < '0' || *r->p > '9'))
		return inplace_fail(r); /* strtod() takes "inf", "0x", … */
	*out = strtod(r->p, &end);
	r->p = end;
	return true;
}

bool
inplace_null(struct inplace *r)
{
	skip_blank(r);
	if (strncmp(r->p, "null", 4) != 0)
		return false;
	r->p += 4;
	return true;
}

void
inplace_skip(struct inplace *r)
{
	skip_value(r, 0);
}

bool
inplace_done(struct inplace *r)
{
	skip_blank(r);
	return !r->bad && r->p == r->end;
}
