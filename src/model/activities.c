#include "model/activities.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "model/ctx.h"

/* Positions before the first row of a list, in its order. */
#define NEWEST "infinity ffffffff-ffff-ffff-ffff-ffffffffffff"
#define OLDEST "-infinity 00000000-0000-0000-0000-000000000000"
#define BEST   NEWEST " infinity"

/* Columns that every list answers (sql/fragments/page.sql), and then its own.
 */
enum { COL_JSON, COL_TIME, COL_UUID, COL_OWN };

/* A position, taken apart: "time uuid" or "time uuid rank". */
struct position {
	char text[CURSOR_POS_SIZE];
	const char *time, *uuid, *rank;
};

static enum rc
read_position(struct ctx *cx, const char *scope, const char *before,
    const char *start, struct position *out)
{
	char *rest = NULL;
	enum rc rc = RC_OK;

	if (before != NULL)
		rc = cursor_read(cx, scope, before, out->text);
	else
		snprintf(out->text, sizeof(out->text), "%s", start);
	if (rc != RC_OK)
		return rc;
	out->time = strtok_r(out->text, " ", &rest);
	out->uuid = strtok_r(NULL, " ", &rest);
	out->rank = strtok_r(NULL, " ", &rest);
	return out->uuid != NULL ? RC_OK : RC_BAD_CURSOR;
}

/* The cursor of the next page, if the list says that there are more. */
static enum rc
make_next(
    struct ctx *cx, const char *scope, bool ranked, struct crud_page *page)
{
	const char *time = pg_get(&page->rows, 0, COL_TIME);
	const char *uuid = pg_get(&page->rows, 0, COL_UUID);
	char pos[CURSOR_POS_SIZE];

	if (time == NULL || uuid == NULL)
		return RC_OK;
	snprintf(pos, sizeof(pos), "%s %s%s%s", time, uuid, ranked ? " " : "",
	    ranked ? pg_get(&page->rows, 0, COL_OWN) : "");
	return cursor_make(cx, scope, pos, &page->next);
}

/*
 * What all lists share. scope: the list, for its cursors; extra: the
 * statement's $4, or NULL; ranked: the order begins with a rank, in COL_OWN,
 * else COL_OWN is the head if the statement has one.
 */
struct list {
	enum sql stmt;
	const char *scope;
	const char *start;
	const char *extra;
	bool ranked;
};

static enum rc
run_list(struct ctx *cx, const struct list *l, int limit, const char *before,
    struct crud_page *out)
{
	struct position pos;
	enum rc rc;

	*out = (struct crud_page){ 0 };
	rc = read_position(cx, l->scope, before, l->start, &pos);
	if (rc == RC_OK)
		rc = pg_run(cx->pg, l->stmt,
		    PG_ARGS(
			log_num(limit), pos.time, pos.uuid, l->extra, pos.rank),
		    cx->deadline_ms, &out->rows);
	if (rc != RC_OK)
		return rc;
	out->json = pg_get(&out->rows, 0, COL_JSON);
	if (!l->ranked && pg_columns(&out->rows) > COL_OWN)
		out->head = pg_get(&out->rows, 0, COL_OWN);
	return make_next(cx, l->scope, l->ranked, out);
}

enum rc
activities_home(
    struct ctx *cx, int limit, const char *before, struct crud_page *out)
{
	struct list l = { SQL_ACTIVITIES_HOME, "home", NEWEST, NULL, false };

	return run_list(cx, &l, limit, before, out);
}

enum rc
activities_notifications(
    struct ctx *cx, int limit, const char *before, struct crud_page *out)
{
	struct list l = { SQL_ACTIVITIES_NOTIFICATIONS, "notifications", NEWEST,
		NULL, false };
	struct user me;
	enum rc rc;

	*out = (struct crud_page){ 0 };
	rc = users_caller(cx, &me);
	l.extra = me.uuid;
	return rc == RC_OK ? run_list(cx, &l, limit, before, out) : rc;
}

enum rc
activities_of_user(struct ctx *cx, const char *handle, int limit,
    const char *before, struct crud_page *out)
{
	struct list l = { SQL_ACTIVITIES_OF_USER, "of_user", NEWEST, handle,
		false };
	enum rc rc = run_list(cx, &l, limit, before, out);

	return rc == RC_OK && out->head == NULL ? RC_USER_UNKNOWN : rc;
}

