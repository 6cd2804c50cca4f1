/*
 * pg: libpq's only door. One connection, kept, made again with back-off when
 * it is lost; statements by enum (generated from sql/queries), each one a
 * single round trip under a deadline.
 */
#ifndef PG_PG_H
#define PG_PG_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "pg/statements.h"

struct pg;

/* A result: an array of rows of text values. Opaque but for the count. */
struct pg_rows {
	size_t n;  /* rows */
	void *res; /* libpq's result; only pg/ looks */
};

/*
 * pg_new(url, prepare, connect_timeout_ms): a handle; nothing connects yet.
 * url: libpq's connection URI. prepare: whether statements are prepared by
 * name (no behind PgBouncer in transaction mode). Never NULL. pg_free() later.
 */
struct pg *pg_new(const char *url, bool prepare, int64_t connect_timeout_ms);

/*
 * pg_connect(pg, deadline_ms): connect now, unless that is done, and take until
 * the deadline, not connect_timeout_ms, for it. RC_UNAVAILABLE if it failed; it
 * was logged, and the next use tries again.
 */
enum rc pg_connect(struct pg *pg, int64_t deadline_ms) MUSTCHECK;

/* pg_use_database(pg, name): from now on that database of the URL's server;
 * NULL: the URL's own. */
void pg_use_database(struct pg *pg, const char *name);

/* pg_free(pg): close, free, clear *pg. NULL inside is nothing. */
void pg_free(struct pg **pg);

/*
 * pg_run(pg, stmt, params, deadline_ms, rows): run one statement.
 * params: as many texts as the statement has parameters (NULL: SQL null).
 * rows: freed with pg_rows_free(), also after a failure; NULL if not wanted.
 * RC_CONFLICT       a unique key exists already (SQLSTATE 23505)
 * RC_NOT_FOUND      a foreign key points nowhere (23503)
 * RC_INVALID        a value was refused (22xxx, 23514)
 * RC_UNAVAILABLE    no connection, or it broke; what ran may have taken effect
 * RC_DEADLINE       the deadline passed; the connection is dropped
 * RC_INTERNAL       anything else; it was logged
 * A statement that only reads and meets a connection that had died is sent
 * again once on a new one.
 */
enum rc pg_run(struct pg *pg, enum sql stmt, const char *const *params,
    int64_t deadline_ms, struct pg_rows *rows) MUSTCHECK;

/* PG_ARGS(a, b): the params array of a pg_run(). */
#define PG_ARGS(...) ((const char *const[]){ __VA_ARGS__ })

/*
 * pg_exec(pg, sql, deadline_ms, rows): run text that is no named statement:
 * migrations, BEGIN, COMMIT. For the command-line tool, not for the server.
 */
enum rc pg_exec(struct pg *pg, const char *sql, int64_t deadline_ms,
    struct pg_rows *rows) MUSTCHECK;

/* pg_error(pg): what Postgres said of the last failure, one line, "" if
 * nothing. Never holds the connection URI. */
const char *pg_error(const struct pg *pg);

/* pg_get(rows, row, column): the text, borrowed from rows; NULL: SQL null. */
const char *pg_get(const struct pg_rows *rows, size_t row, size_t column);

/* pg_get_len(rows, row, column): its bytes. */
size_t pg_get_len(const struct pg_rows *rows, size_t row, size_t column);

/* pg_columns(rows): how many columns. */
size_t pg_columns(const struct pg_rows *rows);

/* pg_rows_free(rows): free; twice is fine. */
void pg_rows_free(struct pg_rows *rows);

/* pg_url_ok(url): whether libpq can read this connection URI. */
bool pg_url_ok(const char *url);

/* pg_ping(pg, deadline_ms): whether Postgres answers. */
enum rc pg_ping(struct pg *pg, int64_t deadline_ms) MUSTCHECK;

#endif
