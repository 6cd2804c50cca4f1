#include "stream/lambda.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/http.h"
#include "base/clock.h"
#include "base/js.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "stream/record.h"
#include "stream/work.h"

#define TRACE		 "_X_AMZN_TRACE_ID"
#define EVENT_MAX_BYTES	 ((size_t)8 * 1024 * 1024) /* Lambda's own is 6 MB */
#define ANSWER_MAX_BYTES 4096
#define CONNECT_MS	 1000
#define POST_MS		 5000
#define FOR_EVER_MS	 ((int64_t)1 << 30) /* 12 days: then it asks again */
#define MARGIN_MS	 500   /* kept of an invocation, to answer in */
#define DEFAULT_MS	 10000 /* of an invocation that names no deadline */

struct lambda {
	char base[256]; /* "http://HOST:PORT/2018-06-01/runtime" */
	struct http *http;
	struct work *work;
};

/* An invocation. */
struct event {
	struct buf body;
	char id[64];
	int64_t deadline_ms;
};

static void
set_base(struct lambda *l, const char *api)
{
	snprintf(l->base, sizeof(l->base), "http://%s/2018-06-01/runtime", api);
}

/* POST to the Runtime API. error: the type of what failed; NULL: nothing. */
static enum rc
post(struct lambda *l, const char *path, const char *error,
    const struct buf *body)
{
	struct buf answer = BUF_INIT(ANSWER_MAX_BYTES);
	char url[512];
	struct http_req rq = { .method = "POST",
		.url = url,
		.header = { { "Content-Type", "application/json" },
		    { error != NULL ? "Lambda-Runtime-Function-Error-Type"
				    : NULL,
			error } },
		.body = buf_str(body),
		.body_len = body->len,
		.direct = true,
		.connect_timeout_ms = CONNECT_MS,
		.attempt_timeout_ms = POST_MS,
		.deadline_ms = clock_ms() + POST_MS };
	enum http_end end;
	int status = 0;

	snprintf(url, sizeof(url), "%s%s", l->base, path);
	end = http_run(l->http, &rq, &answer, &status);
	buf_free(&answer);
	return end == HTTP_ANSWERED && status / 100 == 2 ? RC_OK
							 : RC_UNAVAILABLE;
}

/* {"errorMessage": …, "errorType": …} */
static enum rc
post_error(struct lambda *l, const char *path, enum rc rc, const char *text)
{
	struct buf body = BUF_INIT(ANSWER_MAX_BYTES);
	char type[64];

	snprintf(type, sizeof(type), "Cruddur.%s", rc_wire(rc));
	js_open(&body, NULL, '{');
	js_str(&body, "errorMessage", text);
	js_str(&body, "errorType", type);
	js_close(&body, '}');
	rc = post(l, path, type, &body);
	buf_free(&body);
	return rc;
}

void
lambda_init_failed(const char *api, enum rc rc, const char *text)
{
	struct lambda l = { .http = http_new() };

	set_base(&l, api);
	if (post_error(&l, "/init/error", rc, text) != RC_OK) {
		/* nobody is there to be told; it was logged */
	}
	http_free(&l.http);
}

/* ---- events ---- */

/* Lambda says the end in UTC. */
static int64_t
deadline_of(const char *text)
{
	int64_t end_ms, left_ms = DEFAULT_MS;

	if (text != NULL && parse_int(text, 0, INT64_MAX, &end_ms) == RC_OK)
		left_ms = end_ms - clock_wall_us() / 1000;
	left_ms -= MARGIN_MS;
	return clock_ms() + (left_ms > 0 ? left_ms : 0);
}

/* The trace goes on: where Lambda's own tools look for it. */
static void
set_trace(const char *trace)
{
	if (trace != NULL)
		setenv(TRACE, trace, 1);
	else
		unsetenv(TRACE);
}

