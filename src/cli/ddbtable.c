#include "cli/ddbtable.h"

/* json-c: what DynamoDB says of tables is a document, not items */
#include <json-c/json_object.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ddb.h"
#include "base/clock.h"
#include "base/js.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/say.h"
#include "model/items.h"
#include "model/keys.h"

#define BODY_MAX_BYTES 65536
#define WAIT_MS	       (5LL * 60 * 1000)
#define POLL_MS	       250

/* ---- read and judge ---- */

static enum rc
call(struct cli *c, const char *operation, struct buf *body,
    int64_t deadline_ms, struct json_object **doc)
{
	return ddb_call(
	    c->cx.ddb, operation, buf_str(body), body->len, deadline_ms, doc);
}

static enum rc
call_on(struct cli *c, const char *operation, const char *name,
    int64_t deadline_ms, struct json_object **doc)
{
	struct buf body = BUF_INIT(BODY_MAX_BYTES);
	enum rc rc;

	js_open(&body, NULL, '{');
	js_str(&body, "TableName", name);
	js_close(&body, '}');
	rc = call(c, operation, &body, deadline_ms, doc);
	buf_free(&body);
	return rc;
}

static bool
is_missing(struct cli *c)
{
	return strstr(ddb_error(c->cx.ddb), "ResourceNotFoundException");
}

enum rc
ddbtable_read(struct cli *c, const char *name, int64_t deadline_ms,
    struct json_object **doc, struct json_object **table)
{
	enum rc rc = call_on(c, "DescribeTable", name, deadline_ms, doc);

	*table = NULL;
	if (rc == RC_OK) {
		*table = js_get(*doc, "Table");
		return RC_OK;
	}
	*doc = NULL;
	return is_missing(c) ? RC_OK : rc;
}

/* ddbtable_read(), errors said. */
static enum rc
read_table(struct cli *c, const char *name, struct json_object **doc,
    struct json_object **table)
{
	enum rc rc = ddbtable_read(c, name, cli_deadline(), doc, table);

	return rc == RC_OK ? rc : say_ddb(c, rc, "cannot see the table");
}

/* KeySchema: hash and range. */
static bool
has_keys(struct json_object *of, const char *hash, const char *range)
{
	const char *want[2] = { hash, range };
	struct json_object *keys = js_get(of, "KeySchema");

	if (!json_object_is_type(keys, json_type_array) ||
	    json_object_array_length(keys) != 2)
		return false;
	for (size_t i = 0; i < 2; i++) {
		const char *name = js_get_str(
		    json_object_array_get_idx(keys, i), "AttributeName", NULL);

		if (name == NULL || strcmp(name, want[i]) != 0)
			return false;
	}
	return true;
}

static bool
all_strings(struct json_object *table)
{
	struct json_object *list = js_get(table, "AttributeDefinitions");

	if (!json_object_is_type(list, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *type = js_get_str(
		    json_object_array_get_idx(list, i), "AttributeType", NULL);

		if (type == NULL || strcmp(type, "S") != 0)
			return false;
	}
	return true;
}

static struct json_object *
find_index(struct json_object *table)
{
	struct json_object *list = js_get(table, "GlobalSecondaryIndexes");

	if (!json_object_is_type(list, json_type_array))
		return NULL;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		const char *name = js_get_str(one, "IndexName", NULL);

		if (name != NULL && strcmp(name, KEYS_INDEX) == 0)
			return one;
	}
	return NULL;
}

static void
check_index(struct json_object *index, char *out, size_t size)
{
	const char *projection =
	    js_get_str(js_get(index, "Projection"), "ProjectionType", NULL);
	const char *status = js_get_str(index, "IndexStatus", NULL);

	if (index == NULL)
		snprintf(out, size, "there is no index %s", KEYS_INDEX);
	else if (!has_keys(index, KEYS_INDEX_HASH, "sk"))
		snprintf(
		    out, size, "its keys must be %s and sk", KEYS_INDEX_HASH);
	else if (projection == NULL || strcmp(projection, "ALL") != 0)
		snprintf(out, size, "it must project ALL");
	else if (status != NULL && strcmp(status, "ACTIVE") != 0)
		snprintf(out, size, "it is %s", status);
}

