/* people: those that Cognito knows, and those that Postgres knows. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/cognito.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/say.h"
#include "pg/pg.h"

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

struct sync {
	struct cli *c;
	struct out out;
	struct pg_rows people; /* handle, sub, e-mail: as before */
	bool *met;	       /* of people: Cognito has them */
	bool failed;
};

static void
note(struct sync *s, const char *handle, const char *sub, const char *result)
{
	out_row(&s->out, (const char *const[]){ handle, sub, result });
}

static size_t
find_row(const struct sync *s, const char *handle)
{
	size_t i;

	for (i = 0; i < s->people.n; i++) {
		if (strcasecmp(pg_get(&s->people, i, 0), handle) == 0)
			break;
	}
	return i;
}

static enum rc
link_user(void *self, struct cognito_user *u)
{
	struct sync *s = self;
	const char *handle = u->preferred_username;
	struct pg_rows rows;
	size_t row;
	enum rc rc;

	if (handle == NULL || u->sub == NULL) {
		note(s, u->username, u->sub, "has no preferred_username");
		return RC_OK;
	}
	row = find_row(s, handle);
	if (row == s->people.n) {
		note(s, handle, u->sub, "not in Postgres");
		return RC_OK;
	}
	s->met[row] = true;
	rc = pg_run(s->c->cx.pg, SQL_USERS_LINK, PG_ARGS(handle, u->sub),
	    cli_deadline(), &rows);
	if (rc == RC_OK) {
		note(s, handle, u->sub, rows.n > 0 ? "changed" : "unchanged");
	} else if (rc == RC_CONFLICT) {
		note(s, handle, u->sub, "another person has this sub");
		s->failed = true;
		rc = RC_OK;
	} else {
		say_pg(s->c, rc, "cannot write a sub");
	}
	pg_rows_free(&rows);
	return rc;
}

static enum rc
sync_all(struct sync *s)
{
	static const char *const columns[] = { "handle", "sub", "result" };
	enum rc rc;

	out_begin(&s->out, s->c, columns, 3);
	rc = each_user(s->c, link_user, s);
	for (size_t i = 0; rc == RC_OK && i < s->people.n; i++) {
		if (!s->met[i])
			note(s, pg_get(&s->people, i, 0),
			    pg_get(&s->people, i, 1), "not in Cognito");
	}
	out_end(&s->out); /* what was written is told, whatever came after */
	if (rc == RC_OK && s->failed) {
		say_fail("not everybody could be written");
		rc = RC_CONFLICT;
	}
	return rc;
}

enum rc
cli_cognito_sync_users(struct cli *c)
{
	struct sync s = { .c = c };
	enum rc rc;

	if (cli_pg(c) == NULL || cli_cognito(c) == NULL)
		return RC_CONFIG;
	rc = pg_run(c->cx.pg, SQL_USERS_LIST, NULL, cli_deadline(), &s.people);
	if (rc != RC_OK)
		return say_pg(c, rc, "cannot list the database's people");
	s.met = xcalloc(s.people.n + 1, sizeof(*s.met));
	rc = sync_all(&s);
	free(s.met);
	pg_rows_free(&s.people);
	return rc;
}
