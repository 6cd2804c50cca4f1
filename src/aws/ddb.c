#include "aws/ddb.h"

#include <assert.h>
#include <json-c/json_object.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call.h"
#include "aws/creds.h"
#include "aws/ddbpage.h"
#include "aws/ddbreq.h"
#include "base/js.h"
#include "base/rnd.h"
#include "base/xalloc.h"

#define KB		   ((size_t)1024)
#define REQUEST_MAX_BYTES  (4096 * KB) /* DynamoDB's own is 4 MB in all */
#define CONTROL_ATTEMPT_MS 30000       /* a table is made in seconds */
#define PREFIX		   "DynamoDB_20120810."
#define STREAMS_PREFIX	   "DynamoDBStreams_20120810."

struct ddb {
	struct call_service service; /* the table's */
	char *endpoint;		     /* of the table */
	char *streams_endpoint;	     /* of its stream */
	struct ddbreq rq;
	struct buf body; /* of the request at hand; keeps its memory */
};

void
ddb_item_set(struct ddb_item *item, const char *name, const char *value)
{
	assert(item->n < DDB_MAX_ATTRS);
	item->attr[item->n].name = name;
	item->attr[item->n].value = value;
	item->n++;
}

/* set, or https://HOST.REGION.amazonaws.com */
static char *
endpoint_of(const char *set, const char *host, const char *region)
{
	struct buf url = BUF_INIT(512);

	if (set[0] != '\0')
		return xstrdup(set);
	/* China's regions have their own domain */
	buf_addf(&url, "https://%s.%s.amazonaws.com%s", host, region,
	    strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
	return buf_take(&url, NULL);
}

struct ddb *
ddb_new(const struct conf *conf, struct creds *creds)
{
	struct ddb *d = xcalloc(1, sizeof(*d));
	const char *streams = conf->ddb_streams_endpoint;

	d->endpoint =
	    endpoint_of(conf->ddb_endpoint, "dynamodb", conf->aws_region);
	if (streams[0] == '\0')
		streams = conf->ddb_endpoint;
	d->streams_endpoint =
	    endpoint_of(streams, "streams.dynamodb", conf->aws_region);
	d->service = (struct call_service){
		.backend = MB_DYNAMODB,
		.name = "dynamodb",
		.sign_as = "dynamodb",
		.region = conf->aws_region,
		.endpoint = d->endpoint,
		.content_type = "application/x-amz-json-1.0",
		.connect_timeout_ms = conf->ddb_connect_timeout_ms,
		.attempt_timeout_ms = conf->ddb_attempt_timeout_ms,
		.slow_ms = conf->log_slow_ms,
		.creds = creds,
	};
	d->rq.table = conf->ddb_table;
	d->body = BUF_INIT(REQUEST_MAX_BYTES);
	return d;
}

void
ddb_free(struct ddb **d)
{
	if (*d == NULL)
		return;
	free((*d)->endpoint);
	free((*d)->streams_endpoint);
	buf_free(&(*d)->body);
	free(*d);
	*d = NULL;
}

void
ddb_want_capacity(struct ddb *d, bool want)
{
	d->rq.capacity = want;
}

const char *
ddb_error(const struct ddb *d)
{
	return d->service.err.text;
}

/* Send d->body to an operation. */
static enum rc
run(struct ddb *d, const char *operation, int64_t deadline_ms,
    struct buf *answer)
{
	char target[96];
	struct call c = {
		.operation = operation,
		.target = target,
		.body = buf_str(&d->body),
		.body_len = d->body.len,
		.deadline_ms = deadline_ms,
	};

	if (buf_rc(&d->body) != RC_OK) {
		awserr_set(&d->service.err, RC_TOOBIG, RETRY_NEVER, "",
		    "the request is larger than DynamoDB takes");
		return RC_TOOBIG;
	}
	snprintf(target, sizeof(target), PREFIX "%s", operation);
	return call_run(&d->service, &c, answer);
}

/* run(), and the answer as a page. page NULL: it is not wanted. */
static enum rc
run_page(struct ddb *d, const char *operation, int64_t deadline_ms,
    struct ddb_page *page)
{
	struct buf answer = BUF_INIT(DDB_ANSWER_MAX_BYTES);
	enum rc rc = run(d, operation, deadline_ms, &answer);
	size_t n;

	if (rc == RC_OK && page != NULL) {
		char *body = buf_take(&answer, &n);

		if (ddbpage_read(body, n, page) != RC_OK)
			rc = call_unreadable(&d->service, operation);
	}
	buf_free(&answer);
	return rc;
}

/*
 * BETWEEN takes both ends. An item at sk_below is left out here, and one more
 * was asked for, so that the page is full either way.
 */
static void
cut_page(const struct ddb_query *q, struct ddb_page *page)
{
	const char *key[] = { "pk", "sk", q->hash_name };
	size_t nkey = q->hash_name ? 3 : 2;

	for (size_t i = 0; i < page->n;) {
		const char *sk = ddb_get(page, i, "sk", NULL);

		if (sk != NULL && strcmp(sk, q->sk_below) == 0)
			ddbpage_drop(page, i);
		else
			i++;
	}
	if (q->limit > 0 && page->n > (size_t)q->limit)
		ddbpage_end_at(page, (size_t)q->limit - 1, key, nkey);
}

enum rc
ddb_query(struct ddb *d, const struct ddb_query *q, int64_t deadline_ms,
    struct ddb_page *page)
{
	bool between = q->sk_from != NULL && q->sk_below != NULL;
	enum rc rc;

	memset(page, 0, sizeof(*page));
	buf_reset(&d->body);
	ddbreq_query(&d->rq, q, q->limit + (between && q->limit > 0), &d->body);
	rc = run_page(d, "Query", deadline_ms, page);
	if (rc == RC_OK && between)
		cut_page(q, page);
	return rc;
}

enum rc
ddb_read(struct ddb *d, const char *pk, const char *sk, int64_t deadline_ms,
    struct ddb_page *page)
{
	enum rc rc;

	memset(page, 0, sizeof(*page));
	buf_reset(&d->body);
	ddbreq_read(&d->rq, pk, sk, &d->body);
	rc = run_page(d, "GetItem", deadline_ms, page);
	if (rc == RC_OK && page->n == 0) {
		ddb_page_free(page);
		rc = RC_NOT_FOUND;
	}
	return rc;
}

enum rc
ddb_scan(struct ddb *d, int segment, int segments, const struct ddb_page *start,
    int64_t deadline_ms, struct ddb_page *page)
{
	struct ddb_page got = { 0 };
	enum rc rc;

	buf_reset(&d->body);
	ddbreq_scan(&d->rq, segment, segments, start, &d->body);
	rc = run_page(d, "Scan", deadline_ms, &got);
	*page = got; /* only now: start may be page itself */
	return rc;
}

/* The item that made a condition fail. Gone by now: the page stays empty. */
static void
read_old(struct ddb *d, const struct ddb_op *op, int64_t deadline_ms,
    struct ddb_page *old)
{
	struct awserr why = d->service.err;
	enum rc rc = ddb_read(d, op->item.attr[0].value, op->item.attr[1].value,
	    deadline_ms, old);

	if (rc == RC_OK || rc == RC_NOT_FOUND)
		d->service.err = why;
}

enum rc
ddb_write(struct ddb *d, const struct ddb_op *op, int64_t deadline_ms,
    struct ddb_page *old)
{
	struct buf answer = BUF_INIT(DDB_ANSWER_MAX_BYTES);
	enum rc rc;

	if (old != NULL)
		memset(old, 0, sizeof(*old));
	buf_reset(&d->body);
	ddbreq_write(&d->rq, op, &d->body);
	rc = run(d, ddbreq_operation(op->kind), deadline_ms, &answer);
	buf_free(&answer);
	if (rc == RC_CONDITION && old != NULL)
		read_old(d, op, deadline_ms, old);
	return rc;
}

void
ddb_why_free(struct ddb_why *why)
{
	for (size_t i = 0; i < DDB_MAX_OPS; i++)
		ddb_page_free(&why->old[i]);
	memset(why, 0, sizeof(*why));
}

/* One element of CancellationReasons; its Item, if it came, as a page. */
static enum rc
read_reason(struct json_object *reason, struct ddb_why *why, size_t i)
{
	const char *code = js_get_str(reason, "Code", NULL);
	struct json_object *item = js_get(reason, "Item");
	struct buf body = BUF_INIT(DDB_ANSWER_MAX_BYTES);
	const char *text;
	size_t len;
	char *p;

	why->reason[i] = awserr_reason(code ? code : "None");
	if (item == NULL)
		return RC_OK;
	text = json_object_to_json_string_length(
	    item, JSON_C_TO_STRING_PLAIN, &len);
	js_open(&body, NULL, '{');
	js_raw(&body, "Item", text, len);
	js_close(&body, '}');
	p = buf_take(&body, &len);
	return ddbpage_read(p, len, &why->old[i]);
}

static enum rc
read_why(struct ddb *d, const struct buf *answer, size_t n, struct ddb_why *why)
{
	struct json_object *doc = NULL, *list;
	enum rc rc = js_parse(buf_str(answer), answer->len, &doc);

	list = rc == RC_OK ? js_get(doc, "CancellationReasons") : NULL;
	if (!json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) != n)
		rc = RC_BAD_JSON;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = read_reason(json_object_array_get_idx(list, i), why, i);
	json_object_put(doc);
	if (rc == RC_OK)
		return RC_CONDITION;
	ddb_why_free(why);
	return call_unreadable(&d->service, "TransactWriteItems");
}

