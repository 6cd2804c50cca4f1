#include "base/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/xalloc.h"

#define WRITERS_MAX 4

/* OpenTelemetry's boundaries for request durations, in microseconds and as
 * they are written. */
static const struct {
	int64_t us;
	const char *text;
} bounds[] = {
	{ 5000, "0.005" },
	{ 10000, "0.01" },
	{ 25000, "0.025" },
	{ 50000, "0.05" },
	{ 75000, "0.075" },
	{ 100000, "0.1" },
	{ 250000, "0.25" },
	{ 500000, "0.5" },
	{ 750000, "0.75" },
	{ 1000000, "1" },
	{ 2500000, "2.5" },
	{ 5000000, "5" },
	{ 7500000, "7.5" },
	{ 10000000, "10" },
};
#define NBOUNDS (sizeof(bounds) / sizeof(bounds[0]))

/* Those that we answer with; any other one counts as the last. */
static const int statuses[] = { 200, 201, 204, 400, 401, 403, 404, 405, 409,
	413, 414, 415, 422, 429, 500, 503, 0 };
#define NSTATUSES (sizeof(statuses) / sizeof(statuses[0]))

static const char *const backend_name[MB__MAX] = {
	[MB_POSTGRES] = "postgresql",
	[MB_DYNAMODB] = "dynamodb",
	[MB_COGNITO] = "cognito",
	[MB_AWS] = "aws",
};

struct histogram {
	_Atomic uint64_t bucket[NBOUNDS + 1]; /* the last: beyond all bounds */
	_Atomic uint64_t sum_us;
};

struct shared {
	struct histogram call[MB__MAX][RC__MAX];
	_Atomic uint64_t retries[MB__MAX];
	struct histogram request[]; /* (nroutes + 1) * NSTATUSES */
};

static struct shared *shared;
static const struct metrics_route *routes;
static size_t nroutes;
static metrics_write_fn *writers[WRITERS_MAX];
static size_t nwriters;

enum rc
metrics_init(const struct metrics_route *r, size_t n)
{
	size_t size =
	    sizeof(*shared) + (n + 1) * NSTATUSES * sizeof(shared->request[0]);
	void *p;

	if (shared != NULL)
		return RC_OK;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	if (p == MAP_FAILED)
		return RC_INTERNAL;
	shared = p;
	routes = r;
	nroutes = n;
	return RC_OK;
}

static void
add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static void
observe(struct histogram *h, int64_t us)
{
	size_t i = 0;

	while (i < NBOUNDS && us > bounds[i].us)
		i++;
	add(&h->bucket[i], 1);
	add(&h->sum_us, us > 0 ? (uint64_t)us : 0);
}

static size_t
status_index(int status)
{
	size_t i = 0;

	while (i < NSTATUSES - 1 && statuses[i] != status)
		i++;
	return i;
}

void
metrics_request(size_t route, int status, int64_t us)
{
	if (shared == NULL)
		return;
	if (route > nroutes)
		route = nroutes;
	observe(&shared->request[route * NSTATUSES + status_index(status)], us);
}

void
metrics_call(enum metrics_backend b, enum rc rc, int64_t us)
{
	if (shared != NULL)
		observe(&shared->call[b][rc], us);
}

void
metrics_retry(enum metrics_backend b)
{
	if (shared != NULL)
		add(&shared->retries[b], 1);
}

void
metrics_add_writer(metrics_write_fn *fn)
{
	for (size_t i = 0; i < nwriters; i++) {
		if (writers[i] == fn)
			return;
	}
	assert(nwriters < WRITERS_MAX);
	writers[nwriters++] = fn;
}

/* The lines of one histogram; none if nothing was ever observed. */
static void
write_histogram(
    struct buf *out, const char *name, const char *labels, struct histogram *h)
{
	uint64_t sum_us = atomic_load(&h->sum_us), n = 0, total = 0;
	uint64_t count[NBOUNDS + 1];

	for (size_t i = 0; i <= NBOUNDS; i++)
		total += count[i] = atomic_load(&h->bucket[i]);
	if (total == 0)
		return;
	for (size_t i = 0; i < NBOUNDS; i++) {
		n += count[i];
		buf_addf(out, "%s_bucket{%s,le=\"%s\"} %" PRIu64 "\n", name,
		    labels, bounds[i].text, n);
	}
	buf_addf(out, "%s_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n", name, labels,
	    total);
	buf_addf(out, "%s_sum{%s} %" PRIu64 ".%06" PRIu64 "\n", name, labels,
	    sum_us / 1000000, sum_us % 1000000);
	buf_addf(out, "%s_count{%s} %" PRIu64 "\n", name, labels, total);
}

static void
write_requests(struct buf *out)
{
	static const char name[] = "http_server_request_duration_seconds";

	buf_addf(out,
	    "# HELP %s Time from accepting a request to its answer.\n"
	    "# TYPE %s histogram\n",
	    name, name);
	for (size_t i = 0; i < (nroutes + 1) * NSTATUSES; i++) {
		const struct metrics_route *r =
		    i / NSTATUSES < nroutes ? &routes[i / NSTATUSES] : NULL;
		struct buf labels = BUF_INIT(512);
		int status = statuses[i % NSTATUSES];

		/* OpenTelemetry: no http.route where there was none */
		if (r != NULL)
			buf_addf(&labels,
			    "http_route=\"%s\",http_request_method=\"%s\",",
			    r->path, r->method);
		else
			buf_adds(&labels, "http_request_method=\"_OTHER\",");
		buf_addf(&labels, "http_response_status_code=\"%s%.0d\"",
		    status == 0 ? "other" : "", status);
		write_histogram(
		    out, name, buf_str(&labels), &shared->request[i]);
		buf_free(&labels);
	}
}

static void
write_backends(struct buf *out)
{
	static const char name[] = "cruddur_backend_call_duration_seconds";

	buf_addf(out,
	    "# HELP %s Time of one attempt of a call to a backend.\n"
	    "# TYPE %s histogram\n",
	    name, name);
	for (int b = 0; b < MB__MAX; b++) {
		for (int rc = 0; rc < RC__MAX; rc++) {
			struct buf labels = BUF_INIT(256);

			buf_addf(&labels, "backend=\"%s\",result=\"%s\"",
			    backend_name[b], rc_wire((enum rc)rc));
			write_histogram(
			    out, name, buf_str(&labels), &shared->call[b][rc]);
			buf_free(&labels);
		}
	}
	buf_adds(out,
	    "# HELP cruddur_backend_retries_total Attempts that were tried "
	    "again.\n# TYPE cruddur_backend_retries_total counter\n");
	for (int b = 0; b < MB__MAX; b++)
		buf_addf(out,
		    "cruddur_backend_retries_total{backend=\"%s\"} %" PRIu64
		    "\n",
		    backend_name[b], atomic_load(&shared->retries[b]));
}

void
metrics_write(struct buf *out)
{
	if (shared == NULL)
		return;
	write_requests(out);
	write_backends(out);
	for (size_t i = 0; i < nwriters; i++)
		writers[i](out);
}
