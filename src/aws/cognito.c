#include "aws/cognito.h"

#include <json-c/json_object.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call.h"
#include "base/crypt.h"
#include "base/js.h"
#include "base/xalloc.h"

#define REQUEST_MAX_BYTES ((size_t)64 * 1024)
#define ANSWER_MAX_BYTES  ((size_t)4096 * 1024)
#define CONNECT_MS	  1000
#define ATTEMPT_MS	  3000
#define PREFIX		  "AWSCognitoIdentityProviderService."

struct cognito {
	struct call_service service;
	const struct conf *conf;
	char *endpoint;
	char *region; /* of the pool */
};

/* Cognito's own exceptions. */
static const struct awserr_row errors[] = {
	{ "AliasExistsException", RC_USERNAME_EXISTS, RETRY_NEVER },
	{ "CodeDeliveryFailureException", RC_UNAVAILABLE, RETRY_NEVER },
	{ "CodeMismatchException", RC_CODE_MISMATCH, RETRY_NEVER },
	{ "ExpiredCodeException", RC_CODE_EXPIRED, RETRY_NEVER },
	{ "InternalErrorException", RC_UNAVAILABLE, RETRY_SERVER },
	{ "InvalidParameterException", RC_INVALID, RETRY_NEVER },
	{ "InvalidPasswordException", RC_PASSWORD_WEAK, RETRY_NEVER },
	{ "InvalidUserPoolConfigurationException", RC_CONFIG, RETRY_NEVER },
	{ "LimitExceededException", RC_TOO_MANY, RETRY_NEVER },
	{ "NotAuthorizedException", RC_BAD_CREDENTIALS, RETRY_NEVER },
	{ "PasswordHistoryPolicyViolationException", RC_PASSWORD_WEAK,
	    RETRY_NEVER },
	{ "PasswordResetRequiredException", RC_PASSWORD_RESET, RETRY_NEVER },
	{ "ResourceNotFoundException", RC_CONFIG, RETRY_NEVER },
	{ "TooManyFailedAttemptsException", RC_TOO_MANY, RETRY_NEVER },
	{ "UserLambdaValidationException", RC_INVALID, RETRY_NEVER },
	{ "UserNotConfirmedException", RC_USER_NOT_CONFIRMED, RETRY_NEVER },
	{ "UserNotFoundException", RC_USER_UNKNOWN, RETRY_NEVER },
	{ "UsernameExistsException", RC_USERNAME_EXISTS, RETRY_NEVER },
	{ NULL, RC_OK, RETRY_NEVER },
};

/* Faults of the set-up that come under an exception's name which elsewhere
 * means the person's input, known by their text. */
static const char *const set_up_faults[] = {
	"not enabled for this client", /* USER_PASSWORD_AUTH */
	"secret hash", /* "Unable to verify secret hash for …" */
	"SECRET_HASH was not received",
};

/* A pool's name begins with its region: "ca-central-1_AbCdEf". */
static char *
region_of(const struct conf *conf)
{
	const char *pool = conf->cognito_user_pool_id;
	const char *end = strchr(pool, '_');

	if (end == NULL || strchr(pool, '-') == NULL || strchr(pool, '-') > end)
		return xstrdup(conf->aws_region); /* the emulator's "local_…" */
	return xstrndup(pool, (size_t)(end - pool));
}

struct cognito *
cognito_new(const struct conf *conf, struct creds *creds)
{
	struct cognito *c = xcalloc(1, sizeof(*c));
	struct buf url = BUF_INIT(512);

	c->conf = conf;
	c->region = region_of(conf);
	if (conf->cognito_endpoint[0] != '\0')
		buf_adds(&url, conf->cognito_endpoint);
	else
		buf_addf(&url, "https://cognito-idp.%s.amazonaws.com%s",
		    c->region, strncmp(c->region, "cn-", 3) == 0 ? ".cn" : "");
	c->endpoint = buf_take(&url, NULL);
	c->service = (struct call_service){
		.backend = MB_COGNITO,
		.name = "cognito",
		.sign_as = "cognito-idp",
		.region = c->region,
		.endpoint = c->endpoint,
		.content_type = "application/x-amz-json-1.1",
		.errors = errors,
		.connect_timeout_ms = CONNECT_MS,
		.attempt_timeout_ms = ATTEMPT_MS,
		.slow_ms = conf->log_slow_ms,
		.creds = creds,
	};
	return c;
}

