/*
 * The calls of aws/ddb.h against a DynamoDB (t/aws/ddb.t starts one and gives
 * its address in the environment). Makes and drops a table of its own.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/creds.h"
#include "aws/ddb.h"
#include "aws/table.h"
#include "base/clock.h"
#include "base/rnd.h"
#include "base/xalloc.h"
#include "tap.h"

static struct ddb_op
op(enum ddb_op_kind kind, enum ddb_cond cond, const char *pk, const char *sk)
{
	struct ddb_op o = { .kind = kind, .cond = cond };

	ddb_item_set(&o.item, "pk", pk);
	ddb_item_set(&o.item, "sk", sk);
	return o;
}

static enum rc
put(const char *pk, const char *sk, const char *text)
{
	struct ddb_op o = op(DDB_PUT, DDB_ALWAYS, pk, sk);

	ddb_item_set(&o.item, "text", text);
	ddb_item_set(&o.item, "grp", "g1");
	return ddb_write(ddb, &o, soon(), NULL);
}

/* The sk of a page's items in a row, "|" behind the last if there is more. */
static const char *
sks(const struct ddb_page *page)
{
	static char text[4096];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < page->n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s",
		    ddb_get(page, i, "sk", NULL));
	snprintf(text + at, sizeof(text) - at, "%s", page->more ? "|" : "");
	return text;
}

static void
writes(void)
{
	struct ddb_op o = op(DDB_PUT, DDB_ABSENT, "W", "1");
	struct ddb_page page, old;

	ddb_item_set(&o.item, "name", "first");
	is_int(ddb_write(ddb, &o, soon(), NULL), RC_OK, "write: put if absent");
	o.item.attr[2].value = "second";
	is_int(ddb_write(ddb, &o, soon(), &old), RC_CONDITION,
	    "write: put if absent, but it stands");
	is_str(ddb_get(&old, 0, "name", NULL), "first",
	    "write: the item that stands comes back");
	ok(strstr(ddb_error(ddb), "ConditionalCheckFailed") != NULL,
	    "write: the error says why");
	ddb_page_free(&old);

	o = op(DDB_UPDATE, DDB_EQUALS, "W", "1");
	ddb_item_set(&o.item, "name", "third"); /* a reserved word, too */
	ddb_item_set(&o.item, "status", "new");
	o.cond_name = "name";
	o.cond_value = "nobody";
	is_int(ddb_write(ddb, &o, soon(), NULL), RC_CONDITION,
	    "write: update, but another value stands");
	o.cond_value = "first";
	o.and_name = "status";
	o.and_value = "old";
	is_int(ddb_write(ddb, &o, soon(), NULL), RC_CONDITION,
	    "write: update, but the second condition fails");
	o.and_name = NULL;
	is_int(ddb_write(ddb, &o, soon(), NULL), RC_OK, "write: update");
	o.cond_value = "third";
	o.and_name = "status";
	o.and_value = "new";
	is_int(ddb_write(ddb, &o, soon(), NULL), RC_OK,
	    "write: update, both conditions hold");
	is_int(ddb_read(ddb, "W", "1", soon(), &page), RC_OK, "read");
	is_str(ddb_get(&page, 0, "name", NULL), "third", "read: changed value");
	is_str(ddb_get(&page, 0, "status", NULL), "new", "read: added value");
	is_str(ddb_get(&page, 0, "nothing", NULL), NULL, "read: no such");
	ddb_page_free(&page);

	o = op(DDB_DELETE, DDB_PRESENT, "W", "1");
	is_int(ddb_write(ddb, &o, soon(), NULL), RC_OK, "write: delete");
	is_int(ddb_write(ddb, &o, soon(), &old), RC_CONDITION,
	    "write: delete if present, but it is gone");
	is_int((long long)old.n, 0, "write: no old item then");
	is_int(ddb_read(ddb, "W", "1", soon(), &page), RC_NOT_FOUND,
	    "read: it is gone");
	ddb_page_free(&page);
}

