/* The stream processor from outside: how far it is, what it gave up, and
 * whether the inbox rows are right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/streams.h"
#include "base/clock.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/say.h"
#include "pg/pg.h"
#include "stream/fsck.h"
#include "stream/mover.h"
#include "stream/replay.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A conversation may take so long to be read whole. */
#define CHECK_MS 30000

/* Postgres and DynamoDB, for commands that need both. */
static bool
ready(struct cli *c)
{
	return cli_pg(c) != NULL && cli_ddb(c) != NULL;
}

/* ---- status ---- */

/* The age of the first record that is not done, in seconds; 0: none. */
static enum rc
lag_of(struct cli *c, const char *arn, const char *shard, const char *after,
    int64_t *lag_s)
{
	struct streams_batch records = { 0 };
	char *iterator = NULL;
	enum rc rc;

	*lag_s = 0;
	rc = streams_iterator(c->cx.ddb, arn, shard,
	    after ? STREAMS_AFTER : STREAMS_TRIM_HORIZON, after, cli_deadline(),
	    &iterator);
	if (rc == RC_OK)
		rc = streams_read(
		    c->cx.ddb, iterator, 1, cli_deadline(), &records);
	if (rc == RC_OK && records.n > 0)
		*lag_s =
		    (clock_wall_us() - records.record[0].created_us) / 1000000;
	free(iterator);
	streams_batch_free(&records);
	return rc;
}

static void
status_row(struct cli *c, struct out *o, const struct pg_rows *rows, size_t i)
{
	const char *values[4] = { pg_get(rows, i, 1), pg_get(rows, i, 2),
		pg_get(rows, i, 3), NULL };
	char lag[32];
	int64_t lag_s;

	if (lag_of(c, pg_get(rows, i, 0), values[0], values[1], &lag_s) ==
	    RC_OK) {
		snprintf(lag, sizeof(lag), "%lld", (long long)lag_s);
		values[3] = lag;
	} else {
		values[3] = "unknown";
	}
	out_row(o, values);
}

enum rc
cli_stream_status(struct cli *c)
{
	static const char *const columns[] = { "shard", "checkpoint",
		"checkpoint_age_s", "lag_s" };
	struct pg_rows rows, letters;
	struct out o;
	size_t dead;
	enum rc rc;

	if (!ready(c))
		return RC_CONFIG;
	rc = pg_run(c->cx.pg, SQL_STREAM_DEAD_LETTERS,
	    PG_ARGS(c->conf.ddb_table), cli_deadline(), &letters);
	dead = letters.n;
	pg_rows_free(&letters);
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot read the dead letters");
	rc = pg_run(c->cx.pg, SQL_STREAM_SHARDS, PG_ARGS(c->conf.ddb_table),
	    cli_deadline(), &rows);
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot read the checkpoints");
	out_begin(&o, c, columns, COUNT(columns));
	for (size_t i = 0; i < rows.n; i++)
		status_row(c, &o, &rows, i);
	if (c->json)
		fputs("{\"shards\":", stdout);
	out_end(&o);
	if (c->json)
		printf(",\"dead_letters\":%zu}\n", dead);
	else
		printf("%zu dead letter%s\n", dead, say_s(dead));
	if (rows.n == 0)
		say("No shard is being read: is cruddur-stream running?");
	pg_rows_free(&rows);
	return RC_OK;
}

/* ---- dead letters ---- */

enum rc
cli_stream_dead_letters(struct cli *c)
{
	static const char *const columns[] = { "id", "conversation",
		"message_at", "reason", "attempts", "given_up_at" };
	struct pg_rows rows;
	struct out o;
	enum rc rc;

	if (cli_pg(c) == NULL)
		return RC_CONFIG;
	rc = pg_run(c->cx.pg, SQL_STREAM_DEAD_LETTERS,
	    PG_ARGS(c->conf.ddb_table), cli_deadline(), &rows);
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot read the dead letters");
	out_begin(&o, c, columns, COUNT(columns));
	for (size_t i = 0; i < rows.n; i++) {
		const char *values[COUNT(columns)];

		for (size_t k = 0; k < COUNT(columns); k++)
			values[k] = pg_get(&rows, i, k);
		out_row(&o, values);
	}
	out_end(&o);
	pg_rows_free(&rows);
	return RC_OK;
}

/* Its conversation is put right; then it is forgotten. */
static enum rc
retry_one(struct cli *c, const char *id, const char *group, bool *done)
{
	struct ctx *cx = cli_ctx(c);
	struct mover_did did;
	enum rc rc;

	cx->deadline_ms = clock_ms() + CHECK_MS;
	rc = mover_check(cx, group, true, &did);
	*done = rc == RC_OK;
	if (rc == RC_NOT_FOUND)
		say_fail("nobody knows who belongs to conversation %s", group);
	else if (rc != RC_OK)
		(void)say_ddb(c, rc, "cannot put the conversation right");
	if (rc != RC_OK)
		return RC_OK; /* the next may fare better */
	rc = pg_run(
	    c->cx.pg, SQL_STREAM_FORGET, PG_ARGS(id), cli_deadline(), NULL);
	return rc == RC_OK ? RC_OK
			   : say_pg(c, rc, "cannot forget a dead letter");
}

