/*
 * cognito: Amazon Cognito user pools, the calls that cruddur makes ("Amazon
 * Cognito user pools API Reference"). Passwords, codes and tokens are wiped
 * after use and never logged.
 *
 * Every call takes an absolute deadline and ends at it. Throttling, 5xx and
 * broken connections are tried again inside it, so a call may arrive twice:
 * RC_USERNAME_EXISTS, RC_CODE_MISMATCH or RC_BAD_CREDENTIALS may then stem
 * from its own first arrival.
 *
 * Any of them may also return RC_UNAVAILABLE, RC_DEADLINE, RC_THROTTLED,
 * RC_TOO_MANY (of one person or address: wait minutes), RC_CONFIG (no such
 * pool or client, or one that does not allow this: cognito_error() says),
 * RC_BACKEND_DENIED (our credentials; only signed calls) and RC_INVALID (a
 * parameter that Cognito refuses; where a password or token is shown, that is
 * RC_BAD_CREDENTIALS).
 */
#ifndef AWS_COGNITO_H
#define AWS_COGNITO_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/rc.h"

struct cognito;
struct creds;

/* cognito_new(conf, creds): conf's user pool and client. Never NULL; nothing
 * connects yet. Both are borrowed. cognito_free(&c) frees and clears. */
struct cognito *cognito_new(const struct conf *conf, struct creds *creds);
void cognito_free(struct cognito **c);

/* cognito_error(c): what AWS said of the last failure, one line: for the
 * operator, not for a client. */
const char *cognito_error(const struct cognito *c);

/* What a sign-in gives. NULL: it did not. */
struct cognito_tokens {
	char *access;
	char *refresh;	      /* a renewal gives none, or a new one */
	char *session;	      /* only with RC_NEW_PASSWORD_REQUIRED, … */
	char *username;	      /* … and whose it is, if Cognito says so */
	int64_t expires_in_s; /* of access */
};

/* cognito_tokens_free(t): wipe, free, clear. Fine on zeros. */
void cognito_tokens_free(struct cognito_tokens *t);

/*
 * cognito_sign_in(c, username, password, deadline_ms, out): InitiateAuth,
 * USER_PASSWORD_AUTH.
 * RC_BAD_CREDENTIALS        wrong password, or no such person
 * RC_USER_NOT_CONFIRMED     the address is not confirmed yet
 * RC_NEW_PASSWORD_REQUIRED  out->session is for cognito_new_password()
 * RC_PASSWORD_RESET         an administrator asks for a reset by code
 * RC_MFA_NOT_SUPPORTED      Cognito asks for something that we cannot do
 * out: freed with cognito_tokens_free(), on any outcome.
 */
enum rc cognito_sign_in(struct cognito *c, const char *username,
    const char *password, int64_t deadline_ms,
    struct cognito_tokens *out) MUSTCHECK;

/* cognito_new_password(c, username, session, password, deadline_ms, out): the
 * answer to NEW_PASSWORD_REQUIRED. RC_PASSWORD_WEAK; RC_BAD_CREDENTIALS: the
 * session is over or wrong; the others as above. */
enum rc cognito_new_password(struct cognito *c, const char *username,
    const char *session, const char *password, int64_t deadline_ms,
    struct cognito_tokens *out) MUSTCHECK;

/* cognito_refresh(c, username, refresh, deadline_ms, out): REFRESH_TOKEN_AUTH.
 * username: the token's (or the sub); needed only if the client has a secret.
 * RC_BAD_CREDENTIALS: it has expired or was revoked. */
enum rc cognito_refresh(struct cognito *c, const char *username,
    const char *refresh, int64_t deadline_ms,
    struct cognito_tokens *out) MUSTCHECK;

/* cognito_revoke(c, refresh, deadline_ms): RevokeToken: it and the access
 * tokens made from it. A token that is none any more gives RC_OK. */
enum rc cognito_revoke(
    struct cognito *c, const char *refresh, int64_t deadline_ms) MUSTCHECK;

