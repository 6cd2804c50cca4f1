#include "stream/poller.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/creds.h"
#include "base/clock.h"
#include "base/log.h"
#include "model/ctx.h"
#include "model/names.h"
#include "stream/batch.h"
#include "stream/stats.h"

#define STANDBY_MS     500  /* between two looks at the lock */
#define HOLD_MS	       1000 /* the same while we have it */
#define LIST_MS	       10000
#define FIND_MS	       2000 /* between two looks for a stream */
#define NAMES_MS       5000
#define NAMES_TURN_MS  1000 /* messages wait meanwhile */
#define TIDY_MS	       3600000
#define CALL_MS	       5000
#define WORK_MS	       10000 /* of a turn */
#define READ_FAILED_MS 500
#define BEHIND_US      2000000 /* a record older than that is not the newest */
#define PENDING_MAX    5000    /* wait with reading while so many wait */
#define SLEEP_MAX_MS   250

struct poller {
	const struct conf *conf;
	const struct poller_host *host;
	struct creds *creds;
	struct ddb *ddb;
	struct ledger *ledger;
	struct work *work;
	char *arn; /* of the stream at hand; NULL: none */
	struct shards shards;
	bool missing_told; /* that there is no stream */
	int64_t next_hold_ms, next_list_ms, next_find_ms, next_names_ms;
	int64_t next_tidy_ms;
};

static int64_t
in(int64_t ms)
{
	return clock_ms() + ms;
}

/* ---- finding the stream ---- */

static void
drop_stream(struct poller *p)
{
	shards_free(&p->shards);
	free(p->arn);
	p->arn = NULL;
	p->next_list_ms = 0;
	stats_set(ST_SHARDS, 0);
	stats_set(ST_PENDING, 0);
	stats_set(ST_LAG_S, 0);
}

static void
tell_missing(struct poller *p)
{
	if (!p->missing_told)
		log_event(EV_STREAM_MISSING, "table", p->conf->ddb_table, NULL);
	p->missing_told = true;
	p->host->status("active, waits for the table's stream");
}

/* An ARN up to the table's streams: ".../stream/". */
static void
arn_prefix(const char *arn, struct buf *out)
{
	const char *slash = strrchr(arn, '/');

	buf_add(out, arn, slash != NULL ? (size_t)(slash + 1 - arn) : 0);
}

/* The stream to follow: one that was left unfinished goes first. */
static void
find_stream(struct poller *p)
{
	struct buf prefix = BUF_INIT(1024);
	char *latest = NULL, *unfinished = NULL;
	enum rc rc;

	if (clock_ms() < p->next_find_ms)
		return;
	p->next_find_ms = in(FIND_MS);
	rc = streams_find(p->ddb, in(CALL_MS), &latest);
	if (rc == RC_NOT_FOUND)
		tell_missing(p);
	if (rc == RC_OK) {
		p->missing_told = false;
		arn_prefix(latest, &prefix);
		rc =
		    ledger_unfinished(p->ledger, buf_str(&prefix), &unfinished);
		if (rc == RC_OK && strcmp(unfinished, latest) < 0) {
			p->arn = unfinished;
			unfinished = NULL;
		} else if (rc == RC_OK || rc == RC_NOT_FOUND) {
			p->arn = latest;
			latest = NULL;
		}
	}
	free(latest);
	free(unfinished);
	buf_free(&prefix);
}

/* The stream is gone, and what was left of it too. */
static void
bury_stream(struct poller *p)
{
	struct checkpoints left;
	enum rc rc = ledger_load(p->ledger, p->arn, &left);

	for (size_t i = 0; rc == RC_OK && i < left.n; i++) {
		if (left.at[i].closed)
			continue;
		log_event(EV_STREAM_TRIMMED, "stream", p->arn, "shard",
		    left.at[i].shard, NULL);
		left.at[i].closed = true;
		rc = ledger_save(p->ledger, p->arn, &left.at[i]);
	}
	checkpoints_free(&left);
	if (rc == RC_OK)
		drop_stream(p);
}

/* Postgres is told of new shards before they are read: what is unfinished is
 * then known, even after the stream was replaced by another. */
static void
note_shards(struct poller *p)
{
	for (size_t i = 0; i < p->shards.n; i++) {
		struct shard *shard = p->shards.at[i];
		struct checkpoint c = { .shard = shard->id };

		p->host->alive();
		if (!shard->known &&
		    ledger_save(p->ledger, p->arn, &c) == RC_OK)
			shard->known = true;
	}
}

