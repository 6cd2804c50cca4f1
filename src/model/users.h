/*
 * users: people, as Postgres knows them. Who calls is known by the sub of the
 * access token; the first call of somebody Postgres does not know yet makes
 * the row from what Cognito says (GetUser).
 */
#ifndef MODEL_USERS_H
#define MODEL_USERS_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/rnd.h"

struct ctx;

#define USER_HANDLE_SIZE 64  /* bytes, with the NUL */
#define USER_NAME_SIZE	 256 /* 50 code points and to spare */
#define USER_NAME_CHARS	 50
#define USER_BIO_CHARS	 300

struct user {
	char uuid[UUID_TEXT_SIZE];
	char handle[USER_HANDLE_SIZE];
	char display_name[USER_NAME_SIZE]; /* cut at a character if longer */
};

/*
 * users_caller(cx, out): who calls (cx->caller_sub). Remembered per process
 * for a few seconds. RC_UNAUTH if Cognito knows no such person either;
 * RC_EMAIL_TAKEN if the row cannot be made because another one has the same
 * e-mail address: somebody else's, or their own of another user pool.
 */
enum rc users_caller(struct ctx *cx, struct user *out) MUSTCHECK;

/* users_caller_and(cx, handle, caller, peer): the same, and the person with
 * that handle, in one round trip. RC_USER_UNKNOWN: there is none. */
enum rc users_caller_and(struct ctx *cx, const char *handle,
    struct user *caller, struct user *peer) MUSTCHECK;

/* users_short(cx, handle, out): {"uuid", "handle", "display_name"} as JSON
 * into out. RC_USER_UNKNOWN. */
enum rc users_short(
    struct ctx *cx, const char *handle, struct buf *out) MUSTCHECK;

/* users_update(cx, display_name, bio, out): the caller's new name (1 to
 * USER_NAME_CHARS code points) and bio (at most USER_BIO_CHARS; NULL: stays);
 * {"uuid", "handle", "display_name"} as JSON into out. A new name is noted for
 * names_spread(). */
enum rc users_update(struct ctx *cx, const char *display_name, const char *bio,
    struct buf *out) MUSTCHECK;

#endif
