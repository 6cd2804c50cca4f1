/*
 * ddbreq: the bodies of requests to DynamoDB. Pure: arguments in, JSON
 * appended to a buffer. Names of attributes that a caller chooses go through
 * ExpressionAttributeNames: any of them may be one of DynamoDB's 573 reserved
 * words.
 */
#ifndef AWS_DDBREQ_H
#define AWS_DDBREQ_H

#include "aws/ddb.h"
#include "base/buf.h"

/* What all requests share. */
struct ddbreq {
	const char *table;
	bool capacity; /* ask for the consumed capacity */
};

/* ddbreq_query(rq, q, limit, out): Query; limit instead of q->limit. */
void ddbreq_query(const struct ddbreq *rq, const struct ddb_query *q, int limit,
    struct buf *out);

/* ddbreq_read(rq, pk, sk, out): GetItem. */
void ddbreq_read(
    const struct ddbreq *rq, const char *pk, const char *sk, struct buf *out);

/* ddbreq_scan(rq, segment, segments, start, out): Scan. */
void ddbreq_scan(const struct ddbreq *rq, int segment, int segments,
    const struct ddb_page *start, struct buf *out);

/* ddbreq_write(rq, op, out): the body for ddbreq_operation(op->kind):
 * "PutItem", "DeleteItem" or "UpdateItem". */
void ddbreq_write(
    const struct ddbreq *rq, const struct ddb_op *op, struct buf *out);
const char *ddbreq_operation(enum ddb_op_kind kind);

/* ddbreq_transact(rq, ops, n, token, out): TransactWriteItems. */
void ddbreq_transact(const struct ddbreq *rq, const struct ddb_op *ops,
    size_t n, const char *token, struct buf *out);

#endif
