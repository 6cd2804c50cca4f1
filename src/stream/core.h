/*
 * core: what a record of the table's stream means for the inbox rows, without
 * I/O: (message, rows as they stand) -> nothing, move, rebuild, or look again.
 *
 * The rule: the row of a member shows the newest message of the conversation.
 * A row is only ever replaced by one of a newer message, so whatever comes
 * twice, late or out of order finds a row that is not older and changes
 * nothing. What stands is told by rows that may have been read from the index,
 * seconds old: a change is made under the condition that each row it replaces
 * stands as it was seen (group and name), and when that fails, or rows lack or
 * are doubled, they are read again consistently.
 *
 * Names: a row goes on with that of the row it replaces; the condition on the
 * name makes a rename in between fail the change, not be lost. A rename writes
 * the member row first (model/names.h), so where all is read whole the member
 * row's name counts, under the condition that it still says so.
 */
#ifndef STREAM_CORE_H
#define STREAM_CORE_H

#include <stddef.h>

#include "aws/ddb.h"
#include "model/items.h"

#define CORE_MEMBERS	 2 /* of a conversation */
#define CORE_MAX_ROWS	 8 /* seen at once; more are cleaned up in turns */
#define CORE_MAX_OPS	 (CORE_MEMBERS * (CORE_MAX_DROPS + 2))
#define CORE_MAX_DROPS	 4  /* rows of one member that one change removes */
#define CORE_MAX_CLASHES 50 /* microseconds that a row moves on for others */

/*
 * The attribute of an inbox row whose sk is not the time of its message,
 * because another conversation's row had that key (two messages of one
 * microsecond): the true time.
 */
#define CORE_SAID_AT "last_message_at"

/* A message of a conversation; texts borrowed. */
struct core_message {
	const char *group; /* lower case */
	const char *at;	   /* its sk */
	const char *text;
};

/* An inbox row of the conversation; texts borrowed. */
struct core_row {
	char owner[UUID_TEXT_SIZE]; /* whose inbox */
	struct member peer;
	const char *at;	     /* sk */
	const char *said_at; /* time of the message it shows */
	const char *text;
};

/* The rows as they stand. */
struct core_rows {
	struct core_row row[CORE_MAX_ROWS];
	size_t n;
	bool whole; /* read consistently, and none is missing; members too */
	struct member member[CORE_MEMBERS];
	size_t n_members; /* member rows there are, perhaps more than fit */
};

enum core_verdict {
	CORE_NOTHING, /* the rows are right, or newer */
	CORE_MOVE,    /* every row stood once, and some are older */
	CORE_REBUILD, /* a row lacks, is doubled or says something else */
	CORE_LOOK,    /* these rows cannot tell: read them whole */
	CORE_UNKNOWN, /* nobody knows who belongs to the conversation */
	CORE__MAX
};

/* core_verdict_name(v): "move", for logs and tests. */
const char *core_verdict_name(enum core_verdict v);

/* What is to become of one member's rows; borrowed from core_rows. */
struct core_step {
	const char *owner;
	const struct member *peer; /* as the new row names him */
	const struct core_row *drop[CORE_MAX_DROPS];
	size_t n_drop;
	bool put;	/* a new row; else rows are only dropped */
	bool by_member; /* peer is the member row, which must still say so */
	int clashes;	/* microseconds to move on: the caller counts them */
};

struct core_change {
	enum core_verdict verdict;
	struct core_step step[CORE_MEMBERS];
	size_t n;
};

/* core_decide(rows, msg, out): what msg means for the rows. */
void core_decide(const struct core_rows *rows, const struct core_message *msg,
    struct core_change *out);

/* Room for the texts of a change's operations. */
struct core_keys {
	struct item_keys keys[CORE_MAX_OPS];
	const struct core_step *step[CORE_MAX_OPS]; /* whose operation it is */
};

/*
 * core_ops(change, msg, keys, ops): the change as one transaction; the number
 * of operations. A row that keeps its key is put over itself.
 */
size_t core_ops(const struct core_change *change,
    const struct core_message *msg, struct core_keys *keys,
    struct ddb_op ops[static CORE_MAX_OPS]);

/*
 * core_row_read(page, i, group, out): item i as an inbox row of group; texts
 * borrowed from page. false: it is none.
 */
bool core_row_read(const struct ddb_page *page, size_t i, const char *group,
    struct core_row *out);

#endif
