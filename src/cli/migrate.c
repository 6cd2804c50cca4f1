#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/parse.h"
#include "cli/commands.h"
#include "cli/migration.h"
#include "cli/out.h"
#include "cli/say.h"
#include "pg/pg.h"

#define SQL_MAX_BYTES  ((size_t)4 * 1024 * 1024)
#define DIRECTION_UP   "up"
#define DIRECTION_DOWN "down"

/* A migration of a large table takes its time. */
#define MIGRATE_MS (24LL * 3600 * 1000)

/* ---- files ---- */

static bool
is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && name[n] == '\0' && n < MIGRATION_NAME_SIZE &&
	       isalpha((unsigned char)name[0]);
}

/* "0003_stream.up.sql"; false for what is no such name. */
static bool
parse_name(const char *file, struct migration *m)
{
	char digits[5];
	int64_t version;
	size_t n = strlen(file);

	if (n < sizeof("0001_x.up.sql") - 1 || file[4] != '_' ||
	    strcmp(file + n - 7, ".up.sql") != 0 || n - 12 >= sizeof(m->name))
		return false;
	snprintf(digits, sizeof(digits), "%.4s", file);
	for (char *p = digits; *p != '\0'; p++) {
		if (!isdigit((unsigned char)*p))
			return false;
	}
	if (parse_int(digits + strspn(digits, "0"), 1, 9999, &version) != RC_OK)
		return false;
	*m = (struct migration){ .version = (int)version, .has_file = true };
	snprintf(m->name, sizeof(m->name), "%.*s", (int)(n - 12), file + 5);
	return is_name(m->name); /* it goes into SQL as it is */
}

static int
by_version(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;

	return (x->version > y->version) - (x->version < y->version);
}

enum rc
migrations_read(struct cli *c, struct migrations *m)
{
	struct buf path = BUF_INIT(4096);
	struct dirent *entry;
	DIR *dir;

	m->n = 0;
	m->nfresh = 0;
	cli_path(c, "sql/migrations", &path);
	dir = opendir(buf_str(&path));
	if (dir == NULL) {
		say_fail("%s: %s", buf_str(&path), strerror(errno));
		say_hint("set CRUDDUR_DATA_DIR to the folder that sql/ lies "
			 "in");
		buf_free(&path);
		return RC_CONFIG;
	}
	while ((entry = readdir(dir)) != NULL && m->n < MIGRATION_MAX) {
		if (parse_name(entry->d_name, &m->one[m->n]))
			m->n++;
	}
	closedir(dir);
	buf_free(&path);
	qsort(m->one, m->n, sizeof(m->one[0]), by_version);
	for (size_t i = 1; i < m->n; i++) {
		if (m->one[i].version == m->one[i - 1].version) {
			say_fail("two migrations have the number %04d: %s and "
				 "%s",
			    m->one[i].version, m->one[i - 1].name,
			    m->one[i].name);
			return RC_CONFIG;
		}
	}
	return RC_OK;
}

static void
mark(struct migrations *m, int version, const char *name, const char *at)
{
	struct migration *one = NULL;

	for (size_t i = 0; i < m->n; i++) {
		if (m->one[i].version == version)
			one = &m->one[i];
	}
	if (one == NULL && m->n < MIGRATION_MAX) {
		one = &m->one[m->n++];
		*one = (struct migration){ .version = version };
		snprintf(one->name, sizeof(one->name), "%s", name);
	}
	if (one == NULL)
		return;
	one->applied = true;
	snprintf(one->applied_at, sizeof(one->applied_at), "%s", at);
}

/* Whether the database has schema_migrations. */
static enum rc
has_table(struct cli *c, bool *yes)
{
	struct pg_rows rows;
	enum rc rc =
	    pg_run(c->cx.pg, SQL_DATABASES_ABOUT, NULL, cli_deadline(), &rows);

	*yes = rc == RC_OK && pg_get(&rows, 0, 3)[0] == 't';
	pg_rows_free(&rows);
	return rc == RC_OK ? rc : say_pg(c, rc, "cannot read the database");
}

enum rc
migrations_mark(struct cli *c, struct migrations *m)
{
	struct pg_rows rows;
	bool there;
	enum rc rc = has_table(c, &there);

	if (rc != RC_OK || !there)
		return rc;
	rc = pg_run(
	    c->cx.pg, SQL_MIGRATIONS_APPLIED, NULL, cli_deadline(), &rows);
	if (rc != RC_OK)
		rc = say_pg(c, rc, "cannot read schema_migrations");
	for (size_t i = 0; rc == RC_OK && i < rows.n; i++) {
		int64_t version = 0;

		rc = parse_int(pg_get(&rows, i, 0), 1, 1000000, &version);
		mark(m, (int)version, pg_get(&rows, i, 1), pg_get(&rows, i, 2));
	}
	pg_rows_free(&rows);
	qsort(m->one, m->n, sizeof(m->one[0]), by_version);
	return rc;
}

