/* A cursor opens for the list and caller that it was made for, and nobody. */
#include "model/cursor.h"

#include "tap.h"

#define KEY "0123456789abcdef0123456789abcdef"
#define POS "2026-11-23T02:21:13.000000+00:00"

static void
refused(void)
{
	static const struct {
		const char *name, *key, *scope;
		int flip; /* character of the text to change; -1: none */
		int cut;  /* characters to cut off */
	} cases[] = {
		{ "another caller", KEY, "messages g u2", -1, 0 },
		{ "another list", KEY, "inbox u1", -1, 0 },
		{ "another key", "x" KEY, "messages g u1", -1, 0 },
		{ "the seal changed", KEY, "messages g u1", 3, 0 },
		{ "the position changed", KEY, "messages g u1", 30, 0 },
		{ "cut off", KEY, "messages g u1", -1, 4 },
		{ "only the seal", KEY, "messages g u1", -1, 43 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char pos[CURSOR_POS_SIZE] = "untouched";
		struct cursor c;

		cursor_seal(KEY, "messages g u1", POS, &c);
		if (cases[i].flip >= 0)
			c.text[cases[i].flip] ^= 1;
		c.text[strlen(c.text) - (size_t)cases[i].cut] = '\0';
		is_int(cursor_open(cases[i].key, cases[i].scope, c.text, pos),
		    RC_BAD_CURSOR, cases[i].name);
		is_str(pos, "untouched", cases[i].name);
	}
}

static void
rubbish(void)
{
	static const char *const texts[] = { "", "x", "2026-11-23", "!!!!",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "====" };
	char pos[CURSOR_POS_SIZE], huge[4096];

	for (size_t i = 0; i < COUNT(texts); i++)
		ok(cursor_open(KEY, "s", texts[i], pos) == RC_BAD_CURSOR,
		    "rubbish '%s'", texts[i]);
	memset(huge, 'A', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	is_int(cursor_open(KEY, "s", huge, pos), RC_BAD_CURSOR, "4 kB of A");
}

int
main(void)
{
	char pos[CURSOR_POS_SIZE], longest[CURSOR_POS_SIZE];
	struct cursor c;

	cursor_seal(KEY, "messages g u1", POS, &c);
	is_int(cursor_open(KEY, "messages g u1", c.text, pos), RC_OK, "opens");
	is_str(pos, POS, "and holds its position");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	cursor_seal(KEY, "s", longest, &c);
	is_int(cursor_open(KEY, "s", c.text, pos), RC_OK, "the longest one");
	is_str(pos, longest, "and holds its position, too");
	refused();
	rubbish();
	return tap_done();
}
