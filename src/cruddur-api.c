/* cruddur-api: the server of the HTTP API. Wiring only. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/caller.h"
#include "api/routes.h"
#include "auth/auth.h"
#include "aws/cognito.h"
#include "aws/creds.h"
#include "aws/ddb.h"
#include "base/board.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/xalloc.h"
#include "model/ctx.h"
#include "pg/pg.h"
#include "server/master.h"
#include "web/web.h"

#define PREPARE_MAX_MS 2000

struct worker {
	struct ctx cx;
	struct creds *creds;
	struct web web;
};

static enum rc
check(const struct conf *conf, struct buf *err)
{
	enum rc rc =
	    conf_require(conf, err, OPT_pg_url, OPT_aws_region, OPT__MAX);

	if (rc == RC_OK)
		rc = auth_configured(conf, err);
	return rc == RC_OK ? cors_check(conf, err) : rc;
}

/* The issuer's keys, fetched once for all workers. If that fails it was
 * logged, and whoever needs them first tries again. */
static void
prepare(const struct conf *conf)
{
	struct auth *auth = auth_new(conf, NULL, NULL);

	if (auth_ready(auth, clock_ms() + PREPARE_MAX_MS) != RC_OK) {
		/* as said */
	}
	auth_free(&auth);
}

/*
 * The connection to Postgres is made before the worker takes a request: on a
 * busy machine, or after a lost packet, that takes longer than a request is to
 * wait for it (connect_timeout_ms). If it fails it was logged, and the first
 * request tries again.
 */
static void *
init(const struct conf *conf)
{
	int64_t deadline_ms = clock_ms() + conf->api_request_deadline_ms;
	struct worker *w = xcalloc(1, sizeof(*w));

	w->creds = creds_new(conf);
	w->cx.conf = conf;
	w->cx.pg =
	    pg_new(conf->pg_url, conf->pg_prepare, conf->pg_connect_timeout_ms);
	if (pg_connect(w->cx.pg, deadline_ms) != RC_OK) {
		/* as said */
	}
	w->cx.ddb = ddb_new(conf, w->creds);
	w->cx.cognito = cognito_new(conf, w->creds);
	w->cx.auth = auth_new(conf, NULL, NULL);
	web_init(&w->web, conf, api_routes, api_nroutes, caller_find);
	return w;
}

static void
phase(enum fcgi_phase now)
{
	static const enum slot_state state[] = {
		[FCGI_READS] = SLOT_READING,
		[FCGI_WORKS] = SLOT_WORKING,
		[FCGI_WRITES] = SLOT_WRITING,
	};

	worker_enter(state[now]);
}

static void
serve(void *self, int fd)
{
	struct worker *w = self;

	web_serve(&w->web, &w->cx, fd, phase);
}

static void
fini(void *self)
{
	struct worker *w = self;

	web_fini(&w->web);
	auth_free(&w->cx.auth);
	cognito_free(&w->cx.cognito);
	ddb_free(&w->cx.ddb);
	pg_free(&w->cx.pg);
	creds_free(&w->creds);
	free(w);
}

static enum rc
share(void)
{
	static struct metrics_route labels[256];

	for (size_t i = 0; i < api_nroutes; i++) {
		labels[i].method = route_method_name(api_routes[i].method);
		labels[i].path = api_routes[i].path;
	}
	if (metrics_init(labels, api_nroutes) != RC_OK)
		return RC_INTERNAL;
	return board_init();
}

int
main(int argc, char **argv)
{
	static const struct program program = { "cruddur-api", check, prepare,
		init, serve, fini };

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("cruddur-api %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (argc > 1) {
		fprintf(stderr, "usage: cruddur-api [--version]\n"
				"Options: see cruddur.conf(5).\n");
		return 64; /* EX_USAGE */
	}
	if (share() != RC_OK) {
		perror("cruddur-api: shared memory");
		return 71; /* EX_OSERR */
	}
	return master_run(&program, PACKAGE_VERSION, NULL);
}
