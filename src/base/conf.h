/*
 * conf: the options of conf.def, from /etc/cruddur/cruddur.conf (INI) and the
 * environment, which overrides the file.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define OPT_SECRET  1
#define OPT_RESTART 2

enum opt {
#define STR(field, ...)	 OPT_##field,
#define INT(field, ...)	 OPT_##field,
#define BOOL(field, ...) OPT_##field,
#include "base/conf.def"
#undef STR
#undef INT
#undef BOOL
	OPT__MAX
};

enum opt_type { OPT_STR, OPT_INT, OPT_BOOL };

/* One row of the table, for those who show it. */
struct opt_info {
	enum opt_type type;
	const char *section;
	const char *key;
	const char *env;	   /* names, separated by blanks */
	const char *default_value; /* as text */
	int64_t min, max;	   /* OPT_INT */
	unsigned int flags;
	const char *help;
	size_t offset; /* of the field in struct conf */
};

extern const struct opt_info opt_table[OPT__MAX];

struct conf {
#define STR(field, ...)	 char *field;
#define INT(field, ...)	 int64_t field;
#define BOOL(field, ...) bool field;
#include "base/conf.def"
#undef STR
#undef INT
#undef BOOL
	char *origin[OPT__MAX]; /* "default", "file FILE", "environment NAME" */
};

/*
 * conf_load(path, conf, err): read the options. path NULL: the file that
 * CRUDDUR_CONFIG names, else SYSCONFDIR/cruddur.conf, which may be missing.
 * RC_CONFIG: err holds one line that names the file (or the environment's
 * variable), the key and the fault; conf is freeable. The caller frees with
 * conf_free() on either outcome.
 */
enum rc conf_load(
    const char *path, struct conf *conf, struct buf *err) MUSTCHECK;

/* conf_require(conf, err, opt, …, OPT__MAX): RC_CONFIG with a line in err if
 * one of these strings is empty. */
enum rc conf_require(const struct conf *conf, struct buf *err, ...) MUSTCHECK;

/* conf_text(conf, opt, out): append the option's value as text, secrets as
 * they are. */
void conf_text(const struct conf *conf, enum opt opt, struct buf *out);

/* conf_same(a, b, opt): whether two configurations agree on an option. */
bool conf_same(const struct conf *a, const struct conf *b, enum opt opt);

/* conf_keep(conf, old, opt): give conf the value that old has. */
void conf_keep(struct conf *conf, const struct conf *old, enum opt opt);

/* conf_free(conf): free what conf_load() allocated; secrets are wiped. */
void conf_free(struct conf *conf);

#endif
