#include "aws/retry.h"

/* attempts: in all; base_ms, cap_ms: of the wait's ceiling; need_ms: an
 * attempt with less time than that is not worth making. */
static const struct policy {
	int attempts;
	int64_t base_ms, cap_ms, need_ms;
} policies[RETRY__MAX] = {
	[RETRY_NEVER] = { 1, 0, 0, 0 },
	[RETRY_CREDENTIALS] = { 2, 0, 0, 20 },
	/* ends by itself once the others are through: only time bounds it */
	[RETRY_CONFLICT] = { 1000, 10, 250, 20 },
	[RETRY_THROTTLED] = { 12, 50, 1000, 20 },
	[RETRY_SERVER] = { 6, 25, 500, 20 },
	/* a restart is over soon or not at all: 503 must not take a second */
	[RETRY_REFUSED] = { 4, 25, 100, 20 },
	[RETRY_BROKEN] = { 4, 10, 200, 20 },
	[RETRY_TIMEOUT] = { 3, 10, 50, 100 },
};

bool
retry_wait(enum retry_class class, int attempt, int64_t left_ms,
    uint64_t random, int64_t *wait_ms)
{
	const struct policy *p = &policies[class];
	int64_t ceiling_ms, wait;

	if (attempt >= p->attempts)
		return false;
	ceiling_ms = attempt > 10 ? p->cap_ms : p->base_ms << (attempt - 1);
	if (ceiling_ms > p->cap_ms)
		ceiling_ms = p->cap_ms;
	wait = (int64_t)(random % (uint64_t)(ceiling_ms + 1));
	if (left_ms - wait < p->need_ms)
		return false;
	*wait_ms = wait;
	return true;
}