void
cognito_free(struct cognito **c)
{
	if (*c == NULL)
		return;
	free((*c)->endpoint);
	free((*c)->region);
	free(*c);
	*c = NULL;
}

const char *
cognito_error(const struct cognito *c)
{
	return c->service.err.text;
}

static enum rc
fail(struct cognito *c, enum rc rc, const char *text)
{
	awserr_set(&c->service.err, rc, RETRY_NEVER, "", text);
	return rc;
}

/* An error that says less than its text does. */
static enum rc
by_text(struct cognito *c, enum rc rc)
{
	const char *text = c->service.err.text;

	if (rc != RC_BAD_CREDENTIALS && rc != RC_INVALID)
		return rc;
	for (size_t i = 0; i < sizeof(set_up_faults) / sizeof(char *); i++) {
		if (strstr(text, set_up_faults[i]) != NULL)
			return RC_CONFIG;
	}
	return strstr(text, "ttempts exceeded") != NULL ? RC_TOO_MANY : rc;
}

/* One call; *doc is the answer, freed with json_object_put(). */
static enum rc
send(struct cognito *c, const char *operation, bool is_signed,
    const struct buf *body, int64_t deadline_ms, struct json_object **doc)
{
	struct buf answer = BUF_SECRET(ANSWER_MAX_BYTES);
	char target[128];
	struct call call = {
		.operation = operation,
		.target = target,
		.body = buf_str(body),
		.body_len = body->len,
		.anonymous = !is_signed,
		.deadline_ms = deadline_ms,
	};
	enum rc rc;

	*doc = NULL;
	snprintf(target, sizeof(target), PREFIX "%s", operation);
	if (buf_rc(body) != RC_OK)
		return fail(c, RC_INVALID, "the request is too large");
	rc = by_text(c, call_run(&c->service, &call, &answer));
	/* some operations answer with nothing at all */
	if (rc == RC_OK && answer.len > 0 &&
	    js_parse(answer.data, answer.len, doc) != RC_OK)
		rc = call_unreadable(&c->service, operation);
	buf_free(&answer);
	return rc;
}

/* send(), the body closed and freed, the answer not wanted. */
static enum rc
finish(struct cognito *c, const char *operation, struct buf *body,
    int64_t deadline_ms)
{
	struct json_object *doc;
	enum rc rc;

	js_close(body, '}');
	rc = send(c, operation, false, body, deadline_ms, &doc);
	json_object_put(doc);
	buf_free(body);
	return rc;
}

/*
 * Base64(HMAC-SHA256(client secret, username + client id)), which a client
 * that has a secret must send as key. Nothing if it has none.
 */
static void
add_secret_hash(const struct cognito *c, const char *key, const char *username,
    struct buf *body)
{
	const char *secret = c->conf->cognito_client_secret;
	struct buf text = BUF_INIT(4096), hash = BUF_SECRET(64);
	unsigned char mac[SHA256_SIZE];

	if (secret[0] == '\0')
		return;
	buf_addf(&text, "%s%s", username, c->conf->cognito_client_id);
	crypt_hmac(secret, strlen(secret), buf_str(&text), text.len, mac);
	crypt_b64url(mac, sizeof(mac), &hash);
	for (size_t i = 0; i < hash.len; i++) {
		if (hash.data[i] == '-')
			hash.data[i] = '+';
		else if (hash.data[i] == '_')
			hash.data[i] = '/';
	}
	buf_addc(&hash, '='); /* 32 bytes are 43 characters and this */
	js_str(body, key, buf_str(&hash));
	buf_free(&text);
	buf_free(&hash);
}

/* {"ClientId":…,"Username":…,"SecretHash":… */
static struct buf
about_user(const struct cognito *c, const char *username)
{
	struct buf body = BUF_SECRET(REQUEST_MAX_BYTES);

	js_open(&body, NULL, '{');
	js_str(&body, "ClientId", c->conf->cognito_client_id);
	js_str(&body, "Username", username);
	add_secret_hash(c, "SecretHash", username, &body);
	return body;
}

