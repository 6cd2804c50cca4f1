/* Cruds: read them, search them, write one, reply. */
#include "model/activities.h"

#include <string.h>

#include "api/handlers.h"
#include "base/js.h"
#include "base/parse.h"
#include "web/req.h"
#include "web/resp.h"

/* Write a page of cruds: the array alone, or {head_name: head, rest: […]}. */
static enum rc
write_page(enum rc rc, const char *head_name, const char *rest,
    struct crud_page *page, struct req *rq, struct resp *rs)
{
	struct buf *b = resp_body(rs);

	if (rc == RC_OK && head_name == NULL) {
		buf_adds(b, page->json);
	} else if (rc == RC_OK) {
		js_open(b, NULL, '{');
		js_raw(b, head_name, page->head, strlen(page->head));
		js_raw(b, rest, page->json, strlen(page->json));
		js_close(b, '}');
	}
	if (rc == RC_OK)
		resp_next(rs, rq, page->next.text);
	activities_page_free(page);
	return rc;
}

enum rc
api_activities_home(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct crud_page page;
	int limit;
	enum rc rc = req_limit(rq, &limit);

	if (rc != RC_OK)
		return rc;
	rc = activities_home(cx, limit, req_query(rq, "before"), &page);
	return write_page(rc, NULL, NULL, &page, rq, rs);
}

enum rc
api_activities_notifications(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct crud_page page;
	int limit;
	enum rc rc = req_limit(rq, &limit);

	if (rc != RC_OK)
		return rc;
	rc =
	    activities_notifications(cx, limit, req_query(rq, "before"), &page);
	return write_page(rc, NULL, NULL, &page, rq, rs);
}

enum rc
api_activities_search(struct ctx *cx, struct req *rq, struct resp *rs)
{
	const char *term = req_query(rq, "term");
	size_t n = term != NULL ? strlen(term) : 0;
	struct crud_page page;
	int limit;
	enum rc rc = req_limit(rq, &limit);

	if (term != NULL)
		parse_trim(&term, &n);
	if (n == 0)
		rc = req_fault(rq, RC_TERM_BLANK);
	else if (parse_chars(term, n) > TERM_MAX_CHARS)
		rc = req_fault(rq, RC_TERM_LONG);
	if (rc != RC_OK)
		return rc;
	rc = activities_search(cx, term, limit, req_query(rq, "before"), &page);
	return write_page(rc, NULL, NULL, &page, rq, rs);
}

enum rc
api_activities_user(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct crud_page page;
	int limit;
	enum rc rc = req_limit(rq, &limit);

	if (rc != RC_OK)
		return rc;
	rc = activities_of_user(
	    cx, req_param(rq, "handle"), limit, req_query(rq, "before"), &page);
	return write_page(rc, "profile", "activities", &page, rq, rs);
}

enum rc
api_activities_show(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct crud_page page;
	int limit;
	enum rc rc = req_limit(rq, &limit);

	if (rc != RC_OK)
		return rc;
	rc = activities_show(
	    cx, req_param(rq, "uuid"), limit, req_query(rq, "before"), &page);
	return write_page(rc, "activity", "replies", &page, rq, rs);
}

#define CRUD_TEXT                                                         \
	{                                                                 \
		.name = "message", .need = FIELD_REQUIRED,                \
		.blank = RC_MESSAGE_BLANK, .invalid = RC_MESSAGE_INVALID, \
		.max_chars = CRUD_MAX_CHARS, .too_long = RC_MESSAGE_LONG  \
	}

enum rc
api_activities_create(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = {
		CRUD_TEXT,
		{ .name = "ttl",
		    .need = FIELD_REQUIRED,
		    .blank = RC_TTL_BLANK,
		    .invalid = RC_TTL_INVALID,
		    .max_chars = 16,
		    .too_long = RC_TTL_INVALID },
	};
	struct text in[2];
	const char *key;
	int ttl_s = 0;
	enum rc rc = req_fields(rq, fields, 2, in), more;

	if (in[1].p != NULL && activities_ttl(in[1].p, &ttl_s) != RC_OK)
		rc = req_fault(rq, RC_TTL_INVALID);
	more = req_key(rq, &key);
	if (rc == RC_OK)
		rc = more;
	if (rc != RC_OK)
		return rc;
	return activities_create(cx, in[0].p, ttl_s, key, resp_body(rs));
}

enum rc
api_activities_reply(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = { CRUD_TEXT };
	struct text in[1];
	const char *key;
	enum rc rc = req_fields(rq, fields, 1, in), more = req_key(rq, &key);

	if (rc == RC_OK)
		rc = more;
	if (rc != RC_OK)
		return rc;
	return activities_reply(
	    cx, req_param(rq, "uuid"), in[0].p, key, resp_body(rs));
}