/* ---- one step ---- */

void
migrations_lock(struct buf *sql)
{
	/* the number: "cruddur" on a telephone's keys */
	buf_adds(sql, "set local statement_timeout = 0;\n"
		      "select pg_advisory_xact_lock(2783387);\n");
}

static enum rc
read_step(struct cli *c, const struct migration *m, const char *direction,
    struct buf *sql)
{
	char name[256];

	snprintf(name, sizeof(name), "sql/migrations/%04d_%s.%s.sql",
	    m->version, m->name, direction);
	return cli_file(c, name, sql);
}

/*
 * All of a step is one simple query: Postgres makes it one transaction, and
 * it takes effect whole or not at all, whatever becomes of us. Noting it
 * comes first: where another has done the same meanwhile, that fails.
 */
static enum rc
step(struct cli *c, const struct migration *m, bool up)
{
	struct buf sql = BUF_INIT(SQL_MAX_BYTES);
	char what[128];
	enum rc rc;

	migrations_lock(&sql);
	if (up)
		buf_addf(&sql,
		    "insert into schema_migrations (version, name) "
		    "values (%d, '%s');\n",
		    m->version, m->name);
	else
		buf_addf(&sql,
		    "delete from schema_migrations where version = %d;\n",
		    m->version);
	rc = read_step(c, m, up ? DIRECTION_UP : DIRECTION_DOWN, &sql);
	if (rc == RC_OK) {
		rc = pg_exec(
		    c->cx.pg, buf_str(&sql), clock_ms() + MIGRATE_MS, NULL);
		snprintf(what, sizeof(what), "%04d_%s (%s)", m->version,
		    m->name, up ? DIRECTION_UP : DIRECTION_DOWN);
		if (up && rc == RC_CONFLICT &&
		    strstr(pg_error(c->cx.pg), "schema_migrations_pkey")) {
			say("%s: another has just done it", what);
			rc = RC_OK;
		} else if (rc == RC_OK) {
			say("%s %04d_%s", up ? "applied" : "took back",
			    m->version, m->name);
		} else {
			say_pg(c, rc, what);
			say_hint("it was taken back whole; those before it "
				 "stand");
		}
	}
	buf_free(&sql);
	return rc;
}

static enum rc
make_table(struct cli *c)
{
	struct buf sql = BUF_INIT(SQL_MAX_BYTES);
	bool there;
	enum rc rc = has_table(c, &there);

	if (rc != RC_OK || there)
		return rc; /* no need to lock anything */
	migrations_lock(&sql);
	rc = cli_file(c, "sql/queries/migrations/create.sql", &sql);
	if (rc == RC_OK) {
		rc = pg_exec(
		    c->cx.pg, buf_str(&sql), clock_ms() + MIGRATE_MS, NULL);
		if (rc != RC_OK)
			say_pg(c, rc, "cannot make schema_migrations");
	}
	buf_free(&sql);
	return rc;
}

/* ---- commands ---- */

enum which { ALL, PENDING, FRESH };

static void
show(struct cli *c, const struct migrations *m, enum which which)
{
	static const char *const columns[] = { "version", "name", "state",
		"applied_at" };
	struct out o;

	out_begin(&o, c, columns, 4);
	for (size_t i = 0; i < m->n; i++) {
		const struct migration *one = &m->one[i];
		char version[16];

		if ((which == PENDING && one->applied) ||
		    (which == FRESH && !one->fresh))
			continue;
		snprintf(version, sizeof(version), "%04d", one->version);
		out_row(
		    &o, (const char *const[]){ version, one->name,
			    !one->applied   ? "pending"
			    : one->has_file ? "applied"
					    : "applied, its file is missing",
			    one->applied ? one->applied_at : NULL });
	}
	out_end(&o);
}

/* Files and database; nothing is changed. */
static enum rc
look(struct cli *c, struct migrations *m)
{
	enum rc rc = migrations_read(c, m);

	return rc == RC_OK ? migrations_mark(c, m) : rc;
}

static enum rc
apply_pending(struct cli *c, struct migrations *m)
{
	for (size_t i = 0; i < m->n; i++) {
		enum rc rc;

		if (m->one[i].applied)
			continue;
		if (cli_interrupted)
			return RC_INTERRUPTED;
		rc = step(c, &m->one[i], true);
		if (rc != RC_OK)
			return rc;
		m->one[i].fresh = true;
		m->nfresh++;
	}
	return RC_OK;
}

enum rc
migrations_apply(struct cli *c)
{
	struct migrations m;
	enum rc rc = make_table(c);

	if (rc == RC_OK)
		rc = look(c, &m);
	if (rc != RC_OK)
		return rc;
	rc = apply_pending(c, &m);
	if (rc == RC_OK && m.nfresh == 0)
		say("nothing to do: all %zu migrations are applied", m.n);
	if (c->json) {
		if (m.nfresh > 0 && migrations_mark(c, &m) != RC_OK)
			return RC_UNAVAILABLE; /* it was said */
		show(c, &m, FRESH);
	}
	return rc;
}

