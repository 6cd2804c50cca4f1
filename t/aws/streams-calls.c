/*
 * The calls of aws/streams.h against a DynamoDB (t/aws/ddb.t starts one and
 * gives its address in the environment).
 */
#include <stdlib.h>

#include "aws/streams.h"
#include "aws/table.h"

#define RECORDS 25

static char *arn;
static struct streams_shards shards;

static enum rc
write_item(enum ddb_op_kind kind, const char *sk, const char *text)
{
	struct ddb_op op = { .kind = kind };

	ddb_item_set(&op.item, "pk", "P");
	ddb_item_set(&op.item, "sk", sk);
	if (kind != DDB_DELETE)
		ddb_item_set(&op.item, "text", text);
	return ddb_write(ddb, &op, soon(), NULL);
}

/* Read from a place until n records have come, one letter of each sk; the last
 * sequence number to *last. */
static const char *
read_all(enum streams_from from, const char *after, size_t n, char **last)
{
	static char got[64];
	int64_t deadline_ms = soon();
	char *iterator = NULL;
	size_t have = 0;

	got[0] = '\0';
	if (streams_iterator(ddb, arn, shards.shard[0].id, from, after, soon(),
		&iterator) != RC_OK)
		return "no iterator";
	while (have < n && iterator != NULL && clock_ms() < deadline_ms) {
		struct streams_batch b = { 0 };

		if (streams_read(ddb, iterator, 10, soon(), &b) != RC_OK)
			return ddb_error(ddb);
		for (size_t i = 0; i < b.n; i++, have++) {
			got[have] = *streams_key(&b, i, "sk", NULL);
			got[have + 1] = '\0';
			if (last != NULL) {
				free(*last);
				*last = xstrdup(b.record[i].sequence);
			}
		}
		free(iterator);
		iterator = xstrdup(b.next);
		streams_batch_free(&b);
	}
	free(iterator);
	return got;
}

static void
find(void)
{
	is_int(streams_find(ddb, soon(), &arn), RC_NOT_FOUND,
	    "find: the table has no stream");
	is_int(on_table("UpdateTable", table_stream), RC_OK, "stream: enable");
	is_int(streams_find(ddb, soon(), &arn), RC_OK, "find");
	is_int(streams_list_shards(ddb, arn, soon(), &shards), RC_OK,
	    "shards: list");
	is_int((long long)shards.n, 1, "shards: one");
	ok(shards.n == 1 && !shards.shard[0].closed, "shards: open");
}

static void
read_records(void)
{
	char *last = NULL, sk[2] = "a";

	for (int i = 0; i < RECORDS; i++, sk[0]++)
		is_int(write_item(DDB_PUT, sk, sk), RC_OK, "write");
	is_str(read_all(STREAMS_TRIM_HORIZON, NULL, 10, &last), "abcdefghij",
	    "read: ten from the horizon");
	is_str(read_all(STREAMS_AFTER, last, RECORDS - 10, NULL),
	    "klmnopqrstuvwxy", "read: the rest after the tenth");
	is_str(read_all(STREAMS_AT, last, RECORDS - 9, NULL),
	    "jklmnopqrstuvwxy", "read: the rest at the tenth");
	free(last);
}

static void
changes(void)
{
	static const enum streams_kind want[] = { STREAMS_INSERT,
		STREAMS_MODIFY, STREAMS_REMOVE };
	struct streams_batch b = { 0 };
	char *iterator = NULL;
	size_t len = 0;

	is_int(streams_iterator(ddb, arn, shards.shard[0].id, STREAMS_LATEST,
		   NULL, soon(), &iterator),
	    RC_OK, "latest: iterator");
	is_int(write_item(DDB_PUT, "z", "one"), RC_OK, "latest: put");
	is_int(write_item(DDB_UPDATE, "z", "two \"x\""), RC_OK, "latest: set");
	is_int(write_item(DDB_DELETE, "z", NULL), RC_OK, "latest: delete");
	for (int64_t until = soon(); b.n < 3 && clock_ms() < until;) {
		streams_batch_free(&b);
		if (streams_read(ddb, iterator, 1000, soon(), &b) != RC_OK)
			break;
	}
	is_int((long long)b.n, 3, "latest: three changes");
	for (size_t i = 0; i < b.n && i < COUNT(want); i++) {
		is_int(b.record[i].kind, want[i], "latest: kind");
		is_str(streams_key(&b, i, "sk", NULL), "z", "latest: key");
		ok(llabs(b.record[i].created_us - clock_wall_us()) < 60000000,
		    "latest: time");
	}
	is_str(streams_image(&b, 1, "text", &len), "two \"x\"",
	    "latest: new image");
	is_int((long long)len, 7, "latest: its bytes");
	is_str(streams_image(&b, 2, "text", NULL), NULL,
	    "latest: no image of what was deleted");
	free(iterator);
	streams_batch_free(&b);
}

static void
faults(void)
{
	struct streams_batch b = { 0 };
	char *iterator = NULL;

	is_int(streams_iterator(ddb, arn, "shardId-00000000000000000000-none",
		   STREAMS_LATEST, NULL, soon(), &iterator),
	    RC_NOT_FOUND, "no such shard");
	ok(streams_read(ddb, "rubbish", 10, soon(), &b) != RC_OK,
	    "no iterator");
	streams_batch_free(&b);
	free(iterator);
}

static void
end(void)
{
	is_int(
	    on_table("UpdateTable", table_no_stream), RC_OK, "stream: disable");
	streams_shards_free(&shards);
	is_int(streams_list_shards(ddb, arn, soon(), &shards), RC_OK,
	    "shards: list of a stream that ended");
	ok(shards.n == 1 && shards.shard[0].closed, "shards: closed");
	is_str(read_all(STREAMS_TRIM_HORIZON, NULL, RECORDS + 100, NULL),
	    "abcdefghijklmnopqrstuvwxyzzz",
	    "read: what a closed shard holds, to its end");
	streams_shards_free(&shards);
	free(arn);
	arn = NULL;
	is_int(streams_find(ddb, soon(), &arn), RC_NOT_FOUND,
	    "find: no stream any more");
}

int
main(void)
{
	if (!table_begin())
		return 2;
	find();
	read_records();
	changes();
	faults();
	end();
	table_end();
	return tap_done();
}
