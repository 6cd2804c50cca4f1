#include "base/conf.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ini.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/xalloc.h"

const struct opt_info opt_table[OPT__MAX] = {
#define STR(field, section, key, env, def, flags, help)                       \
	[OPT_##field] = { OPT_STR, section, key, env, def, 0, 0, flags, help, \
		offsetof(struct conf, field) },
#define INT(field, section, key, env, min, max, def, flags, help)            \
	[OPT_##field] = { OPT_INT, section, key, env, #def, min, max, flags, \
		help, offsetof(struct conf, field) },
#define BOOL(field, section, key, env, def, flags, help)                  \
	[OPT_##field] = { OPT_BOOL, section, key, env, #def, 0, 0, flags, \
		help, offsetof(struct conf, field) },
#include "base/conf.def"
#undef STR
#undef INT
#undef BOOL
};

/* What the parser of the file carries along. */
struct reading {
	struct conf *conf;
	struct buf *err;
	const char *path;
};

static char **
str_field(const struct conf *conf, enum opt opt)
{
	return (char **)((uintptr_t)conf + opt_table[opt].offset);
}

static int64_t *
int_field(const struct conf *conf, enum opt opt)
{
	return (int64_t *)((uintptr_t)conf + opt_table[opt].offset);
}

static bool *
bool_field(const struct conf *conf, enum opt opt)
{
	return (bool *)((uintptr_t)conf + opt_table[opt].offset);
}

static void
free_value(const struct conf *conf, enum opt opt)
{
	char **field = str_field(conf, opt);

	if (opt_table[opt].type != OPT_STR || *field == NULL)
		return;
	secure_free(*field, strlen(*field));
	*field = NULL;
}

/* Options whose text has a meaning of its own beyond type and bounds. */
static bool
check_meaning(enum opt opt, const char *text, struct buf *why)
{
	bool url = opt == OPT_ddb_endpoint || opt == OPT_cognito_endpoint ||
		   opt == OPT_auth_jwks_url || opt == OPT_frontend_url ||
		   opt == OPT_backend_url || opt == OPT_aws_imds_endpoint ||
		   opt == OPT_ddb_streams_endpoint ||
		   opt == OPT_aws_ec2_endpoint;

	if (opt == OPT_log_level && log_level_parse(text) < 0) {
		buf_adds(why, "must be error, warn, info or debug");
		return false;
	}
	if (url && text[0] != '\0' && strncmp(text, "http://", 7) != 0 &&
	    strncmp(text, "https://", 8) != 0) {
		buf_adds(why, "must begin with http:// or https://");
		return false;
	}
	return true;
}

/* Give an option its value; false with the fault in why. */
static bool
set(struct conf *conf, enum opt opt, const char *text, struct buf *why)
{
	const struct opt_info *o = &opt_table[opt];

	if (o->type == OPT_INT) {
		if (parse_int(text, o->min, o->max, int_field(conf, opt)) ==
		    RC_OK)
			return true;
		buf_addf(why,
		    "must be a whole number from %" PRId64 " to %" PRId64,
		    o->min, o->max);
		return false;
	}
	if (o->type == OPT_BOOL) {
		if (parse_bool(text, bool_field(conf, opt)) == RC_OK)
			return true;
		buf_adds(why, "must be yes or no");
		return false;
	}
	if (!check_meaning(opt, text, why))
		return false;
	free_value(conf, opt);
	*str_field(conf, opt) = xstrdup(text);
	return true;
}

static void
set_origin(struct conf *conf, enum opt opt, const char *kind, const char *name)
{
	struct buf b = BUF_INIT(4096);

	buf_addf(&b, "%s%s%s", kind, *name ? " " : "", name);
	free(conf->origin[opt]);
	conf->origin[opt] = buf_take(&b, NULL);
}

static enum opt
find(const char *section, const char *key)
{
	for (int i = 0; i < OPT__MAX; i++) {
		if (strcmp(opt_table[i].section, section) == 0 &&
		    strcmp(opt_table[i].key, key) == 0)
			return (enum opt)i;
	}
	return OPT__MAX;
}

static bool
on_value(void *user, const char *section, const char *key, const char *value)
{
	struct reading *in = user;
	struct buf why = BUF_INIT(256);
	enum opt opt = find(section, key);

	if (opt == OPT__MAX)
		buf_addf(in->err, "%s: [%.64s] %.64s: there is no such option",
		    in->path, section, key);
	else if (!set(in->conf, opt, value, &why))
		buf_addf(in->err, "%s: [%s] %s: %s", in->path, section, key,
		    buf_str(&why));
	else
		set_origin(in->conf, opt, "file", in->path);
	buf_free(&why);
	return in->err->len == 0;
}

