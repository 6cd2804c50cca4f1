/*
 * jwks: the keys of an issuer, read from its JSON Web Key Set (RFC 7517). Pure:
 * bytes in, keys out. auth/keyring.h fetches and shares the bytes.
 *
 * Of a set only what RS256 needs is taken: kty RSA, use sig (or none), alg
 * RS256 (or none), a kid, a modulus of 2,048 to 8,192 bits and an odd exponent
 * of 3 or more (of at most 32 bits). Other keys are passed over.
 */
#ifndef AUTH_JWKS_H
#define AUTH_JWKS_H

#include <stddef.h>

#include "base/rc.h"

#define JWKS_MAX_KEYS 16  /* usable ones beyond it are passed over */
#define JWKS_KID_SIZE 128 /* bytes of a kid, with its NUL */

/* A public key. Opaque: libcrypto's type stays in auth/. */
struct evp_pkey_st;

struct jwk {
	char kid[JWKS_KID_SIZE];
	struct evp_pkey_st *key; /* owned */
};

struct jwks {
	size_t n;
	struct jwk key[JWKS_MAX_KEYS];
};

/*
 * jwks_parse(p, n, out): read a key set of n bytes. RC_INVALID if it is none,
 * holds no usable key, or names two of them alike; *out is empty then. The
 * caller frees with jwks_free() on either outcome.
 */
enum rc jwks_parse(const char *p, size_t n, struct jwks *out) MUSTCHECK;

/* jwks_find(set, kid): the key of that name, borrowed; NULL: there is none. */
struct evp_pkey_st *jwks_find(const struct jwks *set, const char *kid);

/* jwks_free(set): free the keys; the set is empty afterwards. */
void jwks_free(struct jwks *set);

#endif
