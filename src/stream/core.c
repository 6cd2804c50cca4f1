#include "stream/core.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/parse.h"

static const char *const verdict_name[CORE__MAX] = {
	[CORE_NOTHING] = "nothing",
	[CORE_MOVE] = "move",
	[CORE_REBUILD] = "rebuild",
	[CORE_LOOK] = "look",
	[CORE_UNKNOWN] = "unknown",
};

const char *
core_verdict_name(enum core_verdict v)
{
	return verdict_name[v];
}

/* ---- reading ---- */

bool
core_row_read(const struct ddb_page *page, size_t i, const char *group,
    struct core_row *out)
{
	const char *pk = ddb_get(page, i, "pk", NULL);
	const char *sk = ddb_get(page, i, "sk", NULL);
	const char *of = ddb_get(page, i, "message_group_uuid", NULL);
	const char *peer = ddb_get(page, i, "user_uuid", NULL);
	const char *said_at = ddb_get(page, i, CORE_SAID_AT, NULL);
	struct key_parts k;

	if (pk == NULL || sk == NULL || of == NULL ||
	    strcasecmp(of, group) != 0)
		return false;
	k = keys_parse(pk, sk);
	if (k.kind != KEY_INBOX)
		return false;
	*out = (struct core_row){
		.peer = { .display_name =
			      ddb_text(page, i, "user_display_name"),
		    .handle = ddb_text(page, i, "user_handle") },
		.at = sk,
		.said_at = said_at ? said_at : sk,
		.text = ddb_text(page, i, "message"),
	};
	memcpy(out->owner, k.user, sizeof(out->owner));
	if (peer == NULL || parse_uuid(peer, out->peer.uuid) != RC_OK)
		out->peer.uuid[0] = '\0';
	return true;
}

/* ---- deciding ---- */

/* Whether a row shows msg or something newer; *torn: it shows another text
 * than msg's under msg's time. */
static bool
is_current(
    const struct core_row *row, const struct core_message *msg, bool *torn)
{
	int cmp = strcmp(row->said_at, msg->at);

	*torn = cmp == 0 && strcmp(row->text, msg->text) != 0;
	return cmp > 0 || (cmp == 0 && !*torn);
}

/* Two rows that name each other's owners: the whole conversation. */
static bool
is_pair(const struct core_row *a, const struct core_row *b)
{
	return strcmp(a->owner, b->owner) != 0 &&
	       strcmp(a->owner, b->peer.uuid) == 0 &&
	       strcmp(b->owner, a->peer.uuid) == 0;
}

static void
add_move(struct core_change *out, const struct core_row *row)
{
	out->step[out->n++] = (struct core_step){
		.owner = row->owner,
		.peer = &row->peer,
		.drop = { row },
		.n_drop = 1,
		.put = true,
	};
}

/* Of rows that may be old, and some of which may be missing. */
static void
decide_by_index(const struct core_rows *rows, const struct core_message *msg,
    struct core_change *out)
{
	out->verdict = CORE_LOOK;
	if (rows->n != CORE_MEMBERS || !is_pair(&rows->row[0], &rows->row[1]))
		return;
	for (size_t i = 0; i < rows->n; i++) {
		bool torn, current = is_current(&rows->row[i], msg, &torn);

		if (torn) {
			out->n = 0;
			return;
		}
		if (!current)
			add_move(out, &rows->row[i]);
	}
	out->verdict = out->n > 0 ? CORE_MOVE : CORE_NOTHING;
}

/* The row of a member that shows the newest message; NULL: he has none. */
static const struct core_row *
best_row(const struct core_rows *rows, const char *owner)
{
	const struct core_row *best = NULL;

	for (size_t i = 0; i < rows->n; i++) {
		const struct core_row *row = &rows->row[i];

		if (strcmp(row->owner, owner) == 0 &&
		    (best == NULL || strcmp(row->said_at, best->said_at) > 0))
			best = row;
	}
	return best;
}

static bool
same_person(const struct member *a, const struct member *b)
{
	return strcmp(a->uuid, b->uuid) == 0 &&
	       strcmp(a->display_name, b->display_name) == 0;
}

/*
 * One member, all of whose rows are known. The best one stays if it is
 * current; others go. Returns whether this is more than a plain move.
 */
