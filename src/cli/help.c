#include "cli/help.h"

#include <string.h>

#include "cli/args.h"
#include "cli/say.h"
#include "config.h"

#define HEAD_SIZE	 64
#define LINE_MAX_COLUMNS 78

/* "db new-migration NAME" */
static void
head_of(const struct command *command, char out[static HEAD_SIZE])
{
	snprintf(out, HEAD_SIZE, "%s%s%s", command->path,
	    command->operands[0] ? " " : "", command->operands);
}

static void
flag_of(enum cli_opt opt, char out[static HEAD_SIZE])
{
	const char *letter = args_letter(opt);

	snprintf(out, HEAD_SIZE, "%s%s%s%s%s", cli_options[opt].flag,
	    cli_options[opt].arg[0] ? " " : "", cli_options[opt].arg,
	    letter ? ", " : "", letter ? letter : "");
}

static void
print_option(FILE *f, enum cli_opt opt)
{
	char flag[HEAD_SIZE];

	flag_of(opt, flag);
	fprintf(f, "  %-20s %s\n", flag, cli_options[opt].help);
}

static bool
under(const struct command *command, const char *const *words, size_t n)
{
	const char *path = command->path;

	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(path, " ");

		if (strlen(words[i]) != len ||
		    strncmp(words[i], path, len) != 0)
			return false;
		path += len + (path[len] == ' ');
	}
	return (command->flags & CMD_HIDDEN) == 0;
}

static size_t
print_commands(FILE *f, const char *const *words, size_t n)
{
	const char *noun = "";
	size_t found = 0;

	for (size_t i = 0; i < cli_ncommands; i++) {
		const struct command *command = &cli_commands[i];
		size_t len = strcspn(command->path, " ");
		char head[HEAD_SIZE];

		if (!under(command, words, n))
			continue;
		if (found == 0 && n > 0)
			fputs(
			    "usage: cruddur COMMAND [OPTION...] [prod]\n\n", f);
		if (n == 0 && strncmp(noun, command->path, len) != 0)
			fputc('\n', f);
		noun = command->path;
		head_of(command, head);
		fprintf(f, "  %-31s %s\n", head, command->summary);
		found++;
	}
	return found;
}

void
help_all(FILE *f)
{
	fputs("usage: cruddur COMMAND [OPTION...] [prod]\n"
	      "Runs the databases, the conversations and the surroundings of "
	      "a cruddur.\n",
	    f);
	print_commands(f, NULL, 0);
	fputs("\nEvery command takes:\n", f);
	for (int i = 0; i <= CO_VERSION; i++)
		print_option(f, (enum cli_opt)i);
	fputs("\n'cruddur COMMAND --help' tells more. 'prod' after a command "
	      "is --profile prod.\nSee cruddur(1), cruddur.conf(5).\n",
	    f);
}

bool
help_noun(FILE *f, const char *const *words, size_t n)
{
	return print_commands(f, words, n) > 0;
}

/* A paragraph, broken between words. */
static void
print_text(FILE *f, const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (column > 0 && column + 1 + n > LINE_MAX_COLUMNS) {
			fputc('\n', f);
			column = 0;
		}
		fprintf(f, "%s%.*s", column > 0 ? " " : "", (int)n, text);
		column += n + (column > 0);
		text += n + (text[n] == ' ');
	}
	fputc('\n', f);
}

void
help_command(FILE *f, const struct command *command)
{
	bool any = false;

	fprintf(f, "usage: cruddur %s%s%s [OPTION...] [prod]\n\n%s\n",
	    command->path, command->operands[0] ? " " : "", command->operands,
	    command->summary);
	if (command->details != NULL) {
		fputc('\n', f);
		print_text(f, command->details);
	}
	for (int i = CO_VERSION + 1; i < CO__MAX; i++) {
		if (!args_takes(command, (enum cli_opt)i))
			continue;
		if (!any)
			fputc('\n', f);
		any = true;
		print_option(f, (enum cli_opt)i);
	}
	fputs("\nEvery command takes:\n", f);
	for (int i = 0; i <= CO_VERSION; i++)
		print_option(f, (enum cli_opt)i);
}

/* ---- completion ---- */

/* Before and after the list of the options that take a value. */
static const char completion_begin[] =
    "# bash completion of cruddur: cruddur completion bash\n"
    "_cruddur()\n"
    "{\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} before='' word line rest\n"
    "\tlocal option='' valued=' ";
