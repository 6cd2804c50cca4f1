#include "auth/jwks.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base/crypt.h"
#include "base/js.h"

#define MIN_BITS       2048
#define MAX_BITS       8192
#define EXPONENT_BYTES 4

/* A member's base64url as a number; NULL if it is no such thing. */
static BIGNUM *
number(struct json_object *jwk, const char *name, size_t max_bytes)
{
	struct buf raw = BUF_INIT(max_bytes);
	BIGNUM *bn = NULL;
	size_t len;
	const char *text = js_get_str(jwk, name, &len);

	if (text != NULL && len > 0 && crypt_unb64url(text, len, &raw) == RC_OK)
		bn = BN_bin2bn(
		    (const unsigned char *)raw.data, (int)raw.len, NULL);
	buf_free(&raw);
	return bn;
}

static EVP_PKEY *
make_key(const BIGNUM *n, const BIGNUM *e)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (bld != NULL && ctx != NULL &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	    (params = OSSL_PARAM_BLD_to_param(bld)) != NULL &&
	    EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_BLD_free(bld);
	return key;
}

/* The key that the two numbers make, if it is fit for RS256. */
static EVP_PKEY *
read_key(struct json_object *jwk)
{
	BIGNUM *n = number(jwk, "n", MAX_BITS / 8);
	BIGNUM *e = number(jwk, "e", EXPONENT_BYTES);
	EVP_PKEY *key = NULL;

	if (n != NULL && e != NULL && BN_num_bits(n) >= MIN_BITS &&
	    BN_is_odd(n) && BN_is_odd(e) && !BN_is_one(e))
		key = make_key(n, e);
	BN_free(n);
	BN_free(e);
	ERR_clear_error();
	return key;
}

/* Whether a member is missing or has this text. */
static bool
absent_or(struct json_object *jwk, const char *name, const char *want)
{
	const char *text = js_get_str(jwk, name, NULL);

	return js_get(jwk, name) == NULL ||
	       (text != NULL && strcmp(text, want) == 0);
}

/* Take one key of the document if we can use it; false if the set is at
 * fault. */
static bool
take(struct jwks *out, struct json_object *jwk)
{
	size_t len = 0;
	const char *kty = js_get_str(jwk, "kty", NULL);
	const char *kid = js_get_str(jwk, "kid", &len);
	EVP_PKEY *key;

	if (kty == NULL || strcmp(kty, "RSA") != 0 ||
	    !absent_or(jwk, "use", "sig") || !absent_or(jwk, "alg", "RS256"))
		return true;
	if (len == 0 || len >= JWKS_KID_SIZE || strlen(kid) != len)
		return true;
	key = out->n < JWKS_MAX_KEYS ? read_key(jwk) : NULL;
	if (key == NULL)
		return true;
	if (jwks_find(out, kid) != NULL) {
		EVP_PKEY_free(key);
		return false;
	}
	memcpy(out->key[out->n].kid, kid, len + 1);
	out->key[out->n++].key = key;
	return true;
}

enum rc
jwks_parse(const char *p, size_t n, struct jwks *out)
{
	struct json_object *doc = NULL, *keys;
	bool good = true;

	memset(out, 0, sizeof(*out));
	if (js_parse(p, n, &doc) != RC_OK)
		return RC_INVALID;
	keys = js_get(doc, "keys");
	if (json_object_is_type(keys, json_type_array)) {
		for (size_t i = 0; good && i < json_object_array_length(keys);
		     i++)
			good = take(out, json_object_array_get_idx(keys, i));
	}
	json_object_put(doc);
	if (!good)
		jwks_free(out);
	return out->n > 0 ? RC_OK : RC_INVALID;
}

EVP_PKEY *
jwks_find(const struct jwks *set, const char *kid)
{
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->key[i].kid, kid) == 0)
			return set->key[i].key;
	}
	return NULL;
}

void
jwks_free(struct jwks *set)
{
	for (size_t i = 0; i < set->n; i++)
		EVP_PKEY_free(set->key[i].key);
	memset(set, 0, sizeof(*set));
}
