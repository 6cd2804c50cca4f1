#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define US_PER_S 1000000

static int64_t
read_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts); /* fails for unknown clocks only */
	return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_wall_us(void)
{
	return read_us(CLOCK_REALTIME);
}

int64_t
clock_left_ms(int64_t deadline_ms)
{
	int64_t left = deadline_ms - clock_ms();

	return left > 0 ? left : 0;
}

void
clock_sleep_ms(int64_t ms)
{
	struct timespec ts = { .tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	if (ms > 0)
		nanosleep(&ts, NULL);
}

void
clock_text(int64_t wall_us, char out[static CLOCK_TEXT_SIZE])
{
	int64_t us = wall_us % US_PER_S;
	time_t s = (time_t)(wall_us / US_PER_S);
	char text[96]; /* room for any int, so that gcc sees no truncation */
	struct tm tm;

	if (us < 0) {
		us += US_PER_S;
		s--;
	}
	gmtime_r(&s, &tm);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%06d+00:00",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)us);
	memcpy(out, text, CLOCK_TEXT_SIZE - 1);
	out[CLOCK_TEXT_SIZE - 1] = '\0';
}

/* Exactly n digits at *p become *out, and *p moves past them. */
static bool
digits(const char **p, int n, int *out)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)(*p)[i]))
			return false;
		v = v * 10 + ((*p)[i] - '0');
	}
	*p += n;
	*out = v;
	return true;
}

static bool
literal(const char **p, const char *set)
{
	if (**p == '\0' || strchr(set, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

/* ".5" or ".123456789" or nothing: microseconds, the rest cut off. */
static bool
fraction(const char **p, int64_t *us)
{
	int64_t scale = US_PER_S;
	int n = 0;

	*us = 0;
	if (**p != '.')
		return true;
	for ((*p)++; isdigit((unsigned char)**p); (*p)++, n++) {
		scale /= 10;
		*us += (**p - '0') * scale;
	}
	return n >= 1 && n <= 9;
}

/* "Z" or "+02:00": seconds east of UTC. */
static bool
offset(const char **p, int *seconds)
{
	int sign = **p == '-' ? -1 : 1;
	int h, m;

	*seconds = 0;
	if (literal(p, "Zz"))
		return true;
	if (!literal(p, "+-") || !digits(p, 2, &h) || !literal(p, ":") ||
	    !digits(p, 2, &m) || h > 23 || m > 59)
		return false;
	*seconds = sign * (h * 3600 + m * 60);
	return true;
}

/* timegm() mends what is out of range; a date that it mends was none. */
static bool
real_date(struct tm tm, time_t *s)
{
	struct tm back = tm;

	*s = timegm(&back);
	return back.tm_mday == tm.tm_mday && back.tm_mon == tm.tm_mon &&
	       back.tm_year == tm.tm_year;
}

enum rc
clock_parse(const char *text, int64_t *wall_us)
{
	const char *p = text;
	struct tm tm = { 0 };
	int64_t us;
	int off;
	time_t s;

	if (!digits(&p, 4, &tm.tm_year) || !literal(&p, "-") ||
	    !digits(&p, 2, &tm.tm_mon) || !literal(&p, "-") ||
	    !digits(&p, 2, &tm.tm_mday) || !literal(&p, "Tt ") ||
	    !digits(&p, 2, &tm.tm_hour) || !literal(&p, ":") ||
	    !digits(&p, 2, &tm.tm_min) || !literal(&p, ":") ||
	    !digits(&p, 2, &tm.tm_sec) || !fraction(&p, &us) ||
	    !offset(&p, &off) || *p != '\0')
		return RC_INVALID;
	if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59 ||
	    tm.tm_year < 1)
		return RC_INVALID;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	if (!real_date(tm, &s))
		return RC_INVALID;
	*wall_us = ((int64_t)s - off) * US_PER_S + us;
	return RC_OK;
}
