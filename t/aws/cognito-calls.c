/*
 * The calls of aws/cognito.h against cognito-local (t/aws/cognito.t starts one
 * whose codes are always 123456), from sign-up to the forgotten password.
 */
#include <json-c/json_object.h>
#include <stdlib.h>

#include "aws/cognito.h"
#include "aws/creds.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/js.h"
#include "base/rnd.h"
#include "base/xalloc.h"
#include "tap.h"

#define CODE	"123456"
#define PASS	"Pass-word-1"
#define OTHER	"Pass-word-2"
#define CALL_MS 10000

static struct conf conf;
static struct cognito *c;
static char email[64];

static int64_t
soon(void)
{
	return clock_ms() + CALL_MS;
}

/* A sign-in, its tokens not wanted. */
static enum rc
sign_in(const char *username, const char *password)
{
	struct cognito_tokens t;
	enum rc rc = cognito_sign_in(c, username, password, soon(), &t);

	cognito_tokens_free(&t);
	return rc;
}

static void
sign_up(void)
{
	struct cognito_sign_up in = { .username = email,
		.password = PASS,
		.email = email,
		.preferred_username = "newcomer",
		.name = "New \"Comer\" \xf0\x9f\x98\x80" };

	is_int(cognito_sign_up(c, &in, soon()), RC_OK, "sign up");
	is_int(cognito_sign_up(c, &in, soon()), RC_USERNAME_EXISTS,
	    "sign up: twice");
	is_int(sign_in(email, PASS), RC_USER_NOT_CONFIRMED,
	    "sign in: not confirmed");
	is_int(cognito_confirm(c, email, "000000", soon()), RC_CODE_MISMATCH,
	    "confirm: another code");
	is_int(cognito_confirm(c, email, CODE, soon()), RC_OK, "confirm");
}

static void
get_user(const char *access)
{
	struct cognito_user u;

	is_int(cognito_get_user(c, access, soon(), &u), RC_OK, "get user");
	ok(u.sub != NULL && strlen(u.sub) == 36, "get user: sub");
	is_str(u.email, email, "get user: e-mail");
	is_str(u.preferred_username, "newcomer", "get user: handle");
	is_str(u.name, "New \"Comer\" \xf0\x9f\x98\x80", "get user: name");
	ok(u.username != NULL, "get user: username");
	cognito_user_free(&u);
	is_int(cognito_get_user(c, "rubbish", soon(), &u), RC_BAD_CREDENTIALS,
	    "get user: no token");
	ok(u.sub == NULL, "get user: nothing then");
	cognito_user_free(&u);
}

static void
sessions(void)
{
	struct cognito_tokens t, again;
	char *refresh;

	is_int(sign_in(email, "wrong"), RC_BAD_CREDENTIALS,
	    "sign in: wrong password");
	is_int(sign_in("nobody@example.com", PASS), RC_BAD_CREDENTIALS,
	    "sign in: nobody, and nobody can tell");
	is_int(cognito_sign_in(c, email, PASS, soon(), &t), RC_OK, "sign in");
	ok(t.access && t.refresh && !t.session, "sign in: tokens");
	ok(t.expires_in_s > 0, "sign in: for how long");
	get_user(t.access);
	is_int(cognito_refresh(c, email, t.refresh, soon(), &again), RC_OK,
	    "refresh");
	ok(again.access != NULL, "refresh: an access token");
	cognito_tokens_free(&again);
	refresh = xstrdup(t.refresh);
	cognito_tokens_free(&t);
	ok(t.access == NULL && t.refresh == NULL, "tokens: freed");
	is_int(cognito_revoke(c, refresh, soon()), RC_OK, "revoke");
	is_int(cognito_revoke(c, refresh, soon()), RC_OK, "revoke: twice");
	is_int(cognito_refresh(c, email, refresh, soon(), &again),
	    RC_BAD_CREDENTIALS, "refresh: revoked");
	cognito_tokens_free(&again);
	free(refresh);
}

static void
forgotten(void)
{
	is_int(cognito_forgot(c, email, soon()), RC_OK, "forgot");
	is_int(cognito_forgot(c, "nobody@example.com", soon()), RC_USER_UNKNOWN,
	    "forgot: nobody");
	is_int(cognito_reset(c, email, "000000", OTHER, soon()),
	    RC_CODE_MISMATCH, "reset: another code");
	is_int(cognito_reset(c, email, CODE, OTHER, soon()), RC_OK, "reset");
	is_int(sign_in(email, PASS), RC_BAD_CREDENTIALS,
	    "reset: the old password is no good");
	is_int(sign_in(email, OTHER), RC_OK, "reset: the new one is");
}

