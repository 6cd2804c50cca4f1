/*
 * say: what a command tells the person before the screen: on standard error,
 * so that results can be piped. Colour and progress only on a terminal;
 * NO_COLOR is honoured (https://no-color.org).
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdio.h>

#include "cli/cli.h"

/* say(fmt, …): a line of talk. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* say_fail(fmt, …): "cruddur: …", what went wrong. say_hint(fmt, …): what to
 * do about it. */
void say_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* say_usage(c, fmt, …): a mistake on the command line; gives RC_BAD_REQUEST,
 * which ends the program with status 2. */
enum rc say_usage(const struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))) MUSTCHECK;

/* The services that commands talk to. */
enum say_service { SAY_PG, SAY_DDB, SAY_COGNITO, SAY_EC2 };

/* say_advice(c, service, said, out): append what can be done about a failure
 * of which the service said this; false: nobody knows. */
bool say_advice(const struct cli *c, enum say_service service, const char *said,
    struct buf *out) MUSTCHECK;

/*
 * Why a call failed and what can be done, in the words of an operator; gives
 * rc back. what: what was tried, "cannot read the table".
 */
enum rc say_pg(struct cli *c, enum rc rc, const char *what);
enum rc say_ddb(struct cli *c, enum rc rc, const char *what);
enum rc say_cognito(struct cli *c, enum rc rc, const char *what);
enum rc say_ec2(struct cli *c, enum rc rc, const char *what);

/* say_ddb_text(c, rc, what, said): say_ddb() for a handle that is not c's. */
enum rc say_ddb_text(
    struct cli *c, enum rc rc, const char *what, const char *said);

/* say_progress(fmt, …): replaces the line before, on a terminal only.
 * say_progress_end(): clears it, as every other line of talk does. */
void say_progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_progress_end(void);

/* say_ask(c, question): y or yes on standard input, or --yes. RC_INTERRUPTED:
 * no; it was said. */
enum rc say_ask(struct cli *c, const char *question) MUSTCHECK;

/* say_confirm(c, target): names what is to be destroyed and asks; on
 * production its name must be typed. RC_INTERRUPTED: no; it was said. */
enum rc say_confirm(struct cli *c, const struct cli_target *target) MUSTCHECK;

/* say_s(n): the plural's "s". */
const char *say_s(size_t n);

/* say_colour(f, code): "\033[31m" for "31", "" where f is no terminal. */
const char *say_colour(FILE *f, const char *code);

#endif
