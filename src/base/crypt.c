#include "base/crypt.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

void
crypt_sha256(const void *p, size_t n, unsigned char out[static SHA256_SIZE])
{
	if (EVP_Digest(p, n, out, NULL, EVP_sha256(), NULL) != 1)
		abort(); /* only for want of memory */
}

void
crypt_hmac(const void *key, size_t key_len, const void *p, size_t n,
    unsigned char out[static SHA256_SIZE])
{
	unsigned int len = SHA256_SIZE;

	if (HMAC(EVP_sha256(), key, (int)key_len, p, n, out, &len) == NULL)
		abort(); /* only for want of memory */
}

bool
crypt_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

void
crypt_b64url(const void *p, size_t n, struct buf *out)
{
	const unsigned char *in = p;
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | in[i];
		for (have += 8; have >= 6; have -= 6)
			buf_addc(out, alphabet[bits >> (have - 6) & 63]);
	}
	if (have > 0)
		buf_addc(out, alphabet[bits << (6 - have) & 63]);
}

enum rc
crypt_unb64url(const char *text, size_t n, struct buf *out)
{
	uint32_t bits = 0;
	int have = 0;

	if (n % 4 == 1)
		return RC_INVALID;
	for (size_t i = 0; i < n; i++) {
		const char *at =
		    text[i] == '\0' ? NULL : strchr(alphabet, text[i]);

		if (at == NULL)
			return RC_INVALID;
		bits = bits << 6 | (uint32_t)(at - alphabet);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_addc(out, (char)(bits >> have & 255));
		}
	}
	if ((bits & ((1U << have) - 1)) != 0)
		return RC_INVALID;
	return buf_rc(out);
}
