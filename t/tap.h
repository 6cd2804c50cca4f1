/*
 * tap: the Test Anything Protocol in C, for prove(1). A test is a main() that
 * calls ok() and friends and ends with return tap_done();
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

/* ok(cond, name, …): one test; the name may hold printf conversions. */
static inline bool __attribute__((format(printf, 2, 3)))
ok(bool cond, const char *name, ...)
{
	va_list ap;

	printf("%sok %d - ", cond ? "" : "not ", ++tap_run);
	va_start(ap, name);
	vprintf(name, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !cond;
	return cond;
}

/* is_int(got, want, name): equal numbers, both shown if not. */
static inline bool
is_int(long long got, long long want, const char *name)
{
	if (!ok(got == want, "%s", name))
		printf("#   got %lld, want %lld\n", got, want);
	return got == want;
}

/* is_str(got, want, name): equal texts (NULL equals NULL). */
static inline bool
is_str(const char *got, const char *want, const char *name)
{
	bool same = got == want ||
		    (got != NULL && want != NULL && strcmp(got, want) == 0);

	if (!ok(same, "%s", name))
		printf("#   got  '%s'\n#   want '%s'\n", got ? got : "(NULL)",
		    want ? want : "(NULL)");
	return same;
}

/* tap_done(): the plan; main's return value. */
static inline int
tap_done(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed == 0 ? 0 : 1;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
