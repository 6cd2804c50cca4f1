/*
 * The four access patterns on a real DynamoDB and Postgres (t/ddb/patterns.t
 * starts them), with a clock that stands still: the linker puts
 * __wrap_clock_wall_us() in the place of clock_wall_us(), and two functions
 * between: a refusal can bear a conflict too, and the table be upgraded.
 */
#include <stdlib.h>

#include "aws/cognito.h"
#include "aws/creds.h"
#include "aws/ddb.h"
#include "base/clock.h"
#include "model/ctx.h"
#include "model/inbox.h"
#include "model/items.h"
#include "model/messages.h"
#include "pg/pg.h"
#include "tap.h"

#define CALL_MS 10000

static int64_t wall_us;
static struct conf conf;
static struct ctx cx;

int64_t __wrap_clock_wall_us(void);

int64_t
__wrap_clock_wall_us(void)
{
	return wall_us;
}

static bool pair_in_conflict; /* in the next refusal */

enum rc __real_ddb_transact(struct ddb *d, const struct ddb_op *ops, size_t n,
    const char *token, int64_t deadline_ms, struct ddb_why *why);
enum rc __wrap_ddb_transact(struct ddb *d, const struct ddb_op *ops, size_t n,
    const char *token, int64_t deadline_ms, struct ddb_why *why);

/* What DynamoDB says of an item that a third transaction holds meanwhile. */
enum rc
__wrap_ddb_transact(struct ddb *d, const struct ddb_op *ops, size_t n,
    const char *token, int64_t deadline_ms, struct ddb_why *why)
{
	enum rc rc = __real_ddb_transact(d, ops, n, token, deadline_ms, why);

	if (rc == RC_CONDITION && pair_in_conflict) {
		pair_in_conflict = false;
		why->reason[0] = RC_TX_CONFLICT;
		ddb_page_free(&why->old[0]);
	}
	return rc;
}

static bool upgraded; /* the table says so */

enum rc __real_legacy_find_pair(struct ctx *c, const char *user,
    const char *peer, char group[static UUID_TEXT_SIZE]);
enum rc __wrap_legacy_find_pair(struct ctx *c, const char *user,
    const char *peer, char group[static UUID_TEXT_SIZE]);

enum rc
__wrap_legacy_find_pair(struct ctx *c, const char *user, const char *peer,
    char group[static UUID_TEXT_SIZE])
{
	return upgraded ? RC_NOT_FOUND
			: __real_legacy_find_pair(c, user, peer, group);
}

static void
set_clock(const char *text)
{
	if (clock_parse(text, &wall_us) != RC_OK)
		abort();
}

/* The people of the seed; patterns.t gave each "sub-HANDLE". */
static void
as(const char *handle)
{
	snprintf(cx.caller_sub, sizeof(cx.caller_sub), "sub-%s", handle);
	cx.deadline_ms = clock_ms() + CALL_MS;
}

static enum rc
put(struct ddb_op op)
{
	op.cond = DDB_ALWAYS;
	return ddb_write(cx.ddb, &op, clock_ms() + CALL_MS, NULL);
}

static enum rc
start(const char *from, const char *to, const char *text, struct sent *out)
{
	as(from);
	return messages_start(&cx, to, text, NULL, out);
}

static enum rc
send_as(const char *from, const char *group, const char *text, const char *key,
    struct sent *out)
{
	as(from);
	return messages_send(&cx, group, text, key, out);
}

/* All texts of a conversation, oldest first, with a blank behind each, read
 * page by page. */
static void
all_texts(const char *reader, const char *group, int limit, struct buf *out)
{
	struct cursor next = { "" };

	do {
		struct message_page page;
		struct buf head = BUF_INIT(65536);

		as(reader);
		if (messages_list(&cx, group, limit,
			next.text[0] ? next.text : NULL, &page) != RC_OK)
			buf_adds(&head, "(failed) ");
		for (size_t i = 0; i < page.n; i++)
			buf_addf(&head, "%s ", messages_at(&page, i).text);
		next = page.next;
		buf_adds(&head, buf_str(out));
		buf_reset(out);
		buf_adds(out, buf_str(&head));
		buf_free(&head);
		messages_page_free(&page);
	} while (next.text[0] != '\0');
}

