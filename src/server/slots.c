#include "server/slots.h"

#include <assert.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "base/clock.h"

static const char *const state_name[SLOT__MAX] = {
	[SLOT_FREE] = "free",
	[SLOT_STARTING] = "starting",
	[SLOT_IDLE] = "idle",
	[SLOT_READING] = "reading",
	[SLOT_WORKING] = "working",
	[SLOT_WRITING] = "writing",
	[SLOT_ENDING] = "ending",
};

static struct slot *slots;

enum rc
slots_init(void)
{
	void *p = mmap(NULL, SLOTS_MAX * sizeof(*slots), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return RC_INTERNAL;
	slots = p;
	return RC_OK;
}

struct slot *
slots_get(size_t i)
{
	assert(slots != NULL && i < SLOTS_MAX);
	return &slots[i];
}

void
slots_enter(struct slot *slot, enum slot_state state)
{
	/* first the time: who sees the new state must not see the old time */
	atomic_store_explicit(
	    &slot->since_ms, clock_ms(), memory_order_relaxed);
	atomic_store_explicit(&slot->state, state, memory_order_release);
}

const char *
slots_state_name(enum slot_state state)
{
	return state < SLOT__MAX ? state_name[state] : "unknown";
}

void
slots_write_metrics(struct buf *out)
{
	unsigned int n[SLOT__MAX] = { 0 };

	for (size_t i = 0; i < SLOTS_MAX; i++) {
		int state = atomic_load(&slots[i].state);

		if (atomic_load(&slots[i].pid) != 0 && state < SLOT__MAX)
			n[state]++;
	}
	buf_adds(out, "# HELP cruddur_workers Worker processes by state.\n"
		      "# TYPE cruddur_workers gauge\n");
	for (int i = SLOT_STARTING; i < SLOT__MAX; i++)
		buf_addf(out, "cruddur_workers{state=\"%s\"} %u\n",
		    state_name[i], n[i]);
}
