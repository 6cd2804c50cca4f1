/* stream/core: (message, rows as they stand) -> the transaction, to the byte.
 */
#include "stream/core.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tap.h"

#define A    "00000000-0000-4000-8000-00000000000a"
#define B    "00000000-0000-4000-8000-00000000000b"
#define C    "00000000-0000-4000-8000-00000000000c"
#define G    "00000000-0000-4000-8000-0000000000f0"
#define T(n) "2026-12-31T23:59:59.99999" #n "+00:00"
#define NEXT "2027-01-01T00:00:00.000000+00:00"

/* A row as a case writes it; owner NULL ends the list. */
struct row {
	const char *owner, *peer, *name, *at, *said_at, *text;
};

static const struct {
	const char *name;
	bool whole;
	int members;
	int clashes; /* of the first step */
	struct row row[6];
	const char *verdict, *ops;
} cases[] = {
	{ "both rows older: both move", false, 0, 0,
	    { { A, B, "Bea", T(1), NULL, "old" },
		{ B, A, "Ann", T(2), NULL, "old" } },
	    "move",
	    "delete a@1 if f0 & Bea; put a@5 new to Bea; "
	    "delete b@2 if f0 & Ann; put b@5 new to Ann; " },
	{ "one row newer: only the other moves", false, 0, 0,
	    { { A, B, "Bea", T(1), NULL, "old" },
		{ B, A, "Ann", T(6), NULL, "later" } },
	    "move", "delete a@1 if f0 & Bea; put a@5 new to Bea; " },
	{ "both rows newer: nothing", false, 0, 0,
	    { { A, B, "Bea", T(6), NULL, "x" },
		{ B, A, "Ann", T(7), NULL, "x" } },
	    "nothing", "" },
	{ "both rows show it: a duplicate, nothing", false, 0, 0,
	    { { A, B, "Bea", T(5), NULL, "new" },
		{ B, A, "Ann", T(5), NULL, "new" } },
	    "nothing", "" },
	{ "a row without a name: no condition on it", false, 0, 0,
	    { { A, B, "", T(1), NULL, "old" },
		{ B, A, "Ann", T(6), NULL, "x" } },
	    "move", "delete a@1 if f0; put a@5 new to ; " },
	{ "the row's time is a clash, its message is newer: nothing", false, 0,
	    0,
	    { { A, B, "Bea", T(7), T(6), "x" },
		{ B, A, "Ann", T(6), NULL, "x" } },
	    "nothing", "" },
	{ "the row's time is newer, its message is not: it moves", false, 0, 0,
	    { { A, B, "Bea", T(6), T(4), "x" },
		{ B, A, "Ann", T(6), NULL, "x" } },
	    "move", "delete a@6 if f0 & Bea; put a@5 new to Bea; " },
	{ "a clash: one microsecond later, and the true time", false, 0, 1,
	    { { A, B, "Bea", T(1), NULL, "old" },
		{ B, A, "Ann", T(6), NULL, "x" } },
	    "move", "delete a@1 if f0 & Bea; put a@6(5) new to Bea; " },
	{ "a clash moves on over the end of the year", false, 0, 5,
	    { { A, B, "Bea", T(1), NULL, "old" },
		{ B, A, "Ann", T(6), NULL, "x" } },
	    "move", "delete a@1 if f0 & Bea; put a@2027(5) new to Bea; " },
	{ "same time, other text: look closer", false, 0, 0,
	    { { A, B, "Bea", T(1), NULL, "old" },
		{ B, A, "Ann", T(5), NULL, "torn" } },
	    "look", "" },
	{ "no row in the index: look closer", false, 0, 0, { { 0 } }, "look",
	    "" },
	{ "one row in the index: look closer", false, 0, 0,
	    { { A, B, "Bea", T(6), NULL, "x" } }, "look", "" },
	{ "two rows of one member: look closer", false, 0, 0,
	    { { A, B, "Bea", T(1), NULL, "x" },
		{ A, B, "Bea", T(2), NULL, "x" } },
	    "look", "" },
	{ "three rows: look closer", false, 0, 0,
	    { { A, B, "Bea", T(6), NULL, "x" },
		{ B, A, "Ann", T(6), NULL, "x" },
		{ A, B, "Bea", T(2), NULL, "x" } },
	    "look", "" },
	{ "rows of two that do not name each other: look closer", false, 0, 0,
	    { { A, C, "Cid", T(1), NULL, "x" },
		{ B, A, "Ann", T(2), NULL, "x" } },
	    "look", "" },

	{ "whole: both right", true, 2, 0,
	    { { A, B, "Bea", T(5), NULL, "new" },
		{ B, A, "Ann", T(5), NULL, "new" } },
	    "nothing", "" },
	{ "whole: both older", true, 2, 0,
	    { { A, B, "Bea", T(1), NULL, "old" },
		{ B, A, "Ann", T(1), NULL, "old" } },
	    "move",
	    "delete a@1 if f0 & Bea; put a@5 new to Bea; "
	    "delete b@1 if f0 & Ann; put b@5 new to Ann; " },
	{ "whole: one lacks: rebuilt from the member row", true, 2, 0,
	    { { B, A, "Ann", T(5), NULL, "new" } }, "rebuild",
	    "check Bea; put a@5 new to Bea; " },
	{ "whole: both lack", true, 2, 0, { { 0 } }, "rebuild",
	    "check Bea; put a@5 new to Bea; check Ann; put b@5 new to Ann; " },
	{ "whole: one lacks, one is old", true, 2, 0,
	    { { B, A, "Ann", T(2), NULL, "old" } }, "rebuild",
	    "check Bea; put a@5 new to Bea; "
	    "delete b@2 if f0 & Ann; put b@5 new to Ann; " },
	{ "whole: doubled, one is right: the other goes", true, 2, 0,
	    { { A, B, "Bea", T(2), NULL, "old" },
		{ A, B, "Bea", T(5), NULL, "new" },
		{ B, A, "Ann", T(5), NULL, "new" } },
	    "rebuild", "delete a@2 if f0 & Bea; " },
	{ "whole: doubled, both old: one new row", true, 2, 0,
	    { { A, B, "Bea", T(2), NULL, "old" },
		{ A, B, "Bea", T(3), NULL, "old" },
		{ B, A, "Ann", T(5), NULL, "new" } },
	    "rebuild",
	    "delete a@3 if f0 & Bea; delete a@2 if f0 & Bea; "
	    "put a@5 new to Bea; " },
	{ "whole: other text under the same time: put over itself", true, 2, 0,
	    { { A, B, "Bea", T(5), NULL, "torn" },
		{ B, A, "Ann", T(5), NULL, "new" } },
	    "rebuild", "put a@5 new to Bea over f0 & Bea; " },
	{ "whole: names another: as the member row says", true, 2, 0,
	    { { A, C, "Cid", T(5), NULL, "new" },
		{ B, A, "Ann", T(5), NULL, "new" } },
	    "rebuild", "check Bea; put a@5 new to Bea over f0 & Cid; " },
	{ "whole: an old name: as the member row says", true, 2, 0,
	    { { A, B, "Bea", T(5), NULL, "new" },
		{ B, A, "Anna", T(5), NULL, "new" } },
	    "rebuild", "check Ann; put b@5 new to Ann over f0 & Anna; " },
	{ "whole: an old name on a row newer than what was read: left", true, 2,
	    0,
	    { { A, B, "Bob", T(6), NULL, "x" },
		{ B, A, "Ann", T(5), NULL, "new" } },
	    "nothing", "" },
	{ "whole: rows of a stranger are left alone", true, 2, 0,
	    { { A, B, "Bea", T(5), NULL, "new" },
		{ B, A, "Ann", T(5), NULL, "new" },
		{ C, A, "Ann", T(1), NULL, "x" } },
	    "nothing", "" },
	{ "whole: no members", true, 0, 0, { { 0 } }, "unknown", "" },
	{ "whole: one member", true, 1, 0, { { A, B, "Bea", T(1), NULL, "x" } },
	    "unknown", "" },
	{ "whole: three members", true, 3, 0, { { 0 } }, "unknown", "" },
};

