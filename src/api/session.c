/*
 * The session of a browser: sign in, who am I, renew, sign out. The tokens are
 * Cognito's; the browser holds them in cookies that no script can read.
 *
 * The refresh cookie is "<sub>:<refresh token>": a client with a secret must
 * say whose token it is (SECRET_HASH), and the access token that says so may
 * be gone by then. The session of new_password_required is, for the same
 * reason, "<Cognito's user name>:<Cognito's session>".
 */
#include <string.h>

#include "api/cookies.h"
#include "api/handlers.h"
#include "auth/auth.h"
#include "aws/cognito.h"
#include "base/js.h"
#include "base/log.h"
#include "model/ctx.h"
#include "model/users.h"
#include "web/req.h"
#include "web/resp.h"

/* Cognito's own default for refresh tokens; a shorter life set there ends a
 * session sooner, whatever the cookie says. */
#define REFRESH_MAX_AGE_S (30 * 24 * 3600)

#define SESSION_MAX_CHARS 4096 /* twice what Cognito's may be */

#define PASSWORD_FIELD                                                      \
	{                                                                   \
		.name = "password", .need = FIELD_REQUIRED,                 \
		.blank = RC_PASSWORD_BLANK, .invalid = RC_PASSWORD_INVALID, \
		.raw = true                                                 \
	}
#define USERNAME_FIELD                                                      \
	{                                                                   \
		.name = "username", .need = FIELD_REQUIRED,                 \
		.blank = RC_USERNAME_BLANK, .invalid = RC_USERNAME_INVALID, \
		.max_chars = 128, .too_long = RC_USERNAME_INVALID           \
	}

/* Who calls, as body of the answer. */
static enum rc
write_caller(struct ctx *cx, struct resp *rs)
{
	struct buf *b = resp_body(rs);
	struct user me;
	enum rc rc = users_caller(cx, &me);

	if (rc != RC_OK)
		return rc;
	js_open(b, NULL, '{');
	js_str(b, "uuid", me.uuid);
	js_str(b, "handle", me.handle);
	js_str(b, "display_name", me.display_name);
	js_close(b, '}');
	return RC_OK;
}

static enum rc
set_cookies(struct ctx *cx, const struct cognito_tokens *t, struct resp *rs)
{
	struct buf refresh = BUF_SECRET(2 * COOKIES_VALUE_MAX);
	enum rc rc;

	rc = cookies_set(rs, COOKIE_ACCESS, t->access, t->expires_in_s);
	if (rc == RC_OK && t->refresh != NULL) {
		buf_addf(&refresh, "%s:%s", cx->caller_sub, t->refresh);
		rc = cookies_set(
		    rs, COOKIE_REFRESH, buf_str(&refresh), REFRESH_MAX_AGE_S);
	}
	buf_free(&refresh);
	if (rc != RC_OK)
		log_event(EV_INTERNAL, "detail",
		    "a token of Cognito's is longer than a cookie may be",
		    NULL);
	return rc;
}

/* Cognito let them in: whose token is it, by the same check as any other;
 * make their row if this is the first time; cookies; who they are. */
static enum rc
let_in(struct ctx *cx, const struct cognito_tokens *t, struct resp *rs)
{
	enum rc rc =
	    auth_check(cx->auth, t->access, cx->deadline_ms, cx->caller_sub);

	if (rc == RC_UNAUTH) {
		log_event(EV_INTERNAL, "detail",
		    "a token that Cognito has just made is not of the issuer "
		    "or client that is configured",
		    NULL);
		return RC_CONFIG;
	}
	if (rc != RC_OK)
		return rc;
	cx->caller_token = t->access;
	rc = set_cookies(cx, t, rs);
	if (rc == RC_OK)
		rc = write_caller(cx, rs);
	cx->caller_token = NULL;
	return rc;
}

enum rc
api_session_show(struct ctx *cx, struct req *rq, struct resp *rs)
{
	if (cx->caller_sub[0] != '\0')
		return write_caller(cx, rs);
	if (cookies_get(rq, COOKIE_REFRESH) != NULL)
		return RC_UNAUTH; /* has run out: it can be renewed */
	resp_status(rs, 204);
	return RC_OK;
}

