/* Is everything as it should be, and if not, what is to be done? Each check
 * says one line; a later one is left out where it needs an earlier one. */
#include <errno.h>
#include <json-c/json_object.h> /* what DynamoDB says of the table */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "auth/auth.h"
#include "aws/cognito.h"
#include "aws/creds.h"
#include "aws/ddb.h"
#include "base/cert.h"
#include "base/clock.h"
#include "base/parse.h"
#include "cli/commands.h"
#include "cli/ddbtable.h"
#include "cli/migration.h"
#include "cli/out.h"
#include "cli/say.h"
#include "model/keys.h"
#include "pg/pg.h"

#define CHECK_MS	5000
#define CLOCK_OFF_MS	2000
#define CERT_FEW_DAYS	14
#define TEXT_SIZE	512
#define SOCKET_MODE_MAX 0660

enum verdict { GOOD, POOR, BAD };

struct doctor {
	struct cli *c;
	struct out out; /* --json */
	int bad;
	bool has_schema, has_migrations; /* of the database */
	struct json_object *doc, *table;
};

static const char *const verdict_name[] = { "ok", "warning", "failed" };
static const char *const verdict_colour[] = { "32", "33", "31" };

/* hint: what to do; NULL with GOOD. */
static void tell(struct doctor *d, const char *check, enum verdict v,
    const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static void
tell(struct doctor *d, const char *check, enum verdict v, const char *hint,
    const char *fmt, ...)
{
	char text[TEXT_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->bad += v == BAD;
	if (d->c->json) {
		out_row(&d->out, (const char *const[]){
				     check, verdict_name[v], text, hint });
		return;
	}
	printf("%s%-8s%s %-14s %s%s%s\n", say_colour(stdout, verdict_colour[v]),
	    verdict_name[v], say_colour(stdout, "0"), check, text,
	    hint ? " -> " : "", hint ? hint : "");
	fflush(stdout);
}

/* A service failed: what it said, and what is known of that, or otherwise. */
static void
tell_failure(struct doctor *d, const char *check, enum say_service service,
    const char *said, const char *otherwise)
{
	struct buf hint = BUF_INIT(TEXT_SIZE * 2);

	if (!say_advice(d->c, service, said, &hint))
		buf_adds(&hint, otherwise);
	tell(d, check, BAD, buf_str(&hint), "%s", said);
	buf_free(&hint);
}

static int64_t
deadline(void)
{
	return clock_ms() + CHECK_MS;
}

/* ---- configuration ---- */

static bool
check_config(struct doctor *d)
{
	struct buf err = BUF_INIT(TEXT_SIZE);
	const struct conf *conf = &d->c->conf;
	enum rc rc =
	    conf_require(conf, &err, OPT_pg_url, OPT_aws_region, OPT__MAX);

	if (rc == RC_OK)
		rc = auth_configured(conf, &err);
	if (rc == RC_OK && !pg_url_ok(conf->pg_url)) {
		buf_addf(&err, "%sCONNECTION_URL is no connection URI",
		    d->c->prod ? "PROD_" : "");
		rc = RC_CONFIG;
	}
	if (rc == RC_OK)
		tell(d, "configuration", GOOD, NULL, "complete");
	else if (d->c->prod && conf->pg_url[0] == '\0')
		tell(d, "configuration", BAD, "set PROD_CONNECTION_URL",
		    "there is no production database");
	else
		tell(d, "configuration", BAD,
		    "put it right; cruddur config show tells what is in force",
		    "%s", buf_str(&err));
	buf_free(&err);
	return rc == RC_OK;
}

/* ---- Postgres ---- */

static void
check_clock(struct doctor *d, int64_t theirs_us)
{
	int64_t off_ms = (theirs_us - clock_wall_us()) / 1000;

	if (llabs(off_ms) > CLOCK_OFF_MS)
		tell(d, "clock", BAD, "let both keep time: timedatectl",
		    "Postgres is %lld ms off", (long long)off_ms);
	else
		tell(d, "clock", GOOD, NULL, "as Postgres has it");
}

static bool
check_postgres(struct doctor *d)
{
	struct pg_rows rows;
	int64_t now_us = 0;
	enum rc rc = RC_CONFIG;

	if (d->c->cx.pg == NULL)
		cli_pg_new(d->c);
	rc = pg_run(d->c->cx.pg, SQL_DATABASES_ABOUT, NULL, deadline(), &rows);
	if (rc != RC_OK) {
		tell_failure(d, "postgres", SAY_PG, pg_error(d->c->cx.pg),
		    "is Postgres started, is CONNECTION_URL right?");
		pg_rows_free(&rows);
		return false;
	}
	if (pg_get(&rows, 0, 1)[0] == 't')
		tell(d, "postgres", GOOD, NULL, "version %s",
		    pg_get(&rows, 0, 0));
	else
		tell(d, "postgres", BAD, "upgrade it to 14 or later",
		    "version %s is too old", pg_get(&rows, 0, 0));
	d->has_migrations = pg_get(&rows, 0, 3)[0] == 't';
	d->has_schema = pg_get(&rows, 0, 4)[0] == 't';
	if (parse_int(pg_get(&rows, 0, 5), 0, INT64_MAX, &now_us) == RC_OK)
		check_clock(d, now_us);
	pg_rows_free(&rows);
	return true;
}

static void
check_schema(struct doctor *d)
{
	struct migrations m;
	size_t pending = 0;

	if (!d->has_schema || !d->has_migrations) {
		tell(d, "schema", BAD, "cruddur db setup", "it is not there");
		return;
	}
	if (migrations_read(d->c, &m) != RC_OK ||
	    migrations_mark(d->c, &m) != RC_OK) {
		tell(d, "schema", BAD, "try cruddur db migrate --status",
		    "its migrations cannot be compared");
		return;
	}
	for (size_t i = 0; i < m.n; i++)
		pending += !m.one[i].applied;
	if (pending > 0)
		tell(d, "schema", BAD, "cruddur db migrate",
		    "migrations that are not applied: %zu", pending);
	else
		tell(d, "schema", GOOD, NULL, "all %zu migrations are applied",
		    m.n);
}

/* ---- DynamoDB ---- */

static bool
check_credentials(struct doctor *d)
{
	const struct creds_keys *keys;
	struct creds *creds = cli_creds(d->c);
	enum rc rc = creds_get(creds, deadline(), &keys);

	if (rc == RC_OK)
		tell(d, "credentials", GOOD, NULL, "from %s",
		    creds_source(creds));
	else
		tell(d, "credentials", BAD,
		    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
		    "attach an instance role",
		    "%s", creds_error(creds));
	return rc == RC_OK;
}

static void
check_part(struct doctor *d, const char *check, const char *fault)
{
	if (fault[0] != '\0')
		tell(d, check, BAD,
		    "cruddur ddb schema-load says how to change that", "%s",
		    fault);
	else
		tell(d, check, GOOD, NULL, "as it should be");
}

static void
check_upgraded(struct doctor *d)
{
	struct ddb_page page = { 0 };
	enum rc rc = ddb_read(d->c->cx.ddb, KEYS_UPGRADED_PK, KEYS_UPGRADED_SK,
	    deadline(), &page);

	ddb_page_free(&page);
	if (rc == RC_NOT_FOUND)
		tell(d, "upgrade", POOR, "cruddur ddb upgrade",
		    "the table may hold conversations of the old scripts, "
		    "which slows first messages down");
	else if (rc == RC_OK)
		tell(d, "upgrade", GOOD, NULL, "no old conversations");
	else
		tell_failure(d, "upgrade", SAY_DDB, ddb_error(d->c->cx.ddb),
		    "the table must be readable: try cruddur ddb scan");
}

static void
check_table(struct doctor *d)
{
	struct ddbtable_faults f;
	const char *table = d->c->conf.ddb_table;

	if (cli_ddb(d->c) == NULL)
		return;
	if (ddbtable_read(d->c, table, deadline(), &d->doc, &d->table) !=
	    RC_OK) {
		tell_failure(d, "dynamodb", SAY_DDB, ddb_error(d->c->cx.ddb),
		    "are region and endpoint right? cruddur config show");
		return;
	}
	if (d->table == NULL) {
		tell(d, "dynamodb", BAD,
		    "is the region right? cruddur ddb schema-load makes it",
		    "there is no table %s in %s", table,
		    d->c->conf.ddb_endpoint[0] ? d->c->conf.ddb_endpoint
					       : d->c->conf.aws_region);
		return;
	}
	ddbtable_check(d->table, &f);
	if (f.status[0] != '\0')
		tell(d, "dynamodb", BAD, "wait until it is ACTIVE", "%s: %s",
		    table, f.status);
	else
		check_part(d, "dynamodb", f.keys);
	check_part(d, "index", f.index);
	check_part(d, "stream", f.stream);
	check_upgraded(d);
}

/* ---- Cognito ---- */

static void
check_keys(struct doctor *d)
{
	struct auth *auth = auth_new(&d->c->conf, NULL, NULL);
	struct buf url = BUF_INIT(TEXT_SIZE);

	auth_jwks_url(&d->c->conf, &url);
	if (auth_ready(auth, deadline()) == RC_OK)
		tell(d, "keys", GOOD, NULL, "from %s", buf_str(&url));
	else
		tell(d, "keys", BAD,
		    "nobody can sign in: is the user pool's id right, is "
		    "there a way out to it?",
		    "cannot be had from %s", buf_str(&url));
	buf_free(&url);
	auth_free(&auth);
}

/* Somebody who does not exist signs in: a good client refuses the person, a
 * bad one the call. */
static void
check_client(struct doctor *d)
{
	struct cognito_tokens tokens = { 0 };
	enum rc rc;

	if (d->c->conf.cognito_user_pool_id[0] == '\0' ||
	    cli_cognito(d->c) == NULL)
		return; /* the issuer is another one */
	rc = cognito_sign_in(d->c->cx.cognito, "doctor@cruddur.invalid",
	    "No-such-person-1", deadline(), &tokens);
	cognito_tokens_free(&tokens);
	if (rc == RC_BAD_CREDENTIALS || rc == RC_USER_UNKNOWN)
		tell(d, "client", GOOD, NULL, "takes passwords");
	else if (rc == RC_UNAVAILABLE || rc == RC_DEADLINE)
		tell_failure(d, "client", SAY_COGNITO,
		    cognito_error(d->c->cx.cognito),
		    "Cognito does not answer: try again in a moment");
	else
		tell(d, "client", BAD,
		    "is AWS_COGNITO_CLIENT_ID right, does it allow "
		    "USER_PASSWORD_AUTH?",
		    "%s", cognito_error(d->c->cx.cognito));
}

/* ---- this machine ---- */

static bool
can_connect(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd, result;

	if (strlen(path) >= sizeof(sun.sun_path))
		return false;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	result = connect(fd, (struct sockaddr *)&sun, sizeof(sun));
	close(fd);
	return result == 0;
}

static void
check_socket(struct doctor *d)
{
	const char *path = d->c->conf.api_socket;
	struct stat st;

	if (stat(path, &st) != 0)
		tell(d, "socket", BAD, "systemctl start cruddur-api.socket",
		    "%s: %s", path, strerror(errno));
	else if (!S_ISSOCK(st.st_mode))
		tell(d, "socket", BAD, "remove it, start cruddur-api.socket",
		    "%s is no socket", path);
	else if (st.st_mode & 0777 & ~SOCKET_MODE_MAX)
		tell(d, "socket", BAD,
		    "chmod 660: who may connect may break it",
		    "%s: mode %o lets others in", path, st.st_mode & 0777);
	else if (!(st.st_mode & S_IWGRP))
		tell(d, "socket", BAD,
		    "chmod 660: nginx comes by the group www-data",
		    "%s: mode %o keeps nginx out", path, st.st_mode & 0777);
	else if (!can_connect(path))
		tell(d, "socket", errno == EACCES ? POOR : BAD,
		    errno == EACCES ? "run this as root to be sure"
				    : "systemctl restart cruddur-api.socket",
		    "%s: %s", path, strerror(errno));
	else
		tell(d, "socket", GOOD, NULL, "%s answers", path);
}

static void
check_certificate(struct doctor *d)
{
	const char *path = d->c->conf.cli_certificate;
	int days = 0;
	enum rc rc = cert_days_left(path, &days);

	if (rc == RC_NOT_FOUND)
		tell(d, "certificate", BAD,
		    "put nginx's certificate there, or set [cli] certificate",
		    "%s: %s", path, strerror(errno));
	else if (rc != RC_OK)
		tell(d, "certificate", BAD, "it must be PEM",
		    "%s holds no certificate", path);
	else if (days < 0)
		tell(d, "certificate", BAD, "renew it", "%s has expired", path);
	else
		tell(d, "certificate", days < CERT_FEW_DAYS ? POOR : GOOD,
		    days < CERT_FEW_DAYS ? "renew it" : NULL,
		    "good for %d days", days);
}

static void
check_all(struct doctor *d)
{
	bool configured = check_config(d);

	if (d->c->conf.pg_url[0] != '\0' && pg_url_ok(d->c->conf.pg_url) &&
	    check_postgres(d))
		check_schema(d);
	if (d->c->conf.aws_region[0] != '\0' && check_credentials(d))
		check_table(d);
	if (configured) {
		check_keys(d);
		check_client(d);
	}
	if (d->c->prod)
		return; /* production's nginx is on another machine */
	check_socket(d);
	check_certificate(d);
}

enum rc
cli_doctor(struct cli *c)
{
	static const char *const columns[] = { "check", "result", "detail",
		"hint" };
	struct doctor d = { .c = c };

	if (c->json)
		out_begin(&d.out, c, columns, 4);
	check_all(&d);
	json_object_put(d.doc);
	if (c->json)
		out_end(&d.out);
	if (d.bad == 0)
		return RC_OK;
	say_fail("%d check%s failed", d.bad, say_s((size_t)d.bad));
	return RC_CONFIG;
}
