#include "model/users.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/cognito.h"
#include "base/board.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/parse.h"
#include "model/ctx.h"
#include "pg/pg.h"

/* Who calls changes seldom: remembered for a short while, in a small table
 * indexed by a digest of the sub; whoever collides is looked up again. */
#define CACHE_SLOTS   256
#define CACHE_LIFE_MS 5000

/* Handles that a clash on a first sign-in may try. */
#define CREATE_TRIES 8

static struct {
	char sub[CALLER_SUB_SIZE];
	int64_t until_ms;
	uint64_t names; /* generation of BOARD_NAMES when it was read */
	struct user user;
} cache[CACHE_SLOTS];

static size_t
cache_slot(const char *sub)
{
	unsigned char digest[SHA256_SIZE];

	crypt_sha256(sub, strlen(sub), digest);
	return digest[0] % CACHE_SLOTS;
}

static bool
cache_get(const char *sub, struct user *out)
{
	size_t i = cache_slot(sub);

	if (cache[i].until_ms <= clock_ms() ||
	    cache[i].names != board_generation(BOARD_NAMES) ||
	    strcmp(cache[i].sub, sub) != 0)
		return false;
	*out = cache[i].user;
	return true;
}

/* names: the generation of BOARD_NAMES from before the row was read. */
static void
cache_put(const char *sub, const struct user *user, uint64_t names)
{
	size_t i = cache_slot(sub);

	snprintf(cache[i].sub, sizeof(cache[i].sub), "%s", sub);
	cache[i].user = *user;
	cache[i].until_ms = clock_ms() + CACHE_LIFE_MS;
	cache[i].names = names;
}

/* Copy text into a field of size bytes, cut between characters if need be. */
static void
copy_text(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);

	if (n >= size) {
		n = size - 1;
		while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
			n--;
	}
	memcpy(to, from, n);
	to[n] = '\0';
}

static void
read_user(const struct pg_rows *rows, size_t row, struct user *out)
{
	copy_text(out->uuid, sizeof(out->uuid), pg_get(rows, row, 0));
	copy_text(out->handle, sizeof(out->handle), pg_get(rows, row, 1));
	copy_text(
	    out->display_name, sizeof(out->display_name), pg_get(rows, row, 2));
}

/* A handle out of what Cognito has: the preferred one if it is one, else the
 * e-mail's local part with what does not belong left out. */
static void
choose_handle(const struct cognito_user *cu, int nth,
    char out[static HANDLE_MAX_CHARS + 1])
{
	const char *from = cu->preferred_username;
	size_t n = 0, most = HANDLE_MAX_CHARS;

	if (from == NULL || from[0] == '\0')
		from = cu->email != NULL ? cu->email : "user";
	if (nth > 0)
		most -= 6; /* room for the digits of a clash */
	for (; *from != '\0' && *from != '@' && n < most; from++) {
		if (isalnum((unsigned char)*from) || *from == '_')
			out[n++] = *from;
	}
	if (n == 0)
		out[n++] = 'u';
	out[n] = '\0';
	if (nth > 0)
		snprintf(out + n, 7, "%06u", (unsigned)rnd_below(1000000));
}

/* The name that a new person is shown under. */
static void
choose_name(const struct cognito_user *cu, const char *handle, struct user *out)
{
	const char *p = cu->name != NULL ? cu->name : "";
	size_t n = strlen(p);

	parse_trim(&p, &n);
	while (parse_chars(p, n) > USER_NAME_CHARS)
		n--;
	while (n > 0 && !parse_utf8(p, n))
		n--;
	if (n == 0)
		copy_text(out->display_name, sizeof(out->display_name), handle);
	else
		snprintf(out->display_name, sizeof(out->display_name), "%.*s",
		    (int)n, p);
}