static void
texts(void)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "text: quotes and backslashes", "a\"b\\c/d" },
		{ "text: control characters", "\x01\b\f\n\r\t\x1f\x7f" },
		{ "text: an emoji", "\xf0\x9f\x98\x80 and \xe2\x82\xac" },
		{ "text: U+FFFF", "\xef\xbf\xbf" },
		{ "text: HTML", "<script>alert('x')</script>&amp;" },
		{ "text: looks like JSON", "{\"S\":\"x\"}]}" },
		{ "text: empty", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ddb_page page = { 0 };
		size_t len = 0;

		is_int(put("T", "1", cases[i].text), RC_OK, cases[i].name);
		is_int(ddb_read(ddb, "T", "1", soon(), &page), RC_OK,
		    cases[i].name);
		is_str(ddb_get(&page, 0, "text", &len), cases[i].text,
		    cases[i].name);
		is_int((long long)len, (long long)strlen(cases[i].text),
		    cases[i].name);
		ddb_page_free(&page);
	}
}

static void
queries(void)
{
	static const struct {
		const char *name;
		struct ddb_query q;
		const char *want;
	} cases[] = {
		{ "query: all, oldest first", { .hash = "Q" }, "abcdefgh" },
		{ "query: newest first", { .hash = "Q", .newest_first = true },
		    "hgfedcba" },
		{ "query: limit", { .hash = "Q", .limit = 3 }, "abc|" },
		{ "query: from", { .hash = "Q", .sk_from = "f" }, "fgh" },
		{ "query: below", { .hash = "Q", .sk_below = "c" }, "ab" },
		{ "query: from and below",
		    { .hash = "Q", .sk_from = "c", .sk_below = "f" }, "cde" },
		{ "query: below stands between items",
		    { .hash = "Q", .sk_from = "c", .sk_below = "e5" }, "cde" },
		{ "query: from and below, limit, newest first: a full page",
		    { .hash = "Q",
			.sk_from = "a",
			.sk_below = "f",
			.limit = 3,
			.newest_first = true },
		    "edc|" },
		{ "query: from and below, limit, no item at below",
		    { .hash = "Q",
			.sk_from = "a",
			.sk_below = "f5",
			.limit = 3,
			.newest_first = true },
		    "fed|" },
		{ "query: nothing there", { .hash = "none" }, "" },
		{ "query: consistent", { .hash = "Q", .consistent = true },
		    "abcdefgh" },
		{ "query: an index",
		    { .index = "by-grp",
			.hash_name = "grp",
			.hash = "g1",
			.sk_from = "b",
			.sk_below = "d",
			.limit = 5 },
		    "bc" },
	};

	for (const char *sk = "a\0b\0c\0d\0e\0f\0g\0h\0"; *sk; sk += 2)
		is_int(put("Q", sk, "x"), RC_OK, "query: an item");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ddb_page page = { 0 };

		is_int(ddb_query(ddb, &cases[i].q, soon(), &page), RC_OK,
		    cases[i].name);
		is_str(sks(&page), cases[i].want, cases[i].name);
		ddb_page_free(&page);
	}
}

/* Page through a query; all sk in the order they came. */
static void
pages(const char *name, struct ddb_query q, const char *want)
{
	struct ddb_page page[2] = { 0 };
	char got[64] = "";
	int n = 0;

	do {
		struct ddb_page *at = &page[n & 1];

		q.start = n > 0 ? &page[!(n & 1)] : NULL;
		ddb_page_free(at);
		if (!ok(ddb_query(ddb, &q, soon(), at) == RC_OK, "%s", name))
			break;
		strcat(got, sks(at));
	} while (page[n++ & 1].more && n < 20);
	is_str(got, want, name);
	ddb_page_free(&page[0]);
	ddb_page_free(&page[1]);
}

static void
paging(void)
{
	pages("pages: of a table",
	    (struct ddb_query){ .hash = "Q", .limit = 3 }, "abc|def|gh");
	pages("pages: newest first",
	    (struct ddb_query){ .hash = "Q", .limit = 4, .newest_first = true },
	    "hgfe|dcba|");
	pages("pages: with both bounds",
	    (struct ddb_query){
		.hash = "Q", .limit = 2, .sk_from = "b", .sk_below = "g" },
	    "bc|de|f");
	pages("pages: of an index, with both bounds",
	    (struct ddb_query){ .index = "by-grp",
		.hash_name = "grp",
		.hash = "g1",
		.limit = 2,
		.sk_from = "b",
		.sk_below = "g" },
	    "bc|de|f");
}

