/*
 * activities: cruds, in Postgres. Lists come as JSON built by Postgres and go
 * out unchanged. What has expired is nowhere to be seen.
 */
#ifndef MODEL_ACTIVITIES_H
#define MODEL_ACTIVITIES_H

#include "model/cursor.h"
#include "model/users.h"
#include "pg/pg.h"

struct ctx;

#define CRUD_MAX_CHARS 280 /* code points, after trimming */
#define TERM_MAX_CHARS 100

/* A page of cruds. */
struct crud_page {
	struct pg_rows rows;
	const char *json; /* an array, borrowed from rows */
	const char *head; /* whose page or which thread it is: JSON, or NULL */
	struct cursor next; /* "" if there are no more */
};

/*
 * The lists: at most limit cruds, after the cursor before (NULL: from the
 * start). RC_BAD_CURSOR: not a cursor of this list. out is freed with
 * activities_page_free(), also after a failure.
 *
 * _home           everybody's, newest first
 * _notifications  others' replies to the caller's, newest first
 * _of_user        a person's, newest first; head: the profile.
 *                 RC_USER_UNKNOWN
 * _search         those that hold the words of term, best first
 * _show           a crud's replies, oldest first; head: the crud.
 *                 RC_CRUD_UNKNOWN
 */
enum rc activities_home(struct ctx *cx, int limit, const char *before,
    struct crud_page *out) MUSTCHECK;
enum rc activities_notifications(struct ctx *cx, int limit, const char *before,
    struct crud_page *out) MUSTCHECK;
enum rc activities_of_user(struct ctx *cx, const char *handle, int limit,
    const char *before, struct crud_page *out) MUSTCHECK;
enum rc activities_search(struct ctx *cx, const char *term, int limit,
    const char *before, struct crud_page *out) MUSTCHECK;
enum rc activities_show(struct ctx *cx, const char *uuid, int limit,
    const char *before, struct crud_page *out) MUSTCHECK;
void activities_page_free(struct crud_page *page);

/* activities_ttl(text, seconds): "7-days" and its kin. RC_TTL_INVALID. */
enum rc activities_ttl(const char *text, int *seconds) MUSTCHECK;

/*
 * activities_create(cx, text, ttl_s, key, out): the caller's new crud, as JSON
 * into out. text: 1 to CRUD_MAX_CHARS code points. key: the uuid it is to have,
 * which makes it once, as long as it lives; NULL: any. RC_KEY_REUSED: the key
 * made another crud, or somebody else's.
 */
enum rc activities_create(struct ctx *cx, const char *text, int ttl_s,
    const char *key, struct buf *out) MUSTCHECK;

/* activities_reply(cx, uuid, text, key, out): a reply of the caller to a crud;
 * it counts and expires with it. RC_CRUD_UNKNOWN, RC_KEY_REUSED. */
enum rc activities_reply(struct ctx *cx, const char *uuid, const char *text,
    const char *key, struct buf *out) MUSTCHECK;

#endif