/* A copy of a string member, and the document's own bytes wiped. */
static char *
take_secret(struct json_object *obj, const char *key)
{
	struct json_object *v = js_get(obj, key);
	size_t len;
	char *copy;

	if (!json_object_is_type(v, json_type_string))
		return NULL;
	len = (size_t)json_object_get_string_len(v);
	copy = xstrndup(json_object_get_string(v), len);
	explicit_bzero((char *)(uintptr_t)json_object_get_string(v), len);
	return copy;
}

static void
wipe(char **text)
{
	if (*text != NULL)
		secure_free(*text, strlen(*text));
	*text = NULL;
}

void
cognito_tokens_free(struct cognito_tokens *t)
{
	wipe(&t->access);
	wipe(&t->refresh);
	wipe(&t->session);
	wipe(&t->username);
	t->expires_in_s = 0;
}

/* Tokens, or another question of Cognito's. */
static enum rc
read_tokens(
    struct cognito *c, struct json_object *doc, struct cognito_tokens *out)
{
	struct json_object *result = js_get(doc, "AuthenticationResult");
	const char *challenge = js_get_str(doc, "ChallengeName", NULL);

	out->access = take_secret(result, "AccessToken");
	out->refresh = take_secret(result, "RefreshToken");
	if (!js_get_int(result, "ExpiresIn", &out->expires_in_s))
		out->expires_in_s = 3600; /* Cognito's own default */
	if (out->access != NULL)
		return RC_OK;
	if (challenge == NULL)
		return fail(c, RC_INTERNAL, "neither tokens nor a challenge");
	if (strcmp(challenge, "NEW_PASSWORD_REQUIRED") != 0)
		return fail(c, RC_MFA_NOT_SUPPORTED, challenge);
	out->session = take_secret(doc, "Session");
	/* the answer to it must name them so, not by their e-mail address */
	out->username =
	    take_secret(js_get(doc, "ChallengeParameters"), "USER_ID_FOR_SRP");
	if (out->session == NULL)
		return fail(c, RC_INTERNAL, "a challenge without a session");
	return fail(c, RC_NEW_PASSWORD_REQUIRED, challenge);
}

/* send(), tokens wanted. The body is closed and freed. */
static enum rc
finish_tokens(struct cognito *c, const char *operation, struct buf *body,
    int64_t deadline_ms, struct cognito_tokens *out)
{
	struct json_object *doc;
	enum rc rc;

	js_close(body, '}');
	rc = send(c, operation, false, body, deadline_ms, &doc);
	if (rc == RC_OK)
		rc = read_tokens(c, doc, out);
	json_object_put(doc);
	buf_free(body);
	return rc;
}

/* Of somebody who shows a password or token, whatever is wrong with it. */
static enum rc
as_refusal(enum rc rc)
{
	return rc == RC_PASSWORD_WEAK || rc == RC_INVALID || /* the emulator */
		       rc == RC_CODE_MISMATCH || rc == RC_CODE_EXPIRED ||
		       rc == RC_USER_UNKNOWN
		   ? RC_BAD_CREDENTIALS
		   : rc;
}

enum rc
cognito_sign_in(struct cognito *c, const char *username, const char *password,
    int64_t deadline_ms, struct cognito_tokens *out)
{
	struct buf body = BUF_SECRET(REQUEST_MAX_BYTES);

	memset(out, 0, sizeof(*out));
	js_open(&body, NULL, '{');
	js_str(&body, "AuthFlow", "USER_PASSWORD_AUTH");
	js_str(&body, "ClientId", c->conf->cognito_client_id);
	js_open(&body, "AuthParameters", '{');
	js_str(&body, "USERNAME", username);
	js_str(&body, "PASSWORD", password);
	add_secret_hash(c, "SECRET_HASH", username, &body);
	js_close(&body, '}');
	return as_refusal(
	    finish_tokens(c, "InitiateAuth", &body, deadline_ms, out));
}

enum rc
cognito_new_password(struct cognito *c, const char *username,
    const char *session, const char *password, int64_t deadline_ms,
    struct cognito_tokens *out)
{
	struct buf body = BUF_SECRET(REQUEST_MAX_BYTES);
	enum rc rc;