static void
transactions(void)
{
	struct ddb_op ops[3] = { op(DDB_PUT, DDB_ABSENT, "X", "1"),
		op(DDB_PUT, DDB_ABSENT, "X", "2"),
		op(DDB_CHECK, DDB_PRESENT, "Q", "a") };
	struct ddb_why why;
	char token[UUID_TEXT_SIZE];

	rnd_uuid(token);
	ddb_item_set(&ops[0].item, "text", "one");
	is_int(ddb_transact(ddb, ops, 3, token, soon(), &why), RC_OK,
	    "transact: put, put, check");
	is_int(ddb_transact(ddb, ops, 3, token, soon(), &why), RC_OK,
	    "transact: a repeat with the same token is fine");
	ddb_item_set(&ops[1].item, "text", "two");
	is_int(ddb_transact(ddb, ops, 3, token, soon(), &why), RC_CONFLICT,
	    "transact: other content with the same token is not");
	is_int(ddb_transact(ddb, ops, 3, NULL, soon(), &why), RC_CONDITION,
	    "transact: without it the conditions fail");
	is_int(why.reason[0], RC_CONDITION, "transact: why the first");
	is_int(why.reason[1], RC_CONDITION, "transact: why the second");
	is_int(why.reason[2], RC_OK, "transact: the third is fine");
	is_str(ddb_get(&why.old[0], 0, "text", NULL), "one",
	    "transact: the item that stood there");
	is_int((long long)why.old[2].n, 0, "transact: none for the third");
	ddb_why_free(&why);

	ops[0] = op(DDB_CHECK, DDB_PRESENT, "X", "nothing");
	is_int(ddb_transact(ddb, ops, 1, NULL, soon(), &why), RC_CONDITION,
	    "transact: check of what is not there");
	is_int((long long)why.old[0].n, 0, "transact: and so no old item");
	ddb_why_free(&why);

	ops[0] = op(DDB_DELETE, DDB_PRESENT, "X", "1");
	ops[1] = op(DDB_UPDATE, DDB_EQUALS, "Q", "b");
	ddb_item_set(&ops[1].item, "text", "updated");
	ops[1].cond_name = "text";
	ops[1].cond_value = "x";
	is_int(ddb_transact(ddb, ops, 2, NULL, soon(), NULL), RC_OK,
	    "transact: delete, update; no reasons wanted");
}

/* Many processes add to one item in transactions, each on what it read. */
static void
contend(int times)
{
	struct ddb *mine = ddb_new(&conf, creds);
	int left = times;

	while (left > 0) {
		struct ddb_page page = { 0 };
		struct ddb_op ops[2] = { op(DDB_UPDATE, DDB_EQUALS, "C", "1"),
			op(DDB_CHECK, DDB_PRESENT, "Q", "a") };
		char value[24];
		const char *now;
		enum rc rc;

		if (ddb_read(mine, "C", "1", soon(), &page) != RC_OK)
			_exit(1);
		now = ddb_get(&page, 0, "text", NULL);
		snprintf(value, sizeof(value), "%d", atoi(now) + 1);
		ddb_item_set(&ops[0].item, "text", value);
		ops[0].cond_name = "text";
		ops[0].cond_value = now;
		rc = ddb_transact(mine, ops, 2, NULL, soon(), NULL);
		ddb_page_free(&page);
		if (rc == RC_OK)
			left--;
		else if (rc != RC_CONDITION)
			_exit(2);
	}
	_exit(0);
}

static void
conflicts(void)
{
	enum { PROCESSES = 6, TIMES = 15 };
	struct ddb_page page = { 0 };
	pid_t child[PROCESSES];
	int status, good = 0;

	is_int(put("C", "1", "0"), RC_OK, "conflicts: begin with 0");
	fflush(stdout);
	for (int i = 0; i < PROCESSES; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			creds = creds_new(&conf); /* a connection of its own */
			contend(TIMES);
		}
	}
	for (int i = 0; i < PROCESSES; i++)
		good +=
		    waitpid(child[i], &status, 0) == child[i] && status == 0;
	is_int(good, PROCESSES, "conflicts: every process got through");
	is_int(
	    ddb_read(ddb, "C", "1", soon(), &page), RC_OK, "conflicts: read");
	is_str(ddb_get(&page, 0, "text", NULL), "90",
	    "conflicts: nothing was lost or done twice");
	ddb_page_free(&page);
}

