/*
 * web: from a request to its answer: route, authenticate, read the body,
 * handle, make the error a problem. One per worker.
 *
 * The order is the policy: nothing of a body is read before it is decided that
 * the caller may send one.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/conf.h"
#include "web/cors.h"
#include "web/exchange.h"
#include "web/fcgi.h"

struct ctx;

/*
 * Who calls: fills cx->caller_sub (and caller_token). Asked for every row but
 * AUTH_LOCAL, before the body is read: also where anyone may call, a request
 * may be refused for where it comes from. RC_OK for AUTH_NONE and
 * AUTH_OPTIONAL also if there is nobody; any other rc is the answer.
 */
typedef enum rc web_authenticate_fn(
    struct ctx *cx, struct req *rq, enum route_auth auth);

struct web {
	const struct route *routes; /* borrowed */
	size_t nroutes;
	web_authenticate_fn *authenticate;
	const struct conf *conf; /* borrowed */
	struct cors cors;
	struct fcgi *fcgi;
	struct req rq; /* used again and again */
	struct resp rs;
	struct buf head;
};

/* web_init(w, conf, routes, n, authenticate): the table, the conf and what it
 * holds are borrowed. web_fini(w): free. */
void web_init(struct web *w, const struct conf *conf,
    const struct route *routes, size_t n, web_authenticate_fn *authenticate);
void web_fini(struct web *w);

/*
 * web_answer(w, cx, from): answer one request; w->rs and w->head hold the
 * answer until the next call. Sets cx->deadline_ms, counted from start_us
 * (clock_us()), logs and counts the request. Does no I/O of its own: what
 * fcgi.c does with a connection, a test does with texts.
 */
void web_answer(struct web *w, struct ctx *cx, const struct req_source *from,
    int64_t start_us);

/* web_serve(w, cx, fd, phase): read a FastCGI request off an accepted
 * connection, answer it, close it. phase: see web/fcgi.h. */
void web_serve(struct web *w, struct ctx *cx, int fd, fcgi_phase_fn *phase);

#endif
