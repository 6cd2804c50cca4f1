/* A request, as handlers see it: address, headers, id, fields of the body. */
#include "request.h"
#include "tap.h"

static struct req rq;

/* Take up a request for uri, with these variables besides. */
static enum rc
begin(struct request *r, const char *uri, const char *env1, const char *env2)
{
	static char text[512];
	struct req_source from = request_source(r);

	snprintf(text, sizeof(text), "REQUEST_URI=%s", uri);
	request_env(r, "REQUEST_METHOD=GET");
	request_env(r, text);
	request_env(r, env1);
	request_env(r, env2);
	req_end(&rq);
	return req_begin(&rq, &from);
}

static void
addresses(void)
{
	static const struct {
		const char *name, *uri, *path, *decoded, *a, *b;
		enum rc rc;
	} cases[] = {
		{ "no query", "/api/x", "/api/x", "/api/x", NULL, NULL },
		{ "an empty query", "/api/x?", "/api/x", "/api/x", NULL, NULL },
		{ "one parameter", "/x?a=1", "/x", "/x", "1", NULL },
		{ "two parameters", "/x?a=1&b=2", "/x", "/x", "1", "2" },
		{ "the first of a name counts", "/x?a=1&a=2", "/x", "/x", "1",
		    NULL },
		{ "no value", "/x?a&b=", "/x", "/x", "", "" },
		{ "empty parameters", "/x?&&a=1&&", "/x", "/x", "1", NULL },
		{ "an equals sign in a value", "/x?a=1=2", "/x", "/x", "1=2",
		    NULL },
		{ "a question mark in a value", "/x?a=1?b", "/x", "/x", "1?b",
		    NULL },
		{ "an encoded name", "/x?%61=1", "/x", "/x", "1", NULL },
		{ "encoded separators", "/x?a=1%26b%3D2", "/x", "/x", "1&b=2",
		    NULL },
		{ "an encoded path", "/%40x?a=%20", "/%40x", "/@x", " ", NULL },
		{ "a broken path", "/%4", "/%4", "", NULL, NULL,
		    RC_BAD_REQUEST },
		{ "a broken value", "/x?a=%", "/x", "/x", NULL, NULL,
		    RC_BAD_REQUEST },
		{ "a broken name", "/x?%=1", "/x", "/x", NULL, NULL,
		    RC_BAD_REQUEST },
		{ "U+0000", "/x?a=%00", "/x", "/x", NULL, NULL,
		    RC_BAD_REQUEST },
		{ "seventeen parameters",
		    "/x?0&1&2&3&4&5&6&7&8&9&10&11&12&13&14&a=1&b=2", "/x", "/x",
		    "1", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .n = 0 };

		is_int(begin(&r, cases[i].uri, NULL, NULL), cases[i].rc,
		    cases[i].name);
		is_str(req_path(&rq), cases[i].path, cases[i].name);
		is_str(rq.decoded, cases[i].decoded, cases[i].name);
		if (cases[i].rc != RC_OK)
			continue;
		is_str(req_query(&rq, "a"), cases[i].a, cases[i].name);
		is_str(req_query(&rq, "b"), cases[i].b, cases[i].name);
	}
}

static void
ids(void)
{
	static const char long_64[] =
	    "REQUEST_ID=0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef";
	static const char long_65[] =
	    "REQUEST_ID=0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0";
	static const struct {
		const char *name, *env1, *env2, *want; /* NULL: made here */
	} cases[] = {
		{ "id: nginx's", "REQUEST_ID=abc-1.2_3", NULL, "abc-1.2_3" },
		{ "id: nginx's before the client's", "HTTP_X_REQUEST_ID=x",
		    "REQUEST_ID=y", "y" },
		{ "id: the client's", "HTTP_X_REQUEST_ID=x", NULL, "x" },
		{ "id: 64 characters", long_64, NULL, long_64 + 11 },
		{ "id: 65 characters", long_65, NULL, NULL },
		{ "id: none", NULL, NULL, NULL },
		{ "id: empty", "REQUEST_ID=", NULL, NULL },
		{ "id: a line break", "REQUEST_ID=a\r\nX: y", NULL, NULL },
		{ "id: a quote", "REQUEST_ID=a\"b", NULL, NULL },
		{ "id: no ASCII", "REQUEST_ID=\xc3\xa9", NULL, NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .n = 0 };

		is_int(begin(&r, "/", cases[i].env1, cases[i].env2), RC_OK,
		    cases[i].name);
		if (cases[i].want != NULL)
			is_str(rq.id, cases[i].want, cases[i].name);
		else
			is_int((long long)strlen(rq.id), 36, cases[i].name);
	}
}

