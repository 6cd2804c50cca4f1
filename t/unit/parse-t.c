/* What base/parse.h and base/clock.h take and refuse. */
#include <inttypes.h>

#include "base/clock.h"
#include "base/parse.h"
#include "tap.h"

static void
ints(void)
{
	static const struct {
		const char *name, *text;
		enum rc want;
		int64_t value;
	} cases[] = {
		{ "int: zero", "0", RC_OK, 0 },
		{ "int: negative", "-5", RC_OK, -5 },
		{ "int: at the maximum", "100", RC_OK, 100 },
		{ "int: above the maximum", "101", RC_INVALID, 77 },
		{ "int: below the minimum", "-6", RC_INVALID, 77 },
		{ "int: empty", "", RC_INVALID, 77 },
		{ "int: a minus alone", "-", RC_INVALID, 77 },
		{ "int: plus sign", "+5", RC_INVALID, 77 },
		{ "int: blank before", " 5", RC_INVALID, 77 },
		{ "int: blank after", "5 ", RC_INVALID, 77 },
		{ "int: letters", "5x", RC_INVALID, 77 },
		{ "int: hexadecimal", "0x5", RC_INVALID, 77 },
		{ "int: beyond 64 bits", "99999999999999999999", RC_INVALID,
		    77 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t v = 77;

		is_int(parse_int(cases[i].text, -5, 100, &v), cases[i].want,
		    cases[i].name);
		is_int(v, cases[i].value, cases[i].name);
	}
}

static void
uuids(void)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "uuid: lower case", "5ae290ed-55d1-47a0-bc6d-fe2bc2700399",
		    "5ae290ed-55d1-47a0-bc6d-fe2bc2700399" },
		{ "uuid: upper case is made lower",
		    "5AE290ED-55D1-47A0-BC6D-FE2BC2700399",
		    "5ae290ed-55d1-47a0-bc6d-fe2bc2700399" },
		{ "uuid: empty", "", NULL },
		{ "uuid: too short", "5ae290ed-55d1-47a0-bc6d-fe2bc270039",
		    NULL },
		{ "uuid: too long", "5ae290ed-55d1-47a0-bc6d-fe2bc27003990",
		    NULL },
		{ "uuid: no dashes", "5ae290ed55d147a0bc6dfe2bc2700399", NULL },
		{ "uuid: braces", "{5ae290ed-55d1-47a0-bc6d-fe2bc2700399}",
		    NULL },
		{ "uuid: not hex", "5ae290eg-55d1-47a0-bc6d-fe2bc2700399",
		    NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[UUID_TEXT_SIZE] = "untouched";
		enum rc rc = parse_uuid(cases[i].text, out);

		is_int(rc, cases[i].want ? RC_OK : RC_INVALID, cases[i].name);
		is_str(out, cases[i].want ? cases[i].want : "untouched",
		    cases[i].name);
	}
}

static void
handles(void)
{
	static const struct {
		const char *name, *text;
		bool want;
	} cases[] = {
		{ "handle: letters", "andrewbrown", true },
		{ "handle: digits and underscore", "a_1", true },
		{ "handle: one character", "x", true },
		{ "handle: thirty", "abcdefghijabcdefghijabcdefghij", true },
		{ "handle: thirty-one", "abcdefghijabcdefghijabcdefghijk",
		    false },
		{ "handle: empty", "", false },
		{ "handle: with @", "@bayko", false },
		{ "handle: blank", "a b", false },
		{ "handle: accent", "andr\xc3\xa9", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		is_int(parse_is_handle(cases[i].text), cases[i].want,
		    cases[i].name);
}

static void
texts(void)
{
	static const struct {
		const char *name, *text, *want;
		size_t chars;
	} cases[] = {
		{ "trim: nothing to do", "hello", "hello", 5 },
		{ "trim: blanks and line ends", " \t\r\n hello \n", "hello",
		    5 },
		{ "trim: inner blanks stay", " a b ", "a b", 3 },
		{ "trim: no-break and ideographic space",
		    "\xc2\xa0\xe3\x80\x80hi\xe2\x80\xaf", "hi", 2 },
		{ "trim: only white space", " \n\xe2\x80\x83 ", "", 0 },
		{ "trim: empty", "", "", 0 },
		{ "chars: an emoji is one", "\xf0\x9f\x98\x80!",
		    "\xf0\x9f\x98\x80!", 2 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *p = cases[i].text;
		size_t n = strlen(p);
		char got[64] = "";

		parse_trim(&p, &n);
		memcpy(got, p, n);
		is_str(got, cases[i].want, cases[i].name);
		is_int((long long)parse_chars(p, n), (long long)cases[i].chars,
		    cases[i].name);
	}
	ok(parse_utf8("h\xc3\xa9", 3), "utf8: two-byte character");
	ok(!parse_utf8("\xc0\xaf", 2), "utf8: overlong form");
	ok(!parse_utf8("\xed\xa0\x80", 3), "utf8: surrogate");
	ok(!parse_utf8("\xe2\x82", 2), "utf8: cut off");
	ok(!parse_utf8("\xf4\x90\x80\x80", 4), "utf8: above U+10FFFF");
}

static void
times(void)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "time: our own form", "2026-11-23T02:21:13.000001+00:00",
		    "2026-11-23T02:21:13.000001+00:00" },
		{ "time: Z", "2026-11-23T02:21:13Z",
		    "2026-11-23T02:21:13.000000+00:00" },
		{ "time: no fraction, as Python's isoformat leaves it out",
		    "2023-04-24T02:21:13+00:00",
		    "2023-04-24T02:21:13.000000+00:00" },
		{ "time: an offset", "2026-01-01T01:00:00.5+02:00",
		    "2025-12-31T23:00:00.500000+00:00" },
		{ "time: nanoseconds are cut", "2026-01-01T00:00:00.123456789Z",
		    "2026-01-01T00:00:00.123456+00:00" },
		{ "time: leap day", "2024-02-29T00:00:00Z",
		    "2024-02-29T00:00:00.000000+00:00" },
		{ "time: before 1970", "1969-12-31T23:59:59.999999Z",
		    "1969-12-31T23:59:59.999999+00:00" },
		{ "time: no leap day", "2023-02-29T00:00:00Z", NULL },
		{ "time: month 13", "2023-13-01T00:00:00Z", NULL },
		{ "time: hour 24", "2023-01-01T24:00:00Z", NULL },
		{ "time: no offset", "2023-01-01T00:00:00", NULL },
		{ "time: empty", "", NULL },
		{ "time: more behind it", "2023-01-01T00:00:00Z ", NULL },
		{ "time: a dot alone", "2023-01-01T00:00:00.Z", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[CLOCK_TEXT_SIZE] = "";
		int64_t us = 0;
		enum rc rc = clock_parse(cases[i].text, &us);

		is_int(rc, cases[i].want ? RC_OK : RC_INVALID, cases[i].name);
		if (rc == RC_OK)
			clock_text(us, out);
		is_str(out, cases[i].want ? cases[i].want : "", cases[i].name);
	}
}

int
main(void)
{
	ints();
	uuids();
	handles();
	texts();
	times();
	return tap_done();
}
