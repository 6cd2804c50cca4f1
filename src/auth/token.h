/*
 * token: is this text an access token of our issuer, for us, now? Pure: the
 * keys and the time come as arguments, nothing is fetched.
 *
 * The algorithm is decided here before any key is looked at: RS256, or no. A
 * key is only ever used with RSA PKCS#1 v1.5 and SHA-256, so a token that
 * claims another algorithm cannot make us use it otherwise.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "auth/jwks.h"

#define TOKEN_MAX_BYTES 8192
#define TOKEN_SUB_SIZE	128 /* bytes of sub, with its NUL */
#define TOKEN_LEEWAY_S	30  /* how far clocks may be apart */

/* What a token must say. Texts are borrowed; none may be empty. */
struct token_want {
	const char *issuer;
	const char *client_id;
};

/* What a good token says. */
struct token_claims {
	char sub[TOKEN_SUB_SIZE];
	int64_t exp_s; /* since 1970; good for TOKEN_LEEWAY_S beyond it */
};

/*
 * token_check(token, n, keys, want, now_s, out): check the n bytes.
 * RC_UNAUTH     it is not good, whatever the reason
 * RC_NOT_FOUND  it is well made, but names a key that is not among keys: fetch
 *               them anew and try again, or refuse it
 * *out is untouched unless RC_OK.
 */
enum rc token_check(const char *token, size_t n, const struct jwks *keys,
    const struct token_want *want, int64_t now_s,
    struct token_claims *out) MUSTCHECK;

/* token_in_time(exp_s, now_s): whether a token that expires then still is. */
bool token_in_time(int64_t exp_s, int64_t now_s);

#endif
