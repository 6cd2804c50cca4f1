/* Percent-encoding, in paths and in queries. */
#include "tap.h"
#include "web/uri.h"

static const struct {
	const char *name;
	enum uri_part part;
	const char *text;
	const char *want; /* NULL: refused */
} cases[] = {
	{ "plain", URI_PATH, "/api/things", "/api/things" },
	{ "empty", URI_PATH, "", "" },
	{ "an encoded @", URI_PATH, "/api/%40bayko", "/api/@bayko" },
	{ "small hex digits", URI_QUERY, "%c3%a9", "\xc3\xa9" },
	{ "capital hex digits", URI_QUERY, "%C3%A9", "\xc3\xa9" },
	{ "plus in a path", URI_PATH, "a+b", "a+b" },
	{ "plus in a query", URI_QUERY, "a+b", "a b" },
	{ "an encoded plus", URI_QUERY, "a%2Bb", "a+b" },
	{ "decoded once only", URI_QUERY, "%2541", "%41" },
	{ "UTF-8 as it is", URI_QUERY, "\xc3\xa9", "\xc3\xa9" },
	{ "an emoji", URI_QUERY, "%F0%9F%98%80", "\xf0\x9f\x98\x80" },
	{ "a line break in a query", URI_QUERY, "a%0Ab", "a\nb" },
	{ "a slash in a query", URI_QUERY, "a%2Fb", "a/b" },
	{ "one digit", URI_PATH, "%4", NULL },
	{ "no digit", URI_PATH, "a%", NULL },
	{ "no hex digits", URI_PATH, "%zz", NULL },
	{ "half a digit", URI_QUERY, "%4g", NULL },
	{ "a sign for a digit", URI_QUERY, "%+1", NULL },
	{ "U+0000 in a path", URI_PATH, "/api%00", NULL },
	{ "U+0000 in a query", URI_QUERY, "%00", NULL },
	{ "a line break in a path", URI_PATH, "/api%0d%0aX: y", NULL },
	{ "escape", URI_QUERY, "%1b[0m", NULL },
	{ "delete", URI_QUERY, "%7f", NULL },
	{ "a slash in a segment", URI_PATH, "/api%2fthings", NULL },
	{ "broken UTF-8", URI_QUERY, "%C3", NULL },
	{ "overlong UTF-8", URI_QUERY, "%C0%AF", NULL },
	{ "a surrogate", URI_QUERY, "%ED%A0%80", NULL },
	{ "raw broken UTF-8", URI_PATH, "/\xff", NULL },
};

static const struct {
	const char *name, *text, *want;
} encodings[] = {
	{ "encode: plain", "/api/x?limit=2&a=%41", "/api/x?limit=2&a=%41" },
	{ "encode: blanks and quotes", "a \"b\"", "a%20%22b%22" },
	{ "encode: what ends a Link", "a>; rel=\"x\"", "a%3E;%20rel=%22x%22" },
	{ "encode: UTF-8", "\xc3\xa9", "%C3%A9" },
	{ "encode: control characters", "a\r\nb", "a%0D%0Ab" },
};

int
main(void)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[64] = "";
		enum rc rc = uri_decode(
		    cases[i].part, cases[i].text, strlen(cases[i].text), out);

		is_int(
		    rc, cases[i].want ? RC_OK : RC_BAD_REQUEST, cases[i].name);
		if (rc == RC_OK)
			is_str(out, cases[i].want, cases[i].name);
	}
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct buf b = BUF_INIT(256);

		uri_encode(encodings[i].text, strlen(encodings[i].text), &b);
		is_str(buf_str(&b), encodings[i].want, encodings[i].name);
		buf_free(&b);
	}
	return tap_done();
}
