/*
 * log: one JSON line per event on standard error. A line holds the time, the
 * level, the event's name, the pid, the id of the request at hand if there is
 * one, and the event's fields. Secrets, tokens and message text never go in.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG__MAX };

enum log_event {
#define EVENT(name, wire, level, help) EV_##name,
#include "base/log.def"
#undef EVENT
	EV__MAX
};

/* log_set_level(level): events above it are dropped. LOG_INFO at first. */
void log_set_level(enum log_level level);

/* log_level_parse(text): "error", "warn", "info", "debug"; -1 for others. */
int log_level_parse(const char *text);

/* log_set_program(name): the field "program"; kept, not copied. */
void log_set_program(const char *name);

/* log_set_request(id): the field "request_id" of this thread's lines from now
 * on; kept, not copied; NULL: none. */
void log_set_request(const char *id);

/* log_wants(event): whether it would be written; asked where making the fields
 * costs more than the question. */
bool log_wants(enum log_event event);

/*
 * log_event(event, key, value, …, NULL): write the line. Keys and values are
 * strings; a NULL value is left out. Numbers: log_num(n) makes a text that
 * lives until the eighth call after it.
 */
void log_event(enum log_event event, ...) __attribute__((sentinel));
const char *log_num(int64_t n);

#endif
