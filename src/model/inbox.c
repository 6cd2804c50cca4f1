#include "model/inbox.h"

#include <stdio.h>

#include "base/parse.h"
#include "model/ctx.h"
#include "model/keys.h"
#include "model/users.h"

#define WALK_PAGE 500 /* rows; about as many fit 1 MB */

struct conversation
inbox_at(const struct inbox_page *page, size_t i)
{
	return (struct conversation){
		.group = ddb_text(&page->rows, i, "message_group_uuid"),
		.peer_uuid = ddb_text(&page->rows, i, "user_uuid"),
		.display_name = ddb_text(&page->rows, i, "user_display_name"),
		.handle = ddb_text(&page->rows, i, "user_handle"),
		.message = ddb_text(&page->rows, i, "message"),
		.created_at = ddb_text(&page->rows, i, "sk"),
	};
}

bool
inbox_leads(const struct conversation *c)
{
	char uuid[UUID_TEXT_SIZE];

	return parse_uuid(c->group, uuid) == RC_OK &&
	       parse_uuid(c->peer_uuid, uuid) == RC_OK;
}

void
inbox_page_free(struct inbox_page *page)
{
	ddb_page_free(&page->rows);
}

enum rc
inbox_list_of(struct ctx *cx, const char *user, int limit, const char *before,
    struct inbox_page *out)
{
	struct key pk = keys_inbox(user);
	struct ddb_query q = {
		.hash = pk.text,
		.sk_below = before != NULL ? before : KEYS_TIME_BELOW,
		.newest_first = true,
		.limit = limit + 1, /* one more tells whether there are more */
	};
	enum rc rc;

	*out = (struct inbox_page){ 0 };
	rc = ddb_query(cx->ddb, &q, cx->deadline_ms, &out->rows);
	if (rc != RC_OK)
		return rc;
	out->n = out->rows.n < (size_t)limit ? out->rows.n : (size_t)limit;
	return RC_OK;
}

enum rc
inbox_list(
    struct ctx *cx, int limit, const char *before, struct inbox_page *out)
{
	char scope[64], pos[CURSOR_POS_SIZE];
	struct user me;
	enum rc rc;

	*out = (struct inbox_page){ 0 };
	rc = users_caller(cx, &me);
	if (rc != RC_OK)
		return rc;
	snprintf(scope, sizeof(scope), "inbox %s", me.uuid);
	if (before != NULL) {
		rc = cursor_read(cx, scope, before, pos);
		if (rc != RC_OK)
			return rc;
	}
	rc =
	    inbox_list_of(cx, me.uuid, limit, before != NULL ? pos : NULL, out);
	if (rc == RC_OK && out->rows.n > out->n)
		rc = cursor_make(cx, scope,
		    inbox_at(out, out->n - 1).created_at, &out->next);
	return rc;
}

enum rc
inbox_walk(struct ctx *cx, const char *user, const char *from, inbox_row_fn *fn,
    void *arg)
{
	struct key pk = keys_inbox(user);
	struct ddb_query q = { .hash = pk.text,
		.sk_from = from != NULL ? from : KEYS_TIME_FROM,
		.consistent = true,
		.limit = WALK_PAGE };
	struct ddb_page page = { 0 }, last = { 0 };
	bool more;
	enum rc rc;

	do {
		rc = ddb_query(cx->ddb, &q, cx->deadline_ms, &page);
		more = rc == RC_OK && page.more;
		for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
			if (!fn(arg, &page, i)) {
				more = false;
				break;
			}
		}
		ddb_page_free(&last);
		last = page;
		q.start = &last;
	} while (more);
	ddb_page_free(&last);
	return rc;
}
