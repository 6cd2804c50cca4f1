/* The grammar of the table's keys: written and read back, all else refused. */
#include "model/keys.h"
#include "tap.h"

#define LOW  "11111111-aaaa-4aaa-8aaa-111111111111"
#define HIGH "22222222-bbbb-4bbb-8bbb-222222222222"
#define TIME "2026-11-23T02:21:13.000000+00:00"

static void
spelling(void)
{
	is_str(keys_group(LOW).text, "MSG#" LOW, "pk of a group");
	is_str(keys_member(LOW).text, "MEMBER#" LOW, "sk of a member");
	is_str(keys_inbox(LOW).text, "GRP#" LOW, "pk of an inbox");
	is_str(keys_receipt(LOW).text, "MID#" LOW, "pk of a receipt");
	is_str(keys_pair(LOW, HIGH).text, "PAIR#" LOW "#" HIGH,
	    "pk of a pair, in order");
	is_str(keys_pair(HIGH, LOW).text, "PAIR#" LOW "#" HIGH,
	    "pk of a pair, the other way round");
	ok(strcmp(keys_member(LOW).text, TIME) > 0,
	    "members sort after every time");
	ok(strcmp(TIME, KEYS_TIME_FROM) >= 0 &&
		strcmp(TIME, KEYS_TIME_BELOW) < 0,
	    "times lie between their bounds");
	ok(strcmp(keys_member(LOW).text, KEYS_TIME_BELOW) > 0,
	    "members do not");
}

static void
reading(void)
{
	static const struct {
		const char *name, *pk, *sk;
		enum key_kind kind;
		const char *group, *user;
	} cases[] = {
		{ "a message", "MSG#" LOW, TIME, KEY_MESSAGE, LOW, "" },
		{ "a message of old, without fraction", "MSG#" LOW,
		    "2023-04-24T02:21:13+00:00", KEY_MESSAGE, LOW, "" },
		{ "a member", "MSG#" LOW, "MEMBER#" HIGH, KEY_MEMBER, LOW,
		    HIGH },
		{ "an inbox row", "GRP#" LOW, TIME, KEY_INBOX, "", LOW },
		{ "a pair", "PAIR#" LOW "#" HIGH, "PAIR", KEY_PAIR, "", "" },
		{ "a receipt", "MID#" LOW, "MID", KEY_RECEIPT, "", "" },
		{ "a group with another sk", "MSG#" LOW, "X", KEY_OTHER },
		{ "a member without uuid", "MSG#" LOW, "MEMBER#", KEY_OTHER },
		{ "an inbox row without a time", "GRP#" LOW, "MEMBER#" HIGH,
		    KEY_OTHER },
		{ "no uuid", "MSG#bayko", TIME, KEY_OTHER },
		{ "a uuid cut off", "MSG#11111111", TIME, KEY_OTHER },
		{ "nothing", "", "", KEY_OTHER },
		{ "something else", "META", "UPGRADED", KEY_OTHER },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct key_parts k = keys_parse(cases[i].pk, cases[i].sk);

		is_int(k.kind, cases[i].kind, cases[i].name);
		if (k.kind == KEY_OTHER)
			continue;
		is_str(k.group, cases[i].group, cases[i].name);
		is_str(k.user, cases[i].user, cases[i].name);
	}
}

int
main(void)
{
	spelling();
	reading();
	return tap_done();
}