static void
in_one_microsecond(void)
{
	struct buf got = BUF_INIT(65536), want = BUF_INIT(65536);
	struct sent first, sent;
	char text[16];
	enum rc rc = RC_OK;

	set_clock("2026-05-01T12:00:00.000000+00:00");
	is_int(start("andrewbrown", "ulake", "m0", &first), RC_OK,
	    "a conversation begins");
	buf_adds(&want, "m0 ");
	for (int i = 1; i <= 30 && rc == RC_OK; i++) {
		snprintf(text, sizeof(text), "m%d", i);
		rc = send_as(i % 2 ? "ulake" : "andrewbrown", first.group, text,
		    NULL, &sent);
		buf_addf(&want, "%s ", text);
	}
	is_int(rc, RC_OK, "thirty more while the clock stands still");
	is_str(sent.created_at, "2026-05-01T12:00:00.000030+00:00",
	    "each takes a microsecond of its own");
	all_texts("ulake", first.group, 7, &got);
	is_str(buf_str(&got), buf_str(&want), "none is lost, all in order");
	buf_free(&got);
	buf_free(&want);
}

/* Two conversations of one person begin in one microsecond: the rows of that
 * person's inbox have one key. */
static void
inbox_rows_in_one_microsecond(void)
{
	struct inbox_page page;
	struct sent a, b;

	set_clock("2026-06-01T12:00:00.000000+00:00");
	is_int(start("u1", "u2", "to u2", &a), RC_OK, "one conversation");
	is_int(start("u1", "u3", "to u3", &b), RC_OK, "another one");
	is_str(b.created_at, "2026-06-01T12:00:00.000001+00:00",
	    "begins a microsecond later");
	as("u1");
	is_int(inbox_list(&cx, 20, NULL, &page), RC_OK, "the inbox");
	is_int((long long)page.n, 2, "has a row for each");
	is_str(inbox_at(&page, 0).handle, "u3", "the newest first");
	is_str(inbox_at(&page, 0).message, "to u3", "with what was said last");
	inbox_page_free(&page);
}

static void
year_end(void)
{
	struct buf got = BUF_INIT(4096);
	struct inbox_page page;
	struct sent a, b;

	set_clock("2026-12-31T23:59:59.999999+00:00");
	is_int(start("u4", "u5", "old", &a), RC_OK, "the last microsecond");
	set_clock("2027-01-01T00:00:00.000000+00:00");
	is_int(send_as("u5", a.group, "new", NULL, &b), RC_OK,
	    "the first of the new year");
	all_texts("u4", a.group, 20, &got);
	is_str(buf_str(&got), "old new ", "both are shown, in order");
	as("u4");
	is_int(inbox_list(&cx, 20, NULL, &page), RC_OK, "on New Year's Day");
	is_int((long long)page.n, 1, "the conversation is in the list");
	inbox_page_free(&page);
	buf_free(&got);
}

