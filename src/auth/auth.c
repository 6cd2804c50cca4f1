#include "auth/auth.h"

#include <stdlib.h>
#include <string.h>

#include "auth/fetch.h"
#include "auth/seen.h"
#include "aws/http.h"
#include "base/clock.h"
#include "base/xalloc.h"

#define URL_MAX_BYTES 1024

struct auth {
	char *issuer;
	char *client_id;
	struct keyring *keys;
	struct seen *seen;
	struct http *http; /* fetch_get() makes it when it first fetches */
};

enum rc
auth_configured(const struct conf *conf, struct buf *err)
{
	enum rc rc;

	rc = conf_require(conf, err, OPT_cognito_client_id, OPT__MAX);
	if (rc == RC_OK && conf->auth_issuer[0] == '\0')
		rc =
		    conf_require(conf, err, OPT_cognito_user_pool_id, OPT__MAX);
	return rc;
}

/* A pool's name begins with its region, which need not be DynamoDB's. */
void
auth_issuer(const struct conf *conf, struct buf *out)
{
	const char *pool = conf->cognito_user_pool_id;
	size_t region_len = strcspn(pool, "_");

	if (conf->auth_issuer[0] != '\0')
		buf_adds(out, conf->auth_issuer);
	else
		buf_addf(out, "https://cognito-idp.%.*s.amazonaws.com/%s",
		    (int)region_len, pool, pool);
}

void
auth_jwks_url(const struct conf *conf, struct buf *out)
{
	if (conf->auth_jwks_url[0] != '\0') {
		buf_adds(out, conf->auth_jwks_url);
		return;
	}
	auth_issuer(conf, out);
	buf_adds(out, "/.well-known/jwks.json");
}

struct auth *
auth_new(const struct conf *conf, keyring_fetch_fn *fetch, void *arg)
{
	struct auth *a = xcalloc(1, sizeof(*a));
	struct buf issuer = BUF_INIT(URL_MAX_BYTES);
	struct buf url = BUF_INIT(URL_MAX_BYTES);

	auth_issuer(conf, &issuer);
	auth_jwks_url(conf, &url);
	a->issuer = buf_take(&issuer, NULL);
	a->client_id = xstrdup(conf->cognito_client_id);
	a->keys = fetch != NULL
		      ? keyring_new(buf_str(&url), fetch, arg)
		      : keyring_new(buf_str(&url), fetch_get, &a->http);
	a->seen = seen_new(AUTH_REMEMBERED_MAX);
	buf_free(&url);
	return a;
}

void
auth_free(struct auth **a)
{
	if (*a == NULL)
		return;
	keyring_free(&(*a)->keys);
	seen_free(&(*a)->seen);
	http_free(&(*a)->http);
	free((*a)->issuer);
	free((*a)->client_id);
	free(*a);
	*a = NULL;
}

/* Check with the keys at hand; if the token names another, fetch and check
 * once more. Without any keys nobody can be told from anybody. */
static enum rc
check(struct auth *a, const char *token, size_t n, int64_t now_s,
    int64_t deadline_ms, struct token_claims *claims)
{
	struct token_want want = { a->issuer, a->client_id };
	enum rc rc;

	rc = token_check(
	    token, n, keyring_current(a->keys), &want, now_s, claims);
	if (rc == RC_NOT_FOUND &&
	    keyring_refresh(a->keys, deadline_ms) == RC_OK)
		rc = token_check(
		    token, n, keyring_current(a->keys), &want, now_s, claims);
	if (rc != RC_NOT_FOUND)
		return rc;
	return keyring_current(a->keys)->n == 0 ? RC_UNAVAILABLE : RC_UNAUTH;
}

enum rc
auth_check(struct auth *a, const char *token, int64_t deadline_ms,
    char sub[static TOKEN_SUB_SIZE])
{
	int64_t now_s = clock_wall_us() / 1000000;
	unsigned char digest[SHA256_SIZE];
	const struct token_claims *known;
	struct token_claims claims;
	size_t n = strlen(token);
	enum rc rc;

	if (n > TOKEN_MAX_BYTES)
		return RC_UNAUTH;
	crypt_sha256(token, n, digest);
	known = seen_get(a->seen, digest, now_s);
	if (known == NULL) {
		rc = check(a, token, n, now_s, deadline_ms, &claims);
		if (rc != RC_OK)
			return rc;
		seen_put(a->seen, digest, &claims);
		known = &claims;
	}
	memcpy(sub, known->sub, TOKEN_SUB_SIZE);
	return RC_OK;
}

enum rc
auth_ready(struct auth *a, int64_t deadline_ms)
{
	if (keyring_current(a->keys)->n == 0 &&
	    keyring_refresh(a->keys, deadline_ms) != RC_OK)
		return RC_UNAVAILABLE;
	return RC_OK;
}