enum rc
cli_stream_retry(struct cli *c)
{
	struct pg_rows rows;
	size_t good = 0;
	enum rc rc;

	if (!ready(c))
		return RC_CONFIG;
	rc = pg_run(c->cx.pg, SQL_STREAM_DEAD_LETTERS,
	    PG_ARGS(c->conf.ddb_table), cli_deadline(), &rows);
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot read the dead letters");
	for (size_t i = 0; rc == RC_OK && i < rows.n; i++) {
		bool done = false;

		if (cli_interrupted)
			rc = RC_INTERRUPTED;
		else
			rc = retry_one(
			    c, pg_get(&rows, i, 0), pg_get(&rows, i, 1), &done);
		good += done;
	}
	say("%zu of %zu dead letters are done.", good, rows.n);
	if (rc == RC_OK && good < rows.n)
		rc = RC_INTERNAL;
	pg_rows_free(&rows);
	return rc;
}

/* ---- replay ---- */

static void
replay_progress(const struct replay_sums *sums)
{
	say_progress("%zu shards, %zu records, %zu messages", sums->shards,
	    sums->records, sums->messages);
}

enum rc
cli_stream_replay(struct cli *c)
{
	const char *from = c->opt[CO_FROM];
	struct replay_sums sums;
	enum rc rc;

	if (from == NULL || strcmp(from, "trim-horizon") != 0)
		return say_usage(c, "say where from: --from trim-horizon");
	if (cli_ddb(c) == NULL)
		return RC_CONFIG;
	rc = replay_run(
	    &c->conf, c->cx.ddb, &cli_interrupted, replay_progress, &sums);
	say_progress_end();
	say("%zu shards, %zu records, %zu messages, %zu failed.", sums.shards,
	    sums.records, sums.messages, sums.failed);
	if (rc == RC_NOT_FOUND)
		say_fail("the table has no stream");
	else if (rc != RC_OK && rc != RC_INTERRUPTED)
		return say_ddb(c, rc, "cannot read the stream");
	return rc == RC_OK && sums.failed > 0 ? RC_INTERNAL : rc;
}

/* ---- fsck ---- */

static enum rc
scan_all(struct cli *c, struct fsck *f)
{
	bool more = true;
	enum rc rc = RC_OK;

	while (rc == RC_OK && more) {
		if (cli_interrupted)
			return RC_INTERRUPTED;
		rc = fsck_scan(f, cli_ctx(c), &more);
		say_progress("%zu items, %zu conversations",
		    fsck_sums(f)->items, fsck_sums(f)->conversations);
	}
	say_progress_end();
	return rc == RC_OK ? RC_OK : say_ddb(c, rc, "cannot read the table");
}

static const char *const wrong_name[CORE__MAX] = {
	[CORE_MOVE] = "older than the newest message",
	[CORE_REBUILD] = "missing, doubled or wrong",
	[CORE_UNKNOWN] = "nobody knows who belongs to it",
};

static enum rc
check_all(struct cli *c, struct fsck *f, bool repair, struct out *o)
{
	for (;;) {
		struct ctx *cx = cli_ctx(c);
		enum core_verdict verdict;
		const char *group;
		enum rc rc;

		if (cli_interrupted)
			return RC_INTERRUPTED;
		cx->deadline_ms = clock_ms() + CHECK_MS;
		rc = fsck_check(f, cx, repair, &group, &verdict);
		if (rc == RC_NOT_FOUND)
			return RC_OK;
		if (rc != RC_OK)
			return say_ddb(c, rc, "cannot read a conversation");
		if (verdict != CORE_NOTHING)
			out_row(
			    o, (const char *[]){ group, wrong_name[verdict] });
	}
}

enum rc
cli_stream_fsck(struct cli *c)
{
	static const char *const columns[] = { "conversation", "its_rows" };
	bool repair = c->opt[CO_REPAIR] != NULL;
	struct fsck *f;
	struct out o;
	enum rc rc;

	if (cli_ddb(c) == NULL)
		return RC_CONFIG;
	f = fsck_new();
	rc = scan_all(c, f);
	out_begin(&o, c, columns, COUNT(columns));
	if (rc == RC_OK)
		rc = check_all(c, f, repair, &o);
	out_end(&o);
	say("%zu conversations, %zu looked at closely, %zu wrong, %zu put "
	    "right.",
	    fsck_sums(f)->conversations, fsck_sums(f)->checked,
	    fsck_sums(f)->wrong, fsck_sums(f)->repaired);
	if (rc == RC_OK && fsck_sums(f)->wrong > fsck_sums(f)->repaired)
		rc = RC_CONFLICT; /* a status that scripts can test */
	fsck_free(&f);
	return rc;
}
