/* How aws/ddbpage.h reads DynamoDB's answers, and refuses what is none. */
#include "aws/ddbpage.h"
#include "base/xalloc.h"
#include "tap.h"

static enum rc
read_text(const char *text, size_t n, struct ddb_page *page)
{
	return ddbpage_read(xstrndup(text, n), n, page);
}

static void
pages(void)
{
	static const char text[] =
	    "{\"Count\":2,\"Items\":[\n"
	    " {\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"5\"},\"sk\":{\"S\":\"1\"}},"
	    "\n"
	    " {\"m\":{\"M\":{\"x\":{\"L\":[{\"S\":\"no\"},{\"NULL\":true}]}}},"
	    "\"sk\":{\"S\":\"2\"},\"b\":{\"BOOL\":false},"
	    "\"ss\":{\"SS\":[\"u\",\"v\"]}}\n],"
	    "\"ScannedCount\":2,\"ConsumedCapacity\":{\"TableName\":\"t\","
	    "\"CapacityUnits\":1.5},"
	    "\"LastEvaluatedKey\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"S\":\"2\"}}}";
	static const char *const names[] = { "sk" };
	struct ddb_page page;
	size_t n;

	is_int(read_text(text, strlen(text), &page), RC_OK, "page: read");
	is_int((long long)page.n, 2, "page: two items");
	ok(page.more, "page: there is more");
	ok(page.capacity == 1.5, "page: capacity");
	is_str(ddb_get(&page, 0, "pk", NULL), "a", "page: an attribute");
	is_str(ddb_get(&page, 1, "sk", NULL), "2", "page: of the second item");
	is_str(ddb_get(&page, 0, "n", NULL), NULL, "page: a number is none");
	is_str(ddb_get(&page, 1, "x", NULL), NULL, "page: nor what lies in it");
	is_str(
	    ddb_get(&page, 1, "p", NULL), NULL, "page: nor a part of a name");
	is_str(ddb_get(&page, 2, "sk", NULL), NULL, "page: no third item");
	ddbpage_last_key(&page, &n);
	is_int((long long)n, 2, "page: the last key");
	ddbpage_end_at(&page, 0, names, 1);
	is_int((long long)page.n, 1, "end: one item is left");
	is_str(ddbpage_last_key(&page, &n)->value, "1", "end: and is the last");
	is_int((long long)n, 1, "end: by that key");
	ddbpage_drop(&page, 0);
	is_int((long long)page.n, 0, "drop: none is left");
	ddb_page_free(&page);
	ddb_page_free(&page);
	ok(page.doc == NULL, "free: twice");
}