static void
tell_session(const struct cognito_tokens *t, struct resp *rs)
{
	struct buf b = BUF_SECRET(2 * SESSION_MAX_CHARS);

	buf_addf(
	    &b, "%s:%s", t->username != NULL ? t->username : "", t->session);
	resp_member(rs, "session", buf_str(&b));
	buf_free(&b);
}

enum rc
api_session_create(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = { USERNAME_FIELD, PASSWORD_FIELD };
	struct cognito_tokens t = { 0 };
	struct text in[2];
	enum rc rc = req_fields(rq, fields, 2, in);

	if (rc != RC_OK)
		return rc;
	rc =
	    cognito_sign_in(cx->cognito, in[0].p, in[1].p, cx->deadline_ms, &t);
	if (rc == RC_OK)
		rc = let_in(cx, &t, rs);
	else if (rc == RC_NEW_PASSWORD_REQUIRED)
		tell_session(&t, rs);
	cognito_tokens_free(&t);
	return rc;
}

enum rc
api_session_password(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = {
		USERNAME_FIELD,
		PASSWORD_FIELD,
		{ .name = "session",
		    .need = FIELD_REQUIRED,
		    .blank = RC_SESSION_BLANK,
		    .invalid = RC_SESSION_INVALID,
		    .max_chars = SESSION_MAX_CHARS,
		    .too_long = RC_SESSION_INVALID },
	};
	struct cognito_tokens t = { 0 };
	struct text in[3];
	const char *name, *colon;
	enum rc rc = req_fields(rq, fields, 3, in);

	if (rc != RC_OK)
		return rc;
	colon = strchr(in[2].p, ':');
	if (colon == NULL)
		return RC_UNAUTH; /* none of ours */
	name = colon == in[2].p
		   ? in[0].p
		   : req_keep(rq, in[2].p, (size_t)(colon - in[2].p));
	rc = cognito_new_password(
	    cx->cognito, name, colon + 1, in[1].p, cx->deadline_ms, &t);
	if (rc == RC_OK)
		rc = let_in(cx, &t, rs);
	else if (rc == RC_INVALID || rc == RC_USER_UNKNOWN ||
		 rc == RC_BAD_CREDENTIALS)
		rc = RC_UNAUTH; /* begin again at sign-in */
	cognito_tokens_free(&t);
	return rc;
}

/* The two halves of the refresh cookie. *sub is of the request, or empty. */
static const char *
read_refresh(struct req *rq, char sub[static CALLER_SUB_SIZE])
{
	const char *value = cookies_get(rq, COOKIE_REFRESH), *colon;
	size_t n;

	colon = value == NULL ? NULL : strchr(value, ':');
	if (colon == NULL || colon == value || colon[1] == '\0')
		return NULL;
	n = (size_t)(colon - value);
	if (n >= CALLER_SUB_SIZE)
		return NULL;
	memcpy(sub, value, n);
	sub[n] = '\0';
	return colon + 1;
}

enum rc
api_session_refresh(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct cognito_tokens t = { 0 };
	char sub[CALLER_SUB_SIZE];
	const char *refresh = read_refresh(rq, sub);
	enum rc rc = RC_BAD_CREDENTIALS;

	if (refresh != NULL)
		rc = cognito_refresh(
		    cx->cognito, sub, refresh, cx->deadline_ms, &t);
	if (rc == RC_OK)
		rc = let_in(cx, &t, rs);
	else if (rc == RC_BAD_CREDENTIALS || rc == RC_INVALID ||
		 rc == RC_USER_UNKNOWN)
		rc = RC_UNAUTH;
	if (rc == RC_UNAUTH)
		cookies_clear(rs);
	cognito_tokens_free(&t);
	return rc;
}

/* The browser forgets its cookies even if Cognito cannot be reached. */
enum rc
api_session_delete(struct ctx *cx, struct req *rq, struct resp *rs)
{
	char sub[CALLER_SUB_SIZE];
	const char *refresh = read_refresh(rq, sub);
	struct buf *b = resp_body(rs);
	enum rc rc = RC_OK;

	if (refresh != NULL)
		rc = cognito_revoke(cx->cognito, refresh, cx->deadline_ms);
	if (rc == RC_INVALID || rc == RC_BAD_CREDENTIALS)
		rc = RC_OK; /* it was none, or is none any more */
	cookies_clear(rs);
	js_open(b, NULL, '{');
	js_bool(b, "success", true);
	js_close(b, '}');
	return rc;
}
