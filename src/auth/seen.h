/*
 * seen: tokens that were found good, by their SHA-256, until they expire, so
 * that a signature is verified once and not with every request. A fixed table:
 * where a set of four is full, the one unused for longest gives way.
 */
#ifndef AUTH_SEEN_H
#define AUTH_SEEN_H

#include <stdint.h>

#include "auth/token.h"
#include "base/crypt.h"

struct seen;

/* seen_new(max): room for max tokens, a multiple of four, a power of two. */
struct seen *seen_new(size_t max);
void seen_free(struct seen **s);

/* seen_get(s, digest, now_s): what the token said, borrowed until the next
 * seen_put(); NULL if it was never seen, forgotten, or has expired. */
const struct token_claims *seen_get(struct seen *s,
    const unsigned char digest[static SHA256_SIZE], int64_t now_s);

/* seen_put(s, digest, claims): remember it. */
void seen_put(struct seen *s, const unsigned char digest[static SHA256_SIZE],
    const struct token_claims *claims);

#endif
