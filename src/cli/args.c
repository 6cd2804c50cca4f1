#include "cli/args.h"

#include <string.h>

#define WORD_MAX 40 /* letters that a misspelt command is compared by */

const struct cli_option cli_options[CO__MAX] = {
#define OPTION(name, flag, arg, help) [CO_##name] = { flag, arg, help },
#include "cli/options.def"
#undef OPTION
};

static const struct {
	const char *letter;
	enum cli_opt opt;
} shorts[] = {
	{ "-h", CO_HELP },
	{ "-v", CO_VERBOSE },
	{ "-V", CO_VERSION },
	{ "-y", CO_YES },
};

/* ---- misspelt words ---- */

static int
least(int a, int b, int c)
{
	int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

int
args_distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	int d[WORD_MAX + 1][WORD_MAX + 1];

	if (na > WORD_MAX || nb > WORD_MAX)
		return 99;
	for (size_t i = 0; i <= na; i++)
		d[i][0] = (int)i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = (int)j;
	for (size_t i = 1; i <= na; i++) {
		for (size_t j = 1; j <= nb; j++) {
			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1,
			    d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[na][nb];
}

size_t
args_count(const char *text)
{
	size_t n = text[0] != '\0';

	for (; *text != '\0'; text++)
		n += *text == ' ';
	return n;
}

static void
join(const char *const *words, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%s", i ? " " : "", words[i]);
}

bool
args_near(const char *const *words, size_t n, struct buf *out)
{
	int best = 4; /* further off it is not a slip of the fingers */
	const char *found = NULL;

	for (size_t i = 0; i < cli_ncommands; i++) {
		const char *path = cli_commands[i].path;
		size_t k = args_count(path);
		struct buf typed = BUF_INIT(256);
		int d;

		join(words, n < k ? n : k, &typed);
		d = args_distance(buf_str(&typed), path);
		/* no more than a third of it may be wrong */
		if (d < best && d * 3 <= (int)strlen(path) &&
		    !(cli_commands[i].flags & CMD_HIDDEN)) {
			best = d;
			found = path;
		}
		buf_free(&typed);
	}
	if (found != NULL)
		buf_adds(out, found);
	return found != NULL;
}

/* ---- options ---- */

static void
unknown_option(const char *text, size_t n, struct buf *err)
{
	const char *near = NULL;
	int best = 4;
	char name[WORD_MAX + 1];

	n = n > WORD_MAX ? WORD_MAX : n;
	memcpy(name, text, n);
	name[n] = '\0';
	for (int i = 0; i < CO__MAX; i++) {
		int d = args_distance(name, cli_options[i].flag);

		if (d < best && d * 3 <= (int)strlen(cli_options[i].flag)) {
			best = d;
			near = cli_options[i].flag;
		}
	}
	buf_addf(err, "there is no option %s", name);
	if (near != NULL)
		buf_addf(err, ". Did you mean %s?", near);
}

const char *
args_letter(enum cli_opt opt)
{
	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
		if (shorts[i].opt == opt)
			return shorts[i].letter;
	}
	return NULL;
}

/* The option that a text of n letters names; CO__MAX: none. */
static enum cli_opt
find_option(const char *text, size_t n)
{
	for (int i = 0; i < CO__MAX; i++) {
		if (strlen(cli_options[i].flag) == n &&
		    strncmp(cli_options[i].flag, text, n) == 0)
			return (enum cli_opt)i;
	}
	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
		if (n == 2 && strncmp(shorts[i].letter, text, n) == 0)
			return shorts[i].opt;
	}
	return CO__MAX;
}

