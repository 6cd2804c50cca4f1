/* help: all that is told of the table of commands: help at each level, the
 * lists of the manual pages, completion. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/cli.h"

/* help_all(f): every command. help_noun(f, words, n): those that begin with
 * these words; false: there are none. help_command(f, command): one. */
void help_all(FILE *f);
bool help_noun(FILE *f, const char *const *words, size_t n);
void help_command(FILE *f, const struct command *command);

enum rc help_completion(struct cli *c); /* command "completion bash" */
enum rc help_manual(struct cli *c);	/* command "manual PAGE" */

#endif
