#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/xalloc.h"

const char *
say_colour(FILE *f, const char *code)
{
	static const struct {
		const char *code, *escape;
	} known[] = {
		{ "0", "\033[0m" },   /* as it was */
		{ "1", "\033[1m" },   /* bold */
		{ "31", "\033[31m" }, /* red */
		{ "32", "\033[32m" }, /* green */
		{ "33", "\033[33m" }, /* yellow */
	};
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if ((no != NULL && no[0] != '\0') || !isatty(fileno(f)) ||
	    (term != NULL && strcmp(term, "dumb") == 0))
		return "";
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].code, code) == 0)
			return known[i].escape;
	}
	return "";
}

const char *
say_s(size_t n)
{
	return n == 1 ? "" : "s";
}

static bool in_progress; /* a line of say_progress() stands */

static void __attribute__((format(printf, 3, 0)))
line(const char *colour, const char *before, const char *fmt, va_list ap)
{
	say_progress_end();
	fprintf(stderr, "%s%s%s", say_colour(stderr, colour), before,
	    say_colour(stderr, "0"));
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void
say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("0", "", fmt, ap);
	va_end(ap);
}

void
say_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("31", "cruddur: ", fmt, ap);
	va_end(ap);
}

void
say_hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("33", "  -> ", fmt, ap);
	va_end(ap);
}

enum rc
say_usage(const struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("31", "cruddur: ", fmt, ap);
	va_end(ap);
	say_hint("see: cruddur %s --help", c->command->path);
	return RC_BAD_REQUEST;
}

void
say_progress(const char *fmt, ...)
{
	va_list ap;

	if (!isatty(STDERR_FILENO))
		return;
	va_start(ap, fmt);
	fputs("\r\033[K", stderr);
	vfprintf(stderr, fmt, ap);
	fflush(stderr);
	va_end(ap);
	in_progress = true;
}

void
say_progress_end(void)
{
	if (in_progress)
		fputs("\r\033[K", stderr);
	in_progress = false;
}

/* A line of standard input without its end; false: there is none. */
static bool
read_answer(char *out, size_t size)
{
	if (fgets(out, (int)size, stdin) == NULL)
		return false;
	out[strcspn(out, "\r\n")] = '\0';
	return true;
}

static enum rc
refused(void)
{
	say_fail("nothing was done");
	return RC_INTERRUPTED;
}

enum rc
say_ask(struct cli *c, const char *question)
{
	char answer[64];

	if (c->opt[CO_YES] != NULL)
		return RC_OK;
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	if (!read_answer(answer, sizeof(answer))) {
		fputc('\n', stderr);
		if (cli_interrupted)
			return RC_INTERRUPTED;
		say_hint("nobody answers here: say --yes");
		return refused();
	}
	if (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0)
		return RC_OK;
	return refused();
}

enum rc
say_confirm(struct cli *c, const struct cli_target *target)
{
	char answer[sizeof(target->name) + 2];

	fprintf(stderr, "%sThis destroys %s%s.%s\n", say_colour(stderr, "31"),
	    target->what, c->prod ? ", in PRODUCTION" : "",
	    say_colour(stderr, "0"));
	if (!c->prod)
		return say_ask(c, "Go on?");
	fprintf(stderr, "Type its name, %s, to go on: ", target->name);
	fflush(stderr);
	if (!read_answer(answer, sizeof(answer)))
		fputc('\n', stderr);
	else if (strcmp(answer, target->name) == 0)
		return RC_OK;
	return refused();
}