static void
headers(void)
{
	struct request r = { .n = 0 };

	is_int(begin(&r, "/", "HTTP_IDEMPOTENCY_KEY=k=1", "CONTENT_TYPE=a/b"),
	    RC_OK, "headers: a request with some");
	is_str(req_header(&rq, "Idempotency-Key"), "k=1", "headers: by name");
	is_str(req_header(&rq, "idempotency-KEY"), "k=1",
	    "headers: case does not matter");
	is_str(req_header(&rq, "Idempotency"), NULL, "headers: no prefix");
	is_str(req_header(&rq, "Idempotency-Key-2"), NULL,
	    "headers: nothing longer");
	is_str(req_header(&rq, "Content-Type"), "a/b",
	    "headers: the one that CGI calls otherwise");
	is_str(req_env(&rq, "REQUEST_METHOD"), "GET", "a variable");
	is_str(req_env(&rq, "REQUEST"), NULL, "a variable's beginning is none");
}

static void
twice_and_kept(void)
{
	struct request r = { .n = 0 };
	const char *text = "abc def";
	const char *kept;

	is_int(begin(&r, "/", "HTTP_AUTHORIZATION=a", "HTTP_AUTHORIZATION=b"),
	    RC_OK, "headers: a request with one twice");
	ok(req_header_again(&rq, "Authorization"), "headers: it came again");
	ok(!req_header_again(&rq, "Cookie"), "headers: another did not");
	is_int(req_method(&rq), M_GET, "the method");
	kept = req_keep(&rq, text, 3);
	is_str(kept, "abc", "a part of a text is copied");
	ok(req_keep(&rq, text, 7) == text, "a whole one is not");
}

static void
incomplete(void)
{
	static const struct {
		const char *name, *env;
	} cases[] = {
		{ "no method", "REQUEST_URI=/" },
		{ "no address", "REQUEST_METHOD=GET" },
		{ "nothing", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .n = 0 };
		struct req_source from = request_source(&r);

		request_env(&r, cases[i].env);
		req_end(&rq);
		is_int(req_begin(&rq, &from), RC_BAD_REQUEST, cases[i].name);
		is_str(req_path(&rq), "", cases[i].name);
	}
}

static void
limits(void)
{
	static const struct {
		const char *name, *uri;
		enum rc rc;
		int want;
	} cases[] = {
		{ "limit: none", "/x", RC_OK, 20 },
		{ "limit: 1", "/x?limit=1", RC_OK, 1 },
		{ "limit: 100", "/x?limit=100", RC_OK, 100 },
		{ "limit: 0", "/x?limit=0", RC_INVALID },
		{ "limit: 101", "/x?limit=101", RC_INVALID },
		{ "limit: negative", "/x?limit=-1", RC_INVALID },
		{ "limit: empty", "/x?limit=", RC_INVALID },
		{ "limit: a word", "/x?limit=ten", RC_INVALID },
		{ "limit: a blank", "/x?limit=+5", RC_INVALID },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .n = 0 };
		int limit = 0;

		is_int(
		    begin(&r, cases[i].uri, NULL, NULL), RC_OK, cases[i].name);
		is_int(req_limit(&rq, &limit), cases[i].rc, cases[i].name);
		is_int(limit, cases[i].want, cases[i].name);
		is_int(
		    (long long)rq.nfaults, cases[i].rc != RC_OK, cases[i].name);
	}
}

static const struct field fields[] = {
	{ .name = "message",
	    .need = FIELD_REQUIRED,
	    .blank = RC_MESSAGE_BLANK,
	    .invalid = RC_MESSAGE_INVALID,
	    .max_chars = 5,
	    .too_long = RC_MESSAGE_LONG },
	{ .name = "handle",
	    .need = FIELD_OPTIONAL,
	    .blank = RC_HANDLE_BLANK,
	    .invalid = RC_HANDLE_INVALID,
	    .max_chars = 30,
	    .too_long = RC_HANDLE_INVALID },
	{ .name = "bio",
	    .need = FIELD_OPTIONAL,
	    .invalid = RC_BIO_INVALID,
	    .raw = true },
};

