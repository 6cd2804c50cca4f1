/*
 * work: a batch of messages, worked on by several threads, each with its own
 * connection: conversations at the same time, the messages of one in order,
 * newest first: when its newest is shown, the older ones are done too. One
 * that fails for a fault of its own lets the next older have its turn.
 */
#ifndef STREAM_WORK_H
#define STREAM_WORK_H

#include <stdint.h>

#include "base/conf.h"
#include "base/rc.h"
#include "stream/core.h"

#define WORK_WHY_SIZE 256

/* One message. */
struct work_item {
	struct core_message msg; /* borrowed */
	enum rc rc;		 /* how it went; work_run() sets it */
	char why[WORK_WHY_SIZE]; /* what AWS said, if it failed */
};

struct work;

/* work_new(conf, threads): threads that wait. Signals go to others.
 * work_free(&w) ends them. */
struct work *work_new(const struct conf *conf, int threads);
void work_free(struct work **w);

/*
 * work_run(w, items, n, deadline_ms): all of them, until the deadline. Those
 * that it leaves no time for are not begun: RC_INTERRUPTED, an outage. The
 * conversations have their turn in the order in which items names them first.
 */
void work_run(
    struct work *w, struct work_item *items, size_t n, int64_t deadline_ms);

/* work_is_outage(rc): whether it failed because what it needs was not there:
 * nothing is said about the message itself. */
bool work_is_outage(enum rc rc);

#endif
