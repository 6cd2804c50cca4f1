#include "stream/replay.h"

#include <stdlib.h>

#include "aws/streams.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "stream/record.h"
#include "stream/work.h"

#define CALL_MS	  10000
#define WORK_MS	  60000
#define READ_MAX  1000
#define EMPTY_MAX 4 /* reads without a record: an open shard's end */
#define PAUSE_MS  250

struct replay {
	struct ddb *ddb;
	struct work *work;
	char *arn;
	volatile sig_atomic_t *stop;
	void (*progress)(const struct replay_sums *);
	struct replay_sums *sums;
};

static int64_t
in(int64_t ms)
{
	return clock_ms() + ms;
}

static void
apply(struct replay *r, const struct streams_batch *records)
{
	struct work_item *items = xcalloc(records->n + 1, sizeof(items[0]));
	char(*groups)[UUID_TEXT_SIZE] =
	    xcalloc(records->n + 1, sizeof(groups[0]));
	size_t n = 0;

	for (size_t i = 0; i < records->n; i++)
		n += record_message(records, i, groups[n], &items[n].msg);
	work_run(r->work, items, n, in(WORK_MS));
	for (size_t i = 0; i < n; i++) {
		if (items[i].rc == RC_OK)
			continue;
		r->sums->failed++;
		log_event(EV_STREAM_RETRY, "group", items[i].msg.group, "code",
		    rc_wire(items[i].rc), "detail", items[i].why, NULL);
	}
	r->sums->records += records->n;
	r->sums->messages += n;
	free(items);
	free(groups);
}

/* From its oldest record to its end, or to where it is still being written. */
static enum rc
replay_shard(struct replay *r, const char *shard)
{
	char *iterator = NULL;
	enum rc rc = streams_iterator(r->ddb, r->arn, shard,
	    STREAMS_TRIM_HORIZON, NULL, in(CALL_MS), &iterator);

	for (int empty = 0; rc == RC_OK && iterator && empty < EMPTY_MAX;) {
		struct streams_batch records = { 0 };

		if (*r->stop)
			rc = RC_INTERRUPTED;
		if (rc == RC_OK)
			rc = streams_read(
			    r->ddb, iterator, READ_MAX, in(CALL_MS), &records);
		if (rc == RC_OK) {
			empty = records.n > 0 ? 0 : empty + 1;
			apply(r, &records);
			r->progress(r->sums);
			free(iterator);
			iterator = xstrdup(records.next);
			if (empty > 0 && empty < EMPTY_MAX && iterator != NULL)
				clock_sleep_ms(PAUSE_MS);
		}
		streams_batch_free(&records);
	}
	free(iterator);
	r->sums->shards += rc == RC_OK;
	return rc;
}

enum rc
replay_run(const struct conf *conf, struct ddb *ddb,
    volatile sig_atomic_t *stop, void (*progress)(const struct replay_sums *),
    struct replay_sums *sums)
{
	struct replay r = {
		.ddb = ddb, .stop = stop, .progress = progress, .sums = sums
	};
	struct streams_shards shards = { 0 };
	enum rc rc = streams_find(ddb, in(CALL_MS), &r.arn);

	*sums = (struct replay_sums){ 0 };
	if (rc == RC_OK)
		rc = streams_list_shards(ddb, r.arn, in(CALL_MS), &shards);
	if (rc == RC_OK)
		r.work = work_new(conf, (int)conf->stream_threads);
	/* in whatever order: a newer row stands against an older message */
	for (size_t i = 0; rc == RC_OK && i < shards.n; i++)
		rc = replay_shard(&r, shards.shard[i].id);
	work_free(&r.work);
	streams_shards_free(&shards);
	free(r.arn);
	return rc;
}