static void
shapes(void)
{
	static const struct {
		const char *name, *text;
		enum rc rc;
		size_t n;
	} cases[] = {
		{ "nothing found", "{}", RC_OK, 0 },
		{ "blanks around", " \r\n{ } \t", RC_OK, 0 },
		{ "an empty page", "{\"Items\":[ ],\"Count\":0}", RC_OK, 0 },
		{ "one item", "{\"Item\":{\"a\":{\"S\":\"x\"}}}", RC_OK, 1 },
		{ "an item of nothing", "{\"Item\":{}}", RC_OK, 1 },
		{ "attributes", "{\"Attributes\":{\"a\":{\"S\":\"x\"}}}", RC_OK,
		    1 },
		{ "members nobody knows",
		    "{\"New\":{\"a\":[1,-2.5e3,true,null,\"x\",{}]}}", RC_OK,
		    0 },
		{ "empty", "", RC_INTERNAL, 0 },
		{ "no object", "[]", RC_INTERNAL, 0 },
		{ "cut off", "{\"Items\":[{\"a\":{\"S\":\"x\"", RC_INTERNAL,
		    0 },
		{ "cut off in a string", "{\"Items\":[{\"a\":{\"S\":\"x",
		    RC_INTERNAL, 0 },
		{ "cut off in an escape", "{\"a\":\"\\u12", RC_INTERNAL, 0 },
		{ "cut off behind a backslash", "{\"a\":\"\\", RC_INTERNAL, 0 },
		{ "rubbish behind", "{} x", RC_INTERNAL, 0 },
		{ "two documents", "{}{}", RC_INTERNAL, 0 },
		{ "no comma", "{\"Items\":[{} {}]}", RC_INTERNAL, 0 },
		{ "a comma too many", "{\"Items\":[{},]}", RC_INTERNAL, 0 },
		{ "no colon", "{\"Items\" []}", RC_INTERNAL, 0 },
		{ "no quotes", "{Items:[]}", RC_INTERNAL, 0 },
		{ "no value", "{\"x\":}", RC_INTERNAL, 0 },
		{ "items are no array", "{\"Items\":{}}", RC_INTERNAL, 0 },
		{ "an item is no object", "{\"Items\":[1]}", RC_INTERNAL, 0 },
		{ "a value is no object", "{\"Item\":{\"a\":\"x\"}}",
		    RC_INTERNAL, 0 },
		{ "a string is none", "{\"Item\":{\"a\":{\"S\":1}}}",
		    RC_INTERNAL, 0 },
		{ "a raw line end in a string", "{\"a\":\"\n\"}", RC_INTERNAL,
		    0 },
		{ "no such escape", "{\"a\":\"\\x\"}", RC_INTERNAL, 0 },
		{ "a lone surrogate", "{\"a\":\"\\ud83d\"}", RC_INTERNAL, 0 },
		{ "a pair the wrong way round", "{\"a\":\"\\ude00\\ud83d\"}",
		    RC_INTERNAL, 0 },
		{ "broken UTF-8", "{\"a\":\"\xc3\"}", RC_INTERNAL, 0 },
		{ "capacity is no number",
		    "{\"ConsumedCapacity\":{\"CapacityUnits\":\"inf\"}}",
		    RC_INTERNAL, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ddb_page page;

		is_int(read_text(cases[i].text, strlen(cases[i].text), &page),
		    cases[i].rc, cases[i].name);
		is_int((long long)page.n, (long long)cases[i].n, cases[i].name);
		ddb_page_free(&page);
	}
}

static void
texts(void)
{
	static const struct {
		const char *name, *json, *want;
		size_t len;
	} cases[] = {
		{ "text: plain", "abc", "abc", 3 },
		{ "text: empty", "", "", 0 },
		{ "text: all short escapes", "\\\"\\\\\\/\\b\\f\\n\\r\\t",
		    "\"\\/\b\f\n\r\t", 8 },
		{ "text: an escape in the middle", "ab\\ncd", "ab\ncd", 5 },
		{ "text: one to four bytes", "\\u0041\\u00e9\\u20AC",
		    "A\xc3\xa9\xe2\x82\xac", 6 },
		{ "text: a surrogate pair", "\\ud83d\\uDE00!",
		    "\xf0\x9f\x98\x80!", 5 },
		{ "text: raw UTF-8", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80",
		    4 },
		{ "text: U+0000 stays, by its length", "a\\u0000b", "a", 3 },
		{ "text: DEL", "\x7f", "\x7f", 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[256];
		struct ddb_page page;
		size_t len = 99;

		snprintf(text, sizeof(text),
		    "{\"Item\":{\"\\u0061\":{\"S\":\"%s\"}}}", cases[i].json);
		is_int(
		    read_text(text, strlen(text), &page), RC_OK, cases[i].name);
		is_str(
		    ddb_get(&page, 0, "a", &len), cases[i].want, cases[i].name);
		is_int((long long)len, (long long)cases[i].len, cases[i].name);
		ddb_page_free(&page);
	}
}

/* Every prefix of a good answer, and every one with a byte spoilt, is read or
 * refused; a sanitizer sees what else would happen. */
static void
damage(void)
{
	static const char text[] =
	    "{\"Items\":[{\"a\":{\"S\":\"x\\u00e9\\n\"},\"b\":{\"M\":{\"c\":"
	    "{\"L\":[{\"N\":\"1\"}]}}}}],\"LastEvaluatedKey\":{\"a\":"
	    "{\"S\":\"\\ud83d\\ude00\"}},\"ConsumedCapacity\":"
	    "{\"CapacityUnits\":0.5}}";
	static const char bytes[] = "\"\\{}[],:u0x\x80\xff\x01";
	size_t n = strlen(text), good = 0;
	char copy[sizeof(text)];
	struct ddb_page page;

	for (size_t i = 0; i < n; i++)
		good += read_text(text, i, &page) == RC_OK;
	is_int((long long)good, 0, "damage: no prefix is whole");
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sizeof(bytes); k++) {
			memcpy(copy, text, sizeof(text));
			copy[i] = bytes[k];
			good += read_text(copy, n, &page) == RC_OK;
			ddb_page_free(&page);
		}
	}
	ok(good > 0, "damage: some spoilt bytes lie in texts");
}

static void
deep(void)
{
	char text[20000] = "{\"x\":";
	struct ddb_page page;
	size_t at = strlen(text);

	memset(text + at, '[', 9000);
	memset(text + at + 9000, ']', 9000);
	strcpy(text + at + 18000, "}");
	is_int(read_text(text, strlen(text), &page), RC_INTERNAL,
	    "deep: nine thousand arrays in each other");
	memset(text + at, '[', 33);
	memset(text + at + 33, ']', 33);
	strcpy(text + at + 66, "}");
	is_int(read_text(text, strlen(text), &page), RC_OK,
	    "deep: thirty-three are fine");
	ddb_page_free(&page);
}

int
main(void)
{
	pages();
	shapes();
	texts();
	damage();
	deep();
	return tap_done();
}
