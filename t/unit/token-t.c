/* Which tokens auth/token.h takes, and that it refuses every other. */
#include "auth/token.h"
#include "issuer.h"
#include "tap.h"

#define NOW    1795500000
#define ISS    "https://issuer.example/pool"
#define CLIENT "client1"
#define HEADER "{\"kid\":\"k1\",\"alg\":\"RS256\"}"

/* The claims of a good token, one by one, so that a case can replace one. */
#define C_SUB	    "\"sub\":\"4c1e9a0e-0000-4000-8000-000000000001\","
#define C_ISS	    "\"iss\":\"" ISS "\","
#define C_CLIENT    "\"client_id\":\"" CLIENT "\","
#define C_USE	    "\"token_use\":\"access\","
#define C_IAT	    "\"iat\":1795499000,"
#define C_EXP	    "\"exp\":1795503600"
#define GOOD	    "{" C_SUB C_ISS C_CLIENT C_USE C_IAT C_EXP "}"
#define AT(exp)	    "{" C_SUB C_ISS C_CLIENT C_USE C_IAT "\"exp\":" exp "}"
#define PLUS(claim) "{" C_SUB C_ISS C_CLIENT C_USE claim "," C_EXP "}"

static EVP_PKEY *ours, *theirs;
static struct jwks keys;
static const struct token_want want = { ISS, CLIENT };

static enum rc
check(const char *token, struct token_claims *claims)
{
	return token_check(token, strlen(token), &keys, &want, NOW, claims);
}

static void
make_keys(void)
{
	struct buf doc = BUF_INIT(ISSUER_MAX_BYTES);

	ours = issuer_key(2048);
	theirs = issuer_key(2048);
	buf_adds(&doc, "{\"keys\":[");
	issuer_jwk(&doc, ours, "k1", ISSUER_RS256);
	buf_adds(&doc, "]}");
	ok(jwks_parse(doc.data, doc.len, &keys) == RC_OK, "our key set");
	buf_free(&doc);
}

