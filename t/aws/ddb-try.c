/*
 * ddb-try CALL DEADLINE_MS TIMES: make a call of aws/ddb.h on one handle so
 * often, each with that deadline, and tell how each ended, one JSON line each:
 * rc, ms, error. What answers is the business of t/aws/faults.t.
 */
#include <stdlib.h>

#include "aws/creds.h"
#include "aws/ddb.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/js.h"
#include "tap.h"

static enum rc
try_query(struct ddb *d, int64_t deadline_ms)
{
	struct ddb_query q = { .hash = "h" };
	struct ddb_page page;
	enum rc rc = ddb_query(d, &q, deadline_ms, &page);

	ddb_page_free(&page);
	return rc;
}

static enum rc
try_transact(struct ddb *d, int64_t deadline_ms)
{
	struct ddb_op op = { .kind = DDB_PUT, .cond = DDB_ABSENT };
	struct ddb_why why;
	enum rc rc;

	ddb_item_set(&op.item, "pk", "p");
	ddb_item_set(&op.item, "sk", "s");
	rc = ddb_transact(d, &op, 1, NULL, deadline_ms, &why);
	ddb_why_free(&why);
	return rc;
}

static enum rc
try_write(struct ddb *d, int64_t deadline_ms)
{
	struct ddb_op op = { .kind = DDB_PUT, .cond = DDB_ABSENT };
	struct ddb_page old;
	enum rc rc;

	ddb_item_set(&op.item, "pk", "p");
	ddb_item_set(&op.item, "sk", "s");
	rc = ddb_write(d, &op, deadline_ms, &old);
	ddb_page_free(&old);
	return rc;
}

static const struct {
	const char *name;
	enum rc (*call)(struct ddb *d, int64_t deadline_ms);
} calls[] = {
	{ "query", try_query },
	{ "transact", try_transact },
	{ "write", try_write },
	{ "ping", ddb_ping },
};

static void
tell(enum rc rc, int64_t us, const char *error)
{
	struct buf line = BUF_INIT(4096);

	js_open(&line, NULL, '{');
	js_str(&line, "rc", rc_wire(rc));
	js_int(&line, "ms", us / 1000);
	js_str(&line, "error", error);
	js_close(&line, '}');
	printf("%s\n", buf_str(&line));
	buf_free(&line);
}

int
main(int argc, char **argv)
{
	struct buf err = BUF_INIT(1024);
	struct conf conf;
	struct creds *creds;
	struct ddb *ddb;
	size_t which = 0;

	if (argc != 4 || conf_load(NULL, &conf, &err) != RC_OK) {
		fprintf(stderr, "ddb-try: %s\n", buf_str(&err));
		return 2;
	}
	creds = creds_new(&conf);
	ddb = ddb_new(&conf, creds);
	while (strcmp(calls[which].name, argv[1]) != 0)
		which++;
	for (int i = 0; i < atoi(argv[3]); i++) {
		int64_t from_us = clock_us();
		enum rc rc = calls[which].call(ddb, clock_ms() + atoi(argv[2]));

		tell(rc, clock_us() - from_us, ddb_error(ddb));
	}
	ddb_free(&ddb);
	creds_free(&creds);
	conf_free(&conf);
	return 0;
}
