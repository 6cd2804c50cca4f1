/*
 * inbox: the list of a person's conversations: one row for each, which says
 * who the other one is and what was said last, and when. The stream processor
 * keeps the rows at the newest message.
 */
#ifndef MODEL_INBOX_H
#define MODEL_INBOX_H

#include <stdbool.h>

#include "aws/ddb.h"
#include "model/cursor.h"

struct ctx;

/* One conversation, as its row says; texts borrowed. */
struct conversation {
	const char *group;
	const char *peer_uuid;
	const char *display_name; /* of the other person */
	const char *handle;
	const char *message; /* the last one's text */
	const char *created_at;
};

struct inbox_page {
	struct ddb_page rows;
	size_t n;	    /* conversations in the page */
	struct cursor next; /* of the page after; "" if there is none */
};

/*
 * B. inbox_list(cx, limit, before, out): the caller's conversations, the one
 * with the newest message first, limit at most. RC_BAD_CURSOR. out is freed
 * with inbox_page_free(), also after a failure.
 */
enum rc inbox_list(struct ctx *cx, int limit, const char *before,
    struct inbox_page *out) MUSTCHECK;

/* inbox_list_of(cx, user, …): the same for a person by uuid; before is then
 * a row's created_at. */
enum rc inbox_list_of(struct ctx *cx, const char *user, int limit,
    const char *before, struct inbox_page *out) MUSTCHECK;

/*
 * inbox_walk(cx, user, from, fn, arg): every row of a person's inbox from a
 * time on (NULL: from the first), read consistently and the oldest first: a row
 * that a message moves up meanwhile is met again, not missed. fn gets row i of
 * page, borrowed; false ends the walk.
 */
typedef bool inbox_row_fn(void *arg, const struct ddb_page *page, size_t i);
enum rc inbox_walk(struct ctx *cx, const char *user, const char *from,
    inbox_row_fn *fn, void *arg) MUSTCHECK;

struct conversation inbox_at(const struct inbox_page *page, size_t i);

/* inbox_leads(c): whether it leads to a conversation: a row that somebody else
 * wrote may name no group, or nobody. */
bool inbox_leads(const struct conversation *c);

void inbox_page_free(struct inbox_page *page);

#endif
