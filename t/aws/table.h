/*
 * table: what the programs of t/aws/ that speak with a real DynamoDB share: a
 * table of their own, for as long as they run.
 */
#ifndef AWS_TABLE_H
#define AWS_TABLE_H

#include <json-c/json_object.h>
#include <stdlib.h>

#include "aws/creds.h"
#include "aws/ddb.h"
#include "base/clock.h"
#include "base/rnd.h"
#include "base/xalloc.h"
#include "tap.h"

#define CALL_MS 20000

static struct conf conf;
static struct creds *creds;
static struct ddb *ddb;

static inline int64_t
soon(void)
{
	return clock_ms() + CALL_MS;
}

static const char table_create[] =
    "{\"TableName\":\"%s\",\"BillingMode\":\"PAY_PER_REQUEST\","
    "\"AttributeDefinitions\":["
    "{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},"
    "{\"AttributeName\":\"sk\",\"AttributeType\":\"S\"},"
    "{\"AttributeName\":\"grp\",\"AttributeType\":\"S\"}],"
    "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},"
    "{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}],"
    "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by-grp\",\"KeySchema\":["
    "{\"AttributeName\":\"grp\",\"KeyType\":\"HASH\"},"
    "{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}],"
    "\"Projection\":{\"ProjectionType\":\"ALL\"}}]}";

static const char table_stream[] =
    "{\"TableName\":\"%s\",\"StreamSpecification\":{\"StreamEnabled\":%s,"
    "\"StreamViewType\":\"NEW_IMAGE\"}}";
static const char table_no_stream[] =
    "{\"TableName\":\"%s\",\"StreamSpecification\":{\"StreamEnabled\":"
    "false}}";

/* An operation whose body is that text with the table's name in it. */
static inline enum rc
on_table(const char *operation, const char *form)
{
	struct buf body = BUF_INIT(4096);
	struct json_object *doc = NULL;
	enum rc rc;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_addf(&body, form, conf.ddb_table, "true");
#pragma GCC diagnostic pop
	rc = ddb_call(ddb, operation, buf_str(&body), body.len, soon(), &doc);
	json_object_put(doc);
	buf_free(&body);
	return rc;
}

/* Make the handles and the table. */
static inline bool
table_begin(void)
{
	struct buf err = BUF_INIT(1024);
	char uuid[UUID_TEXT_SIZE];

	if (conf_load(NULL, &conf, &err) != RC_OK) {
		fprintf(stderr, "%s\n", buf_str(&err));
		return false;
	}
	buf_free(&err);
	free(conf.ddb_table);
	rnd_uuid(uuid);
	conf.ddb_table = xstrdup(uuid);
	creds = creds_new(&conf);
	ddb = ddb_new(&conf, creds);
	is_int(on_table("CreateTable", table_create), RC_OK, "create table");
	is_int(on_table("CreateTable", table_create), RC_CONFLICT,
	    "create table: it stands");
	return true;
}

static inline void
table_end(void)
{
	is_int(on_table("DeleteTable", "{\"TableName\":\"%s\"}"), RC_OK,
	    "delete table");
	ddb_free(&ddb);
	creds_free(&creds);
	conf_free(&conf);
}

#endif
