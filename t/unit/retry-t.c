/* What aws/retry.h decides. */
#include "aws/retry.h"
#include "tap.h"

#define HIGH 1000 /* the longest wait at a ceiling of a second */

static void
decisions(void)
{
	static const struct {
		const char *name;
		enum retry_class class;
		int attempt;
		int64_t left_ms;
		bool again;
	} cases[] = {
		{ "never: not even once", RETRY_NEVER, 1, 9000, false },
		{ "credentials: once more", RETRY_CREDENTIALS, 1, 9000, true },
		{ "credentials: not twice", RETRY_CREDENTIALS, 2, 9000, false },
		{ "throttled: early", RETRY_THROTTLED, 1, 9000, true },
		{ "throttled: eleventh", RETRY_THROTTLED, 11, 9000, true },
		{ "throttled: twelfth was the last", RETRY_THROTTLED, 12, 9000,
		    false },
		{ "throttled: no time for the wait", RETRY_THROTTLED, 6, 60,
		    false },
		{ "server: fifth", RETRY_SERVER, 5, 9000, true },
		{ "server: sixth was the last", RETRY_SERVER, 6, 9000, false },
		{ "refused: third", RETRY_REFUSED, 3, 9000, true },
		{ "refused: fourth was the last", RETRY_REFUSED, 4, 9000,
		    false },
		{ "broken: first", RETRY_BROKEN, 1, 9000, true },
		{ "broken: fourth was the last", RETRY_BROKEN, 4, 9000, false },
		{ "timeout: first", RETRY_TIMEOUT, 1, 3000, true },
		{ "timeout: too little is left for another", RETRY_TIMEOUT, 1,
		    99, false },
		{ "timeout: third was the last", RETRY_TIMEOUT, 3, 9000,
		    false },
		{ "conflict: as long as there is time", RETRY_CONFLICT, 500,
		    9000, true },
		{ "conflict: no time is left", RETRY_CONFLICT, 2, 0, false },
		{ "server: no time is left", RETRY_SERVER, 1, 0, false },
		{ "server: the deadline has passed", RETRY_SERVER, 1, -5,
		    false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t wait_ms = -1;
		bool again = retry_wait(cases[i].class, cases[i].attempt,
		    cases[i].left_ms, HIGH, &wait_ms);

		is_int(again, cases[i].again, cases[i].name);
		if (!again)
			is_int(wait_ms, -1, "no wait is set then");
	}
}

/* The ceiling doubles up to its cap, and the wait is anything up to it. */
static void
waits(void)
{
	static const struct {
		const char *name;
		enum retry_class class;
		int attempt;
		int64_t ceiling_ms;
	} cases[] = {
		{ "throttled, first", RETRY_THROTTLED, 1, 50 },
		{ "throttled, second", RETRY_THROTTLED, 2, 100 },
		{ "throttled, fifth", RETRY_THROTTLED, 5, 800 },
		{ "throttled, sixth: capped", RETRY_THROTTLED, 6, 1000 },
		{ "conflict, first", RETRY_CONFLICT, 1, 10 },
		{ "conflict, late: capped", RETRY_CONFLICT, 999, 250 },
		{ "credentials: at once", RETRY_CREDENTIALS, 1, 0 },
		{ "refused, third: capped", RETRY_REFUSED, 3, 100 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t most = -1, least = INT64_MAX, wait_ms;

		for (uint64_t r = 0; r <= 2000; r++) {
			if (!retry_wait(cases[i].class, cases[i].attempt,
				100000, r, &wait_ms))
				break;
			most = wait_ms > most ? wait_ms : most;
			least = wait_ms < least ? wait_ms : least;
		}
		is_int(most, cases[i].ceiling_ms, cases[i].name);
		is_int(least, 0, "full jitter: down to nothing");
	}
}

/* All of a refused server's attempts and waits end within a second. */
static void
refused_is_quick(void)
{
	int64_t sum_ms = 0, wait_ms, most_ms;

	for (int attempt = 1;; attempt++) {
		most_ms = -1;
		for (uint64_t r = 0; r <= 1000; r++) {
			if (retry_wait(
				RETRY_REFUSED, attempt, 5000, r, &wait_ms) &&
			    wait_ms > most_ms)
				most_ms = wait_ms;
		}
		if (most_ms < 0)
			break;
		sum_ms += most_ms;
	}
	ok(sum_ms <= 500, "refused: at worst %lld ms of waits",
	    (long long)sum_ms);
}

int
main(void)
{
	decisions();
	waits();
	refused_is_quick();
	return tap_done();
}