/* 40 items of 60 kB are more than one page of 1 MB. */
static void
large(void)
{
	struct ddb_page page[2] = { 0 };
	char *text = xmalloc(60001), sk[8];
	size_t items = 0, n_pages = 0;

	memset(text, 'x', 60000);
	text[60000] = '\0';
	for (int i = 0; i < 40; i++) {
		snprintf(sk, sizeof(sk), "%02d", i);
		if (put("L", sk, text) != RC_OK)
			break;
	}
	for (int at = 0;; at = !at) {
		struct ddb_query q = { .hash = "L",
			.start = n_pages ? &page[!at] : NULL };

		ddb_page_free(&page[at]);
		if (ddb_query(ddb, &q, soon(), &page[at]) != RC_OK)
			break;
		n_pages++;
		items += page[at].n;
		if (!page[at].more)
			break;
	}
	is_int((long long)items, 40, "large: all items come");
	is_int((long long)n_pages, 3, "large: in pages of 1 MB");
	ddb_page_free(&page[0]);
	ddb_page_free(&page[1]);
	free(text);
}

static void
scans(void)
{
	size_t whole = 0, parts = 0;

	for (int segments = 1; segments <= 3; segments += 2) {
		for (int i = 0; i < segments; i++) {
			struct ddb_page page = { 0 }, next;

			do {
				enum rc rc = ddb_scan(ddb, i, segments,
				    page.more ? &page : NULL, soon(), &next);

				ddb_page_free(&page);
				page = next;
				if (!ok(rc == RC_OK, "scan: a page"))
					break;
				*(segments == 1 ? &whole : &parts) += page.n;
			} while (page.more);
			ddb_page_free(&page);
		}
	}
	ok(whole > 50, "scan: finds the items");
	is_int((long long)parts, (long long)whole, "scan: in parallel, too");
}

static void
others(void)
{
	struct ddb_query q = { .hash = "Q" };
	struct ddb_page page = { 0 };
	struct conf elsewhere = conf;
	char table[] = "no-such-table", nobody[] = "http://127.0.0.1:1/";
	char nowhere[] = "";
	struct ddb *other;
	int64_t from_ms;

	ddb_want_capacity(ddb, true);
	is_int(ddb_query(ddb, &q, soon(), &page), RC_OK, "capacity: query");
	ok(page.capacity > 0, "capacity: is told");
	ddb_page_free(&page);
	ddb_want_capacity(ddb, false);

	elsewhere.ddb_table = table;
	other = ddb_new(&elsewhere, creds);
	is_int(ddb_ping(other, soon()), RC_NOT_FOUND, "ping: no such table");
	ok(strncmp(ddb_error(other), "ResourceNotFoundException: ", 27) == 0,
	    "ping: the error says so");
	is_int(ddb_query(other, &q, soon(), &page), RC_NOT_FOUND,
	    "query: no such table");
	ddb_page_free(&page);
	ddb_free(&other);

	elsewhere = conf;
	elsewhere.ddb_endpoint = nobody;
	other = ddb_new(&elsewhere, creds);
	from_ms = clock_ms();
	is_int(ddb_query(other, &q, soon(), &page), RC_UNAVAILABLE,
	    "refused: nobody listens there");
	ok(clock_ms() - from_ms < 800, "refused: that is known at once");
	ddb_free(&other);

	elsewhere = conf;
	elsewhere.aws_region = nowhere;
	other = ddb_new(&elsewhere, creds);
	is_int(ddb_query(other, &q, soon(), &page), RC_CONFIG, "no region");
	ok(strstr(ddb_error(other), "AWS_REGION") != NULL,
	    "no region: the error says what to set");
	ddb_free(&other);
	ok(other == NULL, "free: clears the handle");
}

int
main(void)
{
	if (!table_begin())
		return 2;
	is_int(ddb_ping(ddb, soon()), RC_OK, "ping");
	writes();
	texts();
	queries();
	paging();
	transactions();
	conflicts();
	large();
	scans();
	others();
	table_end();
	return tap_done();
}
