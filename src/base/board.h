/*
 * board: small facts that all processes of a server share, so that N workers
 * do not each fetch what one has fetched: AWS credentials, the issuer's keys,
 * that somebody's name changed. Memory mapped before the fork; a reader copies,
 * a refresher takes a duty lock first. A process killed inside a lock harms
 * nobody: the locks are robust, and what it was writing counts as empty.
 */
#ifndef BASE_BOARD_H
#define BASE_BOARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum board_slot { BOARD_CREDS, BOARD_JWKS, BOARD_NAMES, BOARD__MAX };

#define BOARD_MAX_BYTES 32768 /* of one slot */

/* board_init(): map it. Once, before any fork; a single process calls it too.
 * RC_INTERNAL if the kernel has no memory. */
enum rc board_init(void) MUSTCHECK;

/* board_generation(slot): grows with each post; 0: nothing posted yet. One
 * load, no lock: compare it to know whether a copy is stale. */
uint64_t board_generation(enum board_slot slot);

/* board_get(slot, out, generation): append the slot's bytes to out (capped at
 * BOARD_MAX_BYTES) and say their generation. RC_NOT_FOUND: nothing there. */
enum rc board_get(
    enum board_slot slot, struct buf *out, uint64_t *generation) MUSTCHECK;

/* board_post(slot, p, n): put n bytes there. RC_TOOBIG beyond the maximum. */
enum rc board_post(enum board_slot slot, const void *p, size_t n) MUSTCHECK;

/*
 * board_begin(slot, deadline_ms): take the duty of refreshing the slot; waits
 * for another that has it. RC_DEADLINE: it was not free in time. Then look at
 * the generation again: the other may have done the work. board_end() after.
 * board_tried_ms(slot): when a refresh was last noted by board_note_try()
 * (clock_ms(); 0: never), to bound how often one is made. Valid inside.
 */
enum rc board_begin(enum board_slot slot, int64_t deadline_ms) MUSTCHECK;
int64_t board_tried_ms(enum board_slot slot);
void board_note_try(enum board_slot slot);
void board_end(enum board_slot slot);

#endif
