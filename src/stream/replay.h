/*
 * replay: work through a table's stream once more, from the oldest record that
 * it keeps to where it stands now. The active processor may go on meanwhile.
 */
#ifndef STREAM_REPLAY_H
#define STREAM_REPLAY_H

#include <signal.h>
#include <stddef.h>

#include "base/conf.h"
#include "base/rc.h"

struct ddb;

struct replay_sums {
	size_t shards, records, messages, failed;
};

/*
 * replay_run(conf, ddb, stop, progress, sums): until the end or *stop
 * (RC_INTERRUPTED). progress is called after each read. RC_NOT_FOUND: the
 * table has no stream. Messages that fail are counted, and logged.
 */
enum rc replay_run(const struct conf *conf, struct ddb *ddb,
    volatile sig_atomic_t *stop, void (*progress)(const struct replay_sums *),
    struct replay_sums *sums) MUSTCHECK;

#endif
