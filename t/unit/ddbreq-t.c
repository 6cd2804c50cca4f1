/* The bodies that aws/ddbreq.h makes, to the byte. */
#include "aws/ddbpage.h"
#include "aws/ddbreq.h"
#include "base/xalloc.h"
#include "tap.h"

static const struct ddbreq plain = { "t", false };
static const struct ddbreq metered = { "t", true };

static void
queries(void)
{
	static const struct {
		const char *name;
		struct ddb_query q;
		int limit;
		const char *want;
	} cases[] = {
		{ "query: a whole partition", { .hash = "MSG#1" }, 0,
		    "{\"TableName\":\"t\",\"KeyConditionExpression\":\"#h=:h\","
		    "\"ExpressionAttributeNames\":{\"#h\":\"pk\"},"
		    "\"ExpressionAttributeValues\":{\":h\":{\"S\":\"MSG#1\"}}"
		    "}" },
		{ "query: newest twenty",
		    { .hash = "h", .newest_first = true, .consistent = true },
		    20,
		    "{\"TableName\":\"t\",\"KeyConditionExpression\":\"#h=:h\","
		    "\"ExpressionAttributeNames\":{\"#h\":\"pk\"},"
		    "\"ExpressionAttributeValues\":{\":h\":{\"S\":\"h\"}},"
		    "\"ScanIndexForward\":false,\"ConsistentRead\":true,"
		    "\"Limit\":20}" },
		{ "query: from", { .hash = "h", .sk_from = "a\"" }, 0,
		    "{\"TableName\":\"t\",\"KeyConditionExpression\":"
		    "\"#h=:h AND sk>=:a\","
		    "\"ExpressionAttributeNames\":{\"#h\":\"pk\"},"
		    "\"ExpressionAttributeValues\":{\":h\":{\"S\":\"h\"},"
		    "\":a\":{\"S\":\"a\\\"\"}}}" },
		{ "query: below", { .hash = "h", .sk_below = "b" }, 0,
		    "{\"TableName\":\"t\",\"KeyConditionExpression\":"
		    "\"#h=:h AND sk<:b\","
		    "\"ExpressionAttributeNames\":{\"#h\":\"pk\"},"
		    "\"ExpressionAttributeValues\":{\":h\":{\"S\":\"h\"},"
		    "\":b\":{\"S\":\"b\"}}}" },
		{ "query: both, on an index, which is never consistent",
		    { .index = "i",
			.hash_name = "g",
			.hash = "h",
			.sk_from = "a",
			.sk_below = "b",
			.consistent = true },
		    0,
		    "{\"TableName\":\"t\",\"IndexName\":\"i\","
		    "\"KeyConditionExpression\":"
		    "\"#h=:h AND sk BETWEEN :a AND :b\","
		    "\"ExpressionAttributeNames\":{\"#h\":\"g\"},"
		    "\"ExpressionAttributeValues\":{\":h\":{\"S\":\"h\"},"
		    "\":a\":{\"S\":\"a\"},\":b\":{\"S\":\"b\"}}}" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = BUF_INIT(4096);

		ddbreq_query(&plain, &cases[i].q, cases[i].limit, &out);
		is_str(buf_str(&out), cases[i].want, cases[i].name);
		buf_free(&out);
	}
}

static void
reads(void)
{
	struct buf out = BUF_INIT(4096);
	struct ddb_page start;
	char *body = xstrdup("{\"LastEvaluatedKey\":{\"pk\":{\"S\":\"p\"},"
			     "\"sk\":{\"S\":\"\\u00e9\"}}}");

	ddbreq_read(&metered, "p", "s", &out);
	is_str(buf_str(&out),
	    "{\"TableName\":\"t\",\"ReturnConsumedCapacity\":\"TOTAL\","
	    "\"Key\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"s\"}},"
	    "\"ConsistentRead\":true}",
	    "read: with capacity");
	buf_reset(&out);
	ddbreq_scan(&plain, 0, 1, NULL, &out);
	is_str(buf_str(&out), "{\"TableName\":\"t\"}", "scan: all of it");
	buf_reset(&out);
	if (ddbpage_read(body, strlen(body), &start) == RC_OK)
		ddbreq_scan(&plain, 2, 4, &start, &out);
	is_str(buf_str(&out),
	    "{\"TableName\":\"t\",\"Segment\":2,\"TotalSegments\":4,"
	    "\"ExclusiveStartKey\":{\"pk\":{\"S\":\"p\"},"
	    "\"sk\":{\"S\":\"\xc3\xa9\"}}}",
	    "scan: a segment, after a page");
	ddb_page_free(&start);
	buf_free(&out);
}

static struct ddb_op
op(enum ddb_op_kind kind, enum ddb_cond cond)
{
	struct ddb_op o = { .kind = kind, .cond = cond };

	ddb_item_set(&o.item, "pk", "p");
	ddb_item_set(&o.item, "sk", "s");
	if (kind == DDB_PUT || kind == DDB_UPDATE) {
		ddb_item_set(&o.item, "name", "a\nb");
		ddb_item_set(&o.item, "x", "");
	}
	if (cond == DDB_EQUALS) {
		o.cond_name = "status";
		o.cond_value = "old";
	}
	return o;
}

#define KEY "\"Key\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"s\"}}"

static void
writes(void)
{
	static const struct {
		const char *name;
		enum ddb_op_kind kind;
		enum ddb_cond cond;
		const char *operation, *want;
	} cases[] = {
		{ "put", DDB_PUT, DDB_ALWAYS, "PutItem",
		    "{\"TableName\":\"t\",\"Item\":{\"pk\":{\"S\":\"p\"},"
		    "\"sk\":{\"S\":\"s\"},\"name\":{\"S\":\"a\\nb\"},"
		    "\"x\":{\"S\":\"\"}}}" },
		{ "put if absent", DDB_PUT, DDB_ABSENT, "PutItem",
		    "{\"TableName\":\"t\",\"Item\":{\"pk\":{\"S\":\"p\"},"
		    "\"sk\":{\"S\":\"s\"},\"name\":{\"S\":\"a\\nb\"},"
		    "\"x\":{\"S\":\"\"}},\"ConditionExpression\":"
		    "\"attribute_not_exists(pk)\"}" },
		{ "delete if present", DDB_DELETE, DDB_PRESENT, "DeleteItem",
		    "{\"TableName\":\"t\"," KEY ",\"ConditionExpression\":"
		    "\"attribute_exists(pk)\"}" },
		{ "delete if equal", DDB_DELETE, DDB_EQUALS, "DeleteItem",
		    "{\"TableName\":\"t\"," KEY ",\"ConditionExpression\":"
		    "\"#c=:c\",\"ExpressionAttributeNames\":{\"#c\":"
		    "\"status\"},\"ExpressionAttributeValues\":{\":c\":"
		    "{\"S\":\"old\"}}}" },
		{ "update", DDB_UPDATE, DDB_ALWAYS, "UpdateItem",
		    "{\"TableName\":\"t\"," KEY ",\"UpdateExpression\":"
		    "\"SET #1=:1,#2=:2\",\"ExpressionAttributeNames\":"
		    "{\"#1\":\"name\",\"#2\":\"x\"},"
		    "\"ExpressionAttributeValues\":{\":1\":{\"S\":\"a\\nb\"},"
		    "\":2\":{\"S\":\"\"}}}" },
		{ "update if equal", DDB_UPDATE, DDB_EQUALS, "UpdateItem",
		    "{\"TableName\":\"t\"," KEY ",\"UpdateExpression\":"
		    "\"SET #1=:1,#2=:2\",\"ConditionExpression\":\"#c=:c\","
		    "\"ExpressionAttributeNames\":{\"#c\":\"status\","
		    "\"#1\":\"name\",\"#2\":\"x\"},"
		    "\"ExpressionAttributeValues\":{\":c\":{\"S\":\"old\"},"
		    "\":1\":{\"S\":\"a\\nb\"},\":2\":{\"S\":\"\"}}}" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ddb_op o = op(cases[i].kind, cases[i].cond);
		struct buf out = BUF_INIT(4096);

		ddbreq_write(&plain, &o, &out);
		is_str(buf_str(&out), cases[i].want, cases[i].name);
		is_str(ddbreq_operation(cases[i].kind), cases[i].operation,
		    cases[i].name);
		buf_free(&out);
	}
}

static void
transactions(void)
{
	struct ddb_op ops[] = { op(DDB_CHECK, DDB_PRESENT),
		op(DDB_DELETE, DDB_ALWAYS) };
	struct buf out = BUF_INIT(4096);

	ddbreq_transact(&plain, ops, 2, "tok", &out);
	is_str(buf_str(&out),
	    "{\"ClientRequestToken\":\"tok\",\"TransactItems\":["
	    "{\"ConditionCheck\":{\"TableName\":\"t\"," KEY
	    ",\"ConditionExpression\":\"attribute_exists(pk)\","
	    "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}},"
	    "{\"Delete\":{\"TableName\":\"t\"," KEY "}}]}",
	    "transaction: check, delete");
	buf_free(&out);
}

int
main(void)
{
	queries();
	reads();
	writes();
	transactions();
	return tap_done();
}
