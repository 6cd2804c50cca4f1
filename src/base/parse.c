#include "base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>
#include <unistr.h>

enum rc
parse_int(const char *text, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	long long v;

	if (!isdigit((unsigned char)text[text[0] == '-']))
		return RC_INVALID;
	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || v < min || v > max)
		return RC_INVALID;
	*out = v;
	return RC_OK;
}

enum rc
parse_bool(const char *text, bool *out)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = { { "yes", true }, { "no", false }, { "true", true },
		{ "false", false }, { "on", true }, { "off", false },
		{ "1", true }, { "0", false } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i].word) == 0) {
			*out = words[i].value;
			return RC_OK;
		}
	}
	return RC_INVALID;
}

enum rc
parse_uuid(const char *text, char out[static UUID_TEXT_SIZE])
{
	for (int i = 0; i < UUID_TEXT_SIZE - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return RC_INVALID;
	}
	if (text[UUID_TEXT_SIZE - 1] != '\0')
		return RC_INVALID;
	for (int i = 0; i < UUID_TEXT_SIZE; i++)
		out[i] = (char)tolower((unsigned char)text[i]);
	return RC_OK;
}

bool
parse_is_handle(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n >= 1 && n <= HANDLE_MAX_CHARS && text[n] == '\0';
}

bool
parse_utf8(const void *p, size_t n)
{
	return u8_check(p, n) == NULL;
}

size_t
parse_chars(const char *p, size_t n)
{
	return u8_mbsnlen((const uint8_t *)p, n);
}

void
parse_trim(const char **p, size_t *n)
{
	const uint8_t *from = (const uint8_t *)*p, *to = from + *n, *before;
	ucs4_t c;

	while (from < to) {
		int width = u8_mbtouc(&c, from, (size_t)(to - from));

		if (!uc_is_property_white_space(c))
			break;
		from += width;
	}
	while (to > from && (before = u8_prev(&c, to, from)) != NULL &&
	       uc_is_property_white_space(c))
		to = before;
	*p = (const char *)from;
	*n = (size_t)(to - from);
}

bool
parse_is_blank(const char *p, size_t n)
{
	const uint8_t *at = (const uint8_t *)p, *end = at + n;
	ucs4_t c;

	while (at < end) {
		at += u8_mbtouc(&c, at, (size_t)(end - at));
		if (!uc_is_property_white_space(c) &&
		    !uc_is_property_default_ignorable_code_point(c))
			return false;
	}
	return true;
}