static const struct {
	const char *name, *body;
	enum rc rc;
	const char *text[3]; /* message, handle, bio */
	enum rc fault[3];
} bodies[] = {
	{ "body: one field", "{\"message\":\"hi\"}", RC_OK, { "hi" } },
	{ "body: all fields",
	    "{\"message\":\"hi\",\"handle\":\"bayko\",\"bio\":\"\"}", RC_OK,
	    { "hi", "bayko", "" } },
	{ "body: unknown fields", "{\"message\":\"hi\",\"x\":[1,{}]}", RC_OK,
	    { "hi" } },
	{ "body: trimmed on both sides", "{\"message\":\" \\n hi\\u00a0 \"}",
	    RC_OK, { "hi" } },
	{ "body: raw is not trimmed",
	    "{\"message\":\"hi\",\"bio\":\" secret \"}", RC_OK,
	    { "hi", NULL, " secret " } },
	{ "body: five characters", "{\"message\":\" h\\u00e9llo \"}", RC_OK,
	    { "h\xc3\xa9llo" } },
	{ "body: five emoji",
	    "{\"message\":\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
	    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"}",
	    RC_OK,
	    { "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
	      "\xf0\x9f\x98\x80\xf0\x9f\x98\x80" } },
	{ "body: six characters", "{\"message\":\"hello!\"}", RC_INVALID,
	    { NULL }, { RC_MESSAGE_LONG } },
	{ "body: missing", "{}", RC_INVALID, { NULL }, { RC_MESSAGE_BLANK } },
	{ "body: null", "{\"message\":null}", RC_INVALID, { NULL },
	    { RC_MESSAGE_BLANK } },
	{ "body: empty", "{\"message\":\"\"}", RC_INVALID, { NULL },
	    { RC_MESSAGE_BLANK } },
	{ "body: white space", "{\"message\":\" \\t\\u2003\"}", RC_INVALID,
	    { NULL }, { RC_MESSAGE_BLANK } },
	{ "body: optional null", "{\"message\":\"hi\",\"handle\":null}", RC_OK,
	    { "hi" } },
	{ "body: optional blank", "{\"message\":\"hi\",\"handle\":\" \"}",
	    RC_INVALID, { "hi" }, { RC_HANDLE_BLANK } },
	{ "body: a number", "{\"message\":5}", RC_INVALID, { NULL },
	    { RC_MESSAGE_INVALID } },
	{ "body: an array", "{\"message\":[\"hi\"]}", RC_INVALID, { NULL },
	    { RC_MESSAGE_INVALID } },
	{ "body: U+0000", "{\"message\":\"h\\u0000i\"}", RC_INVALID, { NULL },
	    { RC_MESSAGE_INVALID } },
	{ "body: all faults at once", "{\"handle\":\"\",\"bio\":1}", RC_INVALID,
	    { NULL }, { RC_MESSAGE_BLANK, RC_HANDLE_BLANK, RC_BIO_INVALID } },
	{ "body: no JSON", "{", RC_BAD_JSON },
	{ "body: nothing", "", RC_BAD_JSON },
	{ "body: a lone surrogate", "{\"message\":\"\\ud800\"}", RC_BAD_JSON },
	{ "body: broken UTF-8", "{\"message\":\"\xff\"}", RC_BAD_JSON },
	{ "body: an array at the top", "[]", RC_BODY_INVALID },
	{ "body: null at the top", "null", RC_BODY_INVALID },
	{ "body: a string at the top", "\"hi\"", RC_BODY_INVALID },
};

static void
field_cases(void)
{
	static const struct route row = { M_POST, "/x", AUTH_NONE, 4096 };

	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct request r = { .body = bodies[i].body,
			.body_len = strlen(bodies[i].body) };
		struct text out[3];
		size_t nfaults = 0;

		is_int(begin(&r, "/x", "CONTENT_TYPE=application/json", NULL),
		    RC_OK, bodies[i].name);
		rq.match.route = &row;
		is_int(req_read_body(&rq), RC_OK, bodies[i].name);
		is_int(req_fields(&rq, fields, 3, out), bodies[i].rc,
		    bodies[i].name);
		for (size_t f = 0; f < 3; f++) {
			is_str(out[f].p, bodies[i].text[f], bodies[i].name);
			nfaults += bodies[i].fault[f] != RC_OK;
			if (bodies[i].fault[f] != RC_OK)
				is_int(rq.fault[f], bodies[i].fault[f],
				    bodies[i].name);
		}
		is_int(
		    (long long)rq.nfaults, (long long)nfaults, bodies[i].name);
	}
}

