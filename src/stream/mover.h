/*
 * mover: brings the inbox rows of a conversation up to a message: look,
 * decide (core.h), one transaction for all members, and again if the rows were
 * not as they were seen.
 */
#ifndef STREAM_MOVER_H
#define STREAM_MOVER_H

#include "stream/core.h"

struct ctx;

/* What it took. */
struct mover_did {
	enum core_verdict verdict; /* the last one carried out */
	int transactions;	   /* that changed something */
	int conditions;		   /* that met other rows than those seen */
};

/*
 * mover_apply(cx, msg, did): until every member's row shows msg or a newer
 * message. Harmless if repeated, in any order, by several at once. Ends at
 * cx->deadline_ms.
 * RC_NOT_FOUND    nobody knows who belongs to the conversation
 * RC_TX_CONFLICT  the rows changed under every try
 */
enum rc mover_apply(struct ctx *cx, const struct core_message *msg,
    struct mover_did *did) MUSTCHECK;

/*
 * mover_check(cx, group, repair, did): read the conversation whole and compare
 * its rows with its newest message; did->verdict is what was found. repair:
 * and put them right. RC_NOT_FOUND as above.
 */
enum rc mover_check(struct ctx *cx, const char *group, bool repair,
    struct mover_did *did) MUSTCHECK;

#endif