static const char completion[] =
    "'\n"
    "\tlocal -A next=()\n"
    "\tCOMPREPLY=()\n"
    "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
    "\t\tif [[ -n $option ]]; then option=''\n"
    "\t\telif [[ $valued == *\" $word \"* ]]; then option=$word\n"
    "\t\telif [[ $word != -* ]]; then before+=\"$word \"\n"
    "\t\tfi\n"
    "\tdone\n"
    "\tcase $option in\n"
    "\t--config) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
    "\t--profile) mapfile -t COMPREPLY < <(compgen -W 'dev prod' -- \"$cur\") "
    ";;\n"
    "\tesac\n"
    "\t[[ -z $option ]] || return\n"
    "\twhile IFS='|' read -r line rest; do\n"
    "\t\tif [[ $cur == -* ]]; then\n"
    "\t\t\tif [[ $before == \"${line:+$line }\"* ]]; then\n"
    "\t\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$rest\" -- \"$cur\")\n"
    "\t\t\t\treturn\n"
    "\t\t\tfi\n"
    "\t\telif [[ -n $line && $line == \"$before\"* ]]; then\n"
    "\t\t\tword=${line#\"$before\"}\n"
    "\t\t\tnext[${word%% *}]=1\n"
    "\t\telif [[ $before == \"$line \" ]]; then\n"
    "\t\t\tnext[prod]=1\n"
    "\t\tfi\n"
    "\tdone <<'END'\n";

enum rc
help_completion(struct cli *c)
{
	if (strcmp(c->operand[0], "bash") != 0)
		return say_usage(c, "only bash is known");
	fputs(completion_begin, stdout);
	for (int o = 0; o < CO__MAX; o++) {
		if (cli_options[o].arg[0] != '\0')
			printf("%s ", cli_options[o].flag);
	}
	fputs(completion, stdout);
	for (size_t i = 0; i < cli_ncommands; i++) {
		if (cli_commands[i].flags & CMD_HIDDEN)
			continue;
		printf("%s|", cli_commands[i].path);
		for (int o = 0; o < CO__MAX; o++) {
			if (args_takes(&cli_commands[i], (enum cli_opt)o))
				printf("%s ", cli_options[o].flag);
		}
		putchar('\n');
	}
	putchar('|'); /* whatever command comes */
	for (int o = 0; o <= CO_VERSION; o++)
		printf("%s ", cli_options[o].flag);
	fputs("\nEND\n"
	      "\t[[ ${#next[@]} -eq 0 ]] || mapfile -t COMPREPLY < <(compgen "
	      "-W \"${!next[*]}\" -- \"$cur\")\n"
	      "}\n"
	      "complete -F _cruddur cruddur\n",
	    stdout);
	return RC_OK;
}

/* ---- manual pages ---- */

/* Text for roff: a hyphen is a minus, a leading dot no request. */
static void
roff(const char *text)
{
	if (text[0] == '.' || text[0] == '\'')
		fputs("\\&", stdout);
	for (; *text != '\0'; text++) {
		if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
}

static void
roff_item(const char *head, const char *text)
{
	fputs(".TP\n.B ", stdout);
	roff(head);
	putchar('\n');
	roff(text);
	putchar('\n');
}

static void
manual_commands(void)
{
	for (size_t i = 0; i < cli_ncommands; i++) {
		const struct command *command = &cli_commands[i];
		char head[HEAD_SIZE];

		if (command->flags & CMD_HIDDEN)
			continue;
		head_of(command, head);
		roff_item(head, command->summary);
		if (command->details != NULL)
			roff(command->details);
		for (int o = CO_VERSION + 1; o < CO__MAX; o++) {
			if (!args_takes(command, (enum cli_opt)o))
				continue;
			fputs("\n.RS\n", stdout);
			flag_of((enum cli_opt)o, head);
			roff_item(head, cli_options[o].help);
			fputs(".RE", stdout);
		}
		putchar('\n');
	}
}

static const char *
default_of(const struct opt_info *o)
{
	if (o->type == OPT_BOOL)
		return strcmp(o->default_value, "true") == 0 ? "yes" : "no";
	return o->default_value[0] ? o->default_value : "empty";
}

static void
manual_conf_options(void)
{
	const char *section = "";

	for (int i = 0; i < OPT__MAX; i++) {
		const struct opt_info *o = &opt_table[i];
		char head[256];

		if (strcmp(section, o->section) != 0)
			printf(".SS [%s]\n", o->section);
		section = o->section;
		roff_item(o->key, o->help);
		if (o->type == OPT_INT)
			printf("A whole number from %lld to %lld.\n",
			    (long long)o->min, (long long)o->max);
		if (o->type == OPT_BOOL)
			fputs("yes or no.\n", stdout);
		if (o->flags & OPT_RESTART)
			fputs("A reload keeps the old value.\n", stdout);
		if (o->flags & OPT_SECRET)
			fputs("Secret: never shown.\n", stdout);
		snprintf(head, sizeof(head), "Default: %s. Environment: %s.",
		    default_of(o), o->env[0] ? o->env : "none");
		fputs(".br\n", stdout);
		roff(head);
		putchar('\n');
	}
}

static void
manual_options(void)
{
	for (int i = 0; i <= CO_VERSION; i++) {
		char flag[HEAD_SIZE];

		flag_of((enum cli_opt)i, flag);
		roff_item(flag, cli_options[i].help);
	}
}

enum rc
help_manual(struct cli *c)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} parts[] = {
		{ "commands", manual_commands },
		{ "options", manual_options },
		{ "conf-options", manual_conf_options },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(c->operand[0], parts[i].name) == 0) {
			parts[i].print();
			return RC_OK;
		}
	}
	return say_usage(c, "there is no part '%s'", c->operand[0]);
}
