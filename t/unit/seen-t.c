/* What auth/seen.h remembers, and what it forgets. */
#include "auth/seen.h"
#include "tap.h"

#define NOW 1000

static void
digest_of(int i, unsigned char out[static SHA256_SIZE])
{
	crypt_sha256(&i, sizeof(i), out);
}

static void
put(struct seen *s, int i, int64_t exp_s)
{
	struct token_claims claims = { .exp_s = exp_s };
	unsigned char digest[SHA256_SIZE];

	snprintf(claims.sub, sizeof(claims.sub), "sub%d", i);
	digest_of(i, digest);
	seen_put(s, digest, &claims);
}

static const char *
get(struct seen *s, int i, int64_t now_s)
{
	unsigned char digest[SHA256_SIZE];
	const struct token_claims *claims;

	digest_of(i, digest);
	claims = seen_get(s, digest, now_s);
	return claims == NULL ? NULL : claims->sub;
}

static void
expiry(void)
{
	struct seen *s = seen_new(8);

	is_str(get(s, 1, NOW), NULL, "never seen");
	put(s, 1, NOW);
	is_str(get(s, 1, NOW), "sub1", "remembered");
	is_str(get(s, 1, NOW + 29), "sub1", "good for its leeway");
	is_str(get(s, 2, NOW), NULL, "another token is another");
	is_str(get(s, 1, NOW + 30), NULL, "expired");
	is_str(get(s, 1, NOW), NULL, "and forgotten");
	seen_free(&s);
	ok(s == NULL, "freed");
	seen_free(&s);
}

/* A table of one set: the fifth token drives out the one unused longest. */
static void
full(void)
{
	struct seen *s = seen_new(4);

	for (int i = 0; i < 4; i++)
		put(s, i, NOW);
	is_str(get(s, 0, NOW), "sub0", "full: the first is there");
	put(s, 4, NOW);
	is_str(get(s, 4, NOW), "sub4", "full: a new one is taken in");
	is_str(get(s, 0, NOW), "sub0", "full: what was used stays");
	is_str(get(s, 1, NOW), NULL, "full: the one unused longest goes");
	seen_free(&s);
}

static void
many(void)
{
	struct seen *s = seen_new(1024);
	int have = 0, wrong = 0;

	for (int i = 0; i < 10000; i++) {
		char want[16];
		const char *got;

		put(s, i, NOW);
		got = get(s, i, NOW);
		snprintf(want, sizeof(want), "sub%d", i);
		wrong += got == NULL || strcmp(got, want) != 0;
	}
	for (int i = 0; i < 10000; i++)
		have += get(s, i, NOW) != NULL;
	is_int(wrong, 0, "ten thousand: each there when put");
	ok(have > 900 && have <= 1024, "ten thousand: bounded (%d)", have);
	seen_free(&s);
}

int
main(void)
{
	expiry();
	full();
	many();
	return tap_done();
}
