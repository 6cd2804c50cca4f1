#include "base/rnd.h"

#include <stdlib.h>
#include <sys/random.h>
#include <uuid/uuid.h>

void
rnd_bytes(void *p, size_t n)
{
	unsigned char *at = p;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
}

uint64_t
rnd_below(uint64_t n)
{
	uint64_t r, limit;

	if (n == 0)
		return 0;
	limit = UINT64_MAX - UINT64_MAX % n; /* no bias towards small ones */
	do {
		rnd_bytes(&r, sizeof(r));
	} while (r >= limit);
	return r % n;
}

void
rnd_uuid(char out[static UUID_TEXT_SIZE])
{
	uuid_t id;

	uuid_generate_random(id);
	uuid_unparse_lower(id, out);
}
