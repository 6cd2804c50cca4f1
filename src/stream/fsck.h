/*
 * fsck: every conversation's inbox rows against its newest message. One scan
 * of the table finds the conversations that look wrong; each of them is then
 * read whole, which tells, and put right if wanted.
 */
#ifndef STREAM_FSCK_H
#define STREAM_FSCK_H

#include <stddef.h>

#include "base/rc.h"
#include "stream/core.h"

struct ctx;
struct fsck;

/* What was found so far. */
struct fsck_sums {
	size_t items;	      /* scanned */
	size_t conversations; /* that have messages */
	size_t checked;	      /* that looked wrong in the scan */
	size_t wrong;	      /* of those checked */
	size_t repaired;
};

/* fsck_new(), fsck_free(&f): one run. */
struct fsck *fsck_new(void);
void fsck_free(struct fsck **f);

/* fsck_scan(f, cx, more): the next page of the scan; *more: there are
 * others. Then fsck_check() until it says RC_NOT_FOUND. */
enum rc fsck_scan(struct fsck *f, struct ctx *cx, bool *more) MUSTCHECK;

/*
 * fsck_check(f, cx, repair, group, verdict): the next suspect. RC_NOT_FOUND:
 * there is none left. *verdict: what was found; CORE_NOTHING: it is right, it
 * only moved under the scan. group: borrowed until fsck_free().
 */
enum rc fsck_check(struct fsck *f, struct ctx *cx, bool repair,
    const char **group, enum core_verdict *verdict) MUSTCHECK;

const struct fsck_sums *fsck_sums(const struct fsck *f);

#endif
