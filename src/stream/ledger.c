#include "stream/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "pg/pg.h"
#include "stream/stats.h"

#define CALL_MS 3000

/*
 * So that Postgres notices within seconds that the machine of an active one is
 * gone, and gives its lock to another; also while it waits for that machine to
 * take an answer. A process that dies is noticed at once.
 */
static const char keepalives[] = "set tcp_keepalives_idle = 2; "
				 "set tcp_keepalives_interval = 1; "
				 "set tcp_keepalives_count = 2; "
				 "set tcp_user_timeout = 4000"; /* ms */

struct ledger {
	struct pg *pg;
	const char *table;
	char *session; /* backend that holds the lock; NULL: none does */
};

struct ledger *
ledger_new(const struct conf *conf)
{
	struct ledger *l = xcalloc(1, sizeof(*l));

	l->pg =
	    pg_new(conf->pg_url, conf->pg_prepare, conf->pg_connect_timeout_ms);
	l->table = conf->ddb_table;
	return l;
}

void
ledger_free(struct ledger **l)
{
	if (*l == NULL)
		return;
	pg_free(&(*l)->pg);
	free((*l)->session);
	free(*l);
	*l = NULL;
}

struct pg *
ledger_pg(struct ledger *l)
{
	return l->pg;
}

static int64_t
soon(void)
{
	return clock_ms() + CALL_MS;
}

enum rc
ledger_take(struct ledger *l)
{
	struct pg_rows rows;
	enum rc rc;

	rc = pg_run(l->pg, SQL_STREAM_LOCK, PG_ARGS(l->table), soon(), &rows);
	free(l->session);
	l->session = NULL;
	if (rc == RC_OK && strcmp(pg_get(&rows, 0, 0), "t") == 0)
		l->session = xstrdup(pg_get(&rows, 0, 1));
	else if (rc == RC_OK)
		rc = RC_CONFLICT;
	pg_rows_free(&rows);
	return rc == RC_OK ? pg_exec(l->pg, keepalives, soon(), NULL) : rc;
}

enum rc
ledger_hold(struct ledger *l)
{
	struct pg_rows rows;
	enum rc rc;
	bool same;

	rc = pg_run(l->pg, SQL_STREAM_SESSION, NULL, soon(), &rows);
	same = rc == RC_OK && l->session != NULL &&
	       strcmp(pg_get(&rows, 0, 0), l->session) == 0;
	pg_rows_free(&rows);
	if (rc != RC_OK || same)
		return rc;
	return ledger_take(l);
}

static char *
dup_or_null(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

enum rc
ledger_load(struct ledger *l, const char *arn, struct checkpoints *out)
{
	struct pg_rows rows;
	enum rc rc;

	*out = (struct checkpoints){ 0 };
	rc = pg_run(l->pg, SQL_STREAM_CHECKPOINTS, PG_ARGS(arn), soon(), &rows);
	out->at = xcalloc(rows.n + 1, sizeof(out->at[0]));
	for (size_t i = 0; i < rows.n; i++) {
		out->at[out->n++] = (struct checkpoint){
			.shard = xstrdup(pg_get(&rows, i, 0)),
			.sequence = dup_or_null(pg_get(&rows, i, 1)),
			.closed = strcmp(pg_get(&rows, i, 2), "t") == 0,
		};
	}
	pg_rows_free(&rows);
	return rc;
}

const struct checkpoint *
checkpoints_find(const struct checkpoints *list, const char *shard)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->at[i].shard, shard) == 0)
			return &list->at[i];
	}
	return NULL;
}

void
checkpoints_free(struct checkpoints *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->at[i].shard);
		free(list->at[i].sequence);
	}
	free(list->at);
	*list = (struct checkpoints){ 0 };
}

enum rc
ledger_save(struct ledger *l, const char *arn, const struct checkpoint *c)
{
	enum rc rc = pg_run(l->pg, SQL_STREAM_CHECKPOINT,
	    PG_ARGS(arn, c->shard, c->sequence, c->closed ? "t" : "f"), soon(),
	    NULL);

	if (rc == RC_OK)
		stats_add(ST_CHECKPOINTS, 1);
	return rc;
}

enum rc
ledger_forget_old(struct ledger *l)
{
	return pg_run(l->pg, SQL_STREAM_FORGET_OLD, NULL, soon(), NULL);
}

enum rc
ledger_unfinished(struct ledger *l, const char *prefix, char **arn)
{
	struct pg_rows rows;
	enum rc rc;

	rc = pg_run(
	    l->pg, SQL_STREAM_UNFINISHED, PG_ARGS(prefix), soon(), &rows);
	if (rc == RC_OK && rows.n == 0)
		rc = RC_NOT_FOUND;
	if (rc == RC_OK)
		*arn = xstrdup(pg_get(&rows, 0, 0));
	pg_rows_free(&rows);
	return rc;
}

enum rc
ledger_bury(struct ledger *l, const struct dead_letter *letter)
{
	return pg_run(l->pg, SQL_STREAM_BURY,
	    PG_ARGS(letter->arn, letter->shard, letter->sequence,
		letter->record, letter->reason, log_num(letter->attempts)),
	    soon(), NULL);
}
