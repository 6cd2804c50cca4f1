/*
 * batch: one turn of the processor: the records that were read of several
 * shards and the messages that wait, worked on together; what failed is put
 * back, or given up.
 */
#ifndef STREAM_BATCH_H
#define STREAM_BATCH_H

#include "aws/streams.h"
#include "stream/shards.h"
#include "stream/work.h"

/* What was read of a shard. */
struct batch_part {
	struct shard *shard;
	struct streams_batch records;
};

struct batch {
	struct batch_part *part;
	size_t n;
};

/* What a turn needs. */
struct batch_env {
	struct work *work;
	struct ledger *ledger;
	struct shards *shards;
	const char *arn;
	int64_t give_up_ms; /* conf.stream_give_up_ms */
};

/* batch_add(b, shard, records): one more part; records are handed over. */
void batch_add(
    struct batch *b, struct shard *shard, struct streams_batch *records);

/* batch_run(b, env, deadline_ms): the parts, and all that waits and is due.
 * Afterwards each shard stands behind its part, or at its end. */
void batch_run(
    struct batch *b, const struct batch_env *env, int64_t deadline_ms);
void batch_free(struct batch *b);

#endif