enum rc
cli_db_migrate(struct cli *c)
{
	struct migrations m;
	enum rc rc;

	if (cli_pg(c) == NULL)
		return RC_CONFIG;
	if (c->opt[CO_STATUS] == NULL && c->opt[CO_DRY_RUN] == NULL)
		return migrations_apply(c);
	rc = look(c, &m);
	if (rc == RC_OK)
		show(c, &m, c->opt[CO_STATUS] != NULL ? ALL : PENDING);
	return rc;
}

/* The newest that is applied and below a version; NULL: none. */
static const struct migration *
newest_below(const struct migrations *m, int version)
{
	const struct migration *found = NULL;

	for (size_t i = 0; i < m->n; i++) {
		if (m->one[i].applied && m->one[i].version < version)
			found = &m->one[i];
	}
	return found;
}

enum rc
cli_db_rollback_target(struct cli *c, struct cli_target *target)
{
	struct buf names = BUF_INIT(256);
	const struct migration *one = NULL;
	struct migrations m;
	int64_t steps;
	int at = INT32_MAX;
	enum rc rc = cli_number(c, CO_STEPS, 1, MIGRATION_MAX, 1, &steps);

	if (rc == RC_OK)
		rc = cli_db_target(c, target);
	if (rc == RC_OK)
		rc = look(c, &m);
	for (int64_t i = 0; rc == RC_OK && i < steps; i++) {
		one = newest_below(&m, at);
		if (one == NULL)
			break;
		at = one->version;
		buf_addf(&names, "%s%04d_%s", i ? ", " : "", one->version,
		    one->name);
	}
	if (rc == RC_OK && names.len == 0) {
		say_fail("no migration is applied");
		rc = RC_NOT_FOUND;
	}
	if (rc == RC_OK) {
		char where[sizeof(target->what)];

		snprintf(where, sizeof(where), "%s", target->what);
		snprintf(target->what, sizeof(target->what),
		    "what %.200s made, with all data in it, in %.250s",
		    buf_str(&names), where);
	}
	buf_free(&names);
	return rc;
}

enum rc
cli_db_rollback(struct cli *c)
{
	struct migrations m;
	int64_t steps;
	int at = INT32_MAX;
	enum rc rc = cli_number(c, CO_STEPS, 1, MIGRATION_MAX, 1, &steps);

	if (rc == RC_OK)
		rc = look(c, &m);
	for (int64_t i = 0; rc == RC_OK && i < steps; i++) {
		const struct migration *one = newest_below(&m, at);

		if (one == NULL)
			break;
		if (cli_interrupted)
			return RC_INTERRUPTED;
		at = one->version;
		rc = step(c, one, false);
	}
	return rc;
}

/* ---- a new one ---- */

static enum rc
make_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool made = fd >= 0;
	bool good = made && dprintf(fd, "%s", text) >= 0;

	if (!good)
		say_fail("%s: %s", path, strerror(errno));
	if (made)
		close(fd);
	if (made && !good)
		unlink(path);
	return good ? RC_OK : RC_INTERNAL;
}

/* Both or none. */
static enum rc
make_pair(struct cli *c, const char *up, const char *down)
{
	enum rc rc = make_file(
	    up, "-- The change: one transaction; no BEGIN, no COMMIT.\n");

	if (rc != RC_OK)
		return rc;
	rc = make_file(down, "-- Takes the change back: one transaction; no "
			     "BEGIN, no COMMIT.\n");
	if (rc != RC_OK) {
		unlink(up);
		return rc;
	}
	if (c->json)
		out_object(c, (const char *const[]){ "up", "down" },
		    (const char *const[]){ up, down }, 2);
	else
		printf("%s\n%s\n", up, down);
	say("write the change in both, and in sql/schema.sql");
	return RC_OK;
}

enum rc
cli_db_new_migration(struct cli *c)
{
	const char *name = c->operand[0];
	struct buf up = BUF_INIT(4096), down = BUF_INIT(4096);
	struct migrations m;
	int version;
	enum rc rc;

	if (!is_name(name))
		return say_usage(c,
		    "'%s' is no name of a migration: lower case letters, "
		    "digits and underscores",
		    name);
	rc = migrations_read(c, &m);
	if (rc != RC_OK)
		return rc;
	version = m.n > 0 ? m.one[m.n - 1].version + 1 : 1;
	cli_path(c, "sql/migrations", &up);
	cli_path(c, "sql/migrations", &down);
	buf_addf(&up, "/%04d_%s." DIRECTION_UP ".sql", version, name);
	buf_addf(&down, "/%04d_%s." DIRECTION_DOWN ".sql", version, name);
	rc = make_pair(c, buf_str(&up), buf_str(&down));
	buf_free(&up);
	buf_free(&down);
	return rc;
}