enum rc
ddb_transact(struct ddb *d, const struct ddb_op *ops, size_t n,
    const char *token, int64_t deadline_ms, struct ddb_why *why)
{
	struct buf answer = BUF_INIT(DDB_ANSWER_MAX_BYTES);
	char own_token[UUID_TEXT_SIZE];
	enum rc rc;

	assert(n >= 1 && n <= DDB_MAX_OPS);
	if (why != NULL)
		memset(why, 0, sizeof(*why));
	if (token == NULL) {
		rnd_uuid(own_token);
		token = own_token;
	}
	buf_reset(&d->body);
	ddbreq_transact(&d->rq, ops, n, token, &d->body);
	rc = run(d, "TransactWriteItems", deadline_ms, &answer);
	if (rc == RC_CONDITION && why != NULL)
		rc = read_why(d, &answer, n, why);
	buf_free(&answer);
	return rc;
}

enum rc
ddb_send(struct ddb *d, const char *target, const char *body, size_t n,
    int64_t deadline_ms, struct buf *answer)
{
	const char *dot = strchr(target, '.');
	bool streams =
	    strncmp(target, STREAMS_PREFIX, sizeof(STREAMS_PREFIX) - 1) == 0;
	char whole[96];
	struct call c = {
		.operation = dot ? dot + 1 : target,
		.target = whole,
		.body = body,
		.body_len = n,
		.deadline_ms = deadline_ms,
	};
	struct call_service service = d->service;
	enum rc rc;

	snprintf(whole, sizeof(whole), "%s%s", dot ? "" : PREFIX, target);
	if (streams)
		service.endpoint = d->streams_endpoint;
	else if (strcmp(c.operation, "DescribeTable") != 0)
		service.attempt_timeout_ms = CONTROL_ATTEMPT_MS;
	rc = call_run(&service, &c, answer);
	d->service.err = service.err;
	d->service.down = service.down;
	return rc;
}

