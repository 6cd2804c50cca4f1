/* What base/js.h takes for JSON, and what it writes. */
#include "base/js.h"

#include <stdlib.h>

#include "tap.h"

static void
parsing(void)
{
	static const struct {
		const char *name, *text;
		enum rc want;
	} cases[] = {
		{ "an object", "{\"a\":1}", RC_OK },
		{ "white space around", " \n[1, 2]\t", RC_OK },
		{ "null", "null", RC_OK },
		{ "a number alone", "12", RC_OK },
		{ "an exponent", "[1E5]", RC_OK },
		{ "an emoji as a pair", "[\"\\ud83d\\ude00\"]", RC_OK },
		{ "capitals inside a string", "[\"NaN True 'x'\"]", RC_OK },
		{ "a quote escaped", "[\"\\\"'\"]", RC_OK },
		{ "empty", "", RC_BAD_JSON },
		{ "blank", "  ", RC_BAD_JSON },
		{ "cut off", "{\"a\":", RC_BAD_JSON },
		{ "two documents", "{} {}", RC_BAD_JSON },
		{ "something behind it", "{}x", RC_BAD_JSON },
		{ "a comma too many", "[1,]", RC_BAD_JSON },
		{ "single quotes", "{'a':1}", RC_BAD_JSON },
		{ "NaN", "[NaN]", RC_BAD_JSON },
		{ "numbers", "[0, -0, 1, -12, 1.5, 0.01, 1e5, 1E+5, 2.5e-3]",
		    RC_OK },
		{ "a number alone", "-1.5e3", RC_OK },
		{ "a dot and no digit", "[1.]", RC_BAD_JSON },
		{ "a dot at the end", "1.", RC_BAD_JSON },
		{ "no digit before the dot", "[.5]", RC_BAD_JSON },
		{ "an exponent without digits", "[1e]", RC_BAD_JSON },
		{ "the same with a sign", "[1e+]", RC_BAD_JSON },
		{ "a minus alone", "[-]", RC_BAD_JSON },
		{ "two of them", "[--1]", RC_BAD_JSON },
		{ "a plus", "[+1]", RC_BAD_JSON },
		{ "a leading zero", "[01]", RC_BAD_JSON },
		{ "the same, negative", "[-01]", RC_BAD_JSON },
		{ "hexadecimal", "[0x10]", RC_BAD_JSON },
		{ "letters behind a number", "[1a]", RC_BAD_JSON },
		{ "two dots", "[1.2.3]", RC_BAD_JSON },
		{ "Infinity", "[-Infinity]", RC_BAD_JSON },
		{ "True", "[True]", RC_BAD_JSON },
		{ "a comment", "[1/*x*/]", RC_BAD_JSON },
		{ "a raw control character", "[\"a\nb\"]", RC_BAD_JSON },
		{ "a lone high surrogate", "[\"\\ud800\"]", RC_BAD_JSON },
		{ "a lone low surrogate", "[\"\\udc00\"]", RC_BAD_JSON },
		{ "a high one and no low one", "[\"\\ud83d\\u0041\"]",
		    RC_BAD_JSON },
		{ "an unknown escape", "[\"\\x41\"]", RC_BAD_JSON },
		{ "an escape cut off", "[\"\\u00\"]", RC_BAD_JSON },
		{ "a string cut off in an escape", "[\"\\", RC_BAD_JSON },
		{ "overlong UTF-8", "[\"\xc0\xaf\"]", RC_BAD_JSON },
		{ "a surrogate in UTF-8", "[\"\xed\xa0\x80\"]", RC_BAD_JSON },
		{ "a word", "hello", RC_BAD_JSON },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json_object *doc = NULL;

		is_int(js_parse(cases[i].text, strlen(cases[i].text), &doc),
		    cases[i].want, cases[i].name);
		json_object_put(doc);
	}
}

static void
depth(void)
{
	char text[2048];
	struct json_object *doc = NULL;

	for (int n = 1; n <= 1000; n *= 10) {
		memset(text, '[', (size_t)n);
		memset(text + n, ']', (size_t)n);
		ok(js_parse(text, (size_t)n * 2, &doc) ==
			(n < JS_MAX_DEPTH ? RC_OK : RC_BAD_JSON),
		    "%d arrays in each other", n);
		json_object_put(doc);
		doc = NULL;
	}
}

static void
nul(void)
{
	struct json_object *doc = NULL;
	const char *p;
	size_t n = 0;

	is_int(js_parse("{\"a\":\"x\\u0000y\"}", 16, &doc), RC_OK,
	    "U+0000 as an escape is JSON");
	p = js_get_str(doc, "a", &n);
	ok(p != NULL && n == 3 && memcmp(p, "x\0y", 3) == 0,
	    "and its length tells");
	json_object_put(doc);
	doc = NULL;
	is_int(js_parse("[\"a\0b\"]", 7, &doc), RC_BAD_JSON, "a raw NUL");
}

static void
writing(void)
{
	struct buf b = BUF_INIT(1024);

	js_open(&b, NULL, '{');
	js_str(&b, "s", "a\"b\\c\n\x01\x7f");
	js_int(&b, "i", -5);
	js_bool(&b, "t", true);
	js_null(&b, "n");
	js_open(&b, "a", '[');
	js_int(&b, NULL, 1);
	js_open(&b, NULL, '{');
	js_close(&b, '}');
	js_str(&b, NULL, "");
	js_close(&b, ']');
	js_raw(&b, "r", "[2]", 3);
	js_close(&b, '}');
	is_str(buf_str(&b),
	    "{\"s\":\"a\\\"b\\\\c\\n\\u0001\\u007f\",\"i\":-5,\"t\":true,"
	    "\"n\":null,\"a\":[1,{},\"\"],\"r\":[2]}",
	    "an object with everything in it");
	buf_free(&b);
}

static void
ceiling(void)
{
	struct buf b = BUF_INIT(10);
	size_t len;
	char *text;

	buf_adds(&b, "0123456789");
	is_int(buf_rc(&b), RC_OK, "buf: up to the ceiling");
	buf_addc(&b, 'x');
	is_int(buf_rc(&b), RC_TOOBIG, "buf: one more");
	buf_reset(&b);
	buf_addf(&b, "%d-%s", 7, "ab");
	is_int(buf_rc(&b), RC_OK, "buf: empty again");
	buf_addf(&b, "%s", "1234567");
	is_int(buf_rc(&b), RC_TOOBIG, "buf: formatted text over the ceiling");
	is_str(buf_str(&b), "7-ab", "buf: holds what did fit");
	text = buf_take(&b, &len);
	is_int((long long)len, 4, "buf: taken");
	is_str(buf_str(&b), "", "buf: and empty");
	free(text);
	buf_free(&b);
	buf_free(&b);
}

int
main(void)
{
	parsing();
	depth();
	nul();
	writing();
	ceiling();
	return tap_done();
}
