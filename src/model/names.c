#include "model/names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/parse.h"
#include "model/ctx.h"
#include "model/inbox.h"
#include "model/keys.h"
#include "pg/pg.h"

#define INBOX_PAGE   100
#define PENDING_MAX  "100"
#define MOVE_TRIES   8	/* looks for a row that messages keep moving */
#define LOOK_WAIT_MS 30 /* between them: the index may be late */

/* SET user_display_name on a row that stands and names this person. */
static enum rc
rename_row(struct ctx *cx, const char *pk, const char *sk, const char *user,
    const char *name)
{
	struct ddb_op op = { .kind = DDB_UPDATE,
		.cond = DDB_EQUALS,
		.cond_name = "user_uuid",
		.cond_value = user };

	ddb_item_set(&op.item, "pk", pk);
	ddb_item_set(&op.item, "sk", sk);
	ddb_item_set(&op.item, "user_display_name", name);
	return ddb_write(cx->ddb, &op, cx->deadline_ms, NULL);
}

/* When the peer's row of a group stands now, "" if the index shows none: it
 * may be late, and show neither row in the middle of a move. */
static enum rc
find_row(
    struct ctx *cx, const char *group, const char *pk, char sk[static KEY_SIZE])
{
	struct ddb_query q = { .index = KEYS_INDEX,
		.hash_name = KEYS_INDEX_HASH,
		.hash = group,
		.sk_from = KEYS_TIME_FROM,
		.sk_below = KEYS_TIME_BELOW };
	struct ddb_page page;
	enum rc rc = ddb_query(cx->ddb, &q, cx->deadline_ms, &page);

	sk[0] = '\0';
	for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
		const char *at = ddb_get(&page, i, "pk", NULL);
		const char *time = ddb_get(&page, i, "sk", NULL);

		if (at != NULL && time != NULL && strcmp(at, pk) == 0)
			snprintf(sk, KEY_SIZE, "%s", time);
	}
	ddb_page_free(&page);
	return rc;
}

/* A group's row in somebody's inbox. */
struct wanted {
	const char *group;
	char sk[KEY_SIZE]; /* where it is; "": not met */
};

static bool
is_wanted(void *arg, const struct ddb_page *page, size_t i)
{
	struct wanted *w = arg;

	if (strcasecmp(ddb_text(page, i, KEYS_INDEX_HASH), w->group) != 0)
		return true;
	snprintf(w->sk, sizeof(w->sk), "%s", ddb_text(page, i, "sk"));
	return false;
}

/* The index shows no row. If there is none, the stream makes it, of the member
 * rows, which have the new name. */
static enum rc
rename_unseen(struct ctx *cx, const char *user, const char *name,
    const struct conversation *c)
{
	struct wanted w = { .group = c->group };
	struct key pk = keys_inbox(c->peer_uuid);
	enum rc rc = inbox_walk(cx, c->peer_uuid, NULL, is_wanted, &w);

	if (rc == RC_OK && w.sk[0] != '\0')
		rc = rename_row(cx, pk.text, w.sk, user, name);
	return rc == RC_CONDITION ? RC_TX_CONFLICT : rc;
}

/*
 * One conversation: the member row, then the peer's inbox row, which a message
 * may move under our hands: look where it is now, and again.
 */
static enum rc
rename_in(struct ctx *cx, const char *user, const char *name,
    const struct conversation *c)
{
	struct key group = keys_group(c->group), member = keys_member(user);
	struct key peer = keys_inbox(c->peer_uuid);
	char sk[KEY_SIZE];
	enum rc rc = rename_row(cx, group.text, member.text, user, name);

	/* a group of old may lack the member row: it is made of inbox rows */
	if (rc != RC_OK && rc != RC_CONDITION)
		return rc;
	snprintf(sk, sizeof(sk), "%s", c->created_at);
	for (int i = 0; i < MOVE_TRIES; i++) {
		rc = sk[0] == '\0' ? RC_CONDITION
				   : rename_row(cx, peer.text, sk, user, name);
		if (rc != RC_CONDITION)
			return rc;
		if (i > 0)
			clock_sleep_ms(LOOK_WAIT_MS);
		rc = find_row(cx, c->group, peer.text, sk);
		if (rc != RC_OK)
			return rc;
	}
	return sk[0] == '\0' ? rename_unseen(cx, user, name, c)
			     : RC_TX_CONFLICT;
}

