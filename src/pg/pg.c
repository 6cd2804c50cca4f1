#include "pg/pg.h"

#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/rnd.h"
#include "base/xalloc.h"
#include "pg/table.h"

/* Waits between attempts to connect: full jitter below a doubling ceiling. */
#define BACKOFF_FIRST_MS 50
#define BACKOFF_MAX_MS	 1000

struct pg {
	char *url;		    /* secret */
	char *database;		    /* instead of the URL's; NULL: none */
	bool prepare;		    /* by name */
	int64_t connect_timeout_ms; /* for one attempt */
	PGconn *conn;		    /* NULL: not connected */
	bool prepared[SQL__MAX];    /* on this connection */
	int64_t not_before_ms;	    /* no attempt to connect before that */
	int64_t backoff_ms;	    /* the next ceiling; 0: all is well */
	struct buf error;	    /* of the last failure, one line */
};

struct pg *
pg_new(const char *url, bool prepare, int64_t connect_timeout_ms)
{
	struct pg *pg = xcalloc(1, sizeof(*pg));

	pg->url = xstrdup(url);
	pg->prepare = prepare;
	pg->connect_timeout_ms = connect_timeout_ms;
	pg->error = BUF_INIT(1024);
	return pg;
}

static void
disconnect(struct pg *pg)
{
	PQfinish(pg->conn);
	pg->conn = NULL;
	memset(pg->prepared, 0, sizeof(pg->prepared));
}

void
pg_free(struct pg **pg)
{
	if (*pg == NULL)
		return;
	disconnect(*pg);
	secure_free((*pg)->url, strlen((*pg)->url));
	free((*pg)->database);
	buf_free(&(*pg)->error);
	free(*pg);
	*pg = NULL;
}

void
pg_use_database(struct pg *pg, const char *name)
{
	disconnect(pg);
	free(pg->database);
	pg->database = xstrdup(name);
}

const char *
pg_error(const struct pg *pg)
{
	return buf_str(&pg->error);
}

/* Keep the first line of what libpq says. */
static void
set_error(struct pg *pg, const char *text)
{
	buf_reset(&pg->error);
	buf_add(&pg->error, text, strcspn(text, "\n"));
}

/* Wait for the socket; RC_DEADLINE if it does not come in time. */
static enum rc
wait_socket(PGconn *conn, short events, int64_t deadline_ms)
{
	struct pollfd p = { .fd = PQsocket(conn), .events = events };

	for (;;) {
		int64_t left = clock_left_ms(deadline_ms);
		int n = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);

		if (n > 0)
			return RC_OK;
		if (n == 0)
			return RC_DEADLINE;
		if (errno != EINTR)
			return RC_INTERNAL;
	}
}

/* Drive PQconnectPoll until it is done. */
static enum rc
finish_connect(PGconn *conn, int64_t deadline_ms)
{
	/* libpq: begin as if PQconnectPoll had asked to write */
	PostgresPollingStatusType st = PGRES_POLLING_WRITING;

	while (st != PGRES_POLLING_OK) {
		enum rc rc;

		if (st == PGRES_POLLING_FAILED)
			return RC_UNAVAILABLE;
		rc = wait_socket(conn,
		    st == PGRES_POLLING_READING ? POLLIN : POLLOUT,
		    deadline_ms);
		if (rc != RC_OK)
			return rc;
		st = PQconnectPoll(conn);
	}
	return RC_OK;
}

static void
back_off(struct pg *pg)
{
	pg->backoff_ms =
	    pg->backoff_ms == 0 ? BACKOFF_FIRST_MS : pg->backoff_ms * 2;
	if (pg->backoff_ms > BACKOFF_MAX_MS)
		pg->backoff_ms = BACKOFF_MAX_MS;
	pg->not_before_ms =
	    clock_ms() + (int64_t)rnd_below((uint64_t)pg->backoff_ms);
}

/*
 * What the server is to bound: a statement, and one that nobody waits for any
 * more, since its deadline has passed: each of those holds a connection, and a
 * write among them would still be done. A pooler refuses "options"; whoever
 * has one has set prepare = no.
 */
#define BOUNDS \
	"-c statement_timeout=60000 -c client_connection_check_interval=1000"

static PGconn *
start_connect(const struct pg *pg)
{
	const char *const keys[] = { "fallback_application_name",
		pg->prepare ? "options" : "client_encoding", "dbname", "dbname",
		NULL };
	const char *const values[] = { "cruddur", pg->prepare ? BOUNDS : "UTF8",
		pg->url, pg->database, NULL }; /* the last one counts */

	return PQconnectStartParams(keys, values, 1);
}

/*
 * Whether the kept connection is alive as far as can be told without asking
 * the server. An idle one has nothing to read: if it has, that is its end
 * (the server was restarted) and a write must not be lost on it.
 */
static bool
still_good(struct pg *pg)
{
	struct pollfd p = { .events = POLLIN };

	if (pg->conn == NULL || PQstatus(pg->conn) != CONNECTION_OK)
		return false;
	p.fd = PQsocket(pg->conn);
	if (poll(&p, 1, 0) == 0)
		return true;
	return PQconsumeInput(pg->conn) == 1 &&
	       PQstatus(pg->conn) == CONNECTION_OK;
}

