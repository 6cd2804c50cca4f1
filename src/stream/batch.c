#include "stream/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/js.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "stream/record.h"
#include "stream/stats.h"

#define TRIES		 10  /* before a record is given up, at least */
#define WAIT_FIRST_MS	 250 /* doubled with each wait */
#define WAIT_MAX_MS	 10000
#define OUTAGE_MAX_MS	 2000
#define RECORD_MAX_BYTES 1024

/* One message of the turn, beside its work_item. */
struct job {
	struct shard *shard;
	struct pending *pending; /* NULL: it comes for the first time */
	const char *sequence, *prev;
	int64_t created_us;
	char group[UUID_TEXT_SIZE];
};

struct jobs {
	struct job *job;
	struct work_item *item; /* as many */
	size_t n;
};

void
batch_add(struct batch *b, struct shard *shard, struct streams_batch *records)
{
	b->part = xrealloc(b->part, (b->n + 1) * sizeof(b->part[0]));
	b->part[b->n++] =
	    (struct batch_part){ .shard = shard, .records = *records };
	*records = (struct streams_batch){ 0 };
}

void
batch_free(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		streams_batch_free(&b->part[i].records);
	free(b->part);
	*b = (struct batch){ 0 };
}

/* ---- collecting ---- */

static void
add_due(struct jobs *jobs, struct shard *shard)
{
	int64_t now = clock_ms();

	for (struct pending *p = shard->pending; p != NULL; p = p->next) {
		if (p->next_ms > now)
			continue;
		jobs->job[jobs->n] = (struct job){
			.shard = shard, .pending = p, .sequence = p->sequence
		};
		jobs->item[jobs->n].msg = (struct core_message){
			.group = p->group, .at = p->at, .text = p->text
		};
		jobs->n++;
	}
}

static void
add_part(struct jobs *jobs, const struct batch_part *part)
{
	const struct streams_batch *records = &part->records;
	const char *prev = part->shard->read;

	for (size_t i = 0; i < records->n; i++) {
		struct job *job = &jobs->job[jobs->n];
		struct work_item *item = &jobs->item[jobs->n];

		if (record_message(records, i, job->group, &item->msg)) {
			job->shard = part->shard;
			job->sequence = records->record[i].sequence;
			job->prev = prev;
			job->created_us = records->record[i].created_us;
			jobs->n++;
		}
		prev = records->record[i].sequence;
	}
	stats_add(ST_RECORDS, (int64_t)records->n);
}

static void
collect(const struct batch *b, const struct shards *shards, struct jobs *jobs)
{
	size_t most = shards->n_pending;

	for (size_t i = 0; i < b->n; i++)
		most += b->part[i].records.n;
	jobs->job = xcalloc(most + 1, sizeof(jobs->job[0]));
	jobs->item = xcalloc(most + 1, sizeof(jobs->item[0]));
	for (size_t i = 0; i < shards->n; i++)
		add_due(jobs, shards->at[i]);
	for (size_t i = 0; i < b->n; i++)
		add_part(jobs, &b->part[i]);
}

/* ---- settling ---- */

static int64_t
successes(void)
{
	return stats_get(ST_MOVES) + stats_get(ST_REBUILDS);
}

/*
 * Whether a failure speaks against the message: it is no outage, or others got
 * through while this one did not.
 */
static bool
counts(const struct pending *p, enum rc rc)
{
	if (!work_is_outage(rc))
		return true;
	return (rc == RC_UNAVAILABLE || rc == RC_DEADLINE) &&
	       successes() > p->successes;
}

static int64_t
wait_ms(const struct pending *p, bool counted)
{
	int64_t most = counted ? WAIT_MAX_MS : OUTAGE_MAX_MS;
	int64_t wait = WAIT_FIRST_MS << (p->waits < 10 ? p->waits : 10);

	return wait < most ? wait : most;
}