/* Wait for the next event. */
static enum rc
next_event(struct lambda *l, struct event *e)
{
	char url[512];
	struct http_req rq = { .method = "GET",
		.url = url,
		.direct = true,
		.connect_timeout_ms = CONNECT_MS,
		.attempt_timeout_ms = FOR_EVER_MS,
		.deadline_ms = clock_ms() + FOR_EVER_MS };
	enum http_end end;
	const char *id;
	int status = 0;

	snprintf(url, sizeof(url), "%s/invocation/next", l->base);
	end = http_run(l->http, &rq, &e->body, &status);
	if (end == HTTP_TIMEOUT)
		return RC_DEADLINE;
	id = end == HTTP_ANSWERED && status == 200
		 ? http_header(l->http, "Lambda-Runtime-Aws-Request-Id")
		 : NULL;
	if (id == NULL || strlen(id) >= sizeof(e->id))
		return RC_UNAVAILABLE;
	snprintf(e->id, sizeof(e->id), "%s", id);
	e->deadline_ms =
	    deadline_of(http_header(l->http, "Lambda-Runtime-Deadline-Ms"));
	set_trace(http_header(l->http, "Lambda-Runtime-Trace-Id"));
	return RC_OK;
}

/* The messages among the records; items, their groups and record numbers have
 * room for all. */
static size_t
collect(const struct streams_batch *records, struct work_item *items,
    char (*groups)[UUID_TEXT_SIZE], size_t *of)
{
	size_t n = 0;

	for (size_t i = 0; i < records->n; i++) {
		if (record_message(records, i, groups[n], &items[n].msg))
			of[n++] = i;
	}
	return n;
}

/* The lowest sequence number that failed; NULL: none. */
static const char *
lowest_failed(const struct streams_batch *records,
    const struct work_item *items, const size_t *of, size_t n)
{
	const char *lowest = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *seq = records->record[of[i]].sequence;

		if (items[i].rc == RC_OK)
			continue;
		log_event(EV_STREAM_RETRY, "group", items[i].msg.group,
		    "sequence", seq, "code", rc_wire(items[i].rc), "detail",
		    items[i].why, "trace_id", getenv(TRACE), NULL);
		if (lowest == NULL || record_seq_cmp(seq, lowest) < 0)
			lowest = seq;
	}
	return lowest;
}

/* {"batchItemFailures": [{"itemIdentifier": "…"}]} */
static void
write_failures(const char *failed, struct buf *out)
{
	js_open(out, NULL, '{');
	js_open(out, "batchItemFailures", '[');
	if (failed != NULL) {
		js_open(out, NULL, '{');
		js_str(out, "itemIdentifier", failed);
		js_close(out, '}');
	}
	js_close(out, ']');
	js_close(out, '}');
}

static void
work_on(struct lambda *l, const struct streams_batch *records,
    int64_t deadline_ms, struct buf *out)
{
	struct work_item *items = xcalloc(records->n + 1, sizeof(items[0]));
	char(*groups)[UUID_TEXT_SIZE] =
	    xcalloc(records->n + 1, sizeof(groups[0]));
	size_t *of = xcalloc(records->n + 1, sizeof(of[0]));
	size_t n = collect(records, items, groups, of);

	work_run(l->work, items, n, deadline_ms);
	write_failures(lowest_failed(records, items, of, n), out);
	free(items);
	free(groups);
	free(of);
}

static enum rc
answer_event(struct lambda *l, struct event *e)
{
	struct buf out = BUF_INIT(ANSWER_MAX_BYTES);
	struct streams_batch records = { 0 };
	char path[128];
	size_t n;
	char *body = buf_take(&e->body, &n);
	enum rc rc;

	rc = body != NULL ? streams_parse(body, n, &records) : RC_BAD_JSON;
	if (rc == RC_OK) {
		work_on(l, &records, e->deadline_ms, &out);
		snprintf(path, sizeof(path), "/invocation/%s/response", e->id);
		rc = post(l, path, NULL, &out);
	} else {
		snprintf(path, sizeof(path), "/invocation/%s/error", e->id);
		rc = post_error(
		    l, path, rc, "this is no event of a DynamoDB stream");
	}
	streams_batch_free(&records);
	buf_free(&out);
	return rc;
}

enum rc
lambda_run(const struct conf *conf, const char *api)
{
	struct lambda l = { .http = http_new() };
	enum rc rc = RC_OK;

	set_base(&l, api);
	l.work = work_new(conf, (int)conf->stream_threads);
	while (rc == RC_OK) {
		struct event e = { .body = BUF_INIT(EVENT_MAX_BYTES) };

		rc = next_event(&l, &e);
		if (rc == RC_OK) {
			log_set_request(e.id);
			rc = answer_event(&l, &e);
			log_set_request(NULL);
		} else if (rc == RC_DEADLINE) {
			rc = RC_OK;
		}
		buf_free(&e.body);
	}
	work_free(&l.work);
	http_free(&l.http);
	return rc;
}