static void
types_and_sizes(void)
{
	static const struct route row = { M_POST, "/x", AUTH_NONE, 8 };
	static const struct route none = { M_POST, "/x", AUTH_NONE, 0 };
	static const struct {
		const char *name, *type, *length, *body;
		const struct route *row;
		enum rc rc;
		int reads;
	} cases[] = {
		{ "type: JSON", "CONTENT_TYPE=application/json",
		    "CONTENT_LENGTH=2", "{}", &row, RC_OK, 1 },
		{ "type: in capitals", "CONTENT_TYPE=Application/JSON",
		    "CONTENT_LENGTH=2", "{}", &row, RC_OK, 1 },
		{ "type: with its charset",
		    "CONTENT_TYPE=application/json; charset=UTF-8",
		    "CONTENT_LENGTH=2", "{}", &row, RC_OK, 1 },
		{ "type: with a quoted charset",
		    "CONTENT_TYPE=application/json;charset=\"utf-8\"",
		    "CONTENT_LENGTH=2", "{}", &row, RC_OK, 1 },
		{ "type: another charset",
		    "CONTENT_TYPE=application/json; charset=latin1",
		    "CONTENT_LENGTH=2", "{}", &row, RC_MEDIA_TYPE, 0 },
		{ "type: something longer", "CONTENT_TYPE=application/jsonx",
		    "CONTENT_LENGTH=2", "{}", &row, RC_MEDIA_TYPE, 0 },
		{ "type: a form",
		    "CONTENT_TYPE=application/x-www-form-urlencoded",
		    "CONTENT_LENGTH=2", "{}", &row, RC_MEDIA_TYPE, 0 },
		{ "type: none", NULL, "CONTENT_LENGTH=2", "{}", &row,
		    RC_MEDIA_TYPE, 0 },
		{ "type: none, and no body", NULL, "CONTENT_LENGTH=0", "", &row,
		    RC_OK, 1 },
		{ "type: none is looked at where no body is taken", NULL,
		    "CONTENT_LENGTH=2", "{}", &none, RC_OK, 0 },
		{ "size: at the bound", "CONTENT_TYPE=application/json",
		    "CONTENT_LENGTH=8", "12345678", &row, RC_OK, 1 },
		{ "size: above the bound is not read",
		    "CONTENT_TYPE=application/json", "CONTENT_LENGTH=9",
		    "123456789", &row, RC_TOOBIG, 0 },
		{ "size: above the bound, and not said",
		    "CONTENT_TYPE=application/json", NULL, "123456789", &row,
		    RC_TOOBIG, 1 },
		{ "size: less than was said", "CONTENT_TYPE=application/json",
		    "CONTENT_LENGTH=7", "123", &row, RC_BAD_REQUEST, 1 },
		{ "size: more than was said", "CONTENT_TYPE=application/json",
		    "CONTENT_LENGTH=2", "123", &row, RC_BAD_REQUEST, 1 },
		{ "size: no number", "CONTENT_TYPE=application/json",
		    "CONTENT_LENGTH=x", "{}", &row, RC_BAD_REQUEST, 0 },
		{ "size: negative", "CONTENT_TYPE=application/json",
		    "CONTENT_LENGTH=-1", "{}", &row, RC_BAD_REQUEST, 0 },
		{ "size: empty is not said", "CONTENT_TYPE=application/json",
		    "CONTENT_LENGTH=", "{}", &row, RC_OK, 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .body = cases[i].body,
			.body_len = strlen(cases[i].body) };

		is_int(begin(&r, "/x", cases[i].length, cases[i].type), RC_OK,
		    cases[i].name);
		rq.match.route = cases[i].row;
		is_int(req_read_body(&rq), cases[i].rc, cases[i].name);
		is_int(r.body_reads, cases[i].reads, cases[i].name);
	}
}

static void
faults(void)
{
	struct request r = { .n = 0 };

	is_int(begin(&r, "/x", NULL, NULL), RC_OK, "faults: a request");
	is_int(req_fault(&rq, RC_TTL_BLANK), RC_INVALID, "faults: one");
	is_int(req_fault(&rq, RC_TTL_BLANK), RC_INVALID, "faults: again");
	is_int((long long)rq.nfaults, 1, "faults: each is told once");
	for (int i = 1; i < RC__MAX; i++)
		req_fault(&rq, (enum rc)i);
	is_int(
	    (long long)rq.nfaults, REQ_MAX_FAULTS, "faults: at most so many");
}

int
main(void)
{
	addresses();
	ids();
	headers();
	twice_and_kept();
	incomplete();
	limits();
	field_cases();
	types_and_sizes();
	faults();
	req_fini(&rq);
	return tap_done();
}
