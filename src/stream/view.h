/*
 * view: the inbox rows of a conversation as they stand: a quick look by the
 * index, which may be seconds old, or whole, by consistent reads.
 */
#ifndef STREAM_VIEW_H
#define STREAM_VIEW_H

#include "base/clock.h"
#include "model/keys.h"
#include "stream/core.h"

struct ctx;

/* Its texts are its own; it may be copied. */
struct view {
	struct core_rows rows;
	struct core_message newest; /* of a whole view; at NULL: no message */
	const char *group;	    /* the caller's */

	/* What the texts lie in; only view.c looks. */
	struct ddb_page head;
	char *text[CORE_MAX_ROWS * 5];
	size_t n_text;
};

/* view_quick(cx, group, out): one query of the index. */
enum rc view_quick(
    struct ctx *cx, const char *group, struct view *out) MUSTCHECK;

/*
 * view_whole(cx, group, from, out): members, newest message, and all rows of
 * each member from a time on; from NULL: from the first. Rows only move on,
 * so a row that was seen at a time, however long ago, is there or later; and
 * they are read oldest first, so that a row which moves meanwhile is met, if
 * twice. adopt: member rows that lack, as the bootcamp's tables do, are added
 * first.
 */
enum rc view_whole(struct ctx *cx, const char *group, const char *from,
    bool adopt, struct view *out) MUSTCHECK;

/* view_since(view): the oldest time at which a quick look saw the rows of two
 * people; NULL: it did not. */
const char *view_since(const struct view *view);

/* view_free(view): fine after failures, twice, and on zeros. */
void view_free(struct view *view);

#endif
