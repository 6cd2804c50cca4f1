/*
 * req: one request, as a handler sees it. All texts are borrowed and live
 * until the request ends. Built by web/fcgi.c, or by a test from plain text.
 */
#ifndef WEB_REQ_H
#define WEB_REQ_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "base/rnd.h"
#include "web/route.h"

struct json_object;
struct req;

/* req_param(rq, "group"): the path's part of that name, decoded; UUIDs are
 * lower case. Never NULL: the route has it or it is our own mistake. */
const char *req_param(const struct req *rq, const char *name);

/* req_query(rq, "limit"): a query parameter, percent-decoded, or NULL. The
 * first of that name counts. */
const char *req_query(const struct req *rq, const char *name);

/* req_header(rq, "Origin"): a header, or NULL. */
const char *req_header(const struct req *rq, const char *name);

/* req_header_again(rq, name): whether a header came more than once. */
bool req_header_again(const struct req *rq, const char *name);

/* req_method(rq): as it came: HEAD is M_HEAD. */
enum method req_method(const struct req *rq);

/* req_keep(rq, p, n): n bytes at p with a NUL behind them, for as long as the
 * request lives: in place if there is one already. */
const char *req_keep(struct req *rq, const char *p, size_t n);

/* req_path(rq): the path, still encoded, for links. */
const char *req_path(const struct req *rq);

/*
 * The body, a JSON object, checked by a table before the handler's own code
 * sees it. Unknown members are ignored, as existing clients may send more.
 */
enum field_need { FIELD_REQUIRED, FIELD_OPTIONAL };
struct field {
	const char *name;
	enum field_need need;
	enum rc blank;	  /* missing, null or only white space */
	enum rc invalid;  /* no string, or it holds U+0000 */
	size_t max_chars; /* code points after trimming */
	enum rc too_long;
	bool raw; /* neither trimmed nor counted: a password */
};
struct text {
	const char *p; /* trimmed, NUL-terminated; NULL if optional and not
			  there (or null) */
	size_t n;      /* bytes */
};
/*
 * req_fields(rq, fields, n, out): read n fields. Every fault is noted for
 * "errors" of the answer; RC_OK, or RC_INVALID if there was one (return it),
 * or what made the body no JSON object: RC_BAD_JSON, RC_BODY_INVALID.
 */
enum rc req_fields(struct req *rq, const struct field *fields, size_t n,
    struct text *out) MUSTCHECK;

/* req_fault(rq, code): note one more code for "errors"; returns RC_INVALID. */
enum rc req_fault(struct req *rq, enum rc code);

/* req_limit(rq, limit): the query's "limit": 1 to 100, 20 if there is none.
 * Else notes RC_LIMIT_INVALID and returns RC_INVALID. */
enum rc req_limit(struct req *rq, int *limit) MUSTCHECK;

/* req_key(rq, key): the Idempotency-Key in lower case, NULL if there is none.
 * Two, or no UUID: notes RC_KEY_INVALID and returns RC_INVALID. */
enum rc req_key(struct req *rq, const char **key) MUSTCHECK;

#endif
