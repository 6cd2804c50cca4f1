/* stats: what the stream processor counts, for its metrics. Threads may. */
#ifndef STREAM_STATS_H
#define STREAM_STATS_H

#include <stdint.h>

#include "base/buf.h"

enum stat {
#define STAT(name, wire, type, help) ST_##name,
#include "stream/stats.def"
#undef STAT
	ST__MAX
};

void stats_add(enum stat s, int64_t n);
void stats_set(enum stat s, int64_t n);
int64_t stats_get(enum stat s);

/* stats_write(out): append them in Prometheus' text. */
void stats_write(struct buf *out);

#endif