static bool
decide_member(const struct core_rows *rows, const struct core_message *msg,
    const struct member *me, const struct member *peer, struct core_change *out)
{
	const struct core_row *best = best_row(rows, me->uuid);
	struct core_step step = { .owner = me->uuid, .peer = peer };
	bool torn = false, strange = false;

	/* a row of a message that came after msg was read is left alone */
	if (best != NULL && strcmp(best->said_at, msg->at) <= 0)
		strange = !same_person(&best->peer, peer);
	step.put = best == NULL || strange || !is_current(best, msg, &torn);
	step.by_member = best == NULL || strange;
	if (!step.by_member)
		step.peer = &best->peer;
	if (step.put && best != NULL)
		step.drop[step.n_drop++] = best;
	for (size_t i = 0; i < rows->n && step.n_drop < CORE_MAX_DROPS; i++) {
		const struct core_row *row = &rows->row[i];

		if (row != best && strcmp(row->owner, me->uuid) == 0)
			step.drop[step.n_drop++] = row;
	}
	if (!step.put && step.n_drop == 0)
		return false;
	out->step[out->n++] = step;
	return torn || strange || !step.put || step.n_drop != 1;
}

static void
decide_whole(const struct core_rows *rows, const struct core_message *msg,
    struct core_change *out)
{
	const struct member *m = rows->member;
	bool rebuild;

	out->verdict = CORE_UNKNOWN;
	if (rows->n_members != CORE_MEMBERS)
		return;
	rebuild = decide_member(rows, msg, &m[0], &m[1], out);
	rebuild |= decide_member(rows, msg, &m[1], &m[0], out);
	out->verdict = rebuild	    ? CORE_REBUILD
		       : out->n > 0 ? CORE_MOVE
				    : CORE_NOTHING;
}

void
core_decide(const struct core_rows *rows, const struct core_message *msg,
    struct core_change *out)
{
	*out = (struct core_change){ 0 };
	if (rows->whole)
		decide_whole(rows, msg, out);
	else
		decide_by_index(rows, msg, out);
}

/* ---- writing ---- */

/* Only if the row stands as it was seen: of this group, under this name. */
static void
if_as_seen(struct ddb_op *op, const struct core_row *row, const char *group)
{
	op->cond = DDB_EQUALS;
	op->cond_name = "message_group_uuid";
	op->cond_value = group;
	if (row->peer.display_name[0] != '\0') {
		op->and_name = "user_display_name";
		op->and_value = row->peer.display_name;
	}
}

/* The time that the new row lies at: that of msg, or as many microseconds
 * later as other conversations' rows are in the way. */
static void
row_time(const struct core_step *step, const struct core_message *msg,
    struct key *out)
{
	int64_t us;

	memset(out, 0, sizeof(*out));
	if (step->clashes > 0 && clock_parse(msg->at, &us) == RC_OK)
		clock_text(us + step->clashes, out->text);
	else
		memcpy(out->text, msg->at,
		    strnlen(msg->at, sizeof(out->text) - 1));
}

/* The member row still names him as the new row is going to. */
static struct ddb_op
member_says(struct item_keys *keys, const struct core_step *step,
    const struct core_message *msg)
{
	struct ddb_op op = item_is_member(keys, msg->group, step->peer->uuid);

	if (step->peer->display_name[0] != '\0') {
		op.cond = DDB_EQUALS;
		op.cond_name = "user_display_name";
		op.cond_value = step->peer->display_name;
	}
	return op;
}

static size_t
step_ops(const struct core_step *step, const struct core_message *msg,
    struct core_keys *keys, size_t n, struct ddb_op *ops)
{
	const struct core_row *over = NULL; /* the row at the new one's key */
	struct key at;

	row_time(step, msg, &at);
	for (size_t i = 0; i < step->n_drop; i++) {
		const struct core_row *row = step->drop[i];

		if (step->put && strcmp(row->at, at.text) == 0) {
			over = row;
			continue;
		}
		keys->step[n] = step;
		ops[n] = item_inbox(&keys->keys[n], step->owner, &row->peer,
		    msg->group, row->text, row->at);
		ops[n].kind = DDB_DELETE;
		if_as_seen(&ops[n], row, msg->group);
		n++;
	}
	if (!step->put)
		return n;
	if (step->by_member) {
		keys->step[n] = step;
		ops[n] = member_says(&keys->keys[n], step, msg);
		n++;
	}
	keys->step[n] = step;
	ops[n] = item_inbox(&keys->keys[n], step->owner, step->peer, msg->group,
	    msg->text, at.text);
	if (step->clashes > 0)
		ddb_item_set(&ops[n].item, CORE_SAID_AT, msg->at);
	if (over != NULL)
		if_as_seen(&ops[n], over, msg->group);
	return n + 1;
}

size_t
core_ops(const struct core_change *change, const struct core_message *msg,
    struct core_keys *keys, struct ddb_op ops[static CORE_MAX_OPS])
{
	size_t n = 0;

	for (size_t i = 0; i < change->n; i++)
		n = step_ops(&change->step[i], msg, keys, n, ops);
	assert(n <= CORE_MAX_OPS);
	return n;
}
