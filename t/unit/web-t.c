/* From a request to its answer: order of checks, errors, headers, CORS. */
#include <json-c/json_object.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/js.h"
#include "base/log.h"
#include "model/ctx.h"
#include "request.h"
#include "tap.h"
#include "web/web.h"

#define ORIGIN "https://friend.example"

static struct conf conf;
static struct web web;
static struct ctx cx;
static int handled, asked; /* how often handler and authentication ran */

static enum rc
h_ok(struct ctx *c, struct req *rq, struct resp *rs)
{
	(void)rq;
	handled++;
	ok(c->deadline_ms > clock_ms(), "there is a deadline, ahead of us");
	buf_adds(resp_body(rs), "{\"success\":true}");
	return RC_OK;
}

static enum rc
h_fancy(struct ctx *c, struct req *rq, struct resp *rs)
{
	(void)c;
	handled++;
	resp_status(rs, 201);
	resp_type(rs, "text/plain");
	resp_header(rs, "Cache-Control", "public, max-age=%d", 60);
	resp_header(rs, "X-Text", "%s", "a\r\nInjected: yes");
	resp_next(rs, rq, "c>\"x");
	buf_adds(resp_body(rs), "fancy");
	return RC_OK;
}

static void
nothing(struct ctx *c)
{
	(void)c;
}

/* Whatever was written is dropped, but for what is for any answer. */
static enum rc
h_fail(struct ctx *c, struct req *rq, struct resp *rs)
{
	int64_t code = strtol(req_query(rq, "rc"), NULL, 10);

	(void)c;
	handled++;
	buf_adds(resp_body(rs), "secret");
	resp_status(rs, 201);
	resp_header(rs, "Cache-Control", "public");
	resp_header(rs, "X-Dropped", "yes");
	resp_header_always(rs, "X-Kept", "yes");
	resp_member(rs, "session", "a\"b");
	resp_after(rs, nothing);
	return (enum rc)code;
}

static enum rc
h_faults(struct ctx *c, struct req *rq, struct resp *rs)
{
	(void)c;
	(void)rs;
	handled++;
	if (req_query(rq, "two") != NULL)
		req_fault(rq, RC_TTL_BLANK);
	return req_fault(rq, RC_MESSAGE_BLANK);
}

static enum rc
h_huge(struct ctx *c, struct req *rq, struct resp *rs)
{
	static const char chunk[1 << 16];

	(void)c;
	(void)rq;
	for (int i = 0; i < 100; i++)
		buf_add(resp_body(rs), chunk, sizeof(chunk));
	return RC_OK;
}

static const struct route table[] = {
	{ M_GET, "/ok", AUTH_NONE, 0, h_ok, "ok" },
	{ M_POST, "/ok", AUTH_USER, 16, h_ok, "post" },
	{ M_GET, "/maybe", AUTH_OPTIONAL, 0, h_ok, "maybe" },
	{ M_GET, "/local", AUTH_LOCAL, 0, h_ok, "local" },
	{ M_GET, "/fancy", AUTH_NONE, 0, h_fancy, "fancy" },
	{ M_GET, "/fail", AUTH_NONE, 0, h_fail, "fail" },
	{ M_GET, "/faults", AUTH_NONE, 0, h_faults, "faults" },
	{ M_GET, "/huge", AUTH_NONE, 0, h_huge, "huge" },
};

static enum rc
authenticate(struct ctx *c, struct req *rq, enum route_auth auth)
{
	const char *who = req_header(rq, "Authorization");

	if (auth == AUTH_NONE) /* may be refused, but is not asked who it is */
		return req_header(rq, "Refuse") != NULL ? RC_BAD_ORIGIN : RC_OK;
	asked++;
	ok(c->caller_sub[0] == '\0', "nobody is left from before");
	if (who == NULL)
		return auth == AUTH_OPTIONAL ? RC_OK : RC_UNAUTH;
	snprintf(c->caller_sub, sizeof(c->caller_sub), "%s", who);
	return RC_OK;
}

