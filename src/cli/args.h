/*
 * args: reading of the command line. Pure: words in, a struct out. Options may
 * stand anywhere, as --name VALUE or --name=VALUE; -- ends them.
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include "cli/cli.h"

struct args {
	const char *word[CLI_MAX_WORDS]; /* commands and operands */
	size_t nwords;
	const char *opt[CO__MAX]; /* NULL: not given; flags: "" */
};

/* args_split(argc, argv, out, err): options from words. RC_BAD_REQUEST: err
 * says why. Texts are borrowed from argv. */
enum rc args_split(
    int argc, char **argv, struct args *out, struct buf *err) MUSTCHECK;

/* args_command(args, nused): the command that the words begin with, and how
 * many of them name it; NULL: none. */
const struct command *args_command(const struct args *args, size_t *nused);

/*
 * args_fill(args, command, nused, c, err): options and operands into c. A last
 * operand too many that is "prod" chooses production, as the old scripts had
 * it. RC_BAD_REQUEST: err says what does not fit.
 */
enum rc args_fill(const struct args *args, const struct command *command,
    size_t nused, struct cli *c, struct buf *err) MUSTCHECK;

/* args_near(words, n, out): the command that is meant by a misspelt one, into
 * out; false: none is near. */
bool args_near(const char *const *words, size_t n, struct buf *out);

/* args_distance(a, b): letters to change, add, take away or swap to make b
 * of a (optimal string alignment); 99 for texts that are too long. */
int args_distance(const char *a, const char *b);

/* args_count(text): the words of a text. */
size_t args_count(const char *text);

struct cli_option {
	const char *flag, *arg, *help;
};
extern const struct cli_option cli_options[CO__MAX];

/* args_letter(opt): "-h"; NULL: it has none. */
const char *args_letter(enum cli_opt opt);

/* args_takes(command, opt): whether the command takes that option. */
bool args_takes(const struct command *command, enum cli_opt opt);

#endif
