#include "stream/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/ctx.h"
#include "model/inbox.h"
#include "stream/adopt.h"

#define QUICK_LIMIT 32 /* two rows; an odd table has messages among them */
#define HEAD_LIMIT  8  /* members, the newest message, and odd ones */

void
view_free(struct view *view)
{
	ddb_page_free(&view->head);
	for (size_t i = 0; i < view->n_text; i++)
		free(view->text[i]);
	memset(view, 0, sizeof(*view));
}

static void
view_init(struct view *view, const char *group)
{
	memset(view, 0, sizeof(*view));
	view->group = group;
}

/* A copy that lives as long as the view. */
static const char *
keep(struct view *view, const char *text)
{
	return view->text[view->n_text++] = xstrdup(text);
}

/* Take a row if it is of the group. With more than there is room for, some stay
 * out: they are cleaned up when the others are. */
static bool
take_row(void *arg, const struct ddb_page *page, size_t i)
{
	struct view *view = arg;
	struct core_row *row;

	if (view->rows.n == CORE_MAX_ROWS)
		return false;
	row = &view->rows.row[view->rows.n];
	if (!core_row_read(page, i, view->group, row))
		return true;
	row->at = keep(view, row->at);
	row->said_at = keep(view, row->said_at);
	row->text = keep(view, row->text);
	row->peer.display_name = keep(view, row->peer.display_name);
	row->peer.handle = keep(view, row->peer.handle);
	view->rows.n++;
	return true;
}

enum rc
view_quick(struct ctx *cx, const char *group, struct view *out)
{
	struct ddb_query q = { .index = KEYS_INDEX,
		.hash_name = KEYS_INDEX_HASH,
		.hash = group,
		.sk_from = KEYS_TIME_FROM,
		.sk_below = KEYS_TIME_BELOW,
		.newest_first = true,
		.limit = QUICK_LIMIT };
	struct ddb_page page;
	enum rc rc;

	view_init(out, group);
	rc = ddb_query(cx->ddb, &q, cx->deadline_ms, &page);
	for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
		if (!take_row(out, &page, i))
			break;
	}
	ddb_page_free(&page);
	return rc;
}

const char *
view_since(const struct view *view)
{
	const struct core_row *row = view->rows.row;
	const char *since = NULL;

	for (size_t i = 0; i < view->rows.n; i++) {
		if (since == NULL || strcmp(row[i].at, since) < 0)
			since = row[i].at;
	}
	for (size_t i = 1; i < view->rows.n; i++) {
		if (strcmp(row[i].owner, row[0].owner) != 0)
			return since;
	}
	return NULL;
}

/* Member rows come first, then the newest message (keys.h). */
static void
read_head(struct view *view, const struct ddb_page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		const char *sk = ddb_text(page, i, "sk");
		const char *text = ddb_get(page, i, "message", NULL);
		struct key_parts k = keys_parse(ddb_text(page, i, "pk"), sk);

		if (k.kind == KEY_MEMBER &&
		    view->rows.n_members++ < CORE_MEMBERS) {
			struct member *m =
			    &view->rows.member[view->rows.n_members - 1];

			memcpy(m->uuid, k.user, sizeof(m->uuid));
			m->display_name =
			    ddb_text(page, i, "user_display_name");
			m->handle = ddb_text(page, i, "user_handle");
		} else if (k.kind == KEY_MESSAGE && text != NULL &&
			   view->newest.at == NULL) {
			view->newest = (struct core_message){
				.group = view->group, .at = sk, .text = text
			};
		}
	}
}

static enum rc
query_head(struct ctx *cx, struct view *view)
{
	struct key pk = keys_group(view->group);
	struct ddb_query q = { .hash = pk.text,
		.newest_first = true,
		.consistent = true,
		.limit = HEAD_LIMIT };
	enum rc rc;

	ddb_page_free(&view->head);
	view->rows.n_members = 0;
	view->newest = (struct core_message){ 0 };
	rc = ddb_query(cx->ddb, &q, cx->deadline_ms, &view->head);
	if (rc == RC_OK)
		read_head(view, &view->head);
	return rc;
}

enum rc
view_whole(struct ctx *cx, const char *group, const char *from, bool adopt,
    struct view *out)
{
	enum rc rc;

	view_init(out, group);
	rc = query_head(cx, out);
	if (rc == RC_OK && out->newest.at == NULL)
		return RC_OK; /* nobody ever spoke: nothing to show */
	if (rc == RC_OK && adopt && out->rows.n_members < CORE_MEMBERS) {
		rc = adopt_members(cx, group);
		if (rc == RC_OK)
			rc = query_head(cx, out);
		else if (rc == RC_NOT_FOUND)
			rc = RC_OK; /* core says: unknown */
	}
	out->rows.whole = true;
	if (rc != RC_OK || out->rows.n_members != CORE_MEMBERS)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < CORE_MEMBERS; i++)
		rc = inbox_walk(
		    cx, out->rows.member[i].uuid, from, take_row, out);
	return rc;
}