/* The answer to "METHOD uri" with up to three more variables. */
static const char *
ask(const char *method, const char *uri, struct request *r, const char *env1,
    const char *env2, const char *env3)
{
	static char method_text[64], uri_text[512];
	struct req_source from = request_source(r);

	snprintf(method_text, sizeof(method_text), "REQUEST_METHOD=%s", method);
	snprintf(uri_text, sizeof(uri_text), "REQUEST_URI=%s", uri);
	request_env(r, method_text);
	request_env(r, uri_text);
	request_env(r, env1);
	request_env(r, env2);
	request_env(r, env3);
	handled = asked = 0;
	req_end(&web.rq);
	web_answer(&web, &cx, &from, clock_us());
	return buf_str(&web.head);
}

static int
status(const char *head)
{
	return strncmp(head, "Status: ", 8) == 0 ? atoi(head + 8) : 0;
}

static bool
has(const char *text, const char *what)
{
	return strstr(text, what) != NULL;
}

static void
order(void)
{
	static const struct {
		const char *name, *method, *uri, *env[3], *body;
		int status, asked, reads, handled;
		const char *head; /* is part of it */
	} cases[] = {
		{ "order: a GET for anybody", "GET", "/ok", { NULL }, "", 200,
		    0, 0, 1, "Content-Length: 16\r\n" },
		{ "order: a GET's body is passed over", "GET", "/ok",
		    { "CONTENT_LENGTH=3", "CONTENT_TYPE=x/y" }, "abc", 200, 0,
		    0, 1 },
		{ "order: anybody, but not from there", "GET", "/ok",
		    { "HTTP_REFUSE=1" }, "", 403, 0, 0, 0 },
		{ "order: a HEAD", "HEAD", "/ok", { NULL }, "", 200, 0, 0, 1,
		    "Content-Length: 16\r\n" },
		{ "order: a POST of somebody", "POST", "/ok",
		    { "HTTP_AUTHORIZATION=me", "CONTENT_TYPE=application/json",
			"CONTENT_LENGTH=2" },
		    "{}", 200, 1, 1, 1 },
		{ "order: a POST of nobody is not read", "POST", "/ok",
		    { "CONTENT_TYPE=application/json", "CONTENT_LENGTH=2" },
		    "{}", 401, 1, 0, 0, "WWW-Authenticate: Bearer\r\n" },
		{ "order: nobody, before type and size", "POST", "/ok",
		    { "CONTENT_TYPE=x/y", "CONTENT_LENGTH=99" }, "{}", 401, 1,
		    0, 0 },
		{ "order: another type", "POST", "/ok",
		    { "HTTP_AUTHORIZATION=me", "CONTENT_TYPE=x/y",
			"CONTENT_LENGTH=2" },
		    "{}", 415, 1, 0, 0 },
		{ "order: too large", "POST", "/ok",
		    { "HTTP_AUTHORIZATION=me", "CONTENT_TYPE=application/json",
			"CONTENT_LENGTH=17" },
		    "12345678901234567", 413, 1, 0, 0 },
		{ "order: somebody, perhaps", "GET", "/maybe", { NULL }, "",
		    200, 1, 0, 1 },
		{ "order: an unknown path", "GET", "/nothing",
		    { "HTTP_AUTHORIZATION=me" }, "", 404, 0, 0, 0 },
		{ "order: a wrong method", "PUT", "/ok",
		    { "HTTP_AUTHORIZATION=me" }, "", 405, 0, 0, 0,
		    "Allow: GET, HEAD, POST, OPTIONS\r\n" },
		{ "order: a method we do not know", "BREW", "/ok", { NULL }, "",
		    405, 0, 0, 0, "Allow: GET, HEAD, POST, OPTIONS\r\n" },
		{ "order: a method we do not know, nowhere", "BREW", "/no",
		    { NULL }, "", 404, 0, 0, 0 },
		{ "order: OPTIONS", "OPTIONS", "/ok", { NULL }, "", 204, 0, 0,
		    0, "Allow: GET, HEAD, POST, OPTIONS\r\n" },
		{ "order: OPTIONS of nothing", "OPTIONS", "/no", { NULL }, "",
		    404, 0, 0, 0 },
		{ "order: a broken address", "GET", "/ok%4", { NULL }, "", 400,
		    0, 0, 0 },
		{ "order: a broken query", "GET", "/ok?a=%00", { NULL }, "",
		    400, 0, 0, 0 },
		{ "order: local only, from here", "GET", "/local",
		    { "CRUDDUR_LOCAL=1" }, "", 200, 0, 0, 1 },
		{ "order: local only, through nginx", "GET", "/local",
		    { "HTTP_CRUDDUR_LOCAL=1", "HTTP_AUTHORIZATION=me" }, "",
		    404, 0, 0, 0 },
		{ "order: local only, unsaid", "GET", "/local", { NULL }, "",
		    404, 0, 0, 0 },
		{ "order: more than may be answered", "GET", "/huge", { NULL },
		    "", 500, 0, 0, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .body = cases[i].body,
			.body_len = strlen(cases[i].body) };
		const char *head = ask(cases[i].method, cases[i].uri, &r,
		    cases[i].env[0], cases[i].env[1], cases[i].env[2]);

		is_int(status(head), cases[i].status, cases[i].name);
		is_int(asked, cases[i].asked, cases[i].name);
		is_int(r.body_reads, cases[i].reads, cases[i].name);
		is_int(handled, cases[i].handled, cases[i].name);
		ok(cases[i].head == NULL || has(head, cases[i].head), "%s",
		    cases[i].name);
		ok(has(head, "\r\nX-Request-Id: ") &&
			has(head, "\r\nCache-Control: no-store\r\n") &&
			has(head, "\r\nX-Content-Type-Options: nosniff\r\n") &&
			has(head, "\r\nVary: Origin\r\n"),
		    "%s: as every answer", cases[i].name);
		ok((cases[i].status >= 400) ==
			has(head, "Content-Type: application/problem+json\r\n"),
		    "%s: an error is a problem", cases[i].name);
	}
}

