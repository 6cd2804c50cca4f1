#include "aws/ddbreq.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "aws/ddbpage.h"
#include "base/js.h"

static const char *const operation[] = {
	[DDB_PUT] = "Put",
	[DDB_DELETE] = "Delete",
	[DDB_CHECK] = "ConditionCheck",
	[DDB_UPDATE] = "Update",
};

static const char *const single_operation[] = {
	[DDB_PUT] = "PutItem",
	[DDB_DELETE] = "DeleteItem",
	[DDB_UPDATE] = "UpdateItem",
};

const char *
ddbreq_operation(enum ddb_op_kind kind)
{
	assert(kind != DDB_CHECK);
	return single_operation[kind];
}

/* "name":{"S":"value"} */
static void
add_attr(struct buf *out, const char *name, const char *value, size_t len)
{
	js_open(out, name, '{');
	js_strn(out, "S", value, len);
	js_close(out, '}');
}

static void
add_attrs(
    struct buf *out, const char *key, const struct ddb_attr *attr, size_t n)
{
	js_open(out, key, '{');
	for (size_t i = 0; i < n; i++)
		add_attr(
		    out, attr[i].name, attr[i].value, strlen(attr[i].value));
	js_close(out, '}');
}

static void
add_common(const struct ddbreq *rq, struct buf *out)
{
	js_str(out, "TableName", rq->table);
	if (rq->capacity)
		js_str(out, "ReturnConsumedCapacity", "TOTAL");
}

static void
add_start(const struct ddb_page *start, struct buf *out)
{
	const struct ddbattr *attr;
	size_t n;

	if (start == NULL || !start->more)
		return;
	attr = ddbpage_last_key(start, &n);
	js_open(out, "ExclusiveStartKey", '{');
	for (size_t i = 0; i < n; i++)
		add_attr(out, attr[i].name, attr[i].value, attr[i].value_len);
	js_close(out, '}');
}

static void
add_key_condition(const struct ddb_query *q, struct buf *out)
{
	struct buf text = BUF_INIT(256);

	buf_adds(&text, "#h=:h");
	if (q->sk_from != NULL && q->sk_below != NULL)
		buf_adds(&text, " AND sk BETWEEN :a AND :b");
	else if (q->sk_from != NULL)
		buf_adds(&text, " AND sk>=:a");
	else if (q->sk_below != NULL)
		buf_adds(&text, " AND sk<:b");
	js_str(out, "KeyConditionExpression", buf_str(&text));
	buf_free(&text);
	js_open(out, "ExpressionAttributeNames", '{');
	js_str(out, "#h", q->hash_name ? q->hash_name : "pk");
	js_close(out, '}');
	js_open(out, "ExpressionAttributeValues", '{');
	add_attr(out, ":h", q->hash, strlen(q->hash));
	if (q->sk_from != NULL)
		add_attr(out, ":a", q->sk_from, strlen(q->sk_from));
	if (q->sk_below != NULL)
		add_attr(out, ":b", q->sk_below, strlen(q->sk_below));
	js_close(out, '}');
}

void
ddbreq_query(const struct ddbreq *rq, const struct ddb_query *q, int limit,
    struct buf *out)
{
	js_open(out, NULL, '{');
	add_common(rq, out);
	if (q->index != NULL)
		js_str(out, "IndexName", q->index);
	add_key_condition(q, out);
	if (q->newest_first)
		js_bool(out, "ScanIndexForward", false);
	if (q->consistent && q->index == NULL)
		js_bool(out, "ConsistentRead", true);
	if (limit > 0)
		js_int(out, "Limit", limit);
	add_start(q->start, out);
	js_close(out, '}');
}

void
ddbreq_read(
    const struct ddbreq *rq, const char *pk, const char *sk, struct buf *out)
{
	const struct ddb_attr key[] = { { "pk", pk }, { "sk", sk } };

	js_open(out, NULL, '{');
	add_common(rq, out);
	add_attrs(out, "Key", key, 2);
	js_bool(out, "ConsistentRead", true);
	js_close(out, '}');
}

