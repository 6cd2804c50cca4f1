#include "base/board.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/clock.h"

struct slot {
	pthread_mutex_t duty; /* held while refreshing: may take seconds */
	pthread_mutex_t data; /* held while copying: never long */
	_Atomic uint64_t generation; /* of bytes; changed under data */
	int64_t tried_ms;	     /* changed under duty */
	size_t len;		     /* of bytes; under data */
	unsigned char bytes[BOARD_MAX_BYTES];
};

static struct slot *slots;

static bool
mutex_init(pthread_mutex_t *m)
{
	pthread_mutexattr_t attr;
	bool ok;

	if (pthread_mutexattr_init(&attr) != 0)
		return false;
	ok = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) == 0 &&
	     pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0 &&
	     pthread_mutex_init(m, &attr) == 0;
	pthread_mutexattr_destroy(&attr);
	return ok;
}

enum rc
board_init(void)
{
	void *p;

	if (slots != NULL)
		return RC_OK;
	p = mmap(NULL, BOARD__MAX * sizeof(*slots), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return RC_INTERNAL;
	slots = p;
	for (int i = 0; i < BOARD__MAX; i++) {
		if (!mutex_init(&slots[i].duty) || !mutex_init(&slots[i].data))
			return RC_INTERNAL;
	}
	return RC_OK;
}

/* Lock the data; what a dead process was writing is dropped. */
static struct slot *
lock_data(enum board_slot slot)
{
	struct slot *s = &slots[slot];

	assert(slots != NULL && slot < BOARD__MAX);
	if (pthread_mutex_lock(&s->data) == EOWNERDEAD) {
		pthread_mutex_consistent(&s->data);
		s->len = 0;
		atomic_store(&s->generation, 0);
	}
	return s;
}

uint64_t
board_generation(enum board_slot slot)
{
	return slots == NULL ? 0 : atomic_load(&slots[slot].generation);
}

enum rc
board_get(enum board_slot slot, struct buf *out, uint64_t *generation)
{
	struct slot *s = lock_data(slot);
	uint64_t now = atomic_load(&s->generation);

	if (now != 0)
		buf_add(out, s->bytes, s->len);
	pthread_mutex_unlock(&s->data);
	if (now == 0)
		return RC_NOT_FOUND;
	*generation = now;
	return buf_rc(out);
}

enum rc
board_post(enum board_slot slot, const void *p, size_t n)
{
	struct slot *s;

	if (n > BOARD_MAX_BYTES)
		return RC_TOOBIG;
	s = lock_data(slot);
	memcpy(s->bytes, p, n);
	s->len = n;
	/* the clock, not a count: new even after a death emptied the slot */
	atomic_store(&s->generation, (uint64_t)clock_us());
	pthread_mutex_unlock(&s->data);
	return RC_OK;
}

enum rc
board_begin(enum board_slot slot, int64_t deadline_ms)
{
	struct timespec until = { .tv_sec = (time_t)(deadline_ms / 1000),
		.tv_nsec = (long)(deadline_ms % 1000) * 1000000 };
	int e;

	assert(slots != NULL && slot < BOARD__MAX);
	e = pthread_mutex_clocklock(&slots[slot].duty, CLOCK_MONOTONIC, &until);
	if (e == EOWNERDEAD)
		e = pthread_mutex_consistent(&slots[slot].duty);
	if (e == ETIMEDOUT)
		return RC_DEADLINE;
	return e == 0 ? RC_OK : RC_INTERNAL;
}

int64_t
board_tried_ms(enum board_slot slot)
{
	return slots[slot].tried_ms;
}

void
board_note_try(enum board_slot slot)
{
	slots[slot].tried_ms = clock_ms();
}

void
board_end(enum board_slot slot)
{
	pthread_mutex_unlock(&slots[slot].duty);
}
