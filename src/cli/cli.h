/*
 * cli: the operator's tool. One table of commands (table.c) feeds parser,
 * help, manual page and completion; a command is a function that is handed
 * this context: configuration for the chosen profile, what was on the command
 * line, and handles that are made when first asked for.
 *
 * Results go to standard output (out.h), talk to standard error (say.h).
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <signal.h>
#include <stdint.h>

#include "base/conf.h"
#include "model/ctx.h"

struct creds;
struct ec2;

#define CLI_MAX_OPERANDS 4
#define CLI_MAX_WORDS	 8

/* A single call of a backend may take so long, its retries included. */
#define CLI_CALL_MS    60000
#define CLI_ATTEMPT_MS 20000 /* of that, at least */
#define CLI_CONNECT_MS 10000 /* to Postgres, at least */

enum cli_opt {
#define OPTION(name, flag, arg, help) CO_##name,
#include "cli/options.def"
#undef OPTION
	CO__MAX
};

struct cli {
	const struct command *command;
	struct conf conf;	  /* as the profile changes it */
	bool prod;		  /* production was chosen */
	bool json;		  /* results as JSON */
	const char *opt[CO__MAX]; /* NULL: not given; flags: "" */
	const char *operand[CLI_MAX_OPERANDS];
	size_t noperands;

	struct ctx cx; /* what has been made of it so far */
	struct creds *creds;
	struct ec2 *ec2;
};

/* What a command is about to destroy. */
struct cli_target {
	char what[512]; /* "the database cruddur on 127.0.0.1" */
	char name[256]; /* what is typed on production: "cruddur" */
};

/* A row of THE table. */
struct command {
	const char *path;     /* "db create" */
	const char *operands; /* "GROUP", blanks between; "": none */
	uint64_t options;     /* 1 << CO_…, beyond those that all take */
	unsigned int flags;   /* CMD_… */
	enum rc (*run)(struct cli *c);
	/* Says what the command destroys: it is asked for first. NULL:
	 * nothing. */
	enum rc (*destroys)(struct cli *c, struct cli_target *target);
	const char *summary; /* a line of help */
	const char *details; /* more of it, or NULL */
};

#define CMD_JSON    1 /* has a result: takes --json */
#define CMD_HIDDEN  2 /* for the build, not for people */
#define CMD_NO_CONF 4 /* runs without a configuration */

extern const struct command cli_commands[];
extern const size_t cli_ncommands;

/* cli_main(argc, argv): run it all; the exit status: 0, 1 failed, 2 usage. */
int cli_main(int argc, char **argv);

/* cli_interrupted: the signal, once Ctrl-C (or SIGTERM) came. Loops end at it
 * between two steps, with RC_INTERRUPTED. */
extern volatile sig_atomic_t cli_interrupted;

/*
 * The handles, made when first asked for. NULL where an option is missing
 * that they need: it was said. They live as long as c.
 */
struct pg *cli_pg(struct cli *c);
struct pg *cli_pg_new(struct cli *c); /* the same, nothing checked */
struct ddb *cli_ddb(struct cli *c);
struct cognito *cli_cognito(struct cli *c);
struct ec2 *cli_ec2(struct cli *c);
struct creds *cli_creds(struct cli *c);

/* cli_person(c, handle, out): who has that handle. RC_USER_UNKNOWN: nobody; it
 * was said. */
struct user;
enum rc cli_person(struct cli *c, const char *handle, struct user *out);

/* cli_ctx(c): for a call of model/: the context, its deadline CLI_CALL_MS
 * from now. The handles that the call needs must have been made. */
struct ctx *cli_ctx(struct cli *c);

/* cli_deadline(): CLI_CALL_MS from now. */
int64_t cli_deadline(void);

/* cli_number(c, opt, min, max, otherwise, out): an option's number, or
 * otherwise if it was not given. RC_BAD_REQUEST: it was said. */
enum rc cli_number(const struct cli *c, enum cli_opt opt, int64_t min,
    int64_t max, int64_t otherwise, int64_t *out) MUSTCHECK;

/* cli_file(c, name, out): append a data file, "sql/schema.sql". RC_CONFIG: it
 * was said. cli_path(c, name, out): its path. */
enum rc cli_file(
    const struct cli *c, const char *name, struct buf *out) MUSTCHECK;
void cli_path(const struct cli *c, const char *name, struct buf *out);

#endif
