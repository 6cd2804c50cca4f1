/*
 * route: what a route table looks like, and the dispatch from a request to
 * its row. Policy (who may call, how large a body) stands in the row; a
 * handler cannot forget it.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"
#include "base/rnd.h"

struct ctx;
struct req;
struct resp;

/* M__MAX is any method that no row has: PATCH, TRACE, nonsense. */
enum method { M_GET, M_HEAD, M_POST, M_PUT, M_DELETE, M_OPTIONS, M__MAX };

enum route_auth {
	AUTH_NONE,     /* anyone; a token is not even looked at */
	AUTH_OPTIONAL, /* anyone; but a token that is borne must be good */
	AUTH_USER,     /* a valid token, or 401 before the body is read */
	AUTH_LOCAL,    /* not through nginx: only on the socket itself */
};

/*
 * One row. A path may hold {uuid}-like parts: "/api/messages/{group}" (any
 * segment that is a UUID), "/api/users/@{handle}/short" (any handle). A
 * segment that does not fit its kind is 404. Literal rows win over patterns.
 */
struct route {
	enum method method; /* HEAD is answered by GET's row, OPTIONS by web/ */
	const char *path;
	enum route_auth auth;
	size_t body_max_bytes; /* 0: takes no body */
	/* check input -> one model call -> write; the rc becomes the status */
	enum rc (*handle)(struct ctx *cx, struct req *rq, struct resp *rs);
	const char *name; /* in metrics, logs and openapi: "messages_list" */
};

#define ROUTE_MAX_PARAMS 2

/* What a path's part was: names point into the row, values are copies. */
struct route_param {
	const char *name; /* "group}…": up to the brace */
	size_t name_len;
	char value[UUID_TEXT_SIZE]; /* a UUID in lower case, or a handle */
};

struct route_match {
	const struct route *route; /* NULL unless RC_OK */
	struct route_param param[ROUTE_MAX_PARAMS];
	size_t nparams;
	unsigned int allow; /* bits 1 << method of all rows of this path */
};

/*
 * route_find(table, n, method, path, match): the row for method and decoded
 * path. RC_NOT_FOUND: no row has this path. RC_BAD_METHOD: some have, under
 * other methods: match->allow says which; so it is for M_OPTIONS, always.
 */
enum rc route_find(const struct route *table, size_t n, enum method method,
    const char *path, struct route_match *match) MUSTCHECK;

/* route_method(text): "GET" is M_GET; M__MAX for a text that is none. */
enum method route_method(const char *text);

/* route_method_name(method): "GET". */
const char *route_method_name(enum method method);

/* route_methods(bits, out): append "GET, HEAD" for match->allow. */
void route_methods(unsigned int bits, struct buf *out);

#endif
