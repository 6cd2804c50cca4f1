/*
 * streams: DynamoDB Streams, the calls that read a table's changes (AWS
 * "DynamoDB Streams API Reference", version 2012-08-10), and the reading of
 * records, which is the same for a function of AWS Lambda.
 *
 * The calls are made with a ddb handle, and fail and retry like its own;
 * ddb_error() says why.
 */
#ifndef AWS_STREAMS_H
#define AWS_STREAMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct ddb;

/* A part of a stream. Its records are in order; a parent's come first. */
struct streams_shard {
	char *id;
	char *parent; /* NULL: none. It may be gone from the list already */
	bool closed;  /* no more records will be added */
};

struct streams_shards {
	struct streams_shard *shard;
	size_t n;
};
void streams_shards_free(struct streams_shards *shards);

/* streams_find(d, deadline_ms, arn): the stream of d's table; the caller frees
 * *arn. RC_NOT_FOUND: there is no such table, or it has no stream (which it
 * may get later). */
enum rc streams_find(struct ddb *d, int64_t deadline_ms, char **arn) MUSTCHECK;

/* streams_list_shards(d, arn, deadline_ms, out): all of them, all pages. out
 * is freed with streams_shards_free(), on any outcome. */
enum rc streams_list_shards(struct ddb *d, const char *arn, int64_t deadline_ms,
    struct streams_shards *out) MUSTCHECK;

/* Where to begin in a shard. */
enum streams_from {
	STREAMS_TRIM_HORIZON, /* the oldest record there is */
	STREAMS_LATEST,	      /* those that come from now on */
	STREAMS_AFTER,	      /* behind a sequence number */
	STREAMS_AT,	      /* with a sequence number */
};

/*
 * streams_iterator(d, arn, shard, from, sequence, deadline_ms, iterator): a
 * place to read at; it dies after 15 minutes. sequence: for AFTER and AT. The
 * caller frees *iterator. RC_TRIMMED: that record is gone (24 hours): begin at
 * the horizon. RC_NOT_FOUND: there is no such shard any more.
 */
enum rc streams_iterator(struct ddb *d, const char *arn, const char *shard,
    enum streams_from from, const char *sequence, int64_t deadline_ms,
    char **iterator) MUSTCHECK;

enum streams_kind { STREAMS_INSERT, STREAMS_MODIFY, STREAMS_REMOVE };

/* A change of an item. Texts live until streams_batch_free(). */
struct streams_record {
	enum streams_kind kind;
	const char *sequence; /* number of up to 40 digits: compare by length,
				 then by text */
	int64_t created_us;   /* UTC, to the second; 0: not said */
	size_t key, image;    /* only aws/ looks */
};

struct streams_batch {
	struct streams_record *record;
	size_t n;
	const char *next; /* iterator; NULL: the shard has ended */
	void *doc;	  /* only aws/ looks */
};

/*
 * streams_read(d, iterator, limit, deadline_ms, out): GetRecords: up to limit
 * (1 to 1,000) records, maybe none. RC_ITERATOR_EXPIRED, RC_TRIMMED,
 * RC_NOT_FOUND (the shard is gone). out is freed with streams_batch_free(), on
 * any outcome.
 */
enum rc streams_read(struct ddb *d, const char *iterator, int limit,
    int64_t deadline_ms, struct streams_batch *out) MUSTCHECK;

/*
 * streams_parse(body, n, out): the same from the n bytes of a document with
 * "Records", such as the event of a Lambda function. body is malloc()ed, has a
 * NUL at body[n], and belongs to out from here on, or is freed. RC_BAD_JSON: it
 * is no such document. Pure.
 */
enum rc streams_parse(
    char *body, size_t n, struct streams_batch *out) MUSTCHECK;

/* streams_key(b, i, name, len), streams_image(b, i, name, len): an attribute
 * of record i's key, and of its new image; like ddb_get(). */
const char *streams_key(
    const struct streams_batch *b, size_t i, const char *name, size_t *len);
const char *streams_image(
    const struct streams_batch *b, size_t i, const char *name, size_t *len);

/* streams_batch_free(b): free; twice is fine. */
void streams_batch_free(struct streams_batch *b);

#endif
