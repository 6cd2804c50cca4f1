/*
 * poller: the stream processor as a service: stands by until it is the active
 * one, follows the table's stream, shard by shard, and works through it.
 *
 * A turn: read what is due, work on it (batch.h), write the checkpoints. A
 * kill at any point costs a repetition, never a record: a checkpoint is
 * written when the work before it is done.
 */
#ifndef STREAM_POLLER_H
#define STREAM_POLLER_H

#include <signal.h>

#include "base/conf.h"

/* What the process it runs in provides. */
struct poller_host {
	volatile sig_atomic_t *stop;	  /* a signal handler sets it */
	void (*status)(const char *text); /* ready, and in which state */
	void (*alive)(void);		  /* feed the watchdog */
};

/* poller_run(conf, host): until *host->stop; the turn at hand is finished. */
void poller_run(const struct conf *conf, const struct poller_host *host);

#endif