void
ddbreq_scan(const struct ddbreq *rq, int segment, int segments,
    const struct ddb_page *start, struct buf *out)
{
	js_open(out, NULL, '{');
	add_common(rq, out);
	if (segments > 1) {
		js_int(out, "Segment", segment);
		js_int(out, "TotalSegments", segments);
	}
	add_start(start, out);
	js_close(out, '}');
}

static const char *
condition_text(const struct ddb_op *op)
{
	switch (op->cond) {
	case DDB_ABSENT:
		return "attribute_not_exists(pk)";
	case DDB_PRESENT:
		return "attribute_exists(pk)";
	case DDB_EQUALS:
		return op->and_name != NULL ? "#c=:c AND #d=:d" : "#c=:c";
	case DDB_ALWAYS:
		break;
	}
	return NULL;
}

/* SET #1=:1,#2=:2 for the attributes beyond the key. */
static void
add_update(const struct ddb_item *item, struct buf *out)
{
	struct buf text = BUF_INIT(512);

	for (size_t i = 2; i < item->n; i++)
		buf_addf(
		    &text, "%s#%zu=:%zu", i == 2 ? "SET " : ",", i - 1, i - 1);
	js_str(out, "UpdateExpression", buf_str(&text));
	buf_free(&text);
}

/* The names and values that the expressions of op speak of. */
static void
add_expression_words(const struct ddb_op *op, struct buf *out)
{
	bool update = op->kind == DDB_UPDATE, equals = op->cond == DDB_EQUALS;
	bool both = equals && op->and_name != NULL;
	char word[24];

	if (!update && !equals)
		return;
	js_open(out, "ExpressionAttributeNames", '{');
	if (equals)
		js_str(out, "#c", op->cond_name);
	if (both)
		js_str(out, "#d", op->and_name);
	for (size_t i = 2; update && i < op->item.n; i++) {
		snprintf(word, sizeof(word), "#%zu", i - 1);
		js_str(out, word, op->item.attr[i].name);
	}
	js_close(out, '}');
	js_open(out, "ExpressionAttributeValues", '{');
	if (equals)
		add_attr(out, ":c", op->cond_value, strlen(op->cond_value));
	if (both)
		add_attr(out, ":d", op->and_value, strlen(op->and_value));
	for (size_t i = 2; update && i < op->item.n; i++) {
		snprintf(word, sizeof(word), ":%zu", i - 1);
		add_attr(out, word, op->item.attr[i].value,
		    strlen(op->item.attr[i].value));
	}
	js_close(out, '}');
}

static void
add_op(const struct ddb_op *op, struct buf *out)
{
	const char *condition = condition_text(op);

	assert(op->item.n >= 2);
	assert(op->kind != DDB_CHECK || condition != NULL);
	assert(op->kind != DDB_UPDATE || op->item.n > 2);
	if (op->kind == DDB_PUT)
		add_attrs(out, "Item", op->item.attr, op->item.n);
	else
		add_attrs(out, "Key", op->item.attr, 2);
	if (op->kind == DDB_UPDATE)
		add_update(&op->item, out);
	if (condition != NULL)
		js_str(out, "ConditionExpression", condition);
	add_expression_words(op, out);
}

void
ddbreq_write(const struct ddbreq *rq, const struct ddb_op *op, struct buf *out)
{
	js_open(out, NULL, '{');
	add_common(rq, out);
	add_op(op, out);
	js_close(out, '}');
}

void
ddbreq_transact(const struct ddbreq *rq, const struct ddb_op *ops, size_t n,
    const char *token, struct buf *out)
{
	js_open(out, NULL, '{');
	js_str(out, "ClientRequestToken", token);
	if (rq->capacity)
		js_str(out, "ReturnConsumedCapacity", "TOTAL");
	js_open(out, "TransactItems", '[');
	for (size_t i = 0; i < n; i++) {
		js_open(out, NULL, '{');
		js_open(out, operation[ops[i].kind], '{');
		js_str(out, "TableName", rq->table);
		add_op(&ops[i], out);
		if (ops[i].cond != DDB_ALWAYS)
			js_str(out, "ReturnValuesOnConditionCheckFailure",
			    "ALL_OLD");
		js_close(out, '}');
		js_close(out, '}');
	}
	js_close(out, ']');
	js_close(out, '}');
}