/* Well signed by our own key: only what is said differs. */
static void
what_is_said(void)
{
	static const struct {
		const char *name, *header, *payload;
		enum rc rc;
	} cases[] = {
		{ "a good token", HEADER, GOOD, RC_OK },
		{ "a header with typ",
		    "{\"typ\":\"JWT\",\"alg\":\"RS256\","
		    "\"kid\":\"k1\"}",
		    GOOD, RC_OK },
		{ "expired by 29 s", HEADER, AT("1795499971"), RC_OK },
		{ "expired by 30 s", HEADER, AT("1795499970"), RC_UNAUTH },
		{ "expired by 31 s", HEADER, AT("1795499969"), RC_UNAUTH },
		{ "expired in 1970", HEADER, AT("0"), RC_UNAUTH },
		{ "exp negative beyond 64 bits", HEADER,
		    AT("-99999999999999999999"), RC_UNAUTH },
		{ "exp a string", HEADER, AT("\"1795503600\""), RC_UNAUTH },
		{ "exp with a fraction", HEADER, AT("1795503600.5"),
		    RC_UNAUTH },
		{ "exp null", HEADER, AT("null"), RC_UNAUTH },
		{ "exp true", HEADER, AT("true"), RC_UNAUTH },
		{ "no exp", HEADER,
		    "{" C_SUB C_ISS C_CLIENT C_USE "\"iat\":1795499000}",
		    RC_UNAUTH },
		{ "valid from now on", HEADER, PLUS("\"nbf\":1795500000"),
		    RC_OK },
		{ "valid in 30 s", HEADER, PLUS("\"nbf\":1795500030"), RC_OK },
		{ "not valid for 31 s", HEADER, PLUS("\"nbf\":1795500031"),
		    RC_UNAUTH },
		{ "nbf a string", HEADER, PLUS("\"nbf\":\"1795400000\""),
		    RC_UNAUTH },
		{ "iat a string", HEADER, PLUS("\"iat\":\"1795400000\""),
		    RC_UNAUTH },
		{ "other issuer", HEADER,
		    "{" C_SUB
		    "\"iss\":\"https://issuer.example/pool2\"," C_CLIENT C_USE
			C_EXP "}",
		    RC_UNAUTH },
		{ "issuer with NUL and more", HEADER,
		    "{" C_SUB "\"iss\":\"" ISS "\\u0000\"," C_CLIENT C_USE C_EXP
		    "}",
		    RC_UNAUTH },
		{ "issuer in a list", HEADER,
		    "{" C_SUB "\"iss\":[\"" ISS "\"]," C_CLIENT C_USE C_EXP "}",
		    RC_UNAUTH },
		{ "no issuer", HEADER, "{" C_SUB C_CLIENT C_USE C_EXP "}",
		    RC_UNAUTH },
		{ "other client", HEADER,
		    "{" C_SUB C_ISS "\"client_id\":\"client2\"," C_USE C_EXP
		    "}",
		    RC_UNAUTH },
		{ "no client", HEADER, "{" C_SUB C_ISS C_USE C_EXP "}",
		    RC_UNAUTH },
		{ "ID token: aud, no client_id", HEADER,
		    "{" C_SUB C_ISS "\"aud\":\"" CLIENT
		    "\",\"token_use\":\"id\"," C_EXP "}",
		    RC_UNAUTH },
		{ "ID token with our client_id", HEADER,
		    "{" C_SUB C_ISS C_CLIENT "\"token_use\":\"id\"," C_EXP "}",
		    RC_UNAUTH },
		{ "refresh token as cognito-local makes it",
		    "{\"alg\":"
		    "\"RS256\",\"typ\":\"JWT\"}",
		    "{\"cognito:username\":\"u\"," C_ISS
		    "\"iat\":1795499000," C_EXP "}",
		    RC_UNAUTH },
		{ "no token_use", HEADER, "{" C_SUB C_ISS C_CLIENT C_EXP "}",
		    RC_UNAUTH },
		{ "no sub", HEADER, "{" C_ISS C_CLIENT C_USE C_EXP "}",
		    RC_UNAUTH },
		{ "sub empty", HEADER,
		    "{\"sub\":\"\"," C_ISS C_CLIENT C_USE C_EXP "}",
		    RC_UNAUTH },
		{ "sub a number", HEADER,
		    "{\"sub\":1," C_ISS C_CLIENT C_USE C_EXP "}", RC_UNAUTH },
		{ "sub with NUL", HEADER,
		    "{\"sub\":\"a\\u0000b\"," C_ISS C_CLIENT C_USE C_EXP "}",
		    RC_UNAUTH },
		{ "sub of 128 bytes", HEADER,
		    "{\"sub\":\""
		    "0123456789abcdef0123456789abcdef0123456789abcdef"
		    "0123456789abcdef0123456789abcdef0123456789abcdef"
		    "0123456789abcdef0123456789abcdef\"," C_ISS C_CLIENT C_USE
			C_EXP "}",
		    RC_UNAUTH },
		{ "claims no object", HEADER, "[]", RC_UNAUTH },
		{ "claims null", HEADER, "null", RC_UNAUTH },
		{ "claims no JSON", HEADER, "sub=me", RC_UNAUTH },
		{ "claims with more behind", HEADER, GOOD "x", RC_UNAUTH },
		{ "header no object", "\"RS256\"", GOOD, RC_UNAUTH },
		{ "header no JSON", "RS256", GOOD, RC_UNAUTH },
		{ "header with crit",
		    "{\"kid\":\"k1\",\"alg\":\"RS256\","
		    "\"crit\":[\"exp\"]}",
		    GOOD, RC_UNAUTH },
		{ "no alg", "{\"kid\":\"k1\"}", GOOD, RC_UNAUTH },
		{ "alg in lower case", "{\"kid\":\"k1\",\"alg\":\"rs256\"}",
		    GOOD, RC_UNAUTH },
		{ "alg none, yet signed", "{\"kid\":\"k1\",\"alg\":\"none\"}",
		    GOOD, RC_UNAUTH },
		{ "alg PS256", "{\"kid\":\"k1\",\"alg\":\"PS256\"}", GOOD,
		    RC_UNAUTH },
		{ "alg a list", "{\"kid\":\"k1\",\"alg\":[\"RS256\"]}", GOOD,
		    RC_UNAUTH },
		{ "alg with NUL", "{\"kid\":\"k1\",\"alg\":\"RS256\\u0000\"}",
		    GOOD, RC_UNAUTH },
		{ "no kid", "{\"alg\":\"RS256\"}", GOOD, RC_UNAUTH },
		{ "kid empty", "{\"kid\":\"\",\"alg\":\"RS256\"}", GOOD,
		    RC_UNAUTH },
		{ "kid a number", "{\"kid\":1,\"alg\":\"RS256\"}", GOOD,
		    RC_UNAUTH },
		{ "kid with NUL", "{\"kid\":\"k1\\u0000\",\"alg\":\"RS256\"}",
		    GOOD, RC_UNAUTH },
		{ "unknown kid", "{\"kid\":\"k2\",\"alg\":\"RS256\"}", GOOD,
		    RC_NOT_FOUND },
		{ "unknown kid, alg none", "{\"kid\":\"k2\",\"alg\":\"none\"}",
		    GOOD, RC_UNAUTH },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct token_claims got = { "untouched", 77 };
		char *token = issuer_sign(
		    ours, EVP_sha256(), cases[i].header, cases[i].payload);

		is_int(check(token, &got), cases[i].rc, cases[i].name);
		if (cases[i].rc == RC_OK)
			is_str(got.sub, "4c1e9a0e-0000-4000-8000-000000000001",
			    "… and says who");
		else
			ok(strcmp(got.sub, "untouched") == 0 && got.exp_s == 77,
			    "… and says nothing");
		free(token);
	}
}