enum rc
activities_search(struct ctx *cx, const char *term, int limit,
    const char *before, struct crud_page *out)
{
	struct list l = { SQL_ACTIVITIES_SEARCH, "search", BEST, term, true };

	return run_list(cx, &l, limit, before, out);
}

enum rc
activities_show(struct ctx *cx, const char *uuid, int limit, const char *before,
    struct crud_page *out)
{
	struct list l = { SQL_ACTIVITIES_SHOW, "show", OLDEST, uuid, false };
	enum rc rc = run_list(cx, &l, limit, before, out);

	return rc == RC_OK && out->head == NULL ? RC_CRUD_UNKNOWN : rc;
}

void
activities_page_free(struct crud_page *page)
{
	pg_rows_free(&page->rows);
}

enum rc
activities_ttl(const char *text, int *seconds)
{
	static const struct {
		const char *text;
		int seconds;
	} ttls[] = {
		{ "30-days", 30 * 86400 },
		{ "7-days", 7 * 86400 },
		{ "3-days", 3 * 86400 },
		{ "1-day", 86400 },
		{ "12-hours", 12 * 3600 },
		{ "3-hours", 3 * 3600 },
		{ "1-hour", 3600 },
	};

	for (size_t i = 0; i < sizeof(ttls) / sizeof(ttls[0]); i++) {
		if (strcmp(text, ttls[i].text) == 0) {
			*seconds = ttls[i].seconds;
			return RC_OK;
		}
	}
	return RC_TTL_INVALID;
}

/* A statement that answers one crud as JSON, or no row. */
static enum rc
run_one(
    struct ctx *cx, enum sql stmt, const char *const *params, struct buf *out)
{
	struct pg_rows rows;
	enum rc rc = pg_run(cx->pg, stmt, params, cx->deadline_ms, &rows);

	if (rc == RC_OK && rows.n == 0)
		rc = RC_CRUD_UNKNOWN;
	if (rc == RC_OK)
		buf_add(out, pg_get(&rows, 0, 0), pg_get_len(&rows, 0, 0));
	pg_rows_free(&rows);
	return rc;
}

/* There was nothing to make: because the key made it before? */
static enum rc
made_before(struct ctx *cx, const char *key, const char *user, const char *text,
    const char *to, struct buf *out)
{
	struct pg_rows rows;
	enum rc rc = pg_run(cx->pg, SQL_ACTIVITIES_MADE,
	    PG_ARGS(key, user, text, to), cx->deadline_ms, &rows);

	if (rc == RC_OK && rows.n == 0)
		rc = RC_CRUD_UNKNOWN;
	else if (rc == RC_OK && strcmp(pg_get(&rows, 0, 1), "t") != 0)
		rc = RC_KEY_REUSED;
	if (rc == RC_OK)
		buf_add(out, pg_get(&rows, 0, 0), pg_get_len(&rows, 0, 0));
	pg_rows_free(&rows);
	return rc;
}

enum rc
activities_create(struct ctx *cx, const char *text, int ttl_s, const char *key,
    struct buf *out)
{
	struct user me;
	enum rc rc = users_caller(cx, &me);

	if (rc != RC_OK)
		return rc;
	rc = run_one(cx, SQL_ACTIVITIES_CREATE,
	    PG_ARGS(me.uuid, text, log_num(ttl_s), key), out);
	if (rc == RC_CRUD_UNKNOWN)
		rc = made_before(cx, key, me.uuid, text, NULL, out);
	/* it expired just now */
	return rc == RC_CRUD_UNKNOWN ? RC_KEY_REUSED : rc;
}

enum rc
activities_reply(struct ctx *cx, const char *uuid, const char *text,
    const char *key, struct buf *out)
{
	struct user me;
	enum rc rc = users_caller(cx, &me);

	if (rc != RC_OK)
		return rc;
	rc = run_one(
	    cx, SQL_ACTIVITIES_REPLY, PG_ARGS(me.uuid, uuid, text, key), out);
	if (rc == RC_CRUD_UNKNOWN && key != NULL)
		rc = made_before(cx, key, me.uuid, text, uuid, out);
	return rc;
}
