#include "auth/seen.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define WAYS 4

struct entry {
	unsigned char digest[SHA256_SIZE];
	struct token_claims claims;
	uint64_t used; /* tick of the last use; 0: free */
};

struct seen {
	size_t sets;	     /* a power of two */
	uint64_t tick;	     /* counts uses */
	struct entry *entry; /* sets * WAYS; pages are touched when used */
};

struct seen *
seen_new(size_t max)
{
	struct seen *s = xcalloc(1, sizeof(*s));

	assert(max >= WAYS && (max & (max - 1)) == 0);
	s->sets = max / WAYS;
	s->entry = xcalloc(max, sizeof(*s->entry));
	return s;
}

void
seen_free(struct seen **s)
{
	if (*s == NULL)
		return;
	free((*s)->entry);
	free(*s);
	*s = NULL;
}

/* The set that a digest belongs to: its first bytes are as good as random. */
static struct entry *
set_of(struct seen *s, const unsigned char *digest)
{
	uint32_t at;

	memcpy(&at, digest, sizeof(at));
	return &s->entry[(at & (s->sets - 1)) * WAYS];
}

const struct token_claims *
seen_get(struct seen *s, const unsigned char digest[static SHA256_SIZE],
    int64_t now_s)
{
	struct entry *set = set_of(s, digest);

	for (int i = 0; i < WAYS; i++) {
		if (set[i].used == 0 ||
		    memcmp(set[i].digest, digest, SHA256_SIZE) != 0)
			continue;
		if (!token_in_time(set[i].claims.exp_s, now_s)) {
			set[i].used = 0;
			return NULL;
		}
		set[i].used = ++s->tick;
		return &set[i].claims;
	}
	return NULL;
}

void
seen_put(struct seen *s, const unsigned char digest[static SHA256_SIZE],
    const struct token_claims *claims)
{
	struct entry *set = set_of(s, digest), *to = &set[0];

	for (int i = 1; i < WAYS; i++) {
		if (set[i].used < to->used)
			to = &set[i];
	}
	memcpy(to->digest, digest, SHA256_SIZE);
	to->claims = *claims;
	to->used = ++s->tick;
}