/* The text itself, garbled. */
static void
how_it_is_written(void)
{
	char *good = issuer_sign(ours, EVP_sha256(), HEADER, GOOD);
	size_t n = strlen(good);
	struct token_claims got;
	struct buf t = BUF_INIT(ISSUER_MAX_BYTES);
	static const struct {
		const char *name, *before, *after;
	} around[] = {
		{ "rubbish after the signature", "", "AAAA" },
		{ "one character after the signature", "", "A" },
		{ "a fourth part", "", ".AAAA" },
		{ "a dot behind", "", "." },
		{ "a dot before", ".", "" },
		{ "padding", "", "==" },
		{ "a blank behind", "", " " },
		{ "a line end behind", "", "\n" },
		{ "the scheme before it", "Bearer ", "" },
	};
	static const struct {
		const char *name, *token;
	} whole[] = {
		{ "empty", "" },
		{ "garbage", "garbage" },
		{ "a dot", "." },
		{ "two dots", ".." },
		{ "three letters", "a.b.c" },
		{ "empty documents", "e30.e30.e30" },
		{ "not base64url", "a+b/.a+b/.a+b/" },
	};

	for (size_t i = 0; i < COUNT(whole); i++)
		is_int(check(whole[i].token, &got), RC_UNAUTH, whole[i].name);
	for (size_t i = 0; i < COUNT(around); i++) {
		buf_reset(&t);
		buf_addf(&t, "%s%s%s", around[i].before, good, around[i].after);
		is_int(check(t.data, &got), RC_UNAUTH, around[i].name);
	}
	for (size_t cut = 1; cut < n && token_check(good, n - cut, &keys, &want,
					    NOW, &got) == RC_UNAUTH;
	     cut++) {
		if (cut == n - 1)
			ok(true, "truncated anywhere");
	}
	buf_reset(&t);
	for (int i = 0; i < TOKEN_MAX_BYTES; i++)
		buf_addc(&t, 'A');
	is_int(check(t.data, &got), RC_UNAUTH, "8 kB of A");
	buf_reset(&t);
	buf_addf(&t, "%s", good);
	*strrchr(t.data, '.') = '\0';
	is_int(check(t.data, &got), RC_UNAUTH, "without its signature");
	free(good);
	buf_free(&t);
}

