#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/say.h"
#include "pg/pg.h"
#include "pg/pgurl.h"

/* The password goes by the environment: arguments are for all to see. */
enum rc
cli_db_connect(struct cli *c)
{
	if (cli_pg(c) == NULL || pgurl_export(c->conf.pg_url) != RC_OK)
		return RC_CONFIG;
	/* as a shell would have it: Ctrl-C is psql's */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	fflush(NULL);
	execlp("psql", "psql", (char *)NULL);
	say_fail("psql: %s", strerror(errno));
	say_hint("install it: apt install postgresql-client");
	return RC_CONFIG;
}

enum rc
cli_db_sessions(struct cli *c)
{
	static const char *const columns[] = { "pid", "user", "db", "address",
		"application", "state", "connected_for" };
	const size_t n = sizeof(columns) / sizeof(columns[0]);
	struct pg_rows rows;
	struct out o;
	enum rc rc;

	if (cli_pg(c) == NULL)
		return RC_CONFIG;
	rc = pg_run(
	    c->cx.pg, SQL_DATABASES_SESSIONS, NULL, cli_deadline(), &rows);
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot list the sessions");
	out_begin(&o, c, columns, n);
	for (size_t i = 0; i < rows.n; i++) {
		const char *values[OUT_MAX_COLUMNS];

		for (size_t k = 0; k < n; k++)
			values[k] = pg_get(&rows, i, k);
		out_row(&o, values);
	}
	out_end(&o);
	pg_rows_free(&rows);
	return RC_OK;
}

enum rc
cli_db_kill_target(struct cli *c, struct cli_target *target)
{
	char where[sizeof(target->what)];
	struct pg_rows rows;
	enum rc rc = cli_db_target(c, target);

	if (rc != RC_OK)
		return rc;
	rc = pg_run(
	    c->cx.pg, SQL_DATABASES_SESSIONS, NULL, cli_deadline(), &rows);
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot list the sessions");
	snprintf(where, sizeof(where), "%s", target->what);
	snprintf(target->what, sizeof(target->what),
	    "the %zu other session%s of %.400s", rows.n, say_s(rows.n), where);
	pg_rows_free(&rows);
	return RC_OK;
}

static bool
is_true(const char *value)
{
	return value != NULL && value[0] == 't';
}

enum rc
cli_db_kill_all(struct cli *c)
{
	size_t ended = 0, left;
	struct pg_rows rows;
	enum rc rc =
	    pg_run(c->cx.pg, SQL_DATABASES_KILL, NULL, cli_deadline(), &rows);

	if (rc != RC_OK)
		return say_pg(c, rc, "cannot end the sessions");
	for (size_t i = 0; i < rows.n; i++)
		ended += is_true(pg_get(&rows, i, 1));
	left = rows.n - ended;
	pg_rows_free(&rows);
	if (c->json)
		printf("{\"ended\":%zu,\"left\":%zu}\n", ended, left);
	else
		printf("%zu session%s ended\n", ended, say_s(ended));
	if (left > 0) {
		say_fail("%zu session%s could not be ended", left, say_s(left));
		say_hint("a superuser's session only a superuser may end");
		return RC_BACKEND_DENIED;
	}
	return RC_OK;
}