static struct pending *
new_pending(const struct job *job, const struct core_message *msg)
{
	struct pending *p = xcalloc(1, sizeof(*p));

	p->sequence = xstrdup(job->sequence);
	shard_set(&p->prev, job->prev);
	p->group = xstrdup(msg->group);
	p->at = xstrdup(msg->at);
	p->text = xstrdup(msg->text);
	p->created_us = job->created_us;
	p->successes = successes();
	return p;
}

/* What is kept of a record: no text of a message. */
static void
describe(const struct pending *p, struct buf *out)
{
	js_open(out, NULL, '{');
	js_str(out, "message_group_uuid", p->group);
	js_str(out, "created_at", p->at);
	js_close(out, '}');
}

/* Into the dead letters. false: Postgres is gone, so it waits on. */
static bool
bury(const struct batch_env *env, struct shard *shard, struct pending *p,
    const struct work_item *item)
{
	struct buf record = BUF_INIT(RECORD_MAX_BYTES),
		   reason = BUF_INIT(RECORD_MAX_BYTES);
	struct dead_letter letter = { .arn = env->arn,
		.shard = shard->id,
		.sequence = p->sequence,
		.attempts = p->tries };
	enum rc rc;

	describe(p, &record);
	buf_addf(&reason, "%s: %s", rc_wire(item->rc), item->why);
	letter.record = buf_str(&record);
	letter.reason = buf_str(&reason);
	rc = ledger_bury(env->ledger, &letter);
	if (rc == RC_OK) {
		stats_add(ST_DEAD_LETTERS, 1);
		log_event(EV_STREAM_DEAD_LETTER, "group", p->group, "sequence",
		    p->sequence, "attempts", log_num(p->tries), "detail",
		    letter.reason, NULL);
	}
	buf_free(&record);
	buf_free(&reason);
	return rc == RC_OK;
}

static void
settle_failure(
    const struct batch_env *env, struct job *job, const struct work_item *item)
{
	struct pending *p = job->pending;
	int64_t now = clock_ms();
	bool counted;

	if (p == NULL) {
		p = new_pending(job, &item->msg);
		shards_put_back(env->shards, job->shard, p);
	}
	counted = counts(p, item->rc);
	stats_add(ST_RETRIES, 1);
	if (counted && p->tries++ == 0) {
		p->first_ms = now;
		log_event(EV_STREAM_RETRY, "group", p->group, "sequence",
		    p->sequence, "code", rc_wire(item->rc), "detail", item->why,
		    NULL);
	}
	p->next_ms = now + wait_ms(p, counted);
	p->waits++;
	p->successes = successes();
	if (counted && p->tries >= TRIES &&
	    now - p->first_ms >= env->give_up_ms &&
	    bury(env, job->shard, p, item))
		shards_drop(env->shards, job->shard, p);
}

static void
settle(const struct batch_env *env, struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++) {
		struct job *job = &jobs->job[i];

		if (jobs->item[i].rc != RC_OK) {
			settle_failure(env, job, &jobs->item[i]);
			continue;
		}
		stats_add(ST_MESSAGES, 1);
		if (job->pending != NULL)
			shards_drop(env->shards, job->shard, job->pending);
	}
}

/* The part is behind us: the next read goes on after it. */
static void
advance(struct batch_part *part)
{
	const struct streams_batch *records = &part->records;

	if (records->n > 0)
		shard_set(&part->shard->read,
		    records->record[records->n - 1].sequence);
	if (records->next != NULL)
		shard_set(&part->shard->iterator, records->next);
	else
		shard_ended(part->shard);
}

void
batch_run(struct batch *b, const struct batch_env *env, int64_t deadline_ms)
{
	struct jobs jobs = { 0 };

	collect(b, env->shards, &jobs);
	if (jobs.n > 0)
		work_run(env->work, jobs.item, jobs.n, deadline_ms);
	settle(env, &jobs);
	free(jobs.job);
	free(jobs.item);
	for (size_t i = 0; i < b->n; i++)
		advance(&b->part[i]);
	for (size_t i = 0; i < env->shards->n; i++)
		shard_settle(env->shards->at[i]);
	stats_set(ST_PENDING, (int64_t)env->shards->n_pending);
}