/* One bit of each byte of the text turned: none is taken. A turned bit may
 * also make another way to write the same bytes: strict base64url has none. */
static void
tampered(void)
{
	char *token = issuer_sign(ours, EVP_sha256(), HEADER, GOOD);
	size_t taken = 0;
	struct token_claims got;

	for (size_t i = 0; token[i] != '\0'; i++) {
		for (int bit = 1; bit < 128; bit <<= 1) {
			token[i] = (char)(token[i] ^ bit);
			taken += token_check(token, strlen(token), &keys, &want,
				     NOW, &got) == RC_OK;
			token[i] = (char)(token[i] ^ bit);
		}
	}
	is_int((long long)taken, 0, "tampered with, bit by bit");
	is_int(check(token, &got), RC_OK, "… and good again when put right");
	free(token);
}

static void
forged(void)
{
	struct buf pem = BUF_INIT(ISSUER_MAX_BYTES);
	struct buf none = BUF_INIT(ISSUER_MAX_BYTES);
	struct token_claims got;
	char *token;

	token = issuer_sign(theirs, EVP_sha256(), HEADER, GOOD);
	is_int(check(token, &got), RC_UNAUTH, "signed by another key");
	free(token);
	token = issuer_sign(ours, EVP_sha512(), HEADER, GOOD);
	is_int(check(token, &got), RC_UNAUTH, "signed with SHA-512");
	free(token);

	issuer_pem(&pem, ours);
	token = issuer_hs256(
	    pem.data, pem.len, "{\"kid\":\"k1\",\"alg\":\"HS256\"}", GOOD);
	is_int(check(token, &got), RC_UNAUTH, "HS256 with our public key");
	free(token);
	token = issuer_hs256(pem.data, pem.len, HEADER, GOOD);
	is_int(check(token, &got), RC_UNAUTH, "the same, claiming RS256");
	free(token);

	issuer_parts(&none, "{\"kid\":\"k1\",\"alg\":\"none\"}", GOOD);
	is_int(check(none.data, &got), RC_UNAUTH, "alg none, two parts");
	buf_adds(&none, ".");
	is_int(check(none.data, &got), RC_UNAUTH, "alg none, signature empty");
	buf_adds(&none, "AA");
	is_int(check(none.data, &got), RC_UNAUTH, "alg none, any signature");
	buf_free(&none);
	buf_free(&pem);
}

/* Nothing set up must not mean that anything goes. */
static void
wanting_nothing(void)
{
	static const struct token_want empty = { "", "" };
	struct token_claims got;
	struct jwks none = { 0 };
	char *token = issuer_sign(ours, EVP_sha256(), HEADER,
	    "{" C_SUB "\"iss\":\"\",\"client_id\":\"\"," C_USE C_EXP "}");

	is_int(token_check(token, strlen(token), &keys, &empty, NOW, &got),
	    RC_UNAUTH, "empty issuer and client are nobody's");
	is_int(token_check(token, strlen(token), &none, &want, NOW, &got),
	    RC_NOT_FOUND, "no keys: none of them is known");
	free(token);
}

int
main(void)
{
	make_keys();
	what_is_said();
	how_it_is_written();
	tampered();
	forged();
	wanting_nothing();
	jwks_free(&keys);
	EVP_PKEY_free(ours);
	EVP_PKEY_free(theirs);
	return tap_done();
}
