#include "aws/streams.h"

#include <json-c/json_object.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ddb.h"
#include "aws/ddbattr.h"
#include "base/buf.h"
#include "base/js.h"
#include "base/parse.h"
#include "base/xalloc.h"

#define PREFIX		  "DynamoDBStreams_20120810."
#define REQUEST_MAX_BYTES ((size_t)16 * 1024)
#define US_PER_S	  1000000.0

/* What a batch points at. */
struct doc {
	char *body;
	struct ddbattrs attrs;
	struct ddbattr_item *item; /* two a record: its key, its new image */
	size_t n, cap;		   /* of records */
};

static const char *const from_name[] = {
	[STREAMS_TRIM_HORIZON] = "TRIM_HORIZON",
	[STREAMS_LATEST] = "LATEST",
	[STREAMS_AFTER] = "AFTER_SEQUENCE_NUMBER",
	[STREAMS_AT] = "AT_SEQUENCE_NUMBER",
};

void
streams_shards_free(struct streams_shards *shards)
{
	for (size_t i = 0; i < shards->n; i++) {
		free(shards->shard[i].id);
		free(shards->shard[i].parent);
	}
	free(shards->shard);
	memset(shards, 0, sizeof(*shards));
}

enum rc
streams_find(struct ddb *d, int64_t deadline_ms, char **arn)
{
	struct json_object *doc = NULL, *table, *spec;
	const char *found;
	enum rc rc = ddb_describe(d, deadline_ms, &doc);

	if (rc != RC_OK)
		return rc;
	table = js_get(doc, "Table");
	spec = js_get(table, "StreamSpecification");
	found = js_get_str(table, "LatestStreamArn", NULL);
	/* the ARN of a stream that was turned off stays a while */
	if (found != NULL &&
	    json_object_get_boolean(js_get(spec, "StreamEnabled")))
		*arn = xstrdup(found);
	else
		rc = RC_NOT_FOUND;
	json_object_put(doc);
	return rc;
}

/* One page of shards, appended. */
static void
add_shards(struct json_object *stream, struct streams_shards *out)
{
	struct json_object *list = js_get(stream, "Shards");
	size_t n = json_object_is_type(list, json_type_array)
		       ? json_object_array_length(list)
		       : 0;

	out->shard = xrealloc(out->shard, (out->n + n) * sizeof(*out->shard));
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		struct json_object *range = js_get(one, "SequenceNumberRange");
		const char *id = js_get_str(one, "ShardId", NULL);

		if (id == NULL)
			continue;
		out->shard[out->n++] = (struct streams_shard){
			.id = xstrdup(id),
			.parent =
			    xstrdup(js_get_str(one, "ParentShardId", NULL)),
			.closed = js_get_str(range, "EndingSequenceNumber",
				      NULL) != NULL,
		};
	}
}

enum rc
streams_list_shards(struct ddb *d, const char *arn, int64_t deadline_ms,
    struct streams_shards *out)
{
	struct buf body = BUF_INIT(REQUEST_MAX_BYTES);
	struct json_object *doc = NULL, *stream;
	char *last = NULL;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	do {
		buf_reset(&body);
		js_open(&body, NULL, '{');
		js_str(&body, "StreamArn", arn);
		if (last != NULL)
			js_str(&body, "ExclusiveStartShardId", last);
		js_close(&body, '}');
		rc = ddb_call(d, PREFIX "DescribeStream", buf_str(&body),
		    body.len, deadline_ms, &doc);
		if (rc != RC_OK)
			break;
		stream = js_get(doc, "StreamDescription");
		add_shards(stream, out);
		free(last);
		last =
		    xstrdup(js_get_str(stream, "LastEvaluatedShardId", NULL));
		json_object_put(doc);
	} while (last != NULL);
	free(last);
	buf_free(&body);
	return rc;
}

enum rc
streams_iterator(struct ddb *d, const char *arn, const char *shard,
    enum streams_from from, const char *sequence, int64_t deadline_ms,
    char **iterator)
{
	struct buf body = BUF_INIT(REQUEST_MAX_BYTES);
	struct json_object *doc = NULL;
	const char *found;
	enum rc rc;

	js_open(&body, NULL, '{');
	js_str(&body, "StreamArn", arn);
	js_str(&body, "ShardId", shard);
	js_str(&body, "ShardIteratorType", from_name[from]);
	if (from == STREAMS_AFTER || from == STREAMS_AT)
		js_str(&body, "SequenceNumber", sequence);
	js_close(&body, '}');
	rc = ddb_call(d, PREFIX "GetShardIterator", buf_str(&body), body.len,
	    deadline_ms, &doc);
	buf_free(&body);
	if (rc != RC_OK)
		return rc;
	found = js_get_str(doc, "ShardIterator", NULL);
	if (found != NULL)
		*iterator = xstrdup(found);
	else
		rc = RC_INTERNAL;
	json_object_put(doc);
	return rc;
}

static struct streams_record *
new_record(struct streams_batch *b)
{
	struct doc *doc = b->doc;
	struct streams_record *record;

	if (doc->n == doc->cap) {
		doc->cap = doc->cap ? 2 * doc->cap : 64;
		b->record = xrealloc(b->record, doc->cap * sizeof(*b->record));
		doc->item =
		    xrealloc(doc->item, doc->cap * 2 * sizeof(*doc->item));
	}
	record = &b->record[doc->n];
	*record = (struct streams_record){ .key = 2 * doc->n,
		.image = 2 * doc->n + 1 };
	doc->item[record->key] = (struct ddbattr_item){ 0, 0 };
	doc->item[record->image] = (struct ddbattr_item){ 0, 0 };
	b->n = ++doc->n;
	return record;
}

