#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/js.h"

#define LINE_MAX_BYTES 4096 /* PIPE_BUF: a line is written whole */
#define NUMS	       8

static const struct {
	const char *wire;
	enum log_level level;
} events[EV__MAX] = {
#define EVENT(name, wire, level, help) [EV_##name] = { wire, level },
#include "base/log.def"
#undef EVENT
};

static const char *const level_name[LOG__MAX] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static enum log_level threshold = LOG_INFO;
static const char *program = "cruddur";
static __thread const char *request_id;

void
log_set_level(enum log_level level)
{
	threshold = level;
}

int
log_level_parse(const char *text)
{
	for (int i = 0; i < LOG__MAX; i++) {
		if (strcasecmp(text, level_name[i]) == 0)
			return i;
	}
	return -1;
}

void
log_set_program(const char *name)
{
	program = name;
}

void
log_set_request(const char *id)
{
	request_id = id;
}

const char *
log_num(int64_t n)
{
	static __thread char text[NUMS][24];
	static __thread unsigned int next;
	char *at = text[next++ % NUMS];

	snprintf(at, sizeof(text[0]), "%" PRId64, n);
	return at;
}

static void
field(struct buf *line, const char *key, const char *value)
{
	if (value == NULL)
		return;
	buf_addc(line, ',');
	js_add_string(line, key, strlen(key));
	buf_addc(line, ':');
	js_add_string(line, value, strlen(value));
}

static void
write_line(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDERR_FILENO, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; /* nobody reads: nothing to tell it to */
		p += done;
		n -= (size_t)done;
	}
}

bool
log_wants(enum log_event event)
{
	assert(event < EV__MAX);
	return events[event].level <= threshold;
}

void
log_event(enum log_event event, ...)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES - 2);
	char now[CLOCK_TEXT_SIZE];
	const char *key;
	size_t whole;
	va_list ap;

	if (!log_wants(event))
		return;
	clock_text(clock_wall_us(), now);
	buf_addf(&line,
	    "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\","
	    "\"program\":\"%s\",\"pid\":%d",
	    now, level_name[events[event].level], events[event].wire, program,
	    (int)getpid());
	field(&line, "request_id", request_id);
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		whole = line.len;
		field(&line, key, value);
		if (line.failed) { /* drop the field that does not fit */
			line.failed = false;
			line.len = whole;
		}
	}
	va_end(ap);
	line.max_bytes += 2;
	buf_adds(&line, "}\n");
	write_line(line.data, line.len);
	buf_free(&line);
}
