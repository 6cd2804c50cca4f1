/*
 * ddb: DynamoDB, the calls that cruddur makes (AWS "DynamoDB API Reference",
 * version 2012-08-10). An item is a flat list of string attributes: all
 * attributes of our table are S. What the texts mean is model/'s business.
 *
 * Every call takes an absolute deadline; attempts and waits end at it. What is
 * retried, and that each write sent here is harmless if it arrives twice, is
 * said at each call.
 */
#ifndef AWS_DDB_H
#define AWS_DDB_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/rc.h"

struct creds; /* aws/creds.h */
struct ddb;

#define DDB_MAX_ATTRS 12
#define DDB_MAX_OPS   16 /* of one transaction; DynamoDB itself takes 100 */

/* One string attribute. The texts are borrowed by the call. */
struct ddb_attr {
	const char *name;
	const char *value; /* UTF-8, NUL-terminated */
};

/* An item, or a key (pk and sk alone). */
struct ddb_item {
	struct ddb_attr attr[DDB_MAX_ATTRS];
	size_t n;
};

/* ddb_item_set(item, name, value): append; the texts are borrowed. */
void ddb_item_set(struct ddb_item *item, const char *name, const char *value);

/* A page of items that came back. Texts live until ddb_page_free(). */
struct ddb_page {
	size_t n;	 /* items */
	bool more;	 /* there was a LastEvaluatedKey */
	double capacity; /* consumed, if asked for with ddb_want_capacity() */
	void *doc;	 /* only aws/ looks */
};

/* ddb_get(page, i, name, len): attribute of item i, borrowed; its bytes to
 * *len unless NULL. NULL if it is missing or no string. */
const char *ddb_get(
    const struct ddb_page *page, size_t i, const char *name, size_t *len);

/* ddb_text(page, i, name): the same, "" instead of NULL. */
const char *ddb_text(const struct ddb_page *page, size_t i, const char *name);

/* ddb_page_free(page): free; twice is fine. */
void ddb_page_free(struct ddb_page *page);

/*
 * ddb_new(conf, creds): a handle with one reusable connection to conf's table.
 * Never NULL; nothing connects yet. creds is borrowed and outlives it.
 * ddb_free(&d) frees and clears.
 */
struct ddb *ddb_new(const struct conf *conf, struct creds *creds);
void ddb_free(struct ddb **d);

/* ddb_want_capacity(d, want): ask for the consumed capacity from now on. */
void ddb_want_capacity(struct ddb *d, bool want);

/* A condition on the item that an operation touches. */
enum ddb_cond {
	DDB_ALWAYS,
	DDB_ABSENT,  /* attribute_not_exists(pk) */
	DDB_PRESENT, /* attribute_exists(pk) */
	DDB_EQUALS,  /* attribute cond_name = cond_value (and so present) */
};

enum ddb_op_kind {
	DDB_PUT,    /* item whole */
	DDB_DELETE, /* key */
	DDB_CHECK,  /* key; only in a transaction */
	DDB_UPDATE, /* key, and SET of the attributes in item beyond pk and sk
		     */
};

struct ddb_op {
	enum ddb_op_kind kind;
	struct ddb_item item; /* first two attributes: pk, sk */
	enum ddb_cond cond;
	const char *cond_name;	/* DDB_EQUALS */
	const char *cond_value; /* DDB_EQUALS */
	const char *and_name;	/* DDB_EQUALS: a second one too; NULL: none */
	const char *and_value;
};

/*
 * Query by partition: pk = the text, sk by range, one page.
 *   index    NULL: the table (hash pk); else an index (hash hash_name)
 *   sk_from, sk_below   sk >= sk_from and sk < sk_below; NULL: no such bound.
 *            Both: BETWEEN has no open end, so sk_from <= sk <= sk_below is
 *            sent, an item at sk_below is left out of the page, and limit
 *            holds for what is left.
 *   newest_first  ScanIndexForward = false
 *   consistent    ConsistentRead (not on an index)
 *   limit         items, 0: as many as fit 1 MB
 *   start    go on after this page; NULL: from the start. Not page itself.
 * Retried inside the deadline: throttling, 5xx, broken connections.
 */
