#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/cognito.h"
#include "aws/creds.h"
#include "aws/ddb.h"
#include "aws/ec2.h"
#include "base/board.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/help.h"
#include "cli/out.h"
#include "cli/say.h"
#include "config.h"
#include "pg/pg.h"

#define FILE_MAX_BYTES ((size_t)4 * 1024 * 1024)

enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

volatile sig_atomic_t cli_interrupted;

/* ---- what commands ask for ---- */

int64_t
cli_deadline(void)
{
	return clock_ms() + CLI_CALL_MS;
}

/* An option that is needed and empty: said, and false. */
static bool
have(const struct cli *c, enum opt opt)
{
	struct buf err = BUF_INIT(512);
	bool good = conf_require(&c->conf, &err, opt, OPT__MAX) == RC_OK;

	if (!good && opt == OPT_pg_url && c->prod) {
		say_fail("there is no production database");
		say_hint("set PROD_CONNECTION_URL, or [postgres] "
			 "prod_connection_url in cruddur.conf");
	} else if (!good) {
		say_fail("%s", buf_str(&err));
	}
	buf_free(&err);
	return good;
}

struct pg *
cli_pg_new(struct cli *c)
{
	int64_t ms = c->conf.pg_connect_timeout_ms;

	c->cx.pg = pg_new(c->conf.pg_url, c->conf.pg_prepare,
	    ms < CLI_CONNECT_MS ? CLI_CONNECT_MS : ms);
	return c->cx.pg;
}

struct pg *
cli_pg(struct cli *c)
{
	if (c->cx.pg != NULL || !have(c, OPT_pg_url))
		return c->cx.pg;
	if (!pg_url_ok(c->conf.pg_url)) {
		say_fail("%s is no connection URI",
		    c->prod ? "PROD_CONNECTION_URL" : "CONNECTION_URL");
		say_hint("it looks like postgresql://user:password@host/"
			 "database; write %%40 for an @ in a password");
		return NULL;
	}
	return cli_pg_new(c);
}

struct creds *
cli_creds(struct cli *c)
{
	if (c->creds == NULL)
		c->creds = creds_new(&c->conf);
	return c->creds;
}

struct ddb *
cli_ddb(struct cli *c)
{
	if (c->cx.ddb == NULL && have(c, OPT_aws_region)) {
		/* nobody waits for us as for a server: a page of 1 MB takes
		 * its time */
		if (c->conf.ddb_attempt_timeout_ms < CLI_ATTEMPT_MS)
			c->conf.ddb_attempt_timeout_ms = CLI_ATTEMPT_MS;
		c->cx.ddb = ddb_new(&c->conf, cli_creds(c));
	}
	return c->cx.ddb;
}

struct cognito *
cli_cognito(struct cli *c)
{
	if (c->cx.cognito == NULL && have(c, OPT_aws_region) &&
	    have(c, OPT_cognito_user_pool_id))
		c->cx.cognito = cognito_new(&c->conf, cli_creds(c));
	return c->cx.cognito;
}

struct ec2 *
cli_ec2(struct cli *c)
{
	if (c->ec2 == NULL && have(c, OPT_aws_region))
		c->ec2 = ec2_new(&c->conf, cli_creds(c));
	return c->ec2;
}

struct ctx *
cli_ctx(struct cli *c)
{
	c->cx.conf = &c->conf;
	c->cx.deadline_ms = cli_deadline();
	return &c->cx;
}

enum rc
cli_number(const struct cli *c, enum cli_opt opt, int64_t min, int64_t max,
    int64_t otherwise, int64_t *out)
{
	*out = otherwise;
	if (c->opt[opt] == NULL ||
	    parse_int(c->opt[opt], min, max, out) == RC_OK)
		return RC_OK;
	return say_usage(c, "%s takes a number from %lld to %lld",
	    cli_options[opt].flag, (long long)min, (long long)max);
}

void
cli_path(const struct cli *c, const char *name, struct buf *out)
{
	buf_addf(out, "%s/%s", c->conf.cli_data_dir, name);
}