static void
bodies(void)
{
	struct request r = { .n = 0 }, head = { .n = 0 }, none = { .n = 0 };

	ask("GET", "/ok", &r, NULL, NULL, NULL);
	is_str(buf_str(&web.rs.body), "{\"success\":true}", "GET has a body");
	ask("HEAD", "/ok", &head, NULL, NULL, NULL);
	is_int((long long)web.rs.body.len, 0, "HEAD has none");
	ask("OPTIONS", "/ok", &none, NULL, NULL, NULL);
	ok(!has(buf_str(&web.head), "Content-Length") &&
		!has(buf_str(&web.head), "\nContent-Type"),
	    "204 has none, and says no length");
}

static void
fancy(void)
{
	struct request r = { .n = 0 };
	const char *head = ask("GET", "/fancy?limit=2&before=old&x=%20%3E&y=>",
	    &r, NULL, NULL, NULL);

	ok(has(head, "Status: 201 Created\r\n"), "another status");
	ok(has(head, "Content-Type: text/plain\r\n"), "another type");
	ok(has(head, "Cache-Control: public, max-age=60\r\n") &&
		!has(head, "no-store"),
	    "another Cache-Control takes the place of ours");
	ok(has(head, "\r\nX-Text: a\r\n") && !has(head, "Injected"),
	    "nobody injects a header");
	ok(has(head, "Link: </fancy?limit=2&x=%20%3E&y=%3E&before=c%3E%22x>; "
		     "rel=\"next\"\r\n"),
	    "the next page is this address with another cursor");
	is_str(buf_str(&web.rs.body), "fancy", "the body as it was written");
}

/* The "errors" of the problem at hand, separated by blanks. */
static const char *
errors(struct json_object *doc)
{
	static char text[256];
	struct json_object *list = js_get(doc, "errors");
	size_t n = list == NULL ? 0 : json_object_array_length(list);
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
		    i > 0 ? " " : "",
		    json_object_get_string(json_object_array_get_idx(list, i)));
	return text;
}

