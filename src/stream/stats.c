#include "stream/stats.h"

#include <inttypes.h>
#include <stdatomic.h>

static _Atomic int64_t values[ST__MAX];

static const struct {
	const char *wire, *type, *help;
} table[ST__MAX] = {
#define STAT(name, wire, type, help) [ST_##name] = { wire, type, help },
#include "stream/stats.def"
#undef STAT
};

void
stats_add(enum stat s, int64_t n)
{
	atomic_fetch_add_explicit(&values[s], n, memory_order_relaxed);
}

void
stats_set(enum stat s, int64_t n)
{
	atomic_store_explicit(&values[s], n, memory_order_relaxed);
}

int64_t
stats_get(enum stat s)
{
	return atomic_load_explicit(&values[s], memory_order_relaxed);
}

void
stats_write(struct buf *out)
{
	for (int i = 0; i < ST__MAX; i++) {
		int64_t n = stats_get((enum stat)i);

		buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s ", table[i].wire,
		    table[i].help, table[i].wire, table[i].type, table[i].wire);
		buf_addf(out, "%" PRId64 "\n", n);
	}
}