static void
list_shards(struct poller *p)
{
	struct streams_shards list = { 0 };
	struct checkpoints done = { 0 };
	enum rc rc;

	if (clock_ms() < p->next_list_ms)
		return;
	rc = ledger_load(p->ledger, p->arn, &done);
	if (rc == RC_OK)
		rc = streams_list_shards(p->ddb, p->arn, in(CALL_MS), &list);
	if (rc == RC_OK) {
		shards_merge(&p->shards, &list, &done);
		note_shards(p);
	}
	p->next_list_ms = in(rc == RC_OK ? LIST_MS : HOLD_MS);
	checkpoints_free(&done);
	streams_shards_free(&list);
	if (rc == RC_NOT_FOUND)
		bury_stream(p);
}

/* ---- reading ---- */

static enum rc
make_iterator(struct poller *p, struct shard *shard)
{
	enum rc rc;

	if (shard->iterator != NULL)
		return RC_OK;
	rc = streams_iterator(p->ddb, p->arn, shard->id,
	    shard->read != NULL ? STREAMS_AFTER : STREAMS_TRIM_HORIZON,
	    shard->read, in(CALL_MS), &shard->iterator);
	if (rc == RC_OK)
		log_event(EV_STREAM_READING, "shard", shard->id, "after",
		    shard->read != NULL ? shard->read : "horizon", NULL);
	return rc;
}

static void
read_failed(struct poller *p, struct shard *shard, enum rc rc)
{
	shard->next_ms = in(READ_FAILED_MS);
	if (shard->failing_ms == 0)
		shard->failing_ms = clock_ms();
	switch (rc) {
	case RC_ITERATOR_EXPIRED:
		shard_set(&shard->iterator, NULL);
		shard->next_ms = 0;
		break;
	case RC_TRIMMED:
		log_event(EV_STREAM_TRIMMED, "shard", shard->id, NULL);
		shard_set(&shard->iterator, NULL);
		shard_set(&shard->read, NULL);
		break;
	case RC_NOT_FOUND: /* the shard is gone: nothing can be read of it */
		log_event(EV_STREAM_TRIMMED, "shard", shard->id, NULL);
		shard_ended(shard);
		p->next_list_ms = 0;
		break;
	default:
		/* an iterator of another endpoint's, or worse: a new one */
		if (!rc_retryable(rc))
			shard_set(&shard->iterator, NULL);
		break;
	}
}

/* The next read: at once while there is more, else a while after the last. */
static void
plan_read(struct poller *p, struct shard *shard,
    const struct streams_batch *records, int64_t from_ms)
{
	bool full = records->n >= (size_t)p->conf->stream_batch;
	int64_t age_us = 0;

	if (records->n > 0)
		age_us = clock_wall_us() -
			 records->record[records->n - 1].created_us;
	if (age_us < BEHIND_US)
		age_us = 0;
	shard->lag_us = age_us;
	shard->next_ms =
	    full || age_us > 0 ? 0 : from_ms + p->conf->stream_poll_ms;
}

static void
read_shard(struct poller *p, struct shard *shard, struct batch *batch)
{
	struct streams_batch records = { 0 };
	int64_t from_ms = clock_ms();
	enum rc rc;

	if (shard->state != SHARD_READS || from_ms < shard->next_ms)
		return;
	rc = make_iterator(p, shard);
	if (rc == RC_OK)
		rc = streams_read(p->ddb, shard->iterator,
		    (int)p->conf->stream_batch, in(CALL_MS), &records);
	if (rc != RC_OK) {
		streams_batch_free(&records);
		read_failed(p, shard, rc);
		return;
	}
	shard->failing_ms = 0;
	plan_read(p, shard, &records, from_ms);
	batch_add(batch, shard, &records);
}

/* ---- a turn ---- */

static void
save_checkpoint(struct poller *p, struct shard *shard)
{
	const char *done = shard_checkpoint(shard);
	bool closed = shard->state == SHARD_DONE;
	bool news = done != NULL &&
		    (shard->saved == NULL || strcmp(done, shard->saved) != 0);
	struct checkpoint c = { .shard = shard->id,
		.sequence = (char *)(uintptr_t)done,
		.closed = closed };

	if (!news && closed == shard->saved_closed)
		return;
	if (ledger_save(p->ledger, p->arn, &c) != RC_OK)
		return; /* the next turn tries again */
	shard_set(&shard->saved, done);
	shard->saved_closed = closed;
	if (closed) {
		log_event(EV_STREAM_SHARD_DONE, "shard", shard->id, NULL);
		p->next_list_ms = 0; /* its children */
	}
}

static void
measure(struct poller *p, size_t reading)
{
	int64_t lag_us = 0, now_us = clock_wall_us();

	for (size_t i = 0; i < p->shards.n; i++) {
		const struct shard *shard = p->shards.at[i];
		const struct pending *oldest = shard->pending;
		int64_t behind_us = shard->lag_us;

		/* nobody knows what came since: perhaps something did */
		if (shard->state == SHARD_READS && shard->failing_ms != 0)
			behind_us += (clock_ms() - shard->failing_ms) * 1000;
		if (behind_us > lag_us)
			lag_us = behind_us;
		if (oldest != NULL && now_us - oldest->created_us > lag_us)
			lag_us = now_us - oldest->created_us;
	}
	stats_set(ST_LAG_S, lag_us / 1000000);
	stats_set(ST_SHARDS, (int64_t)reading);
}