static void
problems(void)
{
	static const struct {
		const char *name;
		enum rc rc;
		const char *errors, *header;
	} cases[] = {
		{ "problem: 400", RC_BAD_REQUEST, "", NULL },
		{ "problem: 401", RC_UNAUTH, "", "WWW-Authenticate: Bearer\r" },
		{ "problem: 403", RC_BAD_ORIGIN, "origin_refused", NULL },
		{ "problem: 404", RC_USER_UNKNOWN, "", NULL },
		{ "problem: 409", RC_KEY_REUSED, "idempotency_key_reused",
		    NULL },
		{ "problem: 422", RC_BAD_CURSOR, "before_invalid", NULL },
		{ "problem: 429", RC_TOO_MANY, "too_many_attempts",
		    "Retry-After: 5\r" },
		{ "problem: 500", RC_INTERNAL, "", NULL },
		{ "problem: 503", RC_UNAVAILABLE, "", "Retry-After: 1\r" },
		{ "problem: the deadline", RC_DEADLINE, "",
		    "Retry-After: 1\r" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .n = 0 };
		struct json_object *doc = NULL;
		const char *head;
		char uri[32];
		int64_t n = 0;

		snprintf(uri, sizeof(uri), "/fail?rc=%d", cases[i].rc);
		head = ask("GET", uri, &r, NULL, NULL, NULL);
		is_int(status(head), rc_status(cases[i].rc), cases[i].name);
		ok(cases[i].header == NULL || has(head, cases[i].header), "%s",
		    cases[i].name);
		ok(has(head, "X-Kept: yes\r\n") && !has(head, "X-Dropped") &&
			has(head, "Cache-Control: no-store\r\n"),
		    "%s: headers", cases[i].name);
		ok(web.rs.after == NULL, "%s: nothing is done afterwards",
		    cases[i].name);
		is_int(js_parse(web.rs.body.data, web.rs.body.len, &doc), RC_OK,
		    cases[i].name);
		is_str(js_get_str(doc, "type", NULL), "about:blank",
		    cases[i].name);
		is_str(js_get_str(doc, "title", NULL),
		    rc_title(rc_status(cases[i].rc)), cases[i].name);
		is_str(js_get_str(doc, "detail", NULL), rc_detail(cases[i].rc),
		    cases[i].name);
		ok(js_get_int(doc, "status", &n), "%s: status", cases[i].name);
		is_int(n, rc_status(cases[i].rc), cases[i].name);
		is_str(errors(doc), cases[i].errors, cases[i].name);
		is_str(js_get_str(doc, "session", NULL), "a\"b", cases[i].name);
		json_object_put(doc);
	}
}

static void
fault_lists(void)
{
	struct request one = { .n = 0 }, two = { .n = 0 };
	struct json_object *doc = NULL;

	is_int(status(ask("GET", "/faults", &one, NULL, NULL, NULL)), 422,
	    "one fault");
	is_int(js_parse(web.rs.body.data, web.rs.body.len, &doc), RC_OK,
	    "one fault: JSON");
	is_str(errors(doc), "message_blank", "one fault: its code");
	is_str(js_get_str(doc, "detail", NULL), rc_detail(RC_MESSAGE_BLANK),
	    "one fault: its own words");
	json_object_put(doc);
	ask("GET", "/faults?two=1", &two, NULL, NULL, NULL);
	is_int(js_parse(web.rs.body.data, web.rs.body.len, &doc), RC_OK,
	    "two faults: JSON");
	is_str(errors(doc), "ttl_blank message_blank", "two faults: codes");
	is_str(js_get_str(doc, "detail", NULL), rc_detail(RC_INVALID),
	    "two faults: words for both");
	json_object_put(doc);
}

/* Every code has a status with a title, or a client would read "Unknown". */
static void
titles(void)
{
	for (int rc = 0; rc < RC__MAX; rc++)
		ok(strcmp(rc_title(rc_status((enum rc)rc)), "Unknown") != 0,
		    "%s: its status has a title", rc_wire((enum rc)rc));
}

