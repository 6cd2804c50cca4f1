/* issuer: what a test needs to be an issuer of tokens: keys, key sets and
 * signatures, made by libcrypto. */
#ifndef T_UNIT_ISSUER_H
#define T_UNIT_ISSUER_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/crypt.h"

#define ISSUER_MAX_BYTES 32768

/* issuer_key(bits): a new key pair. */
static inline EVP_PKEY *
issuer_key(unsigned int bits)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);

	if (key == NULL)
		abort();
	return key;
}

static inline void
issuer_add_bn(struct buf *out, EVP_PKEY *key, const char *name)
{
	unsigned char bytes[2048];
	BIGNUM *bn = NULL;

	if (EVP_PKEY_get_bn_param(key, name, &bn) != 1)
		abort();
	crypt_b64url(bytes, (size_t)BN_bn2bin(bn, bytes), out);
	BN_free(bn);
}

/* issuer_jwk(out, key, kid, more): append the public key as a JWK; more:
 * further members, as in "\"use\":\"sig\",". */
static inline void
issuer_jwk(struct buf *out, EVP_PKEY *key, const char *kid, const char *more)
{
	buf_addf(out, "{%s\"kid\":\"%s\",\"e\":\"", more, kid);
	issuer_add_bn(out, key, OSSL_PKEY_PARAM_RSA_E);
	buf_adds(out, "\",\"n\":\"");
	issuer_add_bn(out, key, OSSL_PKEY_PARAM_RSA_N);
	buf_adds(out, "\"}");
}

#define ISSUER_RS256 "\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\","

/* issuer_pem(out, key): append the public key as PEM. */
static inline void
issuer_pem(struct buf *out, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p;
	long n;

	if (bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1)
		abort();
	n = BIO_get_mem_data(bio, &p);
	buf_add(out, p, (size_t)n);
	BIO_free(bio);
}

static inline void
issuer_parts(struct buf *out, const char *header, const char *payload)
{
	crypt_b64url(header, strlen(header), out);
	buf_addc(out, '.');
	crypt_b64url(payload, strlen(payload), out);
}

/* issuer_sign(key, md, header, payload): the token with RSA PKCS#1 v1.5 over
 * that digest (EVP_sha256() makes RS256). The caller frees. */
static inline char *
issuer_sign(
    EVP_PKEY *key, const EVP_MD *md, const char *header, const char *payload)
{
	struct buf out = BUF_INIT(ISSUER_MAX_BYTES);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char sig[1024];
	size_t n = sizeof(sig);

	issuer_parts(&out, header, payload);
	if (EVP_DigestSignInit(ctx, NULL, md, NULL, key) != 1 ||
	    EVP_DigestSign(ctx, sig, &n, (unsigned char *)out.data, out.len) !=
		1)
		abort();
	EVP_MD_CTX_free(ctx);
	buf_addc(&out, '.');
	crypt_b64url(sig, n, &out);
	return buf_take(&out, NULL);
}

/* issuer_hs256(secret, n, header, payload): the token with HMAC. */
static inline char *
issuer_hs256(
    const char *secret, size_t n, const char *header, const char *payload)
{
	struct buf out = BUF_INIT(ISSUER_MAX_BYTES);
	unsigned char sig[SHA256_SIZE];

	issuer_parts(&out, header, payload);
	crypt_hmac(secret, n, out.data, out.len, sig);
	buf_addc(&out, '.');
	crypt_b64url(sig, sizeof(sig), &out);
	return buf_take(&out, NULL);
}

#endif
