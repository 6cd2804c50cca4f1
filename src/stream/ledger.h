/*
 * ledger: what the processor keeps in Postgres: who is active (an advisory
 * lock that goes with the session), how far each shard is done, and the
 * records that were given up.
 *
 * The lock saves work, it does not guard the rows: two that are active at once
 * for a moment do each other no harm (mover.h), and a checkpoint never goes
 * backwards.
 */
#ifndef STREAM_LEDGER_H
#define STREAM_LEDGER_H

#include <stdint.h>

#include "base/conf.h"
#include "base/rc.h"

struct pg;
struct ledger;

/* ledger_new(conf): nothing connects yet. ledger_free(&l) gives up the lock. */
struct ledger *ledger_new(const struct conf *conf);
void ledger_free(struct ledger **l);

/* ledger_pg(l): its connection, for other statements. */
struct pg *ledger_pg(struct ledger *l);

/* ledger_take(l): become the active one. RC_CONFLICT: another is. */
enum rc ledger_take(struct ledger *l) MUSTCHECK;

/*
 * ledger_hold(l): still the active one? If the session was lost, the lock is
 * taken again. RC_CONFLICT: another has it now. RC_UNAVAILABLE and such:
 * Postgres is gone; nobody can tell.
 */
enum rc ledger_hold(struct ledger *l) MUSTCHECK;

/* How far a shard is done. */
struct checkpoint {
	char *shard;
	char *sequence; /* NULL: nothing yet */
	bool closed;	/* all of it, and it has ended */
};
struct checkpoints {
	struct checkpoint *at;
	size_t n;
};

/* ledger_load(l, arn, out): all of a stream. Freed with checkpoints_free(),
 * also after a failure. checkpoints_find(): NULL: none. */
enum rc ledger_load(
    struct ledger *l, const char *arn, struct checkpoints *out) MUSTCHECK;
const struct checkpoint *checkpoints_find(
    const struct checkpoints *list, const char *shard);
void checkpoints_free(struct checkpoints *list);

/* ledger_save(l, arn, c): write it down. */
enum rc ledger_save(
    struct ledger *l, const char *arn, const struct checkpoint *c) MUSTCHECK;

/* ledger_forget_old(l): checkpoints of shards that are done for so long that
 * their stream has forgotten them. */
enum rc ledger_forget_old(struct ledger *l) MUSTCHECK;

/* ledger_unfinished(l, prefix, arn): the oldest stream whose ARN begins so and
 * of which something is left. The caller frees *arn. RC_NOT_FOUND: none. */
enum rc ledger_unfinished(
    struct ledger *l, const char *prefix, char **arn) MUSTCHECK;

/* A record that is given up. */
struct dead_letter {
	const char *arn, *shard, *sequence;
	const char *record; /* JSON */
	const char *reason;
	int attempts;
};
enum rc ledger_bury(
    struct ledger *l, const struct dead_letter *letter) MUSTCHECK;

#endif
