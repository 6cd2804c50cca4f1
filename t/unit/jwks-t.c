/* Which keys auth/jwks.h takes out of a key set. */
#include "auth/jwks.h"
#include "issuer.h"
#include "tap.h"

static EVP_PKEY *good, *small;

/* A set of one key, made of these members and the numbers of key. */
static void
one_key(void)
{
	static const struct {
		const char *name, *more, *kid;
		bool small, want;
	} cases[] = {
		{ "a key as Cognito lists it", ISSUER_RS256, "k1", false,
		    true },
		{ "neither use nor alg", "\"kty\":\"RSA\",", "k1", false,
		    true },
		{ "unknown members", ISSUER_RS256 "\"x5t\":\"?\",", "k1", false,
		    true },
		{ "for encryption", "\"kty\":\"RSA\",\"use\":\"enc\",", "k1",
		    false, false },
		{ "for RS512", "\"kty\":\"RSA\",\"alg\":\"RS512\",", "k1",
		    false, false },
		{ "use no string", "\"kty\":\"RSA\",\"use\":1,", "k1", false,
		    false },
		{ "no kty", "\"use\":\"sig\",", "k1", false, false },
		{ "kty oct", "\"kty\":\"oct\",", "k1", false, false },
		{ "kid empty", ISSUER_RS256, "", false, false },
		{ "kid with NUL", ISSUER_RS256, "k\\u0000", false, false },
		{ "kid of 128 bytes", ISSUER_RS256,
		    "0123456789abcdef0123456789abcdef0123456789abcdef"
		    "0123456789abcdef0123456789abcdef0123456789abcdef"
		    "0123456789abcdef0123456789abcdef",
		    false, false },
		{ "1,024 bits", ISSUER_RS256, "k1", true, false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf doc = BUF_INIT(ISSUER_MAX_BYTES);
		struct jwks set;
		enum rc rc;

		buf_adds(&doc, "{\"keys\":[");
		issuer_jwk(&doc, cases[i].small ? small : good, cases[i].kid,
		    cases[i].more);
		buf_adds(&doc, "]}");
		rc = jwks_parse(doc.data, doc.len, &set);
		is_int(rc, cases[i].want ? RC_OK : RC_INVALID, cases[i].name);
		is_int((long long)set.n, cases[i].want, cases[i].name);
		ok(!cases[i].want ||
			EVP_PKEY_eq(jwks_find(&set, "k1"), good) == 1,
		    "%s: the same key", cases[i].name);
		jwks_free(&set);
		buf_free(&doc);
	}
}

static void
no_set(void)
{
	static const struct {
		const char *name, *doc;
	} cases[] = {
		{ "empty", "" },
		{ "no JSON", "<html>" },
		{ "null", "null" },
		{ "a list", "[]" },
		{ "no keys member", "{}" },
		{ "keys no list", "{\"keys\":{}}" },
		{ "no keys in it", "{\"keys\":[]}" },
		{ "keys of other types", "{\"keys\":[1,null,\"x\",[],{}]}" },
		{ "no numbers",
		    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\"}]}" },
		{ "numbers empty", "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\","
				   "\"n\":\"\",\"e\":\"\"}]}" },
		{ "numbers no base64url",
		    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"+/==\","
		    "\"e\":\"AQAB\"}]}" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jwks set;

		is_int(jwks_parse(cases[i].doc, strlen(cases[i].doc), &set),
		    RC_INVALID, cases[i].name);
		jwks_free(&set);
	}
}

static void
exponents(void)
{
	static const struct {
		const char *name, *e;
		bool want;
	} cases[] = {
		{ "e = 65537", "AQAB", true },
		{ "e = 3", "Aw", true },
		{ "e = 1", "AQ", false },
		{ "e = 0", "AA", false },
		{ "e even", "AQAA", false },
		{ "e of 40 bits", "AQAAAAE", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf doc = BUF_INIT(ISSUER_MAX_BYTES);
		struct jwks set;

		buf_addf(&doc,
		    "{\"keys\":[{%s\"kid\":\"a\",\"e\":\"%s\",\"n\":"
		    "\"",
		    ISSUER_RS256, cases[i].e);
		issuer_add_bn(&doc, good, OSSL_PKEY_PARAM_RSA_N);
		buf_adds(&doc, "\"}]}");
		is_int(jwks_parse(doc.data, doc.len, &set),
		    cases[i].want ? RC_OK : RC_INVALID, cases[i].name);
		jwks_free(&set);
		buf_free(&doc);
	}
}

/* n keys; the last of them bears the name of the first if twice. */
static void
many(const char *name, int n, bool twice, enum rc want, long long want_n)
{
	struct buf doc = BUF_INIT(ISSUER_MAX_BYTES);
	struct jwks set;

	buf_adds(&doc, "{\"keys\":[");
	for (int i = 0; i < n; i++) {
		char kid[16];

		snprintf(kid, sizeof(kid), "k%d", twice && i == n - 1 ? 0 : i);
		buf_adds(&doc, i > 0 ? "," : "");
		issuer_jwk(&doc, good, kid, ISSUER_RS256);
	}
	buf_adds(&doc, "]}");
	is_int(jwks_parse(doc.data, doc.len, &set), want, name);
	is_int((long long)set.n, want_n, name);
	ok(jwks_find(&set, "K0") == NULL && jwks_find(&set, "") == NULL,
	    "%s: a name is taken as it stands", name);
	jwks_free(&set);
	ok(jwks_find(&set, "k0") == NULL, "%s: empty when freed", name);
	buf_free(&doc);
}

int
main(void)
{
	good = issuer_key(2048);
	small = issuer_key(1024);
	one_key();
	no_set();
	exponents();
	many("two keys", 2, false, RC_OK, 2);
	many("sixteen keys", 16, false, RC_OK, 16);
	many("seventeen keys: the last is passed over", 17, false, RC_OK, 16);
	many("a name twice", 3, true, RC_INVALID, 0);
	EVP_PKEY_free(good);
	EVP_PKEY_free(small);
	return tap_done();
}