/* One option at argv[*i]; its value may be the argument after. */
static enum rc
take_option(int argc, char **argv, int *i, struct args *out, struct buf *err)
{
	const char *text = argv[*i], *equals = strchr(text, '=');
	size_t n = equals ? (size_t)(equals - text) : strlen(text);
	enum cli_opt opt = find_option(text, n);
	bool takes_value;

	if (opt == CO__MAX) {
		unknown_option(text, n, err);
		return RC_BAD_REQUEST;
	}
	takes_value = cli_options[opt].arg[0] != '\0';
	if (!takes_value && equals != NULL) {
		buf_addf(err, "%s takes no value", cli_options[opt].flag);
		return RC_BAD_REQUEST;
	}
	if (takes_value && equals == NULL && *i + 1 >= argc) {
		buf_addf(err, "%s needs a value: %s %s", cli_options[opt].flag,
		    cli_options[opt].flag, cli_options[opt].arg);
		return RC_BAD_REQUEST;
	}
	out->opt[opt] = !takes_value ? "" : equals ? equals + 1 : argv[++*i];
	return RC_OK;
}

enum rc
args_split(int argc, char **argv, struct args *out, struct buf *err)
{
	bool options = true;

	*out = (struct args){ 0 };
	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && argv[i][0] == '-' && argv[i][1]) {
			enum rc rc = take_option(argc, argv, &i, out, err);

			if (rc != RC_OK)
				return rc;
		} else if (out->nwords == CLI_MAX_WORDS) {
			buf_addf(err, "too many words: '%s'", argv[i]);
			return RC_BAD_REQUEST;
		} else {
			out->word[out->nwords++] = argv[i];
		}
	}
	return RC_OK;
}

/* ---- the command ---- */

static bool
begins_with(const struct args *args, const char *path)
{
	for (size_t i = 0; *path != '\0'; i++) {
		size_t n = strcspn(path, " ");

		if (i >= args->nwords || strlen(args->word[i]) != n ||
		    strncmp(args->word[i], path, n) != 0)
			return false;
		path += n + (path[n] == ' ');
	}
	return true;
}

const struct command *
args_command(const struct args *args, size_t *nused)
{
	for (size_t i = 0; i < cli_ncommands; i++) {
		if (begins_with(args, cli_commands[i].path)) {
			*nused = args_count(cli_commands[i].path);
			return &cli_commands[i];
		}
	}
	return NULL;
}

bool
args_takes(const struct command *command, enum cli_opt opt)
{
	if (opt == CO_JSON)
		return (command->flags & CMD_JSON) != 0;
	return opt <= CO_VERSION || (command->options >> opt & 1) != 0;
}

static enum rc
fill_operands(const struct args *args, const struct command *command,
    size_t nused, struct cli *c, struct buf *err)
{
	size_t want = args_count(command->operands);
	size_t have = args->nwords - nused;

	if (have == want + 1 &&
	    strcmp(args->word[args->nwords - 1], "prod") == 0) {
		c->prod = true;
		have--;
	}
	if (have < want)
		buf_addf(
		    err, "'%s' needs %s", command->path, command->operands);
	else if (have > want)
		buf_addf(err, "'%s' takes no '%s'", command->path,
		    args->word[nused + want]);
	if (have != want)
		return RC_BAD_REQUEST;
	for (size_t i = 0; i < want; i++)
		c->operand[i] = args->word[nused + i];
	c->noperands = want;
	return RC_OK;
}

enum rc
args_fill(const struct args *args, const struct command *command, size_t nused,
    struct cli *c, struct buf *err)
{
	const char *profile = args->opt[CO_PROFILE];

	for (int i = 0; i < CO__MAX; i++) {
		if (args->opt[i] == NULL)
			continue;
		if (!args_takes(command, (enum cli_opt)i)) {
			buf_addf(err, "'%s' takes no %s", command->path,
			    cli_options[i].flag);
			return RC_BAD_REQUEST;
		}
		c->opt[i] = args->opt[i];
	}
	if (profile != NULL && strcmp(profile, "prod") != 0 &&
	    strcmp(profile, "dev") != 0) {
		buf_addf(
		    err, "there is no profile '%.64s': dev or prod", profile);
		return RC_BAD_REQUEST;
	}
	c->command = command;
	c->json = c->opt[CO_JSON] != NULL;
	c->prod = profile != NULL && strcmp(profile, "prod") == 0;
	return fill_operands(args, command, nused, c, err);
}
