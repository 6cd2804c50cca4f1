/* people: those that Cognito knows, and those that Postgres knows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/cognito.h"
#include "base/js.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/say.h"
#include "model/users.h"
#include "pg/pg.h"

enum rc
cli_person(struct cli *c, const char *handle, struct user *out)
{
	struct pg_rows rows;
	enum rc rc = pg_run(c->cx.pg, SQL_USERS_BY_HANDLE, PG_ARGS(handle),
	    cli_deadline(), &rows);

	if (rc != RC_OK) {
		say_pg(c, rc, "cannot look the person up");
	} else if (rows.n == 0) {
		say_fail("there is no @%s in the database", handle);
		say_hint("the demo people come with: cruddur db seed");
		rc = RC_USER_UNKNOWN;
	} else {
		snprintf(
		    out->uuid, sizeof(out->uuid), "%s", pg_get(&rows, 0, 0));
		snprintf(out->handle, sizeof(out->handle), "%s",
		    pg_get(&rows, 0, 1));
		snprintf(out->display_name, sizeof(out->display_name), "%s",
		    pg_get(&rows, 0, 2));
	}
	pg_rows_free(&rows);
	return rc;
}

/* Calls each for everybody in the pool, page by page. Errors are said. */
static enum rc
each_user(struct cli *c, enum rc (*each)(void *self, struct cognito_user *u),
    void *self)
{
	char *next = NULL;
	size_t seen = 0;
	enum rc rc;

	do {
		struct cognito_users page = { 0 };

		rc = cognito_list_users(
		    c->cx.cognito, NULL, next, cli_deadline(), &page);
		if (rc != RC_OK)
			say_cognito(c, rc, "cannot list the pool's users");
		for (size_t i = 0; rc == RC_OK && i < page.n; i++)
			rc = each(self, &page.user[i]);
		seen += page.n;
		say_progress("%zu users", seen);
		free(next);
		next = xstrdup(page.next);
		cognito_users_free(&page);
		if (cli_interrupted)
			rc = RC_INTERRUPTED;
	} while (rc == RC_OK && next != NULL);
	free(next);
	say_progress_end();
	return rc;
}

static enum rc
show_user(void *self, struct cognito_user *u)
{
	out_row(self, (const char *const[]){ u->preferred_username, u->sub,
			  u->email, u->status, u->enabled ? "yes" : "no" });
	return RC_OK;
}

enum rc
cli_cognito_list_users(struct cli *c)
{
	static const char *const columns[] = { "handle", "sub", "email",
		"status", "enabled" };
	struct out o;
	enum rc rc;

	if (cli_cognito(c) == NULL)
		return RC_CONFIG;
	out_begin(&o, c, columns, 5);
	rc = each_user(c, show_user, &o);
	if (rc == RC_OK)
		out_end(&o);
	else
		out_drop(&o);
	return rc;
}

/* ---- sync-users ---- */

#define POOL_MAX_BYTES ((size_t)256 * 1024 * 1024)

static void
add_word(struct buf *pool, const char *key, const char *value)
{
	if (value != NULL)
		js_str(pool, key, value);
}

static enum rc
add_user(void *self, struct cognito_user *u)
{
	struct buf *pool = self;

	js_open(pool, NULL, '{');
	add_word(pool, "handle", u->preferred_username);
	add_word(pool, "sub", u->sub);
	add_word(pool, "email", cognito_proven_email(u));
	js_close(pool, '}');
	return buf_rc(pool);
}

/* What is no failure: all else is for the operator to look at. */
static bool
is_right(const char *result)
{
	static const char *const right[] = { "changed", "unchanged",
		"not in Postgres", "not in Cognito", "has another handle",
		"has no preferred_username", "the handle is another person's" };

	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
		if (strcmp(result, right[i]) == 0)
			return true;
	}
	return false;
}

/* One statement: all are written, or nobody is. */
static enum rc
sync_all(struct cli *c, const char *pool)
{
	static const char *const columns[] = { "handle", "sub", "result" };
	struct pg_rows rows;
	struct out o;
	size_t failed = 0;
	enum rc rc = pg_run(
	    c->cx.pg, SQL_USERS_SYNC, PG_ARGS(pool), cli_deadline(), &rows);

	if (rc != RC_OK)
		say_pg(c, rc, "cannot write the subs");
	out_begin(&o, c, columns, 3);
	for (size_t i = 0; rc == RC_OK && i < rows.n; i++) {
		const char *result = pg_get(&rows, i, 2);

		out_row(&o, (const char *const[]){ pg_get(&rows, i, 0),
				pg_get(&rows, i, 1), result });
		failed += !is_right(result);
	}
	pg_rows_free(&rows);
	if (rc != RC_OK) {
		out_drop(&o);
		return rc;
	}
	out_end(&o);
	if (failed == 0)
		return RC_OK;
	say_fail("%zu of them could not be written", failed);
	say_hint("if it is the same person, set users.cognito_user_id by hand: "
		 "cruddur db connect");
	return RC_CONFLICT;
}

enum rc
cli_cognito_sync_users(struct cli *c)
{
	struct buf pool = BUF_INIT(POOL_MAX_BYTES);
	enum rc rc;

	if (cli_pg(c) == NULL || cli_cognito(c) == NULL)
		return RC_CONFIG;
	js_open(&pool, NULL, '[');
	rc = each_user(c, add_user, &pool);
	js_close(&pool, ']');
	if (rc == RC_TOOBIG)
		say_fail("the pool is too large for one go");
	if (rc == RC_OK)
		rc = sync_all(c, buf_str(&pool));
	buf_free(&pool);
	return rc;
}