/* A person, as Cognito knows them. NULL: the attribute is not set. */
struct cognito_user {
	char *sub;
	char *username;
	char *preferred_username;
	char *name;
	char *email;
	char *email_verified; /* "false": see cognito_proven_email() */
	char *status;	      /* "CONFIRMED", …; only from a list */
	bool enabled;	      /* only from a list */
};

/* cognito_proven_email(u): their address, or NULL if there is none, or Cognito
 * says that it is not verified: after UpdateUserAttributes it is whatever the
 * person has typed. Where an administrator made the account and says nothing
 * of it, the address is the administrator's word. */
const char *cognito_proven_email(const struct cognito_user *u);

/* cognito_user_free(u): free, clear. Fine on zeros. */
void cognito_user_free(struct cognito_user *u);

/* cognito_get_user(c, access_token, deadline_ms, out): GetUser: whose token it
 * is. RC_BAD_CREDENTIALS: it is no good, or the person is gone. out is freed
 * with cognito_user_free(), on any outcome. */
enum rc cognito_get_user(struct cognito *c, const char *access_token,
    int64_t deadline_ms, struct cognito_user *out) MUSTCHECK;

/* A person to be. All but name are needed. */
struct cognito_sign_up {
	const char *username; /* the e-mail address, as our pools are set up */
	const char *password;
	const char *email;
	const char *preferred_username;
	const char *name;
};

/* cognito_sign_up(c, in, deadline_ms): SignUp; Cognito sends a code.
 * RC_USERNAME_EXISTS, RC_PASSWORD_WEAK. */
enum rc cognito_sign_up(struct cognito *c, const struct cognito_sign_up *in,
    int64_t deadline_ms) MUSTCHECK;

/*
 * cognito_confirm(c, username, code, deadline_ms): ConfirmSignUp.
 * RC_CODE_MISMATCH, RC_CODE_EXPIRED (also if they are confirmed already),
 * RC_USER_UNKNOWN, RC_USERNAME_EXISTS: the address was confirmed for another
 * account meanwhile.
 */
enum rc cognito_confirm(struct cognito *c, const char *username,
    const char *code, int64_t deadline_ms) MUSTCHECK;

/* cognito_resend(c, username, deadline_ms): ResendConfirmationCode.
 * RC_USER_UNKNOWN; RC_INVALID: they are confirmed already. */
enum rc cognito_resend(
    struct cognito *c, const char *username, int64_t deadline_ms) MUSTCHECK;

/* cognito_forgot(c, username, deadline_ms): ForgotPassword: Cognito sends a
 * code. RC_USER_UNKNOWN; RC_INVALID: no confirmed address to send it to. */
enum rc cognito_forgot(
    struct cognito *c, const char *username, int64_t deadline_ms) MUSTCHECK;

/* cognito_reset(c, username, code, password, deadline_ms):
 * ConfirmForgotPassword. RC_CODE_MISMATCH, RC_CODE_EXPIRED, RC_PASSWORD_WEAK,
 * RC_USER_UNKNOWN, RC_USER_NOT_CONFIRMED. */
enum rc cognito_reset(struct cognito *c, const char *username, const char *code,
    const char *password, int64_t deadline_ms) MUSTCHECK;

/* A page of people. */
struct cognito_users {
	struct cognito_user *user;
	size_t n;
	char *next; /* token of the next page; NULL: this was the last */
};
void cognito_users_free(struct cognito_users *users);

/* cognito_list_users(c, filter, next, deadline_ms, out): ListUsers, signed.
 * filter: Cognito's own, such as `email = "x@y"`, or NULL; next: NULL, or the
 * page before's. out: freed with cognito_users_free(), on any outcome. */
enum rc cognito_list_users(struct cognito *c, const char *filter,
    const char *next, int64_t deadline_ms, struct cognito_users *out) MUSTCHECK;

/*
 * cognito_call(c, operation, body, n, deadline_ms, doc): any other operation,
 * signed, for the command-line tool: "DescribeUserPoolClient", "AdminGetUser".
 * *doc: the answer, freed with json_object_put().
 */
struct json_object;
enum rc cognito_call(struct cognito *c, const char *operation, const char *body,
    size_t n, int64_t deadline_ms, struct json_object **doc) MUSTCHECK;

#endif
