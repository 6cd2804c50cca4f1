#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/migration.h"
#include "cli/say.h"
#include "pg/pg.h"
#include "pg/pgurl.h"

#define SQL_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define EXPIRE_BATCH  "500"

/* Loading and seeding may take longer than a call. */
#define LOAD_MS (10LL * 60 * 1000)

/* The database's name, and where it is. */
static void
describe(struct cli *c, struct cli_target *target)
{
	struct buf name = BUF_INIT(sizeof(target->name) - 1);
	struct buf host = BUF_INIT(200), port = BUF_INIT(16);

	pgurl_part(c->conf.pg_url, "dbname", &name);
	pgurl_part(c->conf.pg_url, "host", &host);
	pgurl_part(c->conf.pg_url, "port", &port);
	snprintf(target->name, sizeof(target->name), "%s", buf_str(&name));
	snprintf(target->what, sizeof(target->what),
	    "the database %s on %s, port %s", target->name,
	    host.len ? buf_str(&host) : "this machine", buf_str(&port));
	buf_free(&name);
	buf_free(&host);
	buf_free(&port);
}

enum rc
cli_db_target(struct cli *c, struct cli_target *target)
{
	if (cli_pg(c) == NULL)
		return RC_CONFIG;
	describe(c, target);
	return RC_OK;
}

/* From the server's own database, which always stands. */
static enum rc
exists(struct cli *c, const char *name, bool *yes)
{
	struct pg_rows rows;
	enum rc rc;

	pg_use_database(c->cx.pg, "postgres");
	rc = pg_run(c->cx.pg, SQL_DATABASES_EXISTS, PG_ARGS(name),
	    cli_deadline(), &rows);
	*yes = rc == RC_OK && rows.n > 0;
	pg_rows_free(&rows);
	if (rc != RC_OK)
		say_pg(c, rc, "cannot reach Postgres");
	return rc;
}

/* "create database", "drop database". */
static enum rc
change(struct cli *c, const char *verb, const char *name)
{
	struct buf sql = BUF_INIT(1024);
	char what[300];
	enum rc rc;

	buf_addf(&sql, "%s database ", verb);
	pgurl_quote(name, &sql);
	rc = pg_exec(c->cx.pg, buf_str(&sql), clock_ms() + LOAD_MS, NULL);
	buf_free(&sql);
	snprintf(what, sizeof(what), "cannot %s the database %s", verb, name);
	if (rc != RC_OK)
		say_pg(c, rc, what);
	return rc;
}

/* Make the database unless it stands. */
static enum rc
ensure(struct cli *c, bool *made)
{
	struct cli_target target;
	bool stands = false;
	enum rc rc = cli_db_target(c, &target);

	if (rc == RC_OK)
		rc = exists(c, target.name, &stands);
	if (rc == RC_OK && !stands)
		rc = change(c, "create", target.name);
	if (c->cx.pg != NULL)
		pg_use_database(c->cx.pg, NULL);
	*made = rc == RC_OK && !stands;
	if (*made)
		say("created %s", target.what);
	return rc;
}

enum rc
cli_db_create(struct cli *c)
{
	bool made;
	enum rc rc = ensure(c, &made);

	if (rc == RC_OK && !made)
		say("the database stands already");
	return rc;
}

enum rc
cli_db_drop(struct cli *c)
{
	struct cli_target target;
	bool stands = false;
	enum rc rc = cli_db_target(c, &target);

	if (rc == RC_OK)
		rc = exists(c, target.name, &stands);
	if (rc == RC_OK && !stands) {
		say_fail("there is no database %s", target.name);
		return RC_NOT_FOUND;
	}
	if (rc == RC_OK)
		rc = change(c, "drop", target.name);
	if (rc == RC_OK)
		say("dropped %s", target.what);
	return rc;
}

/* How many tables the database has, and whether they are ours. */
static enum rc
look(struct cli *c, bool *empty, bool *ours)
{
	struct pg_rows rows;
	enum rc rc =
	    pg_run(c->cx.pg, SQL_DATABASES_ABOUT, NULL, cli_deadline(), &rows);

	if (rc == RC_OK) {
		*empty = strcmp(pg_get(&rows, 0, 2), "0") == 0;
		*ours = pg_get(&rows, 0, 3)[0] == 't';
	} else {
		say_pg(c, rc, "cannot read the database");
	}
	pg_rows_free(&rows);
	return rc;
}

