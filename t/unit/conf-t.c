/* Options: file, environment over file, and the one line that a fault gets. */
#include "base/conf.h"

#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static char path[] = "/tmp/cruddur-conf-XXXXXX";

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static void
faults(void)
{
	static const struct {
		const char *name, *file, *env, *value, *want;
	} cases[] = {
		{ "an unknown key", "[api]\nworker = 3\n", NULL, NULL,
		    ": [api] worker: there is no such option" },
		{ "an unknown section", "[apu]\nworkers = 3\n", NULL, NULL,
		    ": [apu] workers: there is no such option" },
		{ "no number", "[api]\nworkers = many\n", NULL, NULL,
		    ": [api] workers: must be a whole number from 0 to 256" },
		{ "beyond the bounds", "[api]\nworkers = 257\n", NULL, NULL,
		    ": [api] workers: must be a whole number from 0 to 256" },
		{ "neither yes nor no", "[postgres]\nprepare = maybe\n", NULL,
		    NULL, ": [postgres] prepare: must be yes or no" },
		{ "no address", "[dynamodb]\nendpoint = localhost\n", NULL,
		    NULL,
		    ": [dynamodb] endpoint: must begin with http:// or "
		    "https://" },
		{ "no level", "[log]\nlevel = loud\n", NULL, NULL,
		    ": [log] level: must be error, warn, info or debug" },
		{ "no assignment", "[api]\nworkers 3\n", NULL, NULL,
		    ": line 2: not of the form 'key = value'" },
		{ "no end of a section", "[api\nworkers = 3\n", NULL, NULL,
		    ": line 1: not of the form 'key = value'" },
		{ "a line that goes on in the next",
		    "[api]\ncors_origins = https://a.example\n"
		    "  https://b.example\n",
		    NULL, NULL, ": [api] https: there is no such option" },
		{ "the first of two faults", "[api]\nx = 1\ny = 2\n", NULL,
		    NULL, ": [api] x: there is no such option" },
		{ "the environment", "", "CRUDDUR_WORKERS", "-1",
		    "environment: CRUDDUR_WORKERS ([api] workers): must be a "
		    "whole number from 0 to 256" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf err = BUF_INIT(1024);
		struct conf conf;
		const char *got;

		write_file(cases[i].file);
		if (cases[i].env != NULL)
			setenv(cases[i].env, cases[i].value, 1);
		is_int(conf_load(path, &conf, &err), RC_CONFIG, cases[i].name);
		got = buf_str(&err);
		if (cases[i].env == NULL) {
			ok(strncmp(got, path, strlen(path)) == 0,
			    "%s: names the file", cases[i].name);
			got += strlen(path);
		} else {
			unsetenv(cases[i].env);
		}
		is_str(got, cases[i].want, cases[i].name);
		conf_free(&conf);
		buf_free(&err);
	}
}

static void
precedence(void)
{
	struct buf err = BUF_INIT(1024);
	struct conf conf;

	write_file(
	    "; a comment\n[api]\nworkers = 3\n[aws]\nregion = eu-west-1\n"
	    "[postgres]\nprepare = no\n");
	setenv("AWS_DEFAULT_REGION", "ca-central-1", 1);
	is_int(conf_load(path, &conf, &err), RC_OK, "a good file");
	is_int(conf.api_workers, 3, "from the file");
	ok(!conf.pg_prepare, "yes and no");
	is_str(
	    conf.aws_region, "ca-central-1", "the environment over the file");
	is_str(conf.origin[OPT_aws_region], "environment AWS_DEFAULT_REGION",
	    "and says so");
	is_str(conf.ddb_table, "cruddur-messages", "a default");
	is_str(conf.origin[OPT_ddb_table], "default", "and says so");
	conf_free(&conf);
	setenv("AWS_REGION", "us-east-1", 1);
	is_int(conf_load(path, &conf, &err), RC_OK, "two names of one option");
	is_str(conf.aws_region, "us-east-1", "the first one wins");
	is_int(conf_require(&conf, &err, OPT_aws_region, OPT_pg_url, OPT__MAX),
	    RC_CONFIG, "something that must be set is not");
	is_str(buf_str(&err),
	    "[postgres] connection_url: is not set, neither in "
	    "cruddur.conf nor as CONNECTION_URL",
	    "and the line says what");
	conf_free(&conf);
	conf_free(&conf);
	buf_free(&err);
}

/* How a file may be written; long values are whole. */
static void
forms(void)
{
	struct buf file = BUF_INIT(8192), want = BUF_INIT(8192);
	struct buf err = BUF_INIT(1024);
	struct conf conf;

	buf_adds(&want, "postgresql://u:p;w#d@h/db?options=");
	for (int i = 0; i < 500; i++)
		buf_addc(&want, (char)('a' + i % 26));
	buf_adds(&file, "\xef\xbb\xbf# first\r\n[ postgres ] ; here\r\n");
	buf_addf(&file, "  connection_url=%s ; not this\n", buf_str(&want));
	buf_adds(&file, "\n;[aws]\n[aws]\nsession_token = ");
	for (int i = 0; i < 2000; i++)
		buf_addc(&file, 'x');
	buf_adds(&file, "\n[log]\nlevel:warn");
	write_file(buf_str(&file));
	is_int(conf_load(path, &conf, &err), RC_OK, "a file in every form");
	is_str(conf.pg_url, buf_str(&want), "an address of 500 characters");
	is_int((int)strlen(conf.aws_session_token), 2000,
	    "a token of 2,000 characters");
	is_str(conf.log_level, "warn", "a colon, and no end of line");
	conf_free(&conf);
	buf_free(&err);
	buf_free(&want);
	buf_free(&file);
}

static void
missing(void)
{
	struct buf err = BUF_INIT(1024);
	struct conf conf;

	is_int(conf_load("/nonexistent/cruddur.conf", &conf, &err), RC_CONFIG,
	    "a file that was named must be there");
	is_str(buf_str(&err),
	    "/nonexistent/cruddur.conf: No such file or directory",
	    "and the line says so");
	conf_free(&conf);
	buf_free(&err);
}

/* Every option is in the table once, and its default fits. */
static void
table(void)
{
	for (int i = 0; i < OPT__MAX; i++) {
		const struct opt_info *o = &opt_table[i];

		ok(o->help[0] != '\0' && o->section[0] != '\0',
		    "[%s] %s has a help", o->section, o->key);
		for (int j = 0; j < i; j++) {
			if (strcmp(o->section, opt_table[j].section) == 0 &&
			    strcmp(o->key, opt_table[j].key) == 0)
				ok(false, "[%s] %s is there twice", o->section,
				    o->key);
		}
	}
}

int
main(void)
{
	int fd;

	for (int i = 0; i < OPT__MAX; i++) {
		char *names = strdup(opt_table[i].env), *rest = NULL;

		for (char *name = strtok_r(names, " ", &rest); name != NULL;
		     name = strtok_r(NULL, " ", &rest))
			unsetenv(name);
		free(names);
	}
	fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	faults();
	precedence();
	forms();
	missing();
	table();
	unlink(path);
	return tap_done();
}
