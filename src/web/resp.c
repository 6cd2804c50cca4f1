#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/js.h"
#include "web/exchange.h"
#include "web/uri.h"

#define RETRY_SOON_S  1 /* 503 */
#define RETRY_LATER_S 5 /* 429 */

#define BODY_KEPT_BYTES (64 * 1024) /* a larger buffer is not kept */

void
resp_begin(struct resp *rs)
{
	rs->status = 0;
	rs->type = "application/json";
	rs->caches = false;
	rs->after = NULL;
	rs->body.max_bytes = RESP_BODY_MAX_BYTES;
	rs->head.max_bytes = RESP_HEAD_MAX_BYTES;
	rs->always.max_bytes = RESP_HEAD_MAX_BYTES;
	rs->members.max_bytes = RESP_HEAD_MAX_BYTES;
	if (rs->body.cap > BODY_KEPT_BYTES)
		buf_free(&rs->body);
	buf_reset(&rs->body);
	buf_reset(&rs->head);
	buf_reset(&rs->always);
	buf_reset(&rs->members);
}

void
resp_fini(struct resp *rs)
{
	buf_free(&rs->body);
	buf_free(&rs->head);
	buf_free(&rs->always);
	buf_free(&rs->members);
}

struct buf *
resp_body(struct resp *rs)
{
	return &rs->body;
}

void
resp_status(struct resp *rs, int status)
{
	rs->status = status;
}

void
resp_type(struct resp *rs, const char *type)
{
	rs->type = type;
}

void
resp_after(struct resp *rs, void (*fn)(struct ctx *cx))
{
	rs->after = fn;
}

/* The value is cut at its first control character. */
static void __attribute__((format(printf, 3, 0)))
add_header(struct buf *to, const char *name, const char *fmt, va_list ap)
{
	size_t from;

	buf_adds(to, name);
	buf_adds(to, ": ");
	from = to->len;
	buf_vaddf(to, fmt, ap);
	for (size_t i = from; i < to->len; i++) {
		if ((unsigned char)to->data[i] < 0x20 || to->data[i] == 0x7f)
			to->len = i;
	}
	buf_adds(to, "\r\n");
}

void
resp_header(struct resp *rs, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (strcasecmp(name, "Cache-Control") == 0)
		rs->caches = true;
	va_start(ap, fmt);
	add_header(&rs->head, name, fmt, ap);
	va_end(ap);
}

void
resp_header_always(struct resp *rs, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_header(&rs->always, name, fmt, ap);
	va_end(ap);
}

void
resp_member(struct resp *rs, const char *key, const char *value)
{
	buf_addc(&rs->members, ',');
	js_add_string(&rs->members, key, strlen(key));
	buf_addc(&rs->members, ':');
	js_add_string(&rs->members, value, strlen(value));
}

/* All of the query but "before". */
static void
other_params(const char *query, struct buf *out)
{
	for (const char *p = query; *p != '\0';) {
		size_t n = strcspn(p, "&"), name_len = strcspn(p, "=&");

		if (n > 0 && (name_len != 6 || memcmp(p, "before", 6) != 0)) {
			uri_encode(p, n, out);
			buf_addc(out, '&');
		}
		p += n + (p[n] == '&');
	}
}

void
resp_next(struct resp *rs, const struct req *rq, const char *cursor)
{
	struct buf link = BUF_INIT(RESP_HEAD_MAX_BYTES);

	if (cursor[0] == '\0')
		return;
	buf_addc(&link, '<');
	uri_encode(rq->path, strlen(rq->path), &link);
	buf_addc(&link, '?');
	other_params(rq->raw_query, &link);
	buf_adds(&link, "before=");
	uri_encode(cursor, strlen(cursor), &link);
	buf_addc(&link, '>');
	if (buf_rc(&link) == RC_OK)
		resp_header(rs, "Link", "%s; rel=\"next\"", buf_str(&link));
	buf_free(&link);
}

/* A code that says no more than its status does not go into "errors". */
static bool
tells_more(enum rc rc)
{
	switch (rc) {
	case RC_BAD_REQUEST:
	case RC_BAD_JSON:
	case RC_UNAUTH:
	case RC_BAD_CREDENTIALS:
	case RC_FORBIDDEN:
	case RC_CONFLICT:
	case RC_URI_LONG:
	case RC_TOOBIG:
	case RC_MEDIA_TYPE:
	case RC_INVALID:
		return false;
	default:
		return rc_status(rc) < 500 && rc_status(rc) != 404 &&
		       rc_status(rc) != 405;
	}
}

static void
add_errors(struct buf *b, const struct req *rq, enum rc rc)
{
	bool more = tells_more(rc);

	if (rq->nfaults == 0 && !more)
		return;
	js_open(b, "errors", '[');
	if (more)
		js_str(b, NULL, rc_wire(rc));
	for (size_t i = 0; i < rq->nfaults; i++) {
		if (rq->fault[i] != rc)
			js_str(b, NULL, rc_wire(rq->fault[i]));
	}
	js_close(b, ']');
}

/* RFC 9457. One fault alone is told in its own words. */
static void
problem_body(struct resp *rs, const struct req *rq, enum rc rc)
{
	bool one = rc == RC_INVALID && rq->nfaults == 1;
	struct buf *b = &rs->body;

	js_open(b, NULL, '{');
	js_str(b, "type", "about:blank");
	js_str(b, "title", rc_title(rc_status(rc)));
	js_int(b, "status", rc_status(rc));
	js_str(b, "detail", rc_detail(one ? rq->fault[0] : rc));
	add_errors(b, rq, rc);
	buf_add(b, rs->members.data, rs->members.len);
	js_close(b, '}');
}

void
resp_problem(struct resp *rs, const struct req *rq, enum rc rc)
{
	buf_reset(&rs->body);
	buf_reset(&rs->head);
	rs->caches = false;
	rs->after = NULL;
	rs->status = rc_status(rc);
	rs->type = "application/problem+json";
	problem_body(rs, rq, rc);
	if (rs->status == 401)
		resp_header(rs, "WWW-Authenticate", "Bearer");
	else if (rs->status == 429)
		resp_header(rs, "Retry-After", "%d", RETRY_LATER_S);
	else if (rs->status == 503)
		resp_header(rs, "Retry-After", "%d", RETRY_SOON_S);
}

void
resp_head_text(const struct resp *rs, const struct req *rq, struct buf *out)
{
	int status = rs->status != 0 ? rs->status : 200;
	char text[32];

	snprintf(text, sizeof(text), "Status: %d ", status);
	buf_adds(out, text);
	buf_adds(out, rc_title(status));
	buf_adds(out, "\r\nX-Request-Id: ");
	buf_adds(out, rq->id);
	buf_adds(out, "\r\nX-Content-Type-Options: nosniff\r\n");
	if (!rs->caches)
		buf_adds(out, "Cache-Control: no-store\r\n");
	if (status != 204) {
		buf_adds(out, "Content-Type: ");
		buf_adds(out, rs->type);
		snprintf(text, sizeof(text), "\r\nContent-Length: %zu\r\n",
		    rs->body.len);
		buf_adds(out, text);
	}
	buf_add(out, rs->always.data, rs->always.len);
	buf_add(out, rs->head.data, rs->head.len);
	buf_adds(out, "\r\n");
}
