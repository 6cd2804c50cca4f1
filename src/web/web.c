#include "web/web.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "model/ctx.h"

#define HEAD_MAX_BYTES (64 * 1024)

void
web_init(struct web *w, const struct conf *conf, const struct route *routes,
    size_t n, web_authenticate_fn *authenticate)
{
	*w = (struct web){
		.routes = routes,
		.nroutes = n,
		.authenticate = authenticate,
		.conf = conf,
		.fcgi = fcgi_new(),
		.head = BUF_INIT(HEAD_MAX_BYTES),
	};
	cors_init(&w->cors, conf);
}

void
web_fini(struct web *w)
{
	cors_fini(&w->cors);
	fcgi_free(&w->fcgi);
	req_fini(&w->rq);
	resp_fini(&w->rs);
	buf_free(&w->head);
}

static void
add_allow(const struct req *rq, struct resp *rs)
{
	struct buf methods = BUF_INIT(128);

	route_methods(rq->match.allow, &methods);
	resp_header_always(rs, "Allow", "%s", buf_str(&methods));
	buf_free(&methods);
}

/* OPTIONS of a path that there is. */
static enum rc
options(struct web *w, struct req *rq, struct resp *rs)
{
	add_allow(rq, rs);
	cors_preflight(&w->cors, rq, rs);
	resp_status(rs, 204);
	return RC_OK;
}

/*
 * nginx sends what it was configured to send, a client's headers among it as
 * HTTP_…: a variable of another name is not the client's to set. So a scraper
 * on this machine says CRUDDUR_LOCAL, and whoever does not is a stranger.
 */
static bool
is_local(const struct req *rq)
{
	const char *local = req_env(rq, "CRUDDUR_LOCAL");

	return local != NULL && strcmp(local, "1") == 0;
}

static enum rc
admit(struct web *w, struct ctx *cx, struct req *rq)
{
	enum route_auth auth = rq->match.route->auth;

	cx->caller_sub[0] = '\0';
	cx->caller_token = NULL;
	if (auth == AUTH_LOCAL)
		return is_local(rq) ? RC_OK : RC_NOT_FOUND;
	return w->authenticate(cx, rq, auth);
}

static enum rc
dispatch(struct web *w, struct ctx *cx, struct req *rq, struct resp *rs)
{
	enum rc rc = route_find(
	    w->routes, w->nroutes, rq->method, rq->decoded, &rq->match);

	if (rc == RC_BAD_METHOD && rq->method == M_OPTIONS)
		return options(w, rq, rs);
	if (rc == RC_BAD_METHOD)
		add_allow(rq, rs);
	if (rc == RC_OK)
		rc = admit(w, cx, rq);
	if (rc == RC_OK)
		rc = req_read_body(rq);
	if (rc == RC_OK)
		rc = rq->match.route->handle(cx, rq, rs);
	return rc == RC_OK ? buf_rc(&rs->body) : rc;
}

static void
note(const struct web *w, const struct req *rq, int status, enum rc rc,
    int64_t us)
{
	const struct route *route = rq->match.route;
	size_t index = route != NULL ? (size_t)(route - w->routes) : w->nroutes;
	enum log_event event = EV_REQUEST;

	metrics_request(index, status, us);
	if (status >= 500)
		event = EV_REQUEST_FAILED;
	else if (us / 1000 > w->conf->log_slow_ms)
		event = EV_REQUEST_SLOW;
	if (!log_wants(event))
		return;
	log_event(event, "route", route != NULL ? route->name : NULL, "method",
	    rq->method < M__MAX ? route_method_name(rq->method) : "other",
	    "status", log_num(status), "code", rc_wire(rc), "us", log_num(us),
	    NULL);
}

void
web_answer(struct web *w, struct ctx *cx, const struct req_source *from,
    int64_t start_us)
{
	struct req *rq = &w->rq;
	struct resp *rs = &w->rs;
	enum rc rc;

	resp_begin(rs);
	rc = req_begin(rq, from);
	log_set_request(rq->id);
	cx->deadline_ms = start_us / 1000 + w->conf->api_request_deadline_ms;
	cors_headers(&w->cors, rq, rs);
	if (rc == RC_OK)
		rc = dispatch(w, cx, rq, rs);
	/* what a handler wrote and did not fit is our mistake, not theirs */
	if (rc == RC_TOOBIG && rs->body.failed)
		rc = RC_INTERNAL;
	if (rc != RC_OK)
		resp_problem(rs, rq, rc);
	buf_reset(&w->head);
	resp_head_text(rs, rq, &w->head);
	if (rq->method == M_HEAD)
		buf_reset(&rs->body);
	note(w, rq, rs->status != 0 ? rs->status : 200, rc,
	    clock_us() - start_us);
}

void
web_serve(struct web *w, struct ctx *cx, int fd, fcgi_phase_fn *phase)
{
	struct req_source from = { .read_body = fcgi_read_body,
		.arg = w->fcgi };
	int64_t start_us = clock_us();

	if (fcgi_begin(w->fcgi, fd, phase, &from.envp) != RC_OK)
		return;
	web_answer(w, cx, &from, start_us);
	fcgi_end(w->fcgi, &w->head, w->rs.body.data, w->rs.body.len);
	cx->caller_token = NULL; /* it was the request's */
	req_end(&w->rq);
	if (w->rs.after != NULL) {
		phase(FCGI_WORKS);
		cx->deadline_ms = clock_ms() + w->conf->api_request_deadline_ms;
		w->rs.after(cx);
	}
	cx->caller_sub[0] = '\0';
	log_set_request(NULL);
}