static void
idempotency(void)
{
	static const char key[] = "99999999-0000-4000-8000-000000000001";
	static const char key2[] = "99999999-0000-4000-8000-000000000002";
	struct buf got = BUF_INIT(4096);
	struct sent a, b, c, other;

	set_clock("2026-07-01T00:00:00.000000+00:00");
	as("u1");
	is_int(messages_start(&cx, "u6", "hello", key, &a), RC_OK, "D, keyed");
	is_str(a.uuid, key, "the key is the message's uuid");
	set_clock("2026-07-02T00:00:00.000000+00:00");
	as("u1");
	is_int(messages_start(&cx, "U6", "hello", key, &b), RC_OK,
	    "D again, a day later");
	is_str(b.group, a.group, "is the same conversation");
	is_str(b.created_at, a.created_at, "and the same message");
	as("u1");
	pair_in_conflict = upgraded = true;
	is_int(messages_start(&cx, "u6", "hello", key, &b), RC_OK,
	    "D again, while a third of the same is at the pair");
	is_str(b.created_at, a.created_at, "is the same message, too");
	ok(!pair_in_conflict, "and DynamoDB did say so");
	upgraded = false;
	is_int(send_as("u1", a.group, "second", key2, &b), RC_OK, "C, keyed");
	is_int(send_as("u1", a.group, "second", key2, &c), RC_OK, "C again");
	is_str(c.created_at, b.created_at, "is the same message");
	is_int(send_as("u1", a.group, "third", key2, &c), RC_KEY_REUSED,
	    "another text");
	is_int(send_as("u6", a.group, "second", key2, &c), RC_KEY_REUSED,
	    "another sender");
	is_int(start("u1", "u7", "x", &other), RC_OK, "another conversation");
	is_int(send_as("u1", other.group, "second", key2, &c), RC_KEY_REUSED,
	    "another group");
	as("u1");
	is_int(messages_start(&cx, "u8", "hello", key, &c), RC_KEY_REUSED,
	    "another person, a new conversation");
	all_texts("u6", a.group, 20, &got);
	is_str(buf_str(&got), "hello second ", "two messages were stored");
	buf_free(&got);
}

static void
strangers(void)
{
	static const char nowhere[] = "12345678-0000-4000-8000-000000000000";
	struct message_page page;
	struct sent a, b;

	set_clock("2026-08-01T00:00:00.000000+00:00");
	is_int(start("u2", "u3", "private", &a), RC_OK, "two people talk");
	as("u4");
	is_int(messages_list(&cx, a.group, 20, NULL, &page), RC_GROUP_UNKNOWN,
	    "a third one reads");
	messages_page_free(&page);
	is_int(send_as("u4", a.group, "hi", NULL, &b), RC_GROUP_UNKNOWN,
	    "a third one writes");
	as("u4");
	is_int(messages_list(&cx, nowhere, 20, NULL, &page), RC_GROUP_UNKNOWN,
	    "no such conversation");
	messages_page_free(&page);
	is_int(send_as("u4", nowhere, "hi", NULL, &b), RC_GROUP_UNKNOWN,
	    "and none to write to");
	is_int(start("u2", "u2", "me", &b), RC_RECEIVER_SELF, "oneself");
	is_int(start("u2", "nobody", "hi", &b), RC_USER_UNKNOWN, "nobody");
}

/* A later page's cursor is of no use to anybody else, nor elsewhere. */
static void
cursors(void)
{
	struct message_page page, page2;
	struct sent a;
	enum rc rc = RC_OK;

	set_clock("2026-09-01T00:00:00.000000+00:00");
	is_int(start("u5", "u6", "m", &a), RC_OK, "a conversation");
	for (int i = 0; i < 3 && rc == RC_OK; i++) {
		struct sent b;

		rc = send_as("u5", a.group, "m", NULL, &b);
	}
	as("u5");
	is_int(messages_list(&cx, a.group, 2, NULL, &page), RC_OK, "a page");
	ok(page.n == 2 && page.next.text[0] != '\0', "and there are more");
	is_int(messages_list(&cx, a.group, 2, page.next.text, &page2), RC_OK,
	    "the next one");
	ok(page2.n == 2 && page2.next.text[0] == '\0', "is the last");
	messages_page_free(&page2);
	as("u6");
	is_int(messages_list(&cx, a.group, 2, page.next.text, &page2),
	    RC_BAD_CURSOR, "the other member's cursor");
	messages_page_free(&page2);
	as("u4");
	is_int(messages_list(&cx, a.group, 2, page.next.text, &page2),
	    RC_BAD_CURSOR, "a stranger with a member's cursor");
	messages_page_free(&page2);
	messages_page_free(&page);
}