static void
check_stream(struct json_object *table, char *out, size_t size)
{
	struct json_object *spec = js_get(table, "StreamSpecification");
	const char *view = js_get_str(spec, "StreamViewType", NULL);

	if (!json_object_get_boolean(js_get(spec, "StreamEnabled")))
		snprintf(out, size, "it is off");
	else if (view == NULL || (strcmp(view, "NEW_IMAGE") != 0 &&
				     strcmp(view, "NEW_AND_OLD_IMAGES") != 0))
		snprintf(out, size, "it must show NEW_IMAGE, not %s",
		    view ? view : "nothing");
}

void
ddbtable_check(struct json_object *table, struct ddbtable_faults *out)
{
	const char *status = js_get_str(table, "TableStatus", NULL);

	*out = (struct ddbtable_faults){ 0 };
	if (status == NULL ||
	    (strcmp(status, "ACTIVE") != 0 && strcmp(status, "UPDATING") != 0))
		snprintf(out->status, sizeof(out->status), "it is %s",
		    status ? status : "unknown");
	if (!has_keys(table, "pk", "sk") || !all_strings(table))
		snprintf(out->keys, sizeof(out->keys),
		    "they must be pk and sk, all of them strings");
	check_index(find_index(table), out->index, sizeof(out->index));
	check_stream(table, out->stream, sizeof(out->stream));
}

/* ---- list, describe ---- */

static enum rc
list_page(struct cli *c, struct out *o, char **start)
{
	struct buf body = BUF_INIT(BODY_MAX_BYTES);
	struct json_object *doc = NULL, *names;
	const char *last;
	enum rc rc;

	js_open(&body, NULL, '{');
	if (*start != NULL)
		js_str(&body, "ExclusiveStartTableName", *start);
	js_close(&body, '}');
	rc = call(c, "ListTables", &body, cli_deadline(), &doc);
	buf_free(&body);
	free(*start);
	*start = NULL;
	if (rc != RC_OK)
		return say_ddb(c, rc, "cannot list tables");
	names = js_get(doc, "TableNames");
	for (size_t i = 0; names && i < json_object_array_length(names); i++) {
		const char *name =
		    json_object_get_string(json_object_array_get_idx(names, i));

		out_row(o, &name);
	}
	last = js_get_str(doc, "LastEvaluatedTableName", NULL);
	*start = xstrdup(last);
	json_object_put(doc);
	return RC_OK;
}

enum rc
cli_ddb_list_tables(struct cli *c)
{
	static const char *const columns[] = { "table" };
	char *start = NULL;
	struct out o;
	enum rc rc;

	if (cli_ddb(c) == NULL)
		return RC_CONFIG;
	out_begin(&o, c, columns, 1);
	do {
		rc = list_page(c, &o, &start);
	} while (rc == RC_OK && start != NULL && !cli_interrupted);
	free(start);
	if (rc == RC_OK)
		out_end(&o);
	else
		out_drop(&o);
	return rc;
}

static void
show_table(struct cli *c, struct json_object *table)
{
	static const char *const names[] = { "table", "status", "billing",
		"items", "bytes", "index", "stream", "arn" };
	struct json_object *index = find_index(table);
	struct json_object *stream = js_get(table, "StreamSpecification");
	const char *mode = js_get_str(
	    js_get(table, "BillingModeSummary"), "BillingMode", NULL);
	char billing[64] = "on demand", items[32], bytes[32];
	int64_t read = 0, write = 0, n = 0;

	(void)js_get_int(
	    js_get(table, "ProvisionedThroughput"), "ReadCapacityUnits", &read);
	(void)js_get_int(js_get(table, "ProvisionedThroughput"),
	    "WriteCapacityUnits", &write);
	if (mode == NULL || strcmp(mode, "PROVISIONED") == 0)
		snprintf(billing, sizeof(billing),
		    "provisioned, %lld read and %lld write units",
		    (long long)read, (long long)write);
	(void)js_get_int(table, "ItemCount", &n);
	snprintf(items, sizeof(items), "%lld", (long long)n);
	n = 0;
	(void)js_get_int(table, "TableSizeBytes", &n);
	snprintf(bytes, sizeof(bytes), "%lld", (long long)n);
	out_object(c, names,
	    (const char *const[]){ js_get_str(table, "TableName", NULL),
		js_get_str(table, "TableStatus", NULL), billing, items, bytes,
		index ? js_get_str(index, "IndexName", NULL) : "none",
		stream ? js_get_str(stream, "StreamViewType", NULL) : "off",
		js_get_str(table, "TableArn", NULL) },
	    sizeof(names) / sizeof(names[0]));
}