static enum rc
create_from(struct ctx *cx, const struct cognito_user *cu, struct user *out)
{
	char handle[HANDLE_MAX_CHARS + 1];
	enum rc rc = RC_CONFLICT;

	for (int i = 0; rc == RC_CONFLICT && i < CREATE_TRIES; i++) {
		struct pg_rows rows;

		choose_handle(cu, i, handle);
		choose_name(cu, handle, out);
		rc = pg_run(cx->pg, SQL_USERS_CREATE,
		    PG_ARGS(cx->caller_sub, handle, out->display_name,
			cognito_proven_email(cu)),
		    cx->deadline_ms, &rows);
		if (rc == RC_OK)
			read_user(&rows, 0, out);
		pg_rows_free(&rows);
	}
	/* a handle that is free was among them; the address is not */
	return rc == RC_CONFLICT ? RC_EMAIL_TAKEN : rc;
}

/* Somebody with a good token whom Postgres does not know. */
static enum rc
create(struct ctx *cx, struct user *out)
{
	struct cognito_user cu = { 0 };
	enum rc rc = cognito_get_user(
	    cx->cognito, cx->caller_token, cx->deadline_ms, &cu);

	if (rc == RC_NOT_FOUND || rc == RC_BAD_CREDENTIALS)
		rc = RC_UNAUTH;
	if (rc == RC_OK)
		rc = create_from(cx, &cu, out);
	cognito_user_free(&cu);
	return rc;
}

enum rc
users_caller(struct ctx *cx, struct user *out)
{
	uint64_t names = board_generation(BOARD_NAMES);
	struct pg_rows rows;
	enum rc rc;

	if (cache_get(cx->caller_sub, out))
		return RC_OK;
	rc = pg_run(cx->pg, SQL_USERS_BY_SUB, PG_ARGS(cx->caller_sub),
	    cx->deadline_ms, &rows);
	if (rc == RC_OK && rows.n == 1)
		read_user(&rows, 0, out);
	else if (rc == RC_OK)
		rc = create(cx, out);
	if (rc == RC_OK)
		cache_put(cx->caller_sub, out, names);
	pg_rows_free(&rows);
	return rc;
}

enum rc
users_caller_and(
    struct ctx *cx, const char *handle, struct user *caller, struct user *peer)
{
	bool have_caller = cache_get(cx->caller_sub, caller), have_peer = false;
	uint64_t names = board_generation(BOARD_NAMES);
	struct pg_rows rows;
	enum rc rc = pg_run(cx->pg, SQL_USERS_WITH_PEER,
	    PG_ARGS(cx->caller_sub, handle), cx->deadline_ms, &rows);

	for (size_t i = 0; rc == RC_OK && i < rows.n; i++) {
		if (pg_get(&rows, i, 3)[0] == 't') {
			read_user(&rows, i, caller);
			have_caller = true;
		}
		if (pg_get(&rows, i, 4)[0] == 't') {
			read_user(&rows, i, peer);
			have_peer = true;
		}
	}
	pg_rows_free(&rows);
	if (rc == RC_OK && !have_caller)
		rc = users_caller(cx, caller);
	if (rc == RC_OK)
		cache_put(cx->caller_sub, caller, names);
	return rc == RC_OK && !have_peer ? RC_USER_UNKNOWN : rc;
}

/* The one JSON text that a statement answers. */
static enum rc
run_json(
    struct ctx *cx, enum sql stmt, const char *const *params, struct buf *out)
{
	struct pg_rows rows;
	enum rc rc = pg_run(cx->pg, stmt, params, cx->deadline_ms, &rows);

	if (rc == RC_OK && rows.n == 0)
		rc = RC_USER_UNKNOWN;
	if (rc == RC_OK)
		buf_add(out, pg_get(&rows, 0, 0), pg_get_len(&rows, 0, 0));
	pg_rows_free(&rows);
	return rc;
}

enum rc
users_update(
    struct ctx *cx, const char *display_name, const char *bio, struct buf *out)
{
	struct user me;
	enum rc rc = users_caller(cx, &me); /* makes the row if need be */

	if (rc == RC_OK)
		rc = run_json(cx, SQL_USERS_UPDATE,
		    PG_ARGS(cx->caller_sub, display_name, bio), out);
	/* every process of this machine forgets the names it knows */
	if (rc == RC_OK)
		rc = board_post(BOARD_NAMES, "", 0);
	return rc;
}

enum rc
users_short(struct ctx *cx, const char *handle, struct buf *out)
{
	return run_json(cx, SQL_USERS_SHORT, PG_ARGS(handle), out);
}
