/* crypt: digests, and the base64 of URLs. libcrypto's door for the rest. */
#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H

#include <stddef.h>

#include "base/buf.h"

#define SHA256_SIZE 32 /* bytes */

/* crypt_sha256(p, n, out), crypt_hmac(key, key_len, p, n, out): SHA-256 and
 * HMAC-SHA-256 (RFC 2104) of n bytes. */
void crypt_sha256(
    const void *p, size_t n, unsigned char out[static SHA256_SIZE]);
void crypt_hmac(const void *key, size_t key_len, const void *p, size_t n,
    unsigned char out[static SHA256_SIZE]);

/* crypt_equal(a, b, n): compare n bytes in constant time. */
bool crypt_equal(const void *a, const void *b, size_t n);

/* crypt_b64url(p, n, out): append base64url without padding (RFC 4648, 5). */
void crypt_b64url(const void *p, size_t n, struct buf *out);

/* crypt_unb64url(text, n, out): append the bytes that the n characters stand
 * for. RC_INVALID for padding, any other character, an impossible length or
 * unused bits that are set. RC_TOOBIG if out is full. */
enum rc crypt_unb64url(const char *text, size_t n, struct buf *out) MUSTCHECK;

#endif