static enum rc
read_file(struct conf *conf, const char *path, bool may_miss, struct buf *err)
{
	struct reading in = { conf, err, path };
	FILE *f = fopen(path, "re");
	int line;

	if (f == NULL && errno == ENOENT && may_miss)
		return RC_OK;
	if (f == NULL) {
		buf_addf(err, "%s: %s%s", path, strerror(errno),
		    errno == EACCES ? " (run this as root or as user cruddur)"
				    : "");
		return RC_CONFIG;
	}
	line = ini_read(f, on_value, &in);
	fclose(f);
	if (line != 0 && err->len == 0)
		buf_addf(err, "%s: line %d: not of the form 'key = value'",
		    path, line);
	return line != 0 ? RC_CONFIG : RC_OK;
}

/* The first of the option's variables that is set. */
static enum rc
read_environment(struct conf *conf, enum opt opt, struct buf *err)
{
	struct buf why = BUF_INIT(256);
	char *names = xstrdup(opt_table[opt].env), *rest = NULL;
	enum rc rc = RC_OK;

	for (char *name = strtok_r(names, " ", &rest); name != NULL;
	     name = strtok_r(NULL, " ", &rest)) {
		const char *value = getenv(name);

		if (value == NULL || value[0] == '\0')
			continue;
		if (set(conf, opt, value, &why)) {
			set_origin(conf, opt, "environment", name);
		} else {
			buf_addf(err, "environment: %s ([%s] %s): %s", name,
			    opt_table[opt].section, opt_table[opt].key,
			    buf_str(&why));
			rc = RC_CONFIG;
		}
		break;
	}
	free(names);
	buf_free(&why);
	return rc;
}

static void
set_defaults(struct conf *conf)
{
	struct buf why = BUF_INIT(256);

	memset(conf, 0, sizeof(*conf));
	for (int i = 0; i < OPT__MAX; i++) {
		bool fits =
		    set(conf, (enum opt)i, opt_table[i].default_value, &why);

		assert(fits);
		(void)fits;
		set_origin(conf, (enum opt)i, "default", "");
	}
	buf_free(&why);
}

enum rc
conf_load(const char *path, struct conf *conf, struct buf *err)
{
	const char *named = path ? path : getenv("CRUDDUR_CONFIG");
	bool may_miss = named == NULL || named[0] == '\0';
	enum rc rc;

	set_defaults(conf);
	rc = read_file(
	    conf, may_miss ? SYSCONFDIR "/cruddur.conf" : named, may_miss, err);
	for (int i = 0; rc == RC_OK && i < OPT__MAX; i++)
		rc = read_environment(conf, (enum opt)i, err);
	return rc;
}

enum rc
conf_require(const struct conf *conf, struct buf *err, ...)
{
	enum rc rc = RC_OK;
	va_list ap;

	va_start(ap, err);
	for (;;) {
		enum opt opt = (enum opt)va_arg(ap, int);
		const struct opt_info *o;

		if (opt == OPT__MAX || rc != RC_OK)
			break;
		o = &opt_table[opt];
		if ((*str_field(conf, opt))[0] != '\0')
			continue;
		buf_addf(err,
		    "[%s] %s: is not set, neither in cruddur.conf nor as %.*s",
		    o->section, o->key, (int)strcspn(o->env, " "), o->env);
		rc = RC_CONFIG;
	}
	va_end(ap);
	return rc;
}

void
conf_text(const struct conf *conf, enum opt opt, struct buf *out)
{
	switch (opt_table[opt].type) {
	case OPT_STR:
		buf_adds(out, *str_field(conf, opt));
		break;
	case OPT_INT:
		buf_addf(out, "%" PRId64, *int_field(conf, opt));
		break;
	case OPT_BOOL:
		buf_adds(out, *bool_field(conf, opt) ? "yes" : "no");
		break;
	}
}

bool
conf_same(const struct conf *a, const struct conf *b, enum opt opt)
{
	switch (opt_table[opt].type) {
	case OPT_STR:
		return strcmp(*str_field(a, opt), *str_field(b, opt)) == 0;
	case OPT_INT:
		return *int_field(a, opt) == *int_field(b, opt);
	case OPT_BOOL:
		return *bool_field(a, opt) == *bool_field(b, opt);
	}
	return false;
}

void
conf_keep(struct conf *conf, const struct conf *old, enum opt opt)
{
	switch (opt_table[opt].type) {
	case OPT_STR:
		free_value(conf, opt);
		*str_field(conf, opt) = xstrdup(*str_field(old, opt));
		break;
	case OPT_INT:
		*int_field(conf, opt) = *int_field(old, opt);
		break;
	case OPT_BOOL:
		*bool_field(conf, opt) = *bool_field(old, opt);
		break;
	}
	free(conf->origin[opt]);
	conf->origin[opt] = xstrdup(old->origin[opt]);
}

void
conf_free(struct conf *conf)
{
	for (int i = 0; i < OPT__MAX; i++) {
		free_value(conf, (enum opt)i);
		free(conf->origin[i]);
		conf->origin[i] = NULL;
	}
}