/* The member "dynamodb" of a record. */
static void
read_change(struct inplace *r, struct doc *doc, struct streams_record *record)
{
	const char *key;
	double created_s;
	size_t len;

	for (bool m = inplace_object(r); m; m = inplace_more(r)) {
		if (!inplace_key(r, &key, &len))
			return;
		if (strcmp(key, "Keys") == 0)
			doc->item[record->key] = ddbattr_read(r, &doc->attrs);
		else if (strcmp(key, "NewImage") == 0)
			doc->item[record->image] = ddbattr_read(r, &doc->attrs);
		else if (strcmp(key, "SequenceNumber") == 0)
			inplace_string(r, &record->sequence, &len);
		else if (strcmp(key, "ApproximateCreationDateTime") != 0)
			inplace_skip(r);
		else if (inplace_number(r, &created_s))
			record->created_us = (int64_t)(created_s * US_PER_S);
	}
}

static void
read_kind(struct inplace *r, struct streams_record *record)
{
	const char *name;
	size_t len;

	if (!inplace_string(r, &name, &len))
		return;
	if (strcmp(name, "INSERT") == 0)
		record->kind = STREAMS_INSERT;
	else if (strcmp(name, "MODIFY") == 0)
		record->kind = STREAMS_MODIFY;
	else if (strcmp(name, "REMOVE") == 0)
		record->kind = STREAMS_REMOVE;
	else
		inplace_fail(r);
}

static void
read_record(struct inplace *r, struct streams_batch *b)
{
	struct streams_record *record = new_record(b);
	const char *key;
	size_t len;

	for (bool m = inplace_object(r); m; m = inplace_more(r)) {
		if (!inplace_key(r, &key, &len))
			return;
		if (strcmp(key, "dynamodb") == 0)
			read_change(r, b->doc, record);
		else if (strcmp(key, "eventName") == 0)
			read_kind(r, record);
		else
			inplace_skip(r);
	}
	if (record->sequence == NULL)
		inplace_fail(r); /* nobody could say that it is done */
}

static void
read_records(struct inplace *r, struct streams_batch *b)
{
	for (bool m = inplace_array(r); m; m = inplace_next(r))
		read_record(r, b);
}

enum rc
streams_parse(char *body, size_t n, struct streams_batch *out)
{
	struct doc *doc = xcalloc(1, sizeof(*doc));
	struct inplace r = { .p = body, .end = body + n };
	const char *key;
	bool records = false;
	size_t len;

	memset(out, 0, sizeof(*out));
	doc->body = body;
	out->doc = doc;
	if (!parse_utf8(body, n))
		inplace_fail(&r);
	for (bool m = inplace_object(&r); m; m = inplace_more(&r)) {
		if (!inplace_key(&r, &key, &len))
			break;
		if (strcmp(key, "Records") == 0) {
			records = true;
			read_records(&r, out);
		} else if (strcmp(key, "NextShardIterator") == 0) {
			if (!inplace_null(&r)) /* the shard has ended */
				inplace_string(&r, &out->next, &len);
		} else {
			inplace_skip(&r);
		}
	}
	if (inplace_done(&r) && records)
		return RC_OK;
	streams_batch_free(out);
	return RC_BAD_JSON;
}

enum rc
streams_read(struct ddb *d, const char *iterator, int limit,
    int64_t deadline_ms, struct streams_batch *out)
{
	struct buf body = BUF_INIT(REQUEST_MAX_BYTES),
		   answer = BUF_INIT(DDB_ANSWER_MAX_BYTES);
	size_t n;
	char *p;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	js_open(&body, NULL, '{');
	js_str(&body, "ShardIterator", iterator);
	js_int(&body, "Limit", limit);
	js_close(&body, '}');
	rc = ddb_send(d, PREFIX "GetRecords", buf_str(&body), body.len,
	    deadline_ms, &answer);
	buf_free(&body);
	if (rc == RC_OK) {
		p = buf_take(&answer, &n);
		if (streams_parse(p, n, out) != RC_OK)
			rc = RC_INTERNAL;
	}
	buf_free(&answer);
	return rc;
}

static const char *
find(const struct streams_batch *b, size_t item, const char *name, size_t *len)
{
	const struct doc *doc = b->doc;
	const struct ddbattr *attr =
	    ddbattr_find(&doc->attrs, doc->item[item], name);

	if (attr == NULL)
		return NULL;
	if (len != NULL)
		*len = attr->value_len;
	return attr->value;
}

const char *
streams_key(
    const struct streams_batch *b, size_t i, const char *name, size_t *len)
{
	return i < b->n ? find(b, b->record[i].key, name, len) : NULL;
}

const char *
streams_image(
    const struct streams_batch *b, size_t i, const char *name, size_t *len)
{
	return i < b->n ? find(b, b->record[i].image, name, len) : NULL;
}

void
streams_batch_free(struct streams_batch *b)
{
	struct doc *doc = b->doc;

	if (doc != NULL) {
		free(doc->body);
		ddbattr_free(&doc->attrs);
		free(doc->item);
		free(doc);
	}
	free(b->record);
	memset(b, 0, sizeof(*b));
}