	memset(out, 0, sizeof(*out));
	js_open(&body, NULL, '{');
	js_str(&body, "ClientId", c->conf->cognito_client_id);
	js_str(&body, "ChallengeName", "NEW_PASSWORD_REQUIRED");
	js_str(&body, "Session", session);
	js_open(&body, "ChallengeResponses", '{');
	js_str(&body, "USERNAME", username);
	js_str(&body, "NEW_PASSWORD", password);
	add_secret_hash(c, "SECRET_HASH", username, &body);
	js_close(&body, '}');
	rc =
	    finish_tokens(c, "RespondToAuthChallenge", &body, deadline_ms, out);
	/* the one code of this operation is its session */
	return rc == RC_CODE_MISMATCH || rc == RC_CODE_EXPIRED
		   ? RC_BAD_CREDENTIALS
		   : rc;
}

enum rc
cognito_refresh(struct cognito *c, const char *username, const char *refresh,
    int64_t deadline_ms, struct cognito_tokens *out)
{
	struct buf body = BUF_SECRET(REQUEST_MAX_BYTES);

	memset(out, 0, sizeof(*out));
	js_open(&body, NULL, '{');
	js_str(&body, "AuthFlow", "REFRESH_TOKEN_AUTH");
	js_str(&body, "ClientId", c->conf->cognito_client_id);
	js_open(&body, "AuthParameters", '{');
	js_str(&body, "REFRESH_TOKEN", refresh);
	add_secret_hash(c, "SECRET_HASH", username ? username : "", &body);
	js_close(&body, '}');
	return as_refusal(
	    finish_tokens(c, "InitiateAuth", &body, deadline_ms, out));
}

enum rc
cognito_revoke(struct cognito *c, const char *refresh, int64_t deadline_ms)
{
	struct buf body = BUF_SECRET(REQUEST_MAX_BYTES);
	enum rc rc;

	js_open(&body, NULL, '{');
	js_str(&body, "ClientId", c->conf->cognito_client_id);
	if (c->conf->cognito_client_secret[0] != '\0')
		js_str(&body, "ClientSecret", c->conf->cognito_client_secret);
	js_str(&body, "Token", refresh);
	rc = finish(c, "RevokeToken", &body, deadline_ms);
	return rc == RC_BAD_CREDENTIALS || rc == RC_INVALID ? RC_OK : rc;
}

const char *
cognito_proven_email(const struct cognito_user *u)
{
	if (u->email_verified != NULL &&
	    strcmp(u->email_verified, "false") == 0)
		return NULL;
	return u->email;
}

void
cognito_user_free(struct cognito_user *u)
{
	free(u->sub);
	free(u->username);
	free(u->preferred_username);
	free(u->name);
	free(u->email);
	free(u->email_verified);
	free(u->status);
	memset(u, 0, sizeof(*u));
}

/* [{"Name": …, "Value": …}, …] */
static void
read_attributes(struct json_object *list, struct cognito_user *out)
{
	const struct {
		const char *name;
		char **to;
	} wanted[] = {
		{ "sub", &out->sub },
		{ "preferred_username", &out->preferred_username },
		{ "name", &out->name },
		{ "email", &out->email },
		{ "email_verified", &out->email_verified },
	};
	size_t n = json_object_is_type(list, json_type_array)
		       ? json_object_array_length(list)
		       : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		const char *name = js_get_str(one, "Name", NULL);
		const char *value = js_get_str(one, "Value", NULL);

		for (size_t k = 0; name && k < sizeof(wanted) / sizeof(*wanted);
		     k++) {
			if (strcmp(name, wanted[k].name) != 0)
				continue;
			free(*wanted[k].to);
			*wanted[k].to = xstrdup(value);
		}
	}
}

enum rc
cognito_get_user(struct cognito *c, const char *access_token,
    int64_t deadline_ms, struct cognito_user *out)
{
	struct buf body = BUF_SECRET(REQUEST_MAX_BYTES);
	struct json_object *doc;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	js_open(&body, NULL, '{');
	js_str(&body, "AccessToken", access_token);
	js_close(&body, '}');
	rc = send(c, "GetUser", false, &body, deadline_ms, &doc);
	buf_free(&body);
	if (rc == RC_OK) {
		out->username = xstrdup(js_get_str(doc, "Username", NULL));
		read_attributes(js_get(doc, "UserAttributes"), out);
		out->enabled = true;
		if (out->sub == NULL)
			rc = fail(c, RC_INTERNAL, "a user without sub");
	}
	json_object_put(doc);
	return as_refusal(rc);
}

static void
add_attribute(struct buf *body, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	js_open(body, NULL, '{');
	js_str(body, "Name", name);
	js_str(body, "Value", value);
	js_close(body, '}');
}