static void
make_rows(size_t c, struct core_rows *out)
{
	*out = (struct core_rows){ .whole = cases[c].whole,
		.n_members = (size_t)cases[c].members,
		.member = { { A, "Ann", "ann" }, { B, "Bea", "bea" } } };
	for (const struct row *r = cases[c].row; r->owner != NULL; r++) {
		struct core_row *row = &out->row[out->n++];

		memcpy(row->owner, r->owner, UUID_TEXT_SIZE);
		memcpy(row->peer.uuid, r->peer, UUID_TEXT_SIZE);
		row->peer.display_name = r->name;
		row->peer.handle = "handle";
		row->at = r->at;
		row->said_at = r->said_at ? r->said_at : r->at;
		row->text = r->text;
	}
}

static const char *
attr(const struct ddb_op *op, const char *name)
{
	for (size_t i = 0; i < op->item.n; i++) {
		if (strcmp(op->item.attr[i].name, name) == 0)
			return op->item.attr[i].value;
	}
	return "";
}

/* "a@5": owner and last digit of the microsecond, of the key. */
static void
show_key(const struct ddb_op *op, struct buf *out)
{
	const char *pk = attr(op, "pk"), *sk = attr(op, "sk");
	const char *said = attr(op, CORE_SAID_AT);

	buf_addf(out, "%c@", pk[strlen(pk) - 1]);
	if (strcmp(sk, NEXT) == 0)
		buf_adds(out, "2027");
	else
		buf_addc(out, sk[25]);
	if (said[0] != '\0')
		buf_addf(out, "(%c)", said[25]);
}

