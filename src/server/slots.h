/*
 * slots: all that crosses the fork: one row per worker, in memory that master
 * and workers share. The master gives a row out and takes it back; the worker
 * tells in it what it is doing.
 */
#ifndef SERVER_SLOTS_H
#define SERVER_SLOTS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/rc.h"

#define SLOTS_MAX 520 /* 256 workers, as many replacing them, some to spare */

enum slot_state {
	SLOT_FREE,     /* no worker; the master's to give out */
	SLOT_STARTING, /* forked; until its init is done */
	SLOT_IDLE,     /* waits for a connection */
	SLOT_READING,  /* waits for its peer's bytes */
	SLOT_WORKING,  /* answers */
	SLOT_WRITING,  /* waits for its peer to read */
	SLOT_ENDING,   /* takes no more connections */
	SLOT__MAX
};

struct slot {
	_Atomic pid_t pid;	   /* 0: free; master only */
	_Atomic int state;	   /* worker, once it runs */
	_Atomic int64_t since_ms;  /* when state was entered; clock_ms() */
	_Atomic uint64_t served;   /* requests so far; worker only */
	_Atomic bool wants_relief; /* served enough; worker sets it, and serves
				      on until the master ends it */
} __attribute__((aligned(64)));	   /* no two workers write to one cache line */

/* slots_init(): map them, once, before any fork. RC_INTERNAL: no memory. */
enum rc slots_init(void) MUSTCHECK;

/* slots_get(i): the i-th row, 0 <= i < SLOTS_MAX. */
struct slot *slots_get(size_t i);

/* slots_enter(slot, state): a new state, from now on. */
void slots_enter(struct slot *slot, enum slot_state state);

/* slots_state_name(state): "idle". */
const char *slots_state_name(enum slot_state state);

/* slots_write_metrics(out): workers by state, for base/metrics.h. */
void slots_write_metrics(struct buf *out);

#endif