/* sql/schema.sql, and all migrations noted as applied: one transaction. */
static enum rc
load_schema(struct cli *c)
{
	struct buf sql = BUF_INIT(SQL_MAX_BYTES);
	struct migrations m;
	enum rc rc = migrations_read(c, &m);

	migrations_lock(&sql);
	if (rc == RC_OK)
		rc = cli_file(c, "sql/schema.sql", &sql);
	for (size_t i = 0; rc == RC_OK && i < m.n; i++)
		buf_addf(&sql,
		    "\ninsert into schema_migrations (version, name) "
		    "values (%d, '%s') on conflict do nothing;",
		    m.one[i].version, m.one[i].name);
	if (rc == RC_OK) {
		rc = pg_exec(
		    c->cx.pg, buf_str(&sql), clock_ms() + LOAD_MS, NULL);
		if (rc != RC_OK)
			say_pg(c, rc, "cannot load the schema");
	}
	buf_free(&sql);
	if (rc == RC_OK)
		say("loaded the schema; %zu migrations are in it", m.n);
	return rc;
}

enum rc
cli_db_schema_load(struct cli *c)
{
	bool empty = false, ours = false;
	enum rc rc = RC_CONFIG;

	if (cli_pg(c) != NULL)
		rc = look(c, &empty, &ours);
	if (rc != RC_OK)
		return rc;
	if (!empty) {
		say_fail("the database is not empty: the schema is loaded into "
			 "an empty one only");
		say_hint(ours ? "to bring it up to date: cruddur db migrate"
			      : "to begin anew: cruddur db drop, then cruddur "
				"db setup");
		return RC_CONFLICT;
	}
	return load_schema(c);
}

enum rc
cli_db_seed(struct cli *c)
{
	struct buf sql = BUF_INIT(SQL_MAX_BYTES);
	enum rc rc = RC_CONFIG;

	if (cli_pg(c) != NULL)
		rc = cli_file(c, "sql/seed.sql", &sql);
	if (rc == RC_OK) {
		rc = pg_exec(
		    c->cx.pg, buf_str(&sql), clock_ms() + LOAD_MS, NULL);
		if (rc != RC_OK)
			say_pg(c, rc, "cannot seed");
		else
			say("seeded: the demo people and their cruds are "
			    "there");
	}
	buf_free(&sql);
	return rc;
}

/* Each part does only what is missing, so all of it may be repeated. */
enum rc
cli_db_setup(struct cli *c)
{
	bool made, empty = false, ours = false;
	enum rc rc = ensure(c, &made);

	if (rc == RC_OK)
		rc = look(c, &empty, &ours);
	if (rc == RC_OK)
		rc = empty ? load_schema(c) : migrations_apply(c);
	if (rc != RC_OK || c->opt[CO_NO_SEED] != NULL)
		return rc;
	if (c->prod) {
		say("no demo people on production: 'cruddur db seed prod' "
		    "puts them there");
		return RC_OK;
	}
	return cli_db_seed(c);
}

enum rc
cli_db_expire(struct cli *c)
{
	size_t gone = 0, n = 0;
	enum rc rc = RC_CONFIG;

	if (cli_pg(c) == NULL)
		return rc;
	do {
		struct pg_rows rows;

		if (cli_interrupted)
			return RC_INTERRUPTED;
		rc = pg_run(c->cx.pg, SQL_ACTIVITIES_EXPIRE,
		    PG_ARGS(EXPIRE_BATCH), cli_deadline(), &rows);
		n = rc == RC_OK ? rows.n : 0;
		gone += n;
		pg_rows_free(&rows);
		say_progress("%zu deleted", gone);
	} while (n > 0);
	say_progress_end();
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot delete expired cruds");
	if (c->json)
		printf("{\"deleted\":%zu}\n", gone);
	else
		printf("%zu expired crud%s deleted\n", gone, say_s(gone));
	return RC_OK;
}