struct ddb_query {
	const char *index;
	const char *hash_name; /* NULL: "pk" */
	const char *hash;
	const char *sk_from;
	const char *sk_below;
	bool newest_first;
	bool consistent;
	int limit;
	const struct ddb_page *start;
};
enum rc ddb_query(struct ddb *d, const struct ddb_query *q, int64_t deadline_ms,
    struct ddb_page *page) MUSTCHECK;

/* ddb_read(d, pk, sk, deadline_ms, page): GetItem, consistent. RC_NOT_FOUND:
 * there is none. */
enum rc ddb_read(struct ddb *d, const char *pk, const char *sk,
    int64_t deadline_ms, struct ddb_page *page) MUSTCHECK;

/*
 * ddb_write(d, op, deadline_ms, old): one PutItem, DeleteItem or UpdateItem.
 * RC_CONDITION: the condition did not hold; the item as it stands goes to
 * *old unless NULL (ReturnValuesOnConditionCheckFailure is not used on single
 * calls; old is read by GetItem).
 * Retried like a query: after a retry RC_CONDITION may be our own first try.
 */
enum rc ddb_write(struct ddb *d, const struct ddb_op *op, int64_t deadline_ms,
    struct ddb_page *old) MUSTCHECK;

/* Why a transaction was cancelled, operation by operation. */
struct ddb_why {
	enum rc
	    reason[DDB_MAX_OPS]; /* RC_OK, RC_CONDITION, RC_TX_CONFLICT, … */
	struct ddb_page old[DDB_MAX_OPS]; /* n = 1: the item that stood there */
};
void ddb_why_free(struct ddb_why *why);

/*
 * ddb_transact(d, ops, n, token, deadline_ms, why): TransactWriteItems, all or
 * nothing, 1 <= n <= DDB_MAX_OPS.
 * token: ClientRequestToken, 1 to 36 characters: a repeat within ten minutes
 *        takes effect once, so retries inside are harmless. NULL: a new UUID
 *        is used for this call and its own retries.
 * RC_CONDITION    some condition did not hold: why says which; why->old has the
 *                 items that stood there (ALL_OLD)
 * RC_TX_CONFLICT  others in flight on the same items, until the deadline; it
 *                 was retried with jitter
 * why is freed with ddb_why_free() after RC_CONDITION; zeroed otherwise.
 */
enum rc ddb_transact(struct ddb *d, const struct ddb_op *ops, size_t n,
    const char *token, int64_t deadline_ms, struct ddb_why *why) MUSTCHECK;

/*
 * ddb_scan(d, segment, segments, start, deadline_ms, page): one page of a
 * Scan, segment of segments in parallel (0 of 1: all of it).
 */
enum rc ddb_scan(struct ddb *d, int segment, int segments,
    const struct ddb_page *start, int64_t deadline_ms,
    struct ddb_page *page) MUSTCHECK;

/* ddb_ping(d, deadline_ms): DescribeTable says ACTIVE. */
enum rc ddb_ping(struct ddb *d, int64_t deadline_ms) MUSTCHECK;

/* ddb_error(d): what AWS said of the last failure: type and text, one line. */
const char *ddb_error(const struct ddb *d);

/*
 * ddb_call(d, target, body, n, deadline_ms, doc): any other operation, for the
 * command-line tool and Streams: target "DescribeTable" or
 * "DynamoDBStreams_20120810.GetRecords", body: JSON of n bytes. *doc: the
 * answer, freed with json_object_put(). An attempt may take as long as the
 * deadline allows, but for DescribeTable and Streams.
 */
struct json_object;
enum rc ddb_call(struct ddb *d, const char *target, const char *body, size_t n,
    int64_t deadline_ms, struct json_object **doc) MUSTCHECK;

/* ddb_send(d, target, body, n, deadline_ms, answer): the same; the answer's
 * bytes replace what is in answer, whose ceiling should be
 * DDB_ANSWER_MAX_BYTES. */
#define DDB_ANSWER_MAX_BYTES                            \
	((size_t)8192 * 1024) /* 1 MB of items, escaped \
			       */
enum rc ddb_send(struct ddb *d, const char *target, const char *body, size_t n,
    int64_t deadline_ms, struct buf *answer) MUSTCHECK;

/* ddb_describe(d, deadline_ms, doc): DescribeTable of the table; *doc is freed
 * with json_object_put(). RC_NOT_FOUND: there is none. */
enum rc ddb_describe(
    struct ddb *d, int64_t deadline_ms, struct json_object **doc) MUSTCHECK;

#endif