/* Somebody whom an administrator made, with a password for once. */
static void
new_password(void)
{
	struct json_object *doc = NULL;
	struct buf body = BUF_INIT(1024);
	struct cognito_tokens t, next;

	js_open(&body, NULL, '{');
	js_str(&body, "UserPoolId", conf.cognito_user_pool_id);
	js_str(&body, "Username", "made@example.com");
	js_str(&body, "TemporaryPassword", PASS);
	js_str(&body, "MessageAction", "SUPPRESS");
	js_close(&body, '}');
	is_int(cognito_call(c, "AdminCreateUser", buf_str(&body), body.len,
		   soon(), &doc),
	    RC_OK, "new password: make somebody");
	json_object_put(doc);
	buf_free(&body);
	is_int(cognito_sign_in(c, "made@example.com", PASS, soon(), &t),
	    RC_NEW_PASSWORD_REQUIRED, "new password: is required");
	ok(t.session != NULL && t.access == NULL, "new password: a session");
	is_int(cognito_new_password(
		   c, "made@example.com", t.session, OTHER, soon(), &next),
	    RC_OK, "new password: set");
	ok(next.access != NULL, "new password: and signed in");
	cognito_tokens_free(&t);
	cognito_tokens_free(&next);
	is_int(
	    sign_in("made@example.com", OTHER), RC_OK, "new password: holds");
}

static void
list(void)
{
	struct cognito_users all, one;
	char filter[128];
	size_t found = 0;

	is_int(cognito_list_users(c, NULL, NULL, soon(), &all), RC_OK, "list");
	for (size_t i = 0; i < all.n; i++) {
		if (all.user[i].email && strcmp(all.user[i].email, email) == 0)
			found++;
	}
	is_int((long long)found, 1, "list: has the newcomer");
	ok(all.n >= 2 && all.next == NULL, "list: and others");
	cognito_users_free(&all);
	snprintf(filter, sizeof(filter), "email = \"%s\"", email);
	is_int(cognito_list_users(c, filter, NULL, soon(), &one), RC_OK,
	    "list: by e-mail");
	is_int((long long)one.n, 1, "list: one");
	if (one.n == 1) {
		is_str(one.user[0].status, "CONFIRMED", "list: status");
		is_str(
		    one.user[0].preferred_username, "newcomer", "list: handle");
		ok(one.user[0].enabled, "list: enabled");
	}
	cognito_users_free(&one);
}

static void
faults(void)
{
	struct conf other = conf;
	struct creds *creds = creds_new(&conf);
	char nobody[] = "http://127.0.0.1:1/", client[] = "no-such-client";
	struct cognito_tokens t;
	struct cognito *broken;

	other.cognito_endpoint = nobody;
	broken = cognito_new(&other, creds);
	is_int(cognito_sign_in(broken, email, PASS, soon(), &t), RC_UNAVAILABLE,
	    "nobody listens");
	cognito_tokens_free(&t);
	cognito_free(&broken);
	other = conf;
	other.cognito_client_id = client;
	broken = cognito_new(&other, creds);
	is_int(cognito_sign_in(broken, email, PASS, soon(), &t), RC_CONFIG,
	    "no such client is our fault, not the person's");
	cognito_tokens_free(&t);
	cognito_free(&broken);
	creds_free(&creds);
}

int
main(void)
{
	struct buf err = BUF_INIT(1024);
	struct creds *creds;
	char uuid[UUID_TEXT_SIZE];

	if (conf_load(NULL, &conf, &err) != RC_OK) {
		fprintf(stderr, "cognito-calls: %s\n", buf_str(&err));
		return 2;
	}
	rnd_uuid(uuid);
	snprintf(email, sizeof(email), "%s@example.com", uuid);
	creds = creds_new(&conf);
	c = cognito_new(&conf, creds);
	sign_up();
	sessions();
	forgotten();
	new_password();
	list();
	faults();
	cognito_free(&c);
	creds_free(&creds);
	conf_free(&conf);
	return tap_done();
}
