#include "stream/mover.h"

#include <string.h>

#include "model/ctx.h"
#include "stream/view.h"

#define MOVE_TRIES 12

/* One conversation being brought up to date. */
struct mover {
	struct ctx *cx;
	struct view view;
	struct core_change change;
	struct core_message msg;   /* the target; of a whole view its newest */
	int clashes[CORE_MEMBERS]; /* by the order of steps' owners, below */
	char owner[CORE_MEMBERS][UUID_TEXT_SIZE];
	bool look_only; /* write nothing, not even member rows */
	struct mover_did *did;
};

/* Clashes are counted by owner: views and steps come and go. */
static int *
clashes_of(struct mover *m, const char *owner)
{
	for (int i = 0; i < CORE_MEMBERS; i++) {
		if (m->owner[i][0] == '\0')
			memcpy(m->owner[i], owner, UUID_TEXT_SIZE);
		if (strcmp(m->owner[i], owner) == 0)
			return &m->clashes[i];
	}
	return &m->clashes[0];
}

/* The put at another conversation's row: this one moves on by a microsecond. */
static bool
is_clash(const struct mover *m, const struct ddb_op *op, enum rc reason,
    const struct ddb_page *old)
{
	const char *of;

	if (op->kind != DDB_PUT || op->cond != DDB_ABSENT ||
	    reason != RC_CONDITION || old->n == 0)
		return false;
	of = ddb_get(old, 0, "message_group_uuid", NULL);
	return of != NULL && strcmp(of, m->msg.group) != 0;
}

/*
 * Why a transaction was refused. RC_CONDITION: the rows are not as they were
 * seen. RC_OK: only clashes of time, counted: the same again.
 */
static enum rc
read_why(struct mover *m, const struct ddb_op *ops, size_t n,
    const struct core_keys *keys, const struct ddb_why *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++) {
		if (is_clash(m, &ops[i], why->reason[i], &why->old[i])) {
			if (++*clashes_of(m, keys->step[i]->owner) >
			    CORE_MAX_CLASHES)
				return RC_TX_CONFLICT;
		} else if (why->reason[i] == RC_CONDITION) {
			rc = RC_CONDITION;
		}
	}
	return rc;
}

static enum rc
carry_out(struct mover *m)
{
	struct ddb_op ops[CORE_MAX_OPS];
	struct core_keys keys;
	enum rc rc;

	for (;;) {
		struct ddb_why why;
		size_t n;

		for (size_t i = 0; i < m->change.n; i++)
			m->change.step[i].clashes =
			    *clashes_of(m, m->change.step[i].owner);
		n = core_ops(&m->change, &m->msg, &keys, ops);
		rc = ddb_transact(
		    m->cx->ddb, ops, n, NULL, m->cx->deadline_ms, &why);
		if (rc != RC_CONDITION)
			break;
		rc = read_why(m, ops, n, &keys, &why);
		ddb_why_free(&why);
		if (rc != RC_OK)
			break;
	}
	if (rc == RC_OK) {
		m->did->transactions++;
		m->did->verdict = m->change.verdict;
	} else if (rc == RC_CONDITION) {
		m->did->conditions++;
	}
	return rc;
}

/* Read the conversation whole. What is to be shown is its newest message,
 * whichever brought us here. */
static enum rc
look_whole(struct mover *m, const char *from)
{
	struct view view;
	enum rc rc =
	    view_whole(m->cx, m->msg.group, from, !m->look_only, &view);

	if (rc == RC_OK && from != NULL && view.newest.at != NULL) {
		core_decide(&view.rows, &view.newest, &m->change);
		if (m->change.verdict == CORE_REBUILD) {
			/* before a row is said to lack: all of the inbox */
			view_free(&view);
			rc = view_whole(
			    m->cx, m->msg.group, NULL, !m->look_only, &view);
		}
	}
	view_free(&m->view); /* not before: from may lie in it */
	m->view = view;
	m->change = (struct core_change){ .verdict = CORE_NOTHING };
	if (rc != RC_OK || view.newest.at == NULL)
		return rc;
	m->msg.at = m->view.newest.at;
	m->msg.text = m->view.newest.text;
	core_decide(&m->view.rows, &m->msg, &m->change);
	return m->change.verdict == CORE_UNKNOWN ? RC_NOT_FOUND : RC_OK;
}

static enum rc
look_quick(struct mover *m)
{
	enum rc rc = view_quick(m->cx, m->msg.group, &m->view);

	if (rc == RC_OK)
		core_decide(&m->view.rows, &m->msg, &m->change);
	return rc;
}

/*
 * Until nothing is left to do. After a rebuild it looks once more: another
 * may have rebuilt at the same time, and then there are two rows.
 */
static enum rc
settle(struct mover *m)
{
	for (int i = 0; i < MOVE_TRIES; i++) {
		enum core_verdict verdict = m->change.verdict;
		enum rc rc = RC_CONDITION;

		if (verdict == CORE_NOTHING)
			return RC_OK;
		if (verdict != CORE_LOOK)
			rc = carry_out(m);
		if (rc == RC_OK && verdict == CORE_MOVE)
			return RC_OK;
		if (rc == RC_OK)
			rc = look_whole(m, NULL);
		else if (rc == RC_CONDITION)
			rc = look_whole(m, view_since(&m->view));
		if (rc != RC_OK)
			return rc;
	}
	return RC_TX_CONFLICT;
}

enum rc
mover_apply(
    struct ctx *cx, const struct core_message *msg, struct mover_did *did)
{
	struct mover m = { .cx = cx, .msg = *msg, .did = did };
	enum rc rc;

	*did = (struct mover_did){ .verdict = CORE_NOTHING };
	rc = look_quick(&m);
	if (rc == RC_OK)
		rc = settle(&m);
	view_free(&m.view);
	return rc;
}

enum rc
mover_check(
    struct ctx *cx, const char *group, bool repair, struct mover_did *did)
{
	struct mover m = { .cx = cx,
		.msg = { .group = group },
		.look_only = !repair,
		.did = did };
	enum core_verdict found;
	enum rc rc;

	*did = (struct mover_did){ .verdict = CORE_NOTHING };
	rc = look_whole(&m, NULL);
	found = m.change.verdict;
	if (rc == RC_OK && repair)
		rc = settle(&m);
	did->verdict = found;
	view_free(&m.view);
	return rc;
}