/*
 * Walk the person's inbox from *from on, one row for each conversation, the
 * oldest first: a row that a message moves up meanwhile is met again, not
 * missed. from is moved on with each conversation that is done. Ends at
 * until_ms with RC_DEADLINE.
 */
static enum rc
rename_everywhere(struct ctx *cx, const char *user, const char *name,
    int64_t until_ms, char from[static KEY_SIZE])
{
	struct key pk = keys_inbox(user);
	struct ddb_query q = { .hash = pk.text,
		.sk_from = from,
		.sk_below = KEYS_TIME_BELOW,
		.consistent = true, /* one that has just begun, too */
		.limit = INBOX_PAGE };
	bool more = true;
	enum rc rc = RC_OK;

	while (rc == RC_OK && more) {
		struct inbox_page page = { 0 };

		rc = ddb_query(cx->ddb, &q, cx->deadline_ms, &page.rows);
		page.n = page.rows.n;
		more = page.n == INBOX_PAGE;
		for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
			struct conversation c = inbox_at(&page, i);

			if (clock_ms() >= until_ms)
				rc = RC_DEADLINE;
			else if (inbox_leads(&c))
				rc = rename_in(cx, user, name, &c);
			/* what comes next is behind it, in text order */
			if (rc == RC_OK)
				snprintf(from, KEY_SIZE, "%s!", c.created_at);
		}
		inbox_page_free(&page);
	}
	return rc;
}

/* How far a name has come, or that it has come everywhere. */
static enum rc
note(struct ctx *cx, const char *user, const char *noted_at, const char *from,
    enum rc rc)
{
	int64_t deadline_ms = cx->deadline_ms + NAMES_NOTE_MS;

	if (rc == RC_OK)
		return pg_run(cx->pg, SQL_NAMES_DONE, PG_ARGS(user, noted_at),
		    deadline_ms, NULL);
	return pg_run(cx->pg, SQL_NAMES_PROGRESS, PG_ARGS(user, noted_at, from),
	    deadline_ms, NULL);
}

/* One row of names/pending.sql: go on with it. */
static enum rc
spread_one(
    struct ctx *cx, const struct pg_rows *rows, size_t i, int64_t until_ms)
{
	const char *user = pg_get(rows, i, 0), *name = pg_get(rows, i, 1);
	const char *noted_at = pg_get(rows, i, 2),
		   *done_to = pg_get(rows, i, 3);
	char from[KEY_SIZE];
	enum rc rc, noted;

	snprintf(from, sizeof(from), "%s", done_to ? done_to : KEYS_TIME_FROM);
	rc = rename_everywhere(cx, user, name, until_ms, from);
	noted = pg_run(cx->pg, SQL_NAMES_AGAIN, PG_ARGS(user, name),
	    cx->deadline_ms + NAMES_NOTE_MS, NULL);
	if (noted == RC_OK)
		noted = note(cx, user, noted_at, from, rc);
	return rc != RC_OK ? rc : noted;
}

enum rc
names_spread(struct ctx *cx, const char *user)
{
	/* the last quarter of the time is for what was begun */
	int64_t until_ms = cx->deadline_ms - clock_left_ms(cx->deadline_ms) / 4;
	struct pg_rows rows;
	enum rc first = RC_OK,
		rc = pg_run(cx->pg, SQL_NAMES_PENDING,
		    PG_ARGS(PENDING_MAX, user), cx->deadline_ms, &rows);

	for (size_t i = 0; rc == RC_OK && i < rows.n; i++) {
		rc = spread_one(cx, &rows, i, until_ms);
		if (first == RC_OK)
			first = rc;
		/* messages that keep moving one row are no outage */
		if (rc == RC_TX_CONFLICT || !rc_retryable(rc))
			rc = RC_OK;
	}
	pg_rows_free(&rows);
	return rc != RC_OK ? rc : first;
}