/* What the bootcamp's seed script wrote: messages and inbox rows, no more. */
static void
put_old(const char *group, const struct member *a, const struct member *b)
{
	static const char at[] = "2023-04-24T02:21:13+00:00";
	struct item_keys keys;
	enum rc rc;

	rc = put(item_message(&keys, group, "2023-04-24T02:20:13.5+00:00",
	    "11110000-0000-4000-8000-000000000001", "old1", a));
	is_int(rc, RC_OK, "an old message");
	rc = put(item_message(&keys, group, at,
	    "11110000-0000-4000-8000-000000000002", "old2", b));
	is_int(rc, RC_OK, "another");
	rc = put(item_inbox(&keys, a->uuid, b, group, "old2", at));
	is_int(rc, RC_OK, "an old inbox row");
	rc = put(item_inbox(&keys, b->uuid, a, group, "old2", at));
	is_int(rc, RC_OK, "and the other");
}

static struct member
person(const char *handle, struct user *u)
{
	struct user me;
	struct member m;

	as("andrewbrown");
	if (users_caller_and(&cx, handle, &me, u) != RC_OK)
		abort();
	m = (struct member){ .display_name = u->display_name,
		.handle = u->handle };
	memcpy(m.uuid, u->uuid, sizeof(m.uuid));
	return m;
}

static void
conversations_of_old(void)
{
	static const char *const groups[] = {
		"0d000000-0000-4000-8000-000000000001",
		"0d000000-0000-4000-8000-000000000002",
		"0d000000-0000-4000-8000-000000000003",
	};
	struct user u[6];
	struct member o1 = person("o1", &u[0]), o2 = person("o2", &u[1]);
	struct member o3 = person("o3", &u[2]), o4 = person("o4", &u[3]);
	struct member o5 = person("o5", &u[4]), o6 = person("o6", &u[5]);
	struct buf got = BUF_INIT(4096);
	struct message_page page;
	struct sent sent;

	put_old(groups[0], &o1, &o2);
	put_old(groups[1], &o3, &o4);
	put_old(groups[2], &o5, &o6);
	set_clock("2026-10-01T00:00:00.000000+00:00");
	as("o3");
	is_int(messages_list(&cx, groups[0], 20, NULL, &page), RC_GROUP_UNKNOWN,
	    "a stranger reads one of old");
	messages_page_free(&page);
	all_texts("o1", groups[0], 20, &got);
	is_str(buf_str(&got), "old1 old2 ", "a member reads one of old");
	is_int(send_as("u1", groups[1], "x", NULL, &sent), RC_GROUP_UNKNOWN,
	    "a stranger writes into one of old");
	is_int(send_as("o4", groups[1], "new", NULL, &sent), RC_OK,
	    "a member writes into one of old");
	buf_reset(&got);
	all_texts("o3", groups[1], 1, &got);
	is_str(buf_str(&got), "old1 old2 new ", "and the other reads it");
	is_int(start("o6", "o5", "by name", &sent), RC_OK,
	    "a message to a person one has talked to of old");
	is_str(sent.group, groups[2], "goes into that conversation");
	is_int(start("o5", "o6", "again", &sent), RC_OK, "so does the answer");
	is_str(sent.group, groups[2], "into the same");
	buf_free(&got);
}

int
main(void)
{
	struct buf err = BUF_INIT(1024);
	struct creds *creds;

	if (conf_load(NULL, &conf, &err) != RC_OK) {
		fprintf(stderr, "%s\n", buf_str(&err));
		return 1;
	}
	creds = creds_new(&conf);
	cx.conf = &conf;
	cx.pg = pg_new(conf.pg_url, true, conf.pg_connect_timeout_ms);
	cx.ddb = ddb_new(&conf, creds);
	in_one_microsecond();
	inbox_rows_in_one_microsecond();
	year_end();
	idempotency();
	strangers();
	cursors();
	conversations_of_old();
	pg_free(&cx.pg);
	ddb_free(&cx.ddb);
	creds_free(&creds);
	conf_free(&conf);
	return tap_done();
}