enum rc
cli_file(const struct cli *c, const char *name, struct buf *out)
{
	struct buf path = BUF_INIT(4096);
	char chunk[4096];
	enum rc rc = RC_OK;
	size_t n;
	FILE *f;

	cli_path(c, name, &path);
	f = fopen(buf_str(&path), "re");
	if (f == NULL) {
		say_fail("%s: %s", buf_str(&path), strerror(errno));
		say_hint("cruddur's files are looked for in %s: set "
			 "CRUDDUR_DATA_DIR if they lie elsewhere",
		    c->conf.cli_data_dir);
		rc = RC_CONFIG;
	} else {
		while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
			buf_add(out, chunk, n);
		if (ferror(f) || buf_rc(out) != RC_OK) {
			say_fail("%s: cannot be read", buf_str(&path));
			rc = RC_CONFIG;
		}
		fclose(f);
	}
	buf_free(&path);
	return rc;
}

/* ---- from the command line to the command ---- */

static volatile sig_atomic_t on_terminal; /* standard error is one */

static void
on_interrupt(int signal_number)
{
	static const char text[] =
	    "\nstopping after this step; once more stops at once\n";
	int before = errno;

	cli_interrupted = signal_number;
	/* a backend that hangs may keep us for long */
	if (on_terminal && write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		on_terminal = 0;
	errno = before;
}

/* The first Ctrl-C ends us between two steps, the second one at once. */
static void
catch_interrupts(void)
{
	struct sigaction sa = { .sa_handler = on_interrupt,
		.sa_flags = (int)SA_RESETHAND };

	on_terminal = isatty(STDERR_FILENO);
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static void
replace(char **field, const char *text)
{
	secure_free(*field, strlen(*field));
	*field = xstrdup(text);
}

/* A plain http address is an emulator's on this machine. */
static void
drop_local(struct conf *conf, enum opt opt, char **field)
{
	if (strncmp(*field, "http://", 7) != 0)
		return;
	replace(field, "");
	free(conf->origin[opt]);
	conf->origin[opt] = xstrdup("profile prod");
}

/* --profile prod: the other database, and AWS itself. */
static void
choose_production(struct conf *conf)
{
	replace(&conf->pg_url, conf->pg_prod_url);
	free(conf->origin[OPT_pg_url]);
	conf->origin[OPT_pg_url] = xstrdup("profile prod");
	drop_local(conf, OPT_ddb_endpoint, &conf->ddb_endpoint);
	drop_local(conf, OPT_ddb_streams_endpoint, &conf->ddb_streams_endpoint);
	drop_local(conf, OPT_cognito_endpoint, &conf->cognito_endpoint);
}

static enum rc
load(struct cli *c)
{
	struct buf err = BUF_INIT(4096);
	enum rc rc = conf_load(c->opt[CO_CONFIG], &c->conf, &err);

	if (rc != RC_OK)
		say_fail("%s", buf_str(&err));
	buf_free(&err);
	if (rc == RC_OK && c->prod)
		choose_production(&c->conf);
	return rc;
}

static void
clean_up(struct cli *c)
{
	pg_free(&c->cx.pg);
	ddb_free(&c->cx.ddb);
	cognito_free(&c->cx.cognito);
	ec2_free(&c->ec2);
	creds_free(&c->creds);
	conf_free(&c->conf);
}

static enum rc
confirm(struct cli *c)
{
	struct cli_target target = { "", "" };
	enum rc rc;

	if (c->command->destroys == NULL)
		return RC_OK;
	rc = c->command->destroys(c, &target);
	return rc == RC_OK ? say_confirm(c, &target) : rc;
}

static enum rc
run(struct cli *c)
{
	enum rc rc = RC_OK;

	log_set_level(c->opt[CO_VERBOSE] != NULL ? LOG_DEBUG : LOG_ERROR);
	if (!(c->command->flags & CMD_NO_CONF))
		rc = load(c);
	if (rc == RC_OK && board_init() != RC_OK) {
		say_fail("no shared memory");
		rc = RC_INTERNAL;
	}
	if (rc == RC_OK)
		rc = confirm(c);
	if (rc == RC_OK) {
		catch_interrupts();
		rc = c->command->run(c);
	}
	clean_up(c);
	if (rc == RC_OK && out_lost())
		rc = RC_TOOBIG;
	return rc;
}

/* End as the shell expects of a program that was interrupted. */
static void
die_of_interrupt(void)
{
	fflush(NULL);
	say_fail("interrupted");
	signal(cli_interrupted, SIG_DFL);
	raise(cli_interrupted);
}

/* No such command: say so, and which is near. */
static int
unknown(const struct args *args)
{
	struct buf near = BUF_INIT(256);

	if (args->nwords == 0) {
		help_all(stderr);
		return STATUS_USAGE;
	}
	if (help_noun(stderr, args->word, args->nwords))
		return STATUS_USAGE;
	fputs("cruddur: there is no command '", stderr);
	for (size_t i = 0; i < args->nwords; i++)
		fprintf(stderr, "%s%s", i ? " " : "", args->word[i]);
	fputs("'\n", stderr);
	if (args_near(args->word, args->nwords, &near))
		say_hint("did you mean 'cruddur %s'?", buf_str(&near));
	else
		say_hint("see: cruddur --help");
	buf_free(&near);
	return STATUS_USAGE;
}

/* --help, or "help" as the first word. */
static int
show_help(const struct args *args)
{
	struct args rest = *args;
	const struct command *command;
	size_t used;

	if (rest.nwords > 0 && strcmp(rest.word[0], "help") == 0) {
		rest.nwords--;
		memmove(rest.word, rest.word + 1,
		    rest.nwords * sizeof(rest.word[0]));
	}
	command = args_command(&rest, &used);
	if (command != NULL)
		help_command(stdout, command);
	else if (rest.nwords == 0)
		help_all(stdout);
	else if (!help_noun(stdout, rest.word, rest.nwords))
		return unknown(&rest);
	return STATUS_OK;
}

static int
usage(const struct buf *err, const struct command *command)
{
	say_fail("%s", buf_str(err));
	say_hint("see: cruddur %s%s--help", command ? command->path : "",
	    command ? " " : "");
	return STATUS_USAGE;
}

static int
dispatch(const struct args *args, struct buf *err)
{
	struct cli c = { 0 };
	size_t used = 0;
	const struct command *command = args_command(args, &used);
	enum rc rc;

	if (command == NULL)
		return unknown(args);
	if (args_fill(args, command, used, &c, err) != RC_OK)
		return usage(err, command);
	rc = run(&c);
	if (cli_interrupted)
		die_of_interrupt();
	return rc == RC_OK	      ? STATUS_OK
	       : rc == RC_BAD_REQUEST ? STATUS_USAGE
				      : STATUS_FAILED;
}

/* Whether all that went to standard output has arrived. */
static bool
written(void)
{
	bool lost = ferror(stdout) != 0; /* its errno is gone */

	errno = 0;
	if (fflush(stdout) == 0 && !lost)
		return true;
	say_fail("standard output cannot be written%s%s", errno ? ": " : "",
	    errno ? strerror(errno) : "");
	return false;
}

/* A descriptor that is closed would be the next file or connection that we
 * open, and what we say would go there. */
static void
open_standard_files(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			abort();
	}
}

int
cli_main(int argc, char **argv)
{
	struct buf err = BUF_INIT(512);
	struct args args;
	int status;

	open_standard_files();
	/* texts are UTF-8 whatever the machine's language is */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (args_split(argc, argv, &args, &err) != RC_OK) {
		status = usage(&err, NULL);
	} else if (args.opt[CO_VERSION] != NULL) {
		printf("cruddur %s\n", PACKAGE_VERSION);
		status = STATUS_OK;
	} else if (args.opt[CO_HELP] != NULL ||
		   (args.nwords > 0 && strcmp(args.word[0], "help") == 0)) {
		status = show_help(&args);
	} else {
		status = dispatch(&args, &err);
	}
	buf_free(&err);
	return written() ? status : STATUS_FAILED;
}
