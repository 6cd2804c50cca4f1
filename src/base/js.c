#include "base/js.h"

#include <inttypes.h>
#include <json-c/json_tokener.h>
#include <string.h>

#include "base/parse.h"

/* Four hex digits at p, or -1. */
static int
hex4(const char *p, const char *end)
{
	int unit = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *at; /* & 15 folds the two cases */

		if (p + i >= end || p[i] == '\0')
			return -1;
		at = strchr(digits, p[i]);
		if (at == NULL)
			return -1;
		unit = unit << 4 | (int)((at - digits) & 15);
	}
	return unit;
}

/* The escape at *p; *p moves to its last character. A surrogate must come as
 * a pair: json-c would turn a lone one into U+FFFD, and nobody could tell. */
static bool
escape_ok(const char **p, const char *end)
{
	const char *at = *p + 1; /* past the backslash */
	int unit, low;

	if (at >= end || *at == '\0' || strchr("\"\\/bfnrtu", *at) == NULL)
		return false;
	*p = at;
	if (*at != 'u')
		return true;
	unit = hex4(at + 1, end);
	if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
		return false;
	*p = at + 4;
	if (unit < 0xD800 || unit > 0xDBFF)
		return true;
	if (end - at < 11 || at[5] != '\\' || at[6] != 'u')
		return false;
	low = hex4(at + 7, end);
	*p = at + 10;
	return low >= 0xDC00 && low <= 0xDFFF;
}

static bool
string_ok(const char **p, const char *end)
{
	for ((*p)++; *p < end && **p != '"'; (*p)++) {
		if ((unsigned char)**p < 0x20)
			return false;
		if (**p == '\\' && !escape_ok(p, end))
			return false;
	}
	return *p < end;
}

/* Digits from p on, one at least: what comes after them; else NULL. */
static const char *
digits_end(const char *p, const char *end)
{
	const char *at = p;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at > p ? at : NULL;
}

/* The number at *p (RFC 8259, section 6); *p moves to its last character. */
static bool
number_ok(const char **p, const char *end)
{
	const char *at = *p + (**p == '-'), *whole = at;

	at = digits_end(at, end);
	if (at == NULL || (*whole == '0' && at > whole + 1))
		return false;
	if (at < end && *at == '.')
		at = digits_end(at + 1, end);
	if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
		at++;
		at += at < end && (*at == '+' || *at == '-');
		at = digits_end(at, end);
	}
	if (at == NULL)
		return false;
	*p = at - 1;
	return true;
}

/* What json-c's STRICT still lets through: single quotes, NaN and Infinity,
 * words in capitals, raw control characters, "1.". One pass finds them all. */
static bool
text_ok(const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '"') {
			if (!string_ok(&p, end))
				return false;
		} else if (*p == '-' || (*p >= '0' && *p <= '9')) {
			if (!number_ok(&p, end))
				return false;
		} else if (*p == '\0' || *p == '\'' || *p == 'N' || *p == 'I' ||
			   *p == 'T' || *p == 'F') {
			return false; /* NaN, Infinity, True, NULL, 'x' */
		}
	}
	return true;
}

enum rc
js_parse(const char *p, size_t n, struct json_object **out)
{
	struct json_tokener *tok;
	struct json_object *doc;
	enum rc rc = RC_BAD_JSON;

	if (n == 0 || n > INT32_MAX || !parse_utf8(p, n) || !text_ok(p, p + n))
		return RC_BAD_JSON;
	tok = json_tokener_new_ex(JS_MAX_DEPTH);
	if (tok == NULL)
		return RC_INTERNAL;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	doc = json_tokener_parse_ex(tok, p, (int)n);
	/* a bare number at the end waits for more: the NUL ends it */
	if (json_tokener_get_error(tok) == json_tokener_continue)
		doc = json_tokener_parse_ex(tok, "", 1);
	if (json_tokener_get_error(tok) == json_tokener_success) {
		*out = doc;
		rc = RC_OK;
	} else {
		json_object_put(doc);
	}
	json_tokener_free(tok);
	return rc;
}

struct json_object *
js_get(struct json_object *obj, const char *key)
{
	struct json_object *v = NULL;

	if (!json_object_is_type(obj, json_type_object))
		return NULL;
	json_object_object_get_ex(obj, key, &v);
	return v;
}

const char *
js_get_str(struct json_object *obj, const char *key, size_t *len)
{
	struct json_object *v = js_get(obj, key);

	if (!json_object_is_type(v, json_type_string))
		return NULL;
	if (len != NULL)
		*len = (size_t)json_object_get_string_len(v);
	return json_object_get_string(v);
}

bool
js_get_int(struct json_object *obj, const char *key, int64_t *out)
{
	struct json_object *v = js_get(obj, key);

	if (!json_object_is_type(v, json_type_int))
		return false;
	*out = json_object_get_int64(v);
	return true;
}

void
js_add_string(struct buf *b, const char *p, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t from = 0;

	buf_addc(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		char esc[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
		const char *at;

		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		buf_add(b, p + from, i - from);
		from = i + 1;
		at = c == '\0' ? NULL : strchr("\"\"\\\\\nn\rr\tt", c);
		if (at != NULL) {
			buf_addc(b, '\\');
			buf_addc(b, at[1] == at[0] ? at[0] : at[1]);
		} else {
			buf_add(b, esc, sizeof(esc));
		}
	}
	buf_add(b, p + from, n - from);
	buf_addc(b, '"');
}

static void
before(struct buf *b, const char *key)
{
	char last = b->len > 0 ? b->data[b->len - 1] : '[';

	if (last != '{' && last != '[' && last != ':')
		buf_addc(b, ',');
	if (key != NULL) {
		js_add_string(b, key, strlen(key));
		buf_addc(b, ':');
	}
}

void
js_open(struct buf *b, const char *key, char bracket)
{
	before(b, key);
	buf_addc(b, bracket);
}

void
js_close(struct buf *b, char bracket)
{
	buf_addc(b, bracket);
}

void
js_strn(struct buf *b, const char *key, const char *value, size_t n)
{
	before(b, key);
	js_add_string(b, value, n);
}

void
js_str(struct buf *b, const char *key, const char *value)
{
	js_strn(b, key, value, strlen(value));
}

void
js_int(struct buf *b, const char *key, int64_t value)
{
	before(b, key);
	buf_addf(b, "%" PRId64, value);
}

void
js_bool(struct buf *b, const char *key, bool value)
{
	before(b, key);
	buf_adds(b, value ? "true" : "false");
}

void
js_null(struct buf *b, const char *key)
{
	before(b, key);
	buf_adds(b, "null");
}

void
js_raw(struct buf *b, const char *key, const char *text, size_t n)
{
	before(b, key);
	buf_add(b, text, n);
}
