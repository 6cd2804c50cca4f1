/* How aws/streams.h reads records, of GetRecords and of a Lambda event. */
#include "aws/streams.h"
#include "base/buf.h"
#include "base/xalloc.h"
#include "tap.h"

static enum rc
parse(const char *text, struct streams_batch *b)
{
	return streams_parse(xstrdup(text), strlen(text), b);
}

static void
records(void)
{
	static const char text[] =
	    "{\"NextShardIterator\":\"it|2\",\"Records\":[{\"awsRegion\":\"x\","
	    "\"dynamodb\":{\"ApproximateCreationDateTime\":1795392000,"
	    "\"Keys\":{\"pk\":{\"S\":\"MSG#g\"},\"sk\":{\"S\":\"2026\"}},"
	    "\"NewImage\":{\"pk\":{\"S\":\"MSG#g\"},\"message\":{\"S\":"
	    "\"hi \\ud83d\\ude00\"},\"n\":{\"N\":\"1\"}},"
	    "\"SequenceNumber\":\"111\",\"SizeBytes\":9},"
	    "\"eventID\":\"e\",\"eventName\":\"INSERT\",\"eventSource\":"
	    "\"aws:dynamodb\",\"userIdentity\":null},"
	    "{\"eventName\":\"REMOVE\",\"dynamodb\":{\"Keys\":{\"pk\":{\"S\":"
	    "\"GRP#u\"}},\"SequenceNumber\":\"112\","
	    "\"ApproximateCreationDateTime\":1.7953920005E9}}]}";
	struct streams_batch b;
	size_t len = 0;

	is_int(parse(text, &b), RC_OK, "records: read");
	is_int((long long)b.n, 2, "records: two");
	is_str(b.next, "it|2", "records: the next iterator");
	is_int(b.record[0].kind, STREAMS_INSERT, "records: insert");
	is_str(b.record[0].sequence, "111", "records: sequence number");
	is_int(
	    b.record[0].created_us, INT64_C(1795392000000000), "records: time");
	is_str(streams_key(&b, 0, "sk", NULL), "2026", "records: key");
	is_str(streams_image(&b, 0, "message", &len), "hi \xf0\x9f\x98\x80",
	    "records: image");
	is_int((long long)len, 7, "records: its bytes");
	is_str(streams_image(&b, 0, "n", NULL), NULL, "records: no string");
	is_int(b.record[1].kind, STREAMS_REMOVE, "records: remove");
	is_int(b.record[1].created_us, INT64_C(1795392000500000),
	    "records: time as AWS writes it, too");
	is_str(streams_key(&b, 1, "pk", NULL), "GRP#u", "records: its key");
	is_str(streams_image(&b, 1, "pk", NULL), NULL, "records: no image");
	is_str(streams_key(&b, 2, "pk", NULL), NULL, "records: no third");
	streams_batch_free(&b);
	streams_batch_free(&b);
}

static void
many(void)
{
	struct buf text = BUF_INIT(1 << 20);
	struct streams_batch b;
	char want[24];
	int wrong = 0;

	buf_adds(&text, "{\"Records\":[");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text,
		    "%s{\"eventName\":\"MODIFY\",\"dynamodb\":{\"Keys\":"
		    "{\"sk\":{\"S\":\"%d\"}},\"SequenceNumber\":\"%d\"}}",
		    i ? "," : "", i, i);
	buf_adds(&text, "]}");
	is_int(parse(buf_str(&text), &b), RC_OK, "many: read");
	is_int((long long)b.n, 1000, "many: a thousand");
	for (size_t i = 0; i < b.n; i++) {
		snprintf(want, sizeof(want), "%zu", i);
		wrong += strcmp(streams_key(&b, i, "sk", NULL), want) != 0 ||
			 strcmp(b.record[i].sequence, want) != 0;
	}
	is_int(wrong, 0, "many: each is its own");
	is_str(b.next, NULL, "many: no iterator in an event");
	streams_batch_free(&b);
	buf_free(&text);
}

static void
shapes(void)
{
	static const struct {
		const char *name, *text;
		enum rc rc;
	} cases[] = {
		{ "no records", "{\"Records\":[]}", RC_OK },
		{ "the shard has ended",
		    "{\"Records\":[],\"NextShardIterator\":null}", RC_OK },
		{ "not an event at all", "{}", RC_BAD_JSON },
		{ "empty", "", RC_BAD_JSON },
		{ "records are no array", "{\"Records\":{}}", RC_BAD_JSON },
		{ "no sequence number",
		    "{\"Records\":[{\"eventName\":\"INSERT\",\"dynamodb\":{}}]"
		    "}",
		    RC_BAD_JSON },
		{ "an unknown kind",
		    "{\"Records\":[{\"eventName\":\"X\",\"dynamodb\":"
		    "{\"SequenceNumber\":\"1\"}}]}",
		    RC_BAD_JSON },
		{ "a string time",
		    "{\"Records\":[{\"dynamodb\":{"
		    "\"ApproximateCreationDateTime\":\"x\"}}]}",
		    RC_BAD_JSON },
		{ "cut off", "{\"Records\":[{\"dynamodb\":{", RC_BAD_JSON },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct streams_batch b;

		is_int(parse(cases[i].text, &b), cases[i].rc, cases[i].name);
		is_int((long long)b.n, 0, cases[i].name);
		streams_batch_free(&b);
	}
}

int
main(void)
{
	records();
	many();
	shapes();
	return tap_done();
}