enum rc
cognito_sign_up(
    struct cognito *c, const struct cognito_sign_up *in, int64_t deadline_ms)
{
	struct buf body = about_user(c, in->username);

	js_str(&body, "Password", in->password);
	js_open(&body, "UserAttributes", '[');
	add_attribute(&body, "email", in->email);
	add_attribute(&body, "preferred_username", in->preferred_username);
	add_attribute(&body, "name", in->name);
	js_close(&body, ']');
	return finish(c, "SignUp", &body, deadline_ms);
}

enum rc
cognito_confirm(struct cognito *c, const char *username, const char *code,
    int64_t deadline_ms)
{
	struct buf body = about_user(c, username);
	enum rc rc;

	js_str(&body, "ConfirmationCode", code);
	rc = finish(c, "ConfirmSignUp", &body, deadline_ms);
	/* "Current status is CONFIRMED": their code is spent */
	return rc == RC_BAD_CREDENTIALS ? RC_CODE_EXPIRED : rc;
}

enum rc
cognito_resend(struct cognito *c, const char *username, int64_t deadline_ms)
{
	struct buf body = about_user(c, username);

	return finish(c, "ResendConfirmationCode", &body, deadline_ms);
}

enum rc
cognito_forgot(struct cognito *c, const char *username, int64_t deadline_ms)
{
	struct buf body = about_user(c, username);
	enum rc rc = finish(c, "ForgotPassword", &body, deadline_ms);

	/* NotAuthorizedException: disabled, or they must sign in first */
	return rc == RC_BAD_CREDENTIALS ? RC_INVALID : rc;
}

enum rc
cognito_reset(struct cognito *c, const char *username, const char *code,
    const char *password, int64_t deadline_ms)
{
	struct buf body = about_user(c, username);
	enum rc rc;

	js_str(&body, "ConfirmationCode", code);
	js_str(&body, "Password", password);
	rc = finish(c, "ConfirmForgotPassword", &body, deadline_ms);
	return rc == RC_BAD_CREDENTIALS ? RC_CODE_MISMATCH : rc;
}

void
cognito_users_free(struct cognito_users *users)
{
	for (size_t i = 0; i < users->n; i++)
		cognito_user_free(&users->user[i]);
	free(users->user);
	free(users->next);
	memset(users, 0, sizeof(*users));
}

static void
read_users(struct json_object *doc, struct cognito_users *out)
{
	struct json_object *list = js_get(doc, "Users");
	size_t n = json_object_is_type(list, json_type_array)
		       ? json_object_array_length(list)
		       : 0;

	out->user = xcalloc(n, sizeof(*out->user));
	out->n = n;
	out->next = xstrdup(js_get_str(doc, "PaginationToken", NULL));
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		struct cognito_user *u = &out->user[i];

		u->username = xstrdup(js_get_str(one, "Username", NULL));
		u->status = xstrdup(js_get_str(one, "UserStatus", NULL));
		u->enabled = json_object_get_boolean(js_get(one, "Enabled"));
		read_attributes(js_get(one, "Attributes"), u);
	}
}

enum rc
cognito_list_users(struct cognito *c, const char *filter, const char *next,
    int64_t deadline_ms, struct cognito_users *out)
{
	struct buf body = BUF_INIT(REQUEST_MAX_BYTES);
	struct json_object *doc;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	js_open(&body, NULL, '{');
	js_str(&body, "UserPoolId", c->conf->cognito_user_pool_id);
	if (filter != NULL)
		js_str(&body, "Filter", filter);
	if (next != NULL)
		js_str(&body, "PaginationToken", next);
	js_close(&body, '}');
	rc = send(c, "ListUsers", true, &body, deadline_ms, &doc);
	if (rc == RC_OK)
		read_users(doc, out);
	json_object_put(doc);
	buf_free(&body);
	return rc;
}

enum rc
cognito_call(struct cognito *c, const char *operation, const char *body,
    size_t n, int64_t deadline_ms, struct json_object **doc)
{
	struct buf copy = BUF_SECRET(REQUEST_MAX_BYTES);
	enum rc rc;

	buf_add(&copy, body, n);
	rc = send(c, operation, true, &copy, deadline_ms, doc);
	buf_free(&copy);
	return rc;
}
