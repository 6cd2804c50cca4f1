#include "auth/token.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/crypt.h"
#include "base/js.h"

#define PARTS 3

/* header.payload.signature, decoded; each capped by the size of the token. */
struct parts {
	struct buf part[PARTS];
	size_t signed_len; /* header, dot, payload: what is signed */
};

enum { HEADER, PAYLOAD, SIGNATURE };

/* Exactly three parts of strict base64url, none of them empty. */
static bool
split(const char *token, size_t n, struct parts *out)
{
	const char *end = token + n;

	for (int i = 0; i < PARTS; i++) {
		const char *dot = memchr(token, '.', (size_t)(end - token));
		size_t len = (size_t)((dot == NULL ? end : dot) - token);

		if ((dot == NULL) != (i == SIGNATURE) || len == 0 ||
		    crypt_unb64url(token, len, &out->part[i]) != RC_OK)
			return false;
		if (i == SIGNATURE)
			out->signed_len = n - len - 1;
		else
			token = dot + 1;
	}
	return true;
}

/* Whether the member is a string with exactly this text. */
static bool
says(struct json_object *obj, const char *name, const char *want)
{
	size_t len, want_len = strlen(want);
	const char *text = js_get_str(obj, name, &len);

	return text != NULL && want_len > 0 && len == want_len &&
	       memcmp(text, want, len) == 0;
}

/* Our own reading of the header; *key is borrowed from keys. */
static enum rc
read_header(const struct buf *part, const struct jwks *keys, EVP_PKEY **key)
{
	struct json_object *header = NULL;
	enum rc rc = RC_UNAUTH;
	size_t len = 0;
	const char *kid;

	if (js_parse(part->data, part->len, &header) != RC_OK)
		return RC_UNAUTH;
	kid = js_get_str(header, "kid", &len);
	/* crit: extensions that must be understood (RFC 7515, 4.1.11) */
	if (says(header, "alg", "RS256") && js_get(header, "crit") == NULL &&
	    len > 0 && strlen(kid) == len) {
		*key = jwks_find(keys, kid);
		rc = *key == NULL ? RC_NOT_FOUND : RC_OK;
	}
	json_object_put(header);
	return rc;
}

static bool
verify(EVP_PKEY *key, const char *token, const struct parts *parts)
{
	const struct buf *sig = &parts->part[SIGNATURE];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good;

	/* an RSA key's default padding is PKCS#1 v1.5: RS256 */
	good = md != NULL &&
	       EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestVerify(md, (const unsigned char *)sig->data, sig->len,
		   (const unsigned char *)token, parts->signed_len) == 1;
	EVP_MD_CTX_free(md);
	ERR_clear_error(); /* a refusal leaves its reasons behind */
	return good;
}

bool
token_in_time(int64_t exp_s, int64_t now_s)
{
	return now_s - TOKEN_LEEWAY_S < exp_s;
}

/* exp must be there; nbf and iat may, and are numbers if so. */
static bool
read_times(struct json_object *claims, int64_t now_s, int64_t *exp_s)
{
	int64_t nbf_s = 0, iat_s;

	if (!js_get_int(claims, "exp", exp_s) || !token_in_time(*exp_s, now_s))
		return false;
	if (js_get(claims, "iat") != NULL && !js_get_int(claims, "iat", &iat_s))
		return false;
	if (js_get(claims, "nbf") != NULL && !js_get_int(claims, "nbf", &nbf_s))
		return false;
	return nbf_s <= now_s + TOKEN_LEEWAY_S;
}

static bool
read_sub(struct json_object *claims, char out[static TOKEN_SUB_SIZE])
{
	size_t len = 0;
	const char *sub = js_get_str(claims, "sub", &len);

	if (sub == NULL || len == 0 || len >= TOKEN_SUB_SIZE)
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)sub[i] <= ' ' || sub[i] == 0x7f)
			return false;
	}
	memcpy(out, sub, len + 1);
	return true;
}

static bool
read_claims(const struct buf *part, const struct token_want *want,
    int64_t now_s, struct token_claims *out)
{
	struct json_object *claims = NULL;
	bool good;

	if (js_parse(part->data, part->len, &claims) != RC_OK)
		return false;
	good = says(claims, "iss", want->issuer) &&
	       says(claims, "token_use", "access") &&
	       says(claims, "client_id", want->client_id) &&
	       read_times(claims, now_s, &out->exp_s) &&
	       read_sub(claims, out->sub);
	json_object_put(claims);
	return good;
}

enum rc
token_check(const char *token, size_t n, const struct jwks *keys,
    const struct token_want *want, int64_t now_s, struct token_claims *out)
{
	struct parts parts = { .part = { BUF_INIT(TOKEN_MAX_BYTES),
				   BUF_INIT(TOKEN_MAX_BYTES),
				   BUF_INIT(TOKEN_MAX_BYTES) } };
	struct token_claims claims = { .exp_s = 0 };
	EVP_PKEY *key = NULL;
	enum rc rc = RC_UNAUTH;

	if (n > TOKEN_MAX_BYTES || !split(token, n, &parts))
		goto out;
	rc = read_header(&parts.part[HEADER], keys, &key);
	if (rc != RC_OK)
		goto out;
	rc = RC_UNAUTH;
	if (verify(key, token, &parts) &&
	    read_claims(&parts.part[PAYLOAD], want, now_s, &claims)) {
		*out = claims;
		rc = RC_OK;
	}
out:
	for (int i = 0; i < PARTS; i++)
		buf_free(&parts.part[i]);
	return rc;
}