static enum rc
no_such_table(struct cli *c, const char *name)
{
	say_fail("there is no table %s in %s", name,
	    c->conf.ddb_endpoint[0] ? c->conf.ddb_endpoint
				    : c->conf.aws_region);
	say_hint("cruddur ddb list-tables shows those that are, cruddur ddb "
		 "schema-load makes it");
	return RC_NOT_FOUND;
}

enum rc
cli_ddb_describe(struct cli *c)
{
	struct json_object *doc = NULL, *table;
	enum rc rc = RC_CONFIG;

	if (cli_ddb(c) != NULL)
		rc = read_table(c, c->conf.ddb_table, &doc, &table);
	if (rc != RC_OK)
		return rc;
	if (table == NULL)
		return no_such_table(c, c->conf.ddb_table);
	if (c->json) {
		const char *text = json_object_to_json_string_ext(table,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

		out_json(text, strlen(text));
	} else {
		show_table(c, table);
	}
	json_object_put(doc);
	return RC_OK;
}

/* ---- schema-load ---- */

static void
add_key_schema(struct buf *b, const char *hash, const char *range)
{
	js_open(b, "KeySchema", '[');
	js_open(b, NULL, '{');
	js_str(b, "AttributeName", hash);
	js_str(b, "KeyType", "HASH");
	js_close(b, '}');
	js_open(b, NULL, '{');
	js_str(b, "AttributeName", range);
	js_str(b, "KeyType", "RANGE");
	js_close(b, '}');
	js_close(b, ']');
}

static void
add_throughput(struct buf *b, bool provisioned)
{
	if (!provisioned)
		return;
	js_open(b, "ProvisionedThroughput", '{');
	js_int(b, "ReadCapacityUnits", 5);
	js_int(b, "WriteCapacityUnits", 5);
	js_close(b, '}');
}

static void
table_body(const char *name, bool provisioned, struct buf *b)
{
	static const char *const attributes[] = { "pk", "sk", KEYS_INDEX_HASH };

	js_open(b, NULL, '{');
	js_str(b, "TableName", name);
	js_str(
	    b, "BillingMode", provisioned ? "PROVISIONED" : "PAY_PER_REQUEST");
	add_throughput(b, provisioned);
	js_open(b, "AttributeDefinitions", '[');
	for (size_t i = 0; i < 3; i++) {
		js_open(b, NULL, '{');
		js_str(b, "AttributeName", attributes[i]);
		js_str(b, "AttributeType", "S");
		js_close(b, '}');
	}
	js_close(b, ']');
	add_key_schema(b, "pk", "sk");
	js_open(b, "GlobalSecondaryIndexes", '[');
	js_open(b, NULL, '{');
	js_str(b, "IndexName", KEYS_INDEX);
	add_key_schema(b, KEYS_INDEX_HASH, "sk");
	js_open(b, "Projection", '{');
	js_str(b, "ProjectionType", "ALL");
	js_close(b, '}');
	add_throughput(b, provisioned);
	js_close(b, '}');
	js_close(b, ']');
	js_open(b, "StreamSpecification", '{');
	js_bool(b, "StreamEnabled", true);
	js_str(b, "StreamViewType", "NEW_IMAGE");
	js_close(b, '}');
	js_close(b, '}');
}

/* Poll until the table is ready (or gone); RC_DEADLINE if it does not come. */
static enum rc
wait_for_table(struct cli *c, const char *name, bool there)
{
	int64_t until_ms = clock_ms() + WAIT_MS;

	while (clock_left_ms(until_ms) > 0 && !cli_interrupted) {
		struct json_object *doc = NULL, *table;
		struct ddbtable_faults f = { 0 };
		enum rc rc = read_table(c, name, &doc, &table);
		bool found = table != NULL;

		if (found)
			ddbtable_check(table, &f);
		json_object_put(doc);
		if (rc != RC_OK)
			return rc;
		if (found == there && f.status[0] == '\0' && f.index[0] == '\0')
			return RC_OK;
		say_progress("waiting for %s", name);
		clock_sleep_ms(POLL_MS);
	}
	say_progress_end();
	if (cli_interrupted)
		return RC_INTERRUPTED;
	say_fail(
	    "%s is not %s after five minutes", name, there ? "ready" : "gone");
	return RC_DEADLINE;
}

static enum rc
create_table(struct cli *c, const char *name)
{
	struct buf body = BUF_INIT(BODY_MAX_BYTES);
	struct json_object *doc = NULL;
	struct item_keys keys;
	struct ddb_op op = item_upgraded(&keys);
	enum rc rc;

	table_body(name, c->opt[CO_PROVISIONED] != NULL, &body);
	rc = call(c, "CreateTable", &body, cli_deadline(), &doc);
	json_object_put(doc);
	buf_free(&body);
	if (rc != RC_OK)
		return say_ddb(c, rc, "cannot create the table");
	rc = wait_for_table(c, name, true);
	say_progress_end();
	if (rc != RC_OK)
		return rc;
	/* nothing of the old scripts is in it: no need to look for that */
	rc = ddb_write(c->cx.ddb, &op, cli_deadline(), NULL);
	if (rc != RC_OK)
		return say_ddb(c, rc, "cannot mark the table as upgraded");
	say("created the table %s, with its index and stream", name);
	return RC_OK;
}

static enum rc
compare_table(const char *name, struct json_object *table)
{
	struct ddbtable_faults f;
	const struct {
		const char *what, *fault;
	} parts[] = { { "status", f.status }, { "keys", f.keys },
		{ "index", f.index }, { "stream", f.stream } };
	int differs = 0;

	ddbtable_check(table, &f);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].fault[0] == '\0')
			continue;
		say_fail("%s, %s: %s", name, parts[i].what, parts[i].fault);
		differs++;
	}
	if (differs == 0) {
		say("the table %s stands already, as it should be", name);
		return RC_OK;
	}
	if (f.keys[0] != '\0')
		say_hint(
		    "keys cannot be changed: choose another table ([dynamodb] "
		    "table), or drop this one");
	else
		say_hint("aws dynamodb update-table changes it, or drop and "
			 "load it again");
	return RC_CONFLICT;
}