static void
origins(void)
{
	static const struct {
		const char *name, *method, *origin, *uri;
		const char *allowed; /* NULL: no word of CORS */
	} cases[] = {
		{ "cors: on the list", "GET", "HTTP_ORIGIN=" ORIGIN, "/ok",
		    ORIGIN },
		{ "cors: a POST that fails as well", "POST",
		    "HTTP_ORIGIN=" ORIGIN, "/ok", ORIGIN },
		{ "cors: an unknown path as well", "GET", "HTTP_ORIGIN=" ORIGIN,
		    "/no", ORIGIN },
		{ "cors: the frontend, by its origin alone", "GET",
		    "HTTP_ORIGIN=https://www.cruddur.example:8443", "/ok",
		    "https://www.cruddur.example:8443" },
		{ "cors: another", "GET", "HTTP_ORIGIN=https://evil.example",
		    "/ok", NULL },
		{ "cors: one that begins alike", "GET",
		    "HTTP_ORIGIN=" ORIGIN ".evil.example", "/ok", NULL },
		{ "cors: another scheme", "GET",
		    "HTTP_ORIGIN=http://friend.example", "/ok", NULL },
		{ "cors: null", "GET", "HTTP_ORIGIN=null", "/ok", NULL },
		{ "cors: empty", "GET", "HTTP_ORIGIN=", "/ok", NULL },
		{ "cors: none", "GET", NULL, "/ok", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r = { .n = 0 };
		const char *head = ask(cases[i].method, cases[i].uri, &r,
		    cases[i].origin, NULL, NULL);
		char want[128] = "\r\nVary: Origin\r\n";

		if (cases[i].allowed != NULL)
			snprintf(want, sizeof(want),
			    "\r\nAccess-Control-Allow-Origin: %s\r\n"
			    "Access-Control-Allow-Credentials: true\r\n",
			    cases[i].allowed);
		ok(has(head, want), "%s", cases[i].name);
		ok(has(head, "\r\nVary: Origin\r\n"), "%s: Vary",
		    cases[i].name);
		is_int(has(head, "Access-Control"), cases[i].allowed != NULL,
		    cases[i].name);
	}
}

static void
preflights(void)
{
	struct request good = { .n = 0 }, bad = { .n = 0 }, plain = { .n = 0 };
	const char *head = ask("OPTIONS", "/ok", &good, "HTTP_ORIGIN=" ORIGIN,
	    "HTTP_ACCESS_CONTROL_REQUEST_METHOD=POST", NULL);

	is_int(status(head), 204, "preflight");
	ok(has(head, "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS"),
	    "preflight: the path's methods");
	ok(has(head, "Access-Control-Allow-Headers: Authorization, "
		     "Content-Type, Idempotency-Key\r\n"),
	    "preflight: the headers that we read");
	head = ask("OPTIONS", "/ok", &bad, "HTTP_ORIGIN=https://evil.example",
	    "HTTP_ACCESS_CONTROL_REQUEST_METHOD=POST", NULL);
	ok(status(head) == 204 && !has(head, "Access-Control"),
	    "preflight of another: no word of CORS");
	head = ask("OPTIONS", "/ok", &plain, "HTTP_ORIGIN=" ORIGIN, NULL, NULL);
	ok(!has(head, "Access-Control-Allow-Methods"),
	    "OPTIONS that asks for no method is no preflight");
}

static void
origin_lists(void)
{
	static const struct {
		const char *name, *origins, *frontend;
		enum rc rc;
	} cases[] = {
		{ "origins: none", "", "", RC_OK },
		{ "origins: two", "https://a.example http://localhost:3000", "",
		    RC_OK },
		{ "origins: a frontend with a path", "",
		    "https://a.example/app?x", RC_OK },
		{ "origins: an address of IPv6", "http://[::1]:3000", "",
		    RC_OK },
		{ "origins: a star", "*", "", RC_CONFIG },
		{ "origins: no scheme", "a.example", "", RC_CONFIG },
		{ "origins: no host", "https://", "", RC_CONFIG },
		{ "origins: another scheme", "ftp://a.example", "", RC_CONFIG },
		{ "origins: somebody's name", "https://me@a.example", "",
		    RC_CONFIG },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf err = BUF_INIT(512);
		char origins_text[128], frontend_text[128];
		struct conf c = { .api_cors_origins = origins_text,
			.frontend_url = frontend_text };

		snprintf(
		    origins_text, sizeof(origins_text), "%s", cases[i].origins);
		snprintf(frontend_text, sizeof(frontend_text), "%s",
		    cases[i].frontend);
		is_int(cors_check(&c, &err), cases[i].rc, cases[i].name);
		is_int(err.len > 0, cases[i].rc != RC_OK, cases[i].name);
		buf_free(&err);
	}
}

int
main(void)
{
	struct buf err = BUF_INIT(1024);

	setenv("CRUDDUR_CONFIG", "/dev/null", 1);
	setenv("CRUDDUR_CORS_ORIGINS", "https://Friend.Example", 1);
	setenv("FRONTEND_URL", "https://www.cruddur.example:8443/app/", 1);
	if (conf_load(NULL, &conf, &err) != RC_OK) {
		printf("Bail out! %s\n", buf_str(&err));
		return 1;
	}
	log_set_level(LOG_ERROR);
	web_init(&web, &conf, table, COUNT(table), authenticate);
	order();
	bodies();
	fancy();
	problems();
	fault_lists();
	titles();
	origins();
	preflights();
	origin_lists();
	web_fini(&web);
	conf_free(&conf);
	buf_free(&err);
	return tap_done();
}
