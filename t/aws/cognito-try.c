/*
 * cognito-try CALL: make one call of aws/cognito.h and tell how it ended, as
 * JSON: rc, error, and of tokens which there are. What answers is the business
 * of t/aws/cognito.t.
 */
#include <stdlib.h>

#include "aws/cognito.h"
#include "aws/creds.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/js.h"
#include "tap.h"

#define NAME   "ann@example.com"
#define SECRET "SECRET-password" /* the test looks for it in the log */
#define TOKEN  "SECRET-token"

static struct cognito *c;
static int64_t deadline_ms;
static struct cognito_tokens tokens;

static enum rc
call(const char *name)
{
	struct cognito_sign_up person = { NAME, SECRET, NAME, "ann", "Ann" };
	struct cognito_user user;
	struct cognito_users users;
	enum rc rc;

	if (strcmp(name, "sign_in") == 0)
		return cognito_sign_in(c, NAME, SECRET, deadline_ms, &tokens);
	if (strcmp(name, "new_password") == 0)
		return cognito_new_password(
		    c, NAME, TOKEN, SECRET, deadline_ms, &tokens);
	if (strcmp(name, "refresh") == 0)
		return cognito_refresh(c, NAME, TOKEN, deadline_ms, &tokens);
	if (strcmp(name, "revoke") == 0)
		return cognito_revoke(c, TOKEN, deadline_ms);
	if (strcmp(name, "sign_up") == 0)
		return cognito_sign_up(c, &person, deadline_ms);
	if (strcmp(name, "confirm") == 0)
		return cognito_confirm(c, NAME, "1", deadline_ms);
	if (strcmp(name, "resend") == 0)
		return cognito_resend(c, NAME, deadline_ms);
	if (strcmp(name, "forgot") == 0)
		return cognito_forgot(c, NAME, deadline_ms);
	if (strcmp(name, "reset") == 0)
		return cognito_reset(c, NAME, "1", SECRET, deadline_ms);
	if (strcmp(name, "list_users") == 0) {
		rc = cognito_list_users(c, NULL, "page 2", deadline_ms, &users);
		cognito_users_free(&users);
		return rc;
	}
	rc = cognito_get_user(c, TOKEN, deadline_ms, &user);
	cognito_user_free(&user);
	return rc;
}

static void
tell(enum rc rc)
{
	struct buf line = BUF_INIT(8192);

	js_open(&line, NULL, '{');
	js_str(&line, "rc", rc_wire(rc));
	js_str(&line, "error", cognito_error(c));
	js_bool(&line, "access", tokens.access != NULL);
	js_bool(&line, "refresh", tokens.refresh != NULL);
	js_str(&line, "session", tokens.session ? tokens.session : "");
	js_int(&line, "expires_in_s", tokens.expires_in_s);
	js_close(&line, '}');
	printf("%s\n", buf_str(&line));
	buf_free(&line);
}

int
main(int argc, char **argv)
{
	struct buf err = BUF_INIT(1024);
	struct conf conf;
	struct creds *creds;

	if (argc != 2 || conf_load(NULL, &conf, &err) != RC_OK) {
		fprintf(stderr, "cognito-try: %s\n", buf_str(&err));
		return 2;
	}
	creds = creds_new(&conf);
	c = cognito_new(&conf, creds);
	deadline_ms = clock_ms() + 2000;
	tell(call(argv[1]));
	cognito_tokens_free(&tokens);
	cognito_free(&c);
	creds_free(&creds);
	conf_free(&conf);
	return 0;
}