static void
show_condition(const struct ddb_op *op, const char *word, struct buf *out)
{
	if (op->cond != DDB_EQUALS)
		return;
	if (strcmp(op->cond_name, "message_group_uuid") == 0)
		buf_addf(out, " %s %s", word, op->cond_value + 34);
	if (op->and_name != NULL)
		buf_addf(out, " & %s", op->and_value);
}

static void
show_op(const struct ddb_op *op, struct buf *out)
{
	switch (op->kind) {
	case DDB_DELETE:
		buf_adds(out, "delete ");
		show_key(op, out);
		show_condition(op, "if", out);
		break;
	case DDB_PUT:
		buf_adds(out, "put ");
		show_key(op, out);
		buf_addf(out, " %s to %s", attr(op, "message"),
		    attr(op, "user_display_name"));
		show_condition(op, "over", out);
		break;
	case DDB_CHECK:
		buf_addf(out, "check %s", op->cond_value);
		break;
	case DDB_UPDATE:
		buf_adds(out, "update");
		break;
	}
	buf_adds(out, "; ");
}

static void
decides(void)
{
	const struct core_message msg = { G, T(5), "new" };

	for (size_t c = 0; c < COUNT(cases); c++) {
		struct buf text = BUF_INIT(4096);
		struct ddb_op ops[CORE_MAX_OPS];
		struct core_change change;
		struct core_keys keys;
		struct core_rows rows;
		size_t n;

		make_rows(c, &rows);
		core_decide(&rows, &msg, &change);
		change.step[0].clashes = cases[c].clashes;
		is_str(core_verdict_name(change.verdict), cases[c].verdict,
		    cases[c].name);
		n = core_ops(&change, &msg, &keys, ops);
		for (size_t i = 0; i < n; i++)
			show_op(&ops[i], &text);
		is_str(buf_str(&text), cases[c].ops, cases[c].name);
		buf_free(&text);
	}
}

/* What a put writes, attribute by attribute. */
static void
writes_whole_items(void)
{
	const struct core_message msg = { G, T(5), "new" };
	static const char *const want[][2] = {
		{ "pk", "GRP#" A },
		{ "sk", T(5) },
		{ "message_group_uuid", G },
		{ "message", "new" },
		{ "user_uuid", B },
		{ "user_display_name", "Bea" },
		{ "user_handle", "handle" },
	};
	struct ddb_op ops[CORE_MAX_OPS];
	struct core_change change;
	struct core_keys keys;
	struct core_rows rows;

	make_rows(0, &rows);
	core_decide(&rows, &msg, &change);
	is_int((long long)core_ops(&change, &msg, &keys, ops), 4, "four ops");
	is_int((long long)ops[1].item.n, COUNT(want), "attributes of a put");
	is_int(ops[1].cond, DDB_ABSENT, "condition of a put");
	for (size_t i = 0; i < COUNT(want); i++) {
		is_str(ops[1].item.attr[i].name, want[i][0], "its name");
		is_str(ops[1].item.attr[i].value, want[i][1], want[i][0]);
	}
}

int
main(void)
{
	decides();
	writes_whole_items();
	return tap_done();
}
