/*
 * shards: the parts of a stream, how far each is read and done, and what of it
 * failed and waits to be tried again. No I/O.
 *
 * A child shard is read when its parent is done: all of the parent's records
 * came before. A checkpoint is the last record before which all are done; a
 * record that waits holds it back, not the records after it.
 */
#ifndef STREAM_SHARDS_H
#define STREAM_SHARDS_H

#include <stdint.h>

#include "aws/streams.h"
#include "stream/core.h"
#include "stream/ledger.h"

enum shard_state {
	SHARD_WAITS,  /* for its parent -> SHARD_READS */
	SHARD_READS,  /* -> SHARD_DRAINS when it has been read to its end */
	SHARD_DRAINS, /* until nothing is pending -> SHARD_DONE */
	SHARD_DONE,
	SHARD__MAX
};

/* A message that failed. Owns its texts. */
struct pending {
	struct pending *next;
	char *sequence;
	char *prev; /* the record before it; NULL: none */
	char *group, *at, *text;
	int64_t created_us; /* UTC */
	int tries;	    /* that count */
	int waits;	    /* all, for the back-off */
	int64_t first_ms;   /* of the first that counts; 0: none yet */
	int64_t next_ms;    /* not before that */
	int64_t successes;  /* of all messages, when it last failed */
};

struct shard {
	char *id, *parent;
	enum shard_state state;
	char *iterator;	    /* NULL: to be made */
	char *read;	    /* the last record that was read; NULL: none */
	char *saved;	    /* checkpoint in Postgres; NULL: none */
	bool saved_closed;  /* Postgres knows that it is done */
	bool known;	    /* Postgres knows that it is there */
	int64_t next_ms;    /* next read, not before */
	int64_t lag_us;	    /* behind the present at the last read */
	int64_t failing_ms; /* its reads fail since then; 0: they do not */
	bool listed;	    /* the stream still tells of it */
	struct pending *pending, **tail; /* oldest first */
};

struct shards {
	struct shard **at;
	size_t n;
	size_t n_pending; /* in all of them */
};

/* shards_merge(s, list, done): take over what the stream tells of now; new
 * ones begin where done says they were. Those that are gone and done go. */
void shards_merge(struct shards *s, const struct streams_shards *list,
    const struct checkpoints *done);

/* shards_start(s): those that wait and whose parents are done, or unknown,
 * are to be read. Returns how many are read now. */
size_t shards_start(struct shards *s);

/* shards_all_done(s): there are some, and nothing is left to do. */
bool shards_all_done(const struct shards *s);

/* shard_checkpoint(shard): up to where all is done; NULL: nothing yet. */
const char *shard_checkpoint(const struct shard *shard);

/* shard_ended(shard): it was read to its end. shard_settle(shard): DONE if it
 * drained and nothing is pending. */
void shard_ended(struct shard *shard);
void shard_settle(struct shard *shard);

/* shard_set(&text, to): replace a text by a copy; to NULL: none. */
void shard_set(char **text, const char *to);

/* shards_put_back(s, shard, p): p waits from now on; p is handed over, and is
 * the newest of its shard. shards_drop(s, shard, p): it is done. */
void shards_put_back(struct shards *s, struct shard *shard, struct pending *p);
void shards_drop(struct shards *s, struct shard *shard, struct pending *p);

void shards_free(struct shards *s);

#endif
