/* The whole table, each item as DynamoDB has it: types and all, so that
 * nothing is lost whatever else lies in the table. */
#include <json-c/json_object.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/creds.h"
#include "aws/ddb.h"
#include "base/js.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/say.h"

#define MAX_SEGMENTS   64
#define BODY_MAX_BYTES 65536
#define PLAIN_JSON     (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* What the segments share; the lock guards all of it, and standard output. */
struct scan {
	struct cli *c;
	int segments;
	pthread_mutex_t lock;
	size_t items;
	enum rc rc; /* of the first that failed: the others stop */
};

struct segment {
	struct scan *scan;
	int number;
	pthread_t thread;
};

static void
scan_body(const struct segment *s, struct json_object *start, struct buf *b)
{
	js_open(b, NULL, '{');
	js_str(b, "TableName", s->scan->c->conf.ddb_table);
	js_int(b, "Segment", s->number);
	js_int(b, "TotalSegments", s->scan->segments);
	if (start != NULL) {
		const char *text =
		    json_object_to_json_string_ext(start, PLAIN_JSON);

		js_raw(b, "ExclusiveStartKey", text, strlen(text));
	}
	js_close(b, '}');
}

/* A page's items, a line each, not mixed with another segment's. */
static void
print_items(struct scan *scan, struct json_object *items)
{
	size_t n = json_object_is_type(items, json_type_array)
		       ? json_object_array_length(items)
		       : 0;

	pthread_mutex_lock(&scan->lock);
	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (puts(json_object_to_json_string_ext(item, PLAIN_JSON)) < 0)
			break; /* ferror() stays set */
	}
	scan->items += n;
	say_progress("%zu items", scan->items);
	pthread_mutex_unlock(&scan->lock);
}

static bool
goes_on(struct scan *scan)
{
	bool good;

	pthread_mutex_lock(&scan->lock);
	if (cli_interrupted && scan->rc == RC_OK)
		scan->rc = RC_INTERRUPTED;
	if (ferror(stdout) && scan->rc == RC_OK)
		scan->rc = RC_INTERNAL; /* cli_main() says so at the end */
	good = scan->rc == RC_OK;
	pthread_mutex_unlock(&scan->lock);
	return good;
}

static void
note_failure(struct scan *scan, enum rc rc, const char *said)
{
	pthread_mutex_lock(&scan->lock);
	if (scan->rc == RC_OK) {
		say_progress_end();
		scan->rc =
		    say_ddb_text(scan->c, rc, "cannot scan the table", said);
	}
	pthread_mutex_unlock(&scan->lock);
}

/* All pages of one segment. */
static void
read_segment(struct segment *s, struct ddb *ddb)
{
	struct json_object *doc = NULL, *start = NULL;

	while (goes_on(s->scan)) {
		struct buf body = BUF_INIT(BODY_MAX_BYTES);
		struct json_object *page = NULL;
		enum rc rc;

		scan_body(s, start, &body);
		rc = ddb_call(ddb, "Scan", buf_str(&body), body.len,
		    cli_deadline(), &page);
		buf_free(&body);
		json_object_put(doc);
		doc = page;
		if (rc != RC_OK) {
			note_failure(s->scan, rc, ddb_error(ddb));
			break;
		}
		print_items(s->scan, js_get(doc, "Items"));
		start = js_get(doc, "LastEvaluatedKey");
		if (start == NULL)
			break;
	}
	json_object_put(doc);
}

/* Handles are for one thread: each segment has its own. */
static void *
run_segment(void *self)
{
	struct segment *s = self;
	struct creds *creds = creds_new(&s->scan->c->conf);
	struct ddb *ddb = ddb_new(&s->scan->c->conf, creds);

	read_segment(s, ddb);
	ddb_free(&ddb);
	creds_free(&creds);
	return NULL;
}

static void
run_all(struct scan *scan)
{
	struct segment one[MAX_SEGMENTS];
	int started = 0;

	for (int i = 0; i < scan->segments; i++) {
		one[i] = (struct segment){ .scan = scan, .number = i };
		if (pthread_create(
			&one[i].thread, NULL, run_segment, &one[i]) != 0) {
			note_failure(scan, RC_INTERNAL, "no more threads");
			break;
		}
		started++;
	}
	for (int i = 0; i < started; i++)
		pthread_join(one[i].thread, NULL);
}

enum rc
cli_ddb_scan(struct cli *c)
{
	struct scan scan = { .c = c, .lock = PTHREAD_MUTEX_INITIALIZER };
	int64_t segments;
	enum rc rc = cli_number(c, CO_SEGMENTS, 1, MAX_SEGMENTS, 1, &segments);

	if (rc != RC_OK)
		return rc;
	if (cli_ddb(c) == NULL)
		return RC_CONFIG;
	scan.segments = (int)segments;
	run_all(&scan);
	say_progress_end();
	return scan.rc;
}