/* A NOTICE ("text-search query contains only stop words") is no event of ours:
 * libpq's own receiver would write it between the lines of the log. */
static void
ignore(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

/* A new connection in place of whatever there is. */
static enum rc
connect_anew(struct pg *pg, int64_t until_ms)
{
	int64_t start = clock_ms();
	enum rc rc = RC_UNAVAILABLE;

	disconnect(pg);
	pg->conn = start_connect(pg);
	PQsetNoticeReceiver(pg->conn, ignore, NULL);
	if (pg->conn != NULL && PQstatus(pg->conn) != CONNECTION_BAD)
		rc = finish_connect(pg->conn, until_ms);
	if (rc == RC_OK && PQsetnonblocking(pg->conn, 1) == 0) {
		if (pg->backoff_ms != 0)
			log_event(
			    EV_BACKEND_RECOVERED, "backend", "postgres", NULL);
		pg->backoff_ms = 0;
		return RC_OK;
	}
	set_error(pg, rc == RC_DEADLINE ? "the connection timed out"
		      : pg->conn	? PQerrorMessage(pg->conn)
					: "out of memory");
	log_event(EV_BACKEND_FAILED, "backend", "postgres", "call", "connect",
	    "ms", log_num(clock_ms() - start), "detail", pg_error(pg), NULL);
	disconnect(pg);
	back_off(pg);
	return RC_UNAVAILABLE;
}

enum rc
pg_connect(struct pg *pg, int64_t deadline_ms)
{
	return still_good(pg) ? RC_OK : connect_anew(pg, deadline_ms);
}

/*
 * A connection, or RC_UNAVAILABLE at once while the back-off of the last
 * failure lasts: a request does not wait for a server that is gone.
 */
static enum rc
ensure_connected(struct pg *pg, int64_t deadline_ms)
{
	int64_t now = clock_ms(), until = now + pg->connect_timeout_ms;

	if (still_good(pg))
		return RC_OK;
	disconnect(pg);
	if (now < pg->not_before_ms)
		return RC_UNAVAILABLE;
	return connect_anew(pg, until < deadline_ms ? until : deadline_ms);
}

/* Flush what was sent, then collect the last result. */
static enum rc
collect(struct pg *pg, int64_t deadline_ms, PGresult **out)
{
	PGresult *res;
	int more;

	while ((more = PQflush(pg->conn)) == 1) {
		enum rc rc =
		    wait_socket(pg->conn, POLLOUT | POLLIN, deadline_ms);

		if (rc != RC_OK)
			return rc;
		if (PQconsumeInput(pg->conn) == 0)
			return RC_UNAVAILABLE;
	}
	if (more < 0)
		return RC_UNAVAILABLE;
	for (;;) {
		while (PQisBusy(pg->conn)) {
			enum rc rc = wait_socket(pg->conn, POLLIN, deadline_ms);

			if (rc != RC_OK)
				return rc;
			if (PQconsumeInput(pg->conn) == 0)
				return RC_UNAVAILABLE;
		}
		res = PQgetResult(pg->conn);
		if (res == NULL)
			return *out != NULL ? RC_OK : RC_UNAVAILABLE;
		PQclear(*out);
		*out = res;
	}
}

/* What an SQLSTATE means to a caller (PostgreSQL manual, appendix A). */
static enum rc
state_rc(const char *state)
{
	if (state == NULL)
		return RC_UNAVAILABLE; /* the connection broke */
	if (strcmp(state, "23505") == 0)
		return RC_CONFLICT;
	if (strcmp(state, "23503") == 0)
		return RC_NOT_FOUND;
	if (strncmp(state, "22", 2) == 0 || strcmp(state, "23514") == 0)
		return RC_INVALID;
	if (strcmp(state, "57014") == 0)
		return RC_DEADLINE;
	/* connection exceptions, shutting down, too many connections */
	if (strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0 ||
	    strncmp(state, "53", 2) == 0)
		return RC_UNAVAILABLE;
	return RC_INTERNAL;
}

static enum rc
result_rc(struct pg *pg, const PGresult *res)
{
	ExecStatusType st = PQresultStatus(res);
	const char *state;

	if (st == PGRES_TUPLES_OK || st == PGRES_COMMAND_OK)
		return RC_OK;
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	set_error(pg, PQresultErrorMessage(res));
	return PQstatus(pg->conn) == CONNECTION_BAD ? RC_UNAVAILABLE
						    : state_rc(state);
}

/* Send, collect, judge. The result goes to *out whatever it says. */
static enum rc
exchange(struct pg *pg, int sent, int64_t deadline_ms, PGresult **out)
{
	enum rc rc = sent == 1 ? collect(pg, deadline_ms, out) : RC_UNAVAILABLE;

	if (rc == RC_OK)
		return result_rc(pg, *out);
	set_error(pg, rc == RC_DEADLINE ? "no answer before the deadline"
					: PQerrorMessage(pg->conn));
	disconnect(pg);
	return rc;
}

static enum rc
send_prepared(struct pg *pg, enum sql stmt, const char *const *params,
    int64_t deadline_ms, PGresult **out)
{
	const struct pg_statement *s = &pg_statements[stmt];

	if (!pg->prepared[stmt]) {
		PGresult *res = NULL;
		enum rc rc = exchange(pg,
		    PQsendPrepare(pg->conn, s->name, s->text, 0, NULL),
		    deadline_ms, &res);

		PQclear(res);
		if (rc != RC_OK)
			return rc;
		pg->prepared[stmt] = true;
	}
	return exchange(pg,
	    PQsendQueryPrepared(
		pg->conn, s->name, s->nparams, params, NULL, NULL, 0),
	    deadline_ms, out);
}

static enum rc
attempt(struct pg *pg, enum sql stmt, const char *const *params,
    int64_t deadline_ms, PGresult **out)
{
	const struct pg_statement *s = &pg_statements[stmt];
	int64_t start = clock_us();
	enum rc rc = ensure_connected(pg, deadline_ms);

	if (rc != RC_OK)
		return rc;
	if (pg->prepare)
		rc = send_prepared(pg, stmt, params, deadline_ms, out);
	else
		rc = exchange(pg,
		    PQsendQueryParams(pg->conn, s->text, s->nparams, NULL,
			params, NULL, NULL, 0),
		    deadline_ms, out);
	metrics_call(MB_POSTGRES, rc, clock_us() - start);
	if (pg->conn != NULL && PQstatus(pg->conn) == CONNECTION_BAD)
		disconnect(pg);
	return rc;
}

/* The values of a refused row stay out of the log: state and name suffice. */
static void
log_failure(const struct pg *pg, const char *call, enum rc rc,
    const PGresult *res, int64_t ms)
{
	if (rc == RC_CONFLICT || rc == RC_NOT_FOUND || rc == RC_INVALID)
		return; /* an answer, not a failure */
	log_event(EV_BACKEND_FAILED, "backend", "postgres", "call", call, "ms",
	    log_num(ms), "sqlstate", PQresultErrorField(res, PG_DIAG_SQLSTATE),
	    "detail", pg_error(pg), NULL);
}

enum rc
pg_run(struct pg *pg, enum sql stmt, const char *const *params,
    int64_t deadline_ms, struct pg_rows *rows)
{
	const struct pg_statement *s = &pg_statements[stmt];
	bool had = pg->conn != NULL;
	int64_t start = clock_ms();
	PGresult *res = NULL;
	enum rc rc;

	assert(stmt < SQL__MAX);
	if (rows != NULL)
		*rows = (struct pg_rows){ 0 };
	rc = attempt(pg, stmt, params, deadline_ms, &res);
	if (rc == RC_UNAVAILABLE && had && s->reads &&
	    clock_left_ms(deadline_ms) > 0) {
		/* the kept connection had died: one more, on a new one */
		metrics_retry(MB_POSTGRES);
		PQclear(res);
		res = NULL;
		rc = attempt(pg, stmt, params, deadline_ms, &res);
	}
	if (rc != RC_OK)
		log_failure(pg, s->name, rc, res, clock_ms() - start);
	if (rc == RC_OK && rows != NULL) {
		rows->res = res;
		rows->n = (size_t)PQntuples(res);
	} else {
		PQclear(res);
	}
	return rc;
}

enum rc
pg_exec(
    struct pg *pg, const char *sql, int64_t deadline_ms, struct pg_rows *rows)
{
	PGresult *res = NULL;
	enum rc rc;

	if (rows != NULL)
		*rows = (struct pg_rows){ 0 };
	rc = ensure_connected(pg, deadline_ms);
	if (rc == RC_OK)
		rc =
		    exchange(pg, PQsendQuery(pg->conn, sql), deadline_ms, &res);
	if (rc == RC_OK && rows != NULL) {
		rows->res = res;
		rows->n = (size_t)PQntuples(res);
	} else {
		PQclear(res);
	}
	return rc;
}

bool
pg_url_ok(const char *url)
{
	char *why = NULL;
	PQconninfoOption *o = PQconninfoParse(url, &why);
	bool ok = o != NULL;

	PQconninfoFree(o);
	PQfreemem(why); /* may quote the password: not for anybody's eyes */
	return ok;
}

enum rc
pg_ping(struct pg *pg, int64_t deadline_ms)
{
	return pg_exec(pg, "select 1", deadline_ms, NULL);
}

const char *
pg_get(const struct pg_rows *rows, size_t row, size_t column)
{
	assert(row < rows->n);
	if (PQgetisnull(rows->res, (int)row, (int)column))
		return NULL;
	return PQgetvalue(rows->res, (int)row, (int)column);
}

size_t
pg_get_len(const struct pg_rows *rows, size_t row, size_t column)
{
	assert(row < rows->n);
	return (size_t)PQgetlength(rows->res, (int)row, (int)column);
}

size_t
pg_columns(const struct pg_rows *rows)
{
	return (size_t)PQnfields(rows->res);
}

void
pg_rows_free(struct pg_rows *rows)
{
	PQclear(rows->res);
	*rows = (struct pg_rows){ 0 };
}
