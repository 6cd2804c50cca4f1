/*
 * clock: the two clocks, and the one form of a point in time on the wire.
 * Deadlines are absolute, in ms of the monotonic clock.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

/* clock_ms(), clock_us(): the monotonic clock: for deadlines and durations. */
int64_t clock_ms(void);
int64_t clock_us(void);

/* clock_wall_us(): UTC since 1970 in microseconds. */
int64_t clock_wall_us(void);

/* clock_left_ms(deadline_ms): ms until an absolute deadline, never below 0. */
int64_t clock_left_ms(int64_t deadline_ms);

/* clock_sleep_ms(ms): sleep; returns early if a signal arrives. */
void clock_sleep_ms(int64_t ms);

/* "2026-11-23T02:21:13.000000+00:00": 32 bytes and the NUL. Always UTC, always
 * six decimals, so that the order of the text is the order of time. */
#define CLOCK_TEXT_SIZE 33

/* clock_text(wall_us, out): that form, for the years 0001 to 9999. */
void clock_text(int64_t wall_us, char out[static CLOCK_TEXT_SIZE]);

/* clock_parse(text, wall_us): read RFC 3339 (any offset, 0 to 9 decimals, of
 * which six count). RC_INVALID if it is no such time; *wall_us untouched. */
enum rc clock_parse(const char *text, int64_t *wall_us) MUSTCHECK;

#endif