enum rc
ddb_call(struct ddb *d, const char *target, const char *body, size_t n,
    int64_t deadline_ms, struct json_object **doc)
{
	struct buf answer = BUF_INIT(DDB_ANSWER_MAX_BYTES);
	enum rc rc = ddb_send(d, target, body, n, deadline_ms, &answer);

	if (rc == RC_OK && js_parse(buf_str(&answer), answer.len, doc) != RC_OK)
		rc = call_unreadable(&d->service, target);
	buf_free(&answer);
	return rc;
}

enum rc
ddb_describe(struct ddb *d, int64_t deadline_ms, struct json_object **doc)
{
	struct buf body = BUF_INIT(1024);
	enum rc rc;

	js_open(&body, NULL, '{');
	js_str(&body, "TableName", d->rq.table);
	js_close(&body, '}');
	rc = ddb_call(
	    d, "DescribeTable", buf_str(&body), body.len, deadline_ms, doc);
	buf_free(&body);
	return rc;
}

enum rc
ddb_ping(struct ddb *d, int64_t deadline_ms)
{
	struct json_object *doc = NULL;
	const char *status;
	enum rc rc = ddb_describe(d, deadline_ms, &doc);

	if (rc != RC_OK)
		return rc;
	status = js_get_str(js_get(doc, "Table"), "TableStatus", NULL);
	/* UPDATING: it reads and writes all the same */
	if (status == NULL || (strcmp(status, "ACTIVE") != 0 &&
				  strcmp(status, "UPDATING") != 0)) {
		awserr_set(&d->service.err, RC_UNAVAILABLE, RETRY_NEVER, "",
		    "the table is not ACTIVE");
		rc = RC_UNAVAILABLE;
	}
	json_object_put(doc);
	return rc;
}