static void
turn(struct poller *p)
{
	struct batch_env env = { .work = p->work,
		.ledger = p->ledger,
		.shards = &p->shards,
		.arn = p->arn,
		.give_up_ms = p->conf->stream_give_up_ms };
	struct batch batch = { 0 };
	size_t reading = shards_start(&p->shards);

	for (size_t i = 0; i < p->shards.n; i++) {
		p->host->alive(); /* each may take all of CALL_MS */
		if (p->shards.n_pending < PENDING_MAX && !*p->host->stop)
			read_shard(p, p->shards.at[i], &batch);
	}
	batch_run(&batch, &env, in(WORK_MS));
	for (size_t i = 0; i < p->shards.n; i++) {
		p->host->alive();
		save_checkpoint(p, p->shards.at[i]);
	}
	batch_free(&batch);
	measure(p, reading);
}

/* When something is due again. */
static int64_t
sleep_until(const struct poller *p)
{
	int64_t until = in(SLEEP_MAX_MS);

	for (size_t i = 0; i < p->shards.n; i++) {
		const struct shard *shard = p->shards.at[i];

		if (shard->state == SHARD_READS && shard->next_ms < until &&
		    p->shards.n_pending < PENDING_MAX)
			until = shard->next_ms;
		for (struct pending *w = shard->pending; w; w = w->next) {
			if (w->next_ms < until)
				until = w->next_ms;
		}
	}
	return until;
}

/* New display names (model/names.h): what the API began and did not finish. */
static void
spread_names(struct poller *p)
{
	struct ctx cx = { .conf = p->conf,
		.pg = ledger_pg(p->ledger),
		.ddb = p->ddb,
		.deadline_ms = in(NAMES_TURN_MS) };

	if (clock_ms() < p->next_names_ms)
		return;
	p->next_names_ms = in(NAMES_MS);
	if (names_spread(&cx, NULL) != RC_OK) {
		/* it stays noted; what failed was logged */
	}
}

/* What Postgres need not keep any more. */
static void
tidy(struct poller *p)
{
	if (clock_ms() < p->next_tidy_ms)
		return;
	p->next_tidy_ms = in(TIDY_MS);
	if (ledger_forget_old(p->ledger) != RC_OK) {
		/* then in an hour; what failed was logged */
	}
}

/* false: another process is the active one now. */
static bool
still_active(struct poller *p)
{
	if (clock_ms() < p->next_hold_ms)
		return true;
	p->next_hold_ms = in(HOLD_MS);
	return ledger_hold(p->ledger) != RC_CONFLICT;
}

static void
be_active(struct poller *p)
{
	while (!*p->host->stop && still_active(p)) {
		p->host->alive();
		if (p->arn == NULL)
			find_stream(p);
		if (p->arn != NULL)
			list_shards(p);
		if (p->arn != NULL) {
			turn(p);
			p->host->status("active");
			if (shards_all_done(&p->shards))
				drop_stream(p); /* perhaps there is another */
		}
		spread_names(p);
		tidy(p);
		clock_sleep_ms(clock_left_ms(sleep_until(p)));
	}
	drop_stream(p);
}

static bool
take_lock(struct poller *p)
{
	bool told = false;

	for (;;) {
		enum rc rc = ledger_take(p->ledger);

		p->host->alive();
		if (rc == RC_OK)
			return true;
		if (rc == RC_CONFLICT && !told) {
			log_event(EV_STREAM_STANDBY, NULL);
			told = true;
		}
		p->host->status(rc == RC_CONFLICT
				    ? "standing by: another is active"
				    : "waits for Postgres");
		if (*p->host->stop)
			return false;
		clock_sleep_ms(STANDBY_MS);
		if (*p->host->stop)
			return false;
	}
}

void
poller_run(const struct conf *conf, const struct poller_host *host)
{
	struct poller p = { .conf = conf, .host = host };

	p.creds = creds_new(conf);
	p.ddb = ddb_new(conf, p.creds);
	p.ledger = ledger_new(conf);
	p.work = work_new(conf, (int)conf->stream_threads);
	while (!*host->stop && take_lock(&p)) {
		log_event(EV_STREAM_ACTIVE, NULL);
		stats_set(ST_ACTIVE, 1);
		p.next_hold_ms = in(HOLD_MS);
		be_active(&p);
		stats_set(ST_ACTIVE, 0);
	}
	work_free(&p.work);
	ledger_free(&p.ledger);
	ddb_free(&p.ddb);
	creds_free(&p.creds);
}