enum rc
cli_ddb_schema_load(struct cli *c)
{
	const char *name = c->conf.ddb_table;
	struct json_object *doc = NULL, *table;
	enum rc rc = RC_CONFIG;

	if (cli_ddb(c) != NULL)
		rc = read_table(c, name, &doc, &table);
	if (rc != RC_OK)
		return rc;
	rc = table != NULL ? compare_table(name, table) : create_table(c, name);
	json_object_put(doc);
	return rc;
}

/* ---- drop ---- */

enum rc
cli_ddb_target(struct cli *c, struct cli_target *target)
{
	if (cli_ddb(c) == NULL)
		return RC_CONFIG;
	snprintf(target->name, sizeof(target->name), "%s", c->operand[0]);
	snprintf(target->what, sizeof(target->what),
	    "the table %.200s in %.200s, with all conversations in it",
	    target->name,
	    c->conf.ddb_endpoint[0] ? c->conf.ddb_endpoint
				    : c->conf.aws_region);
	return RC_OK;
}

enum rc
cli_ddb_drop(struct cli *c)
{
	const char *name = c->operand[0];
	struct json_object *doc = NULL;
	enum rc rc = call_on(c, "DeleteTable", name, cli_deadline(), &doc);

	json_object_put(doc);
	if (rc != RC_OK && is_missing(c))
		return no_such_table(c, name);
	if (rc != RC_OK)
		return say_ddb(c, rc, "cannot drop the table");
	rc = wait_for_table(c, name, false);
	say_progress_end();
	if (rc == RC_OK)
		say("dropped the table %s", name);
	return rc;
}
