/*
 * Sign-up and recovery, through Cognito. What is answered does not tell a
 * stranger who has an account: only the holder of a code, or of a password,
 * gets another answer than anybody would.
 */
#include <string.h>

#include "api/handlers.h"
#include "aws/cognito.h"
#include "base/js.h"
#include "base/parse.h"
#include "model/ctx.h"
#include "model/users.h"
#include "web/req.h"
#include "web/resp.h"

#define EMAIL_MAX_BYTES 254 /* RFC 5321, 4.5.3.1.3 */
#define PASSWORD_MIN	6   /* characters; Cognito takes no fewer … */
#define PASSWORD_MAX	256 /* … and no more in any pool */

#define EMAIL_FIELD                                                        \
	{                                                                  \
		.name = "email", .need = FIELD_REQUIRED,                   \
		.blank = RC_EMAIL_BLANK, .invalid = RC_EMAIL_INVALID,      \
		.max_chars = EMAIL_MAX_BYTES, .too_long = RC_EMAIL_INVALID \
	}
#define CODE_FIELD                                                  \
	{                                                           \
		.name = "code", .need = FIELD_REQUIRED,             \
		.blank = RC_CODE_BLANK, .invalid = RC_CODE_INVALID, \
		.max_chars = 32, .too_long = RC_CODE_INVALID        \
	}
#define PASSWORD_FIELD                                                      \
	{                                                                   \
		.name = "password", .need = FIELD_REQUIRED,                 \
		.blank = RC_PASSWORD_BLANK, .invalid = RC_PASSWORD_INVALID, \
		.raw = true                                                 \
	}

/* One @, something before and after it, neither blanks nor control characters.
 * Whether mail arrives there only a mail can tell. */
static bool
is_email(const struct text *t)
{
	const char *at = strchr(t->p, '@');

	if (at == NULL || at == t->p || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL || t->n > EMAIL_MAX_BYTES)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if ((unsigned char)t->p[i] <= ' ' || t->p[i] == 0x7f)
			return false;
	}
	return true;
}

/* req_fields(), and what an address and a password must be besides. password
 * NULL: there is none to be chosen. */
static enum rc
read_fields(struct req *rq, const struct field *fields, size_t n,
    struct text *in, const struct text *email, const struct text *password)
{
	enum rc rc = req_fields(rq, fields, n, in);
	size_t chars = 0;

	if (rc != RC_OK && rc != RC_INVALID)
		return rc;
	if (password != NULL && password->p != NULL)
		chars = parse_chars(password->p, password->n);
	if (email->p != NULL && !is_email(email))
		rc = req_fault(rq, RC_EMAIL_INVALID);
	if (password != NULL && password->p != NULL && chars < PASSWORD_MIN)
		rc = req_fault(rq, RC_PASSWORD_WEAK);
	if (chars > PASSWORD_MAX)
		rc = req_fault(rq, RC_PASSWORD_INVALID);
	return rc;
}

static enum rc
done(struct resp *rs, enum rc rc)
{
	struct buf *b = resp_body(rs);

	js_open(b, NULL, '{');
	js_bool(b, "success", true);
	js_close(b, '}');
	return rc;
}

/* Whether Cognito's answer is about the person: who asks need not learn it. */
static bool
is_about_them(enum rc rc)
{
	return rc == RC_USER_UNKNOWN || rc == RC_USER_NOT_CONFIRMED ||
	       rc == RC_BAD_CREDENTIALS || rc == RC_INVALID ||
	       rc == RC_PASSWORD_RESET;
}

/* Whether nobody has the handle; everybody may see who has. */
static enum rc
handle_is_free(struct ctx *cx, const char *handle)
{
	struct buf person = BUF_INIT(4096);
	enum rc rc = users_short(cx, handle, &person);

	buf_free(&person);
	if (rc == RC_OK)
		return RC_HANDLE_TAKEN;
	return rc == RC_USER_UNKNOWN ? RC_OK : rc;
}

enum rc
api_users_create(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = {
		EMAIL_FIELD,
		PASSWORD_FIELD,
		{ .name = "name",
		    .need = FIELD_REQUIRED,
		    .blank = RC_PERSON_BLANK,
		    .invalid = RC_PERSON_INVALID,
		    .max_chars = USER_NAME_CHARS,
		    .too_long = RC_PERSON_LONG },
		{ .name = "handle",
		    .need = FIELD_REQUIRED,
		    .blank = RC_HANDLE_BLANK,
		    .invalid = RC_HANDLE_INVALID,
		    .max_chars = HANDLE_MAX_CHARS,
		    .too_long = RC_HANDLE_INVALID },
	};
	struct text in[4] = { 0 };
	struct cognito_sign_up up;
	enum rc rc = read_fields(rq, fields, 4, in, &in[0], &in[1]);

	if (in[3].p != NULL && !parse_is_handle(in[3].p))
		rc = req_fault(rq, RC_HANDLE_INVALID);
	if (rc == RC_OK)
		rc = handle_is_free(cx, in[3].p);
	if (rc != RC_OK)
		return rc;
	up = (struct cognito_sign_up){ .username = in[0].p,
		.password = in[1].p,
		.email = in[0].p,
		.preferred_username = in[3].p,
		.name = in[2].p };
	rc = cognito_sign_up(cx->cognito, &up, cx->deadline_ms);
	if (rc == RC_INVALID)
		return req_fault(rq, RC_EMAIL_INVALID);
	/* who has the address knows; who has not shall not learn it here */
	return done(rs, rc == RC_USERNAME_EXISTS ? RC_OK : rc);
}

enum rc
api_users_confirm(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = { EMAIL_FIELD, CODE_FIELD };
	struct text in[2] = { 0 };
	enum rc rc = read_fields(rq, fields, 2, in, &in[0], NULL);

	if (rc != RC_OK)
		return rc;
	rc = cognito_confirm(cx->cognito, in[0].p, in[1].p, cx->deadline_ms);
	/* as Cognito says of who is confirmed already and has no code */
	return done(rs, is_about_them(rc) ? RC_CODE_EXPIRED : rc);
}

enum rc
api_users_resend(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = { EMAIL_FIELD };
	struct text in[1] = { 0 };
	enum rc rc = read_fields(rq, fields, 1, in, &in[0], NULL);

	if (rc != RC_OK)
		return rc;
	rc = cognito_resend(cx->cognito, in[0].p, cx->deadline_ms);
	return done(rs, is_about_them(rc) ? RC_OK : rc);
}

enum rc
api_password_forgot(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = { EMAIL_FIELD };
	struct text in[1] = { 0 };
	enum rc rc = read_fields(rq, fields, 1, in, &in[0], NULL);

	if (rc != RC_OK)
		return rc;
	rc = cognito_forgot(cx->cognito, in[0].p, cx->deadline_ms);
	return done(rs, is_about_them(rc) ? RC_OK : rc);
}

enum rc
api_password_reset(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = { EMAIL_FIELD, CODE_FIELD,
		PASSWORD_FIELD };
	struct text in[3] = { 0 };
	enum rc rc = read_fields(rq, fields, 3, in, &in[0], &in[2]);

	if (rc != RC_OK)
		return rc;
	rc = cognito_reset(
	    cx->cognito, in[0].p, in[1].p, in[2].p, cx->deadline_ms);
	return done(rs, is_about_them(rc) ? RC_CODE_MISMATCH : rc);
}
