/*
 * metrics: counters in memory that the master and its workers share, so that a
 * worker's death loses nothing and any of them can tell them all. Each is one
 * atomic addition. Before metrics_init() (commands, tests) all calls do
 * nothing.
 *
 * Names and buckets are OpenTelemetry's ("Semantic Conventions for HTTP
 * Metrics"), the form is Prometheus' text (version 0.0.4).
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* A row of the route table, for the labels; texts are kept, not copied. */
struct metrics_route {
	const char *method;
	const char *path;
};

/* metrics_init(routes, n): map the memory, before any fork. A second call does
 * nothing. RC_INTERNAL if there is none. */
enum rc metrics_init(const struct metrics_route *routes, size_t n) MUSTCHECK;

/* metrics_request(route, status, us): a request was answered. route >= n: it
 * was for none of the routes. HEAD counts as its GET row. */
void metrics_request(size_t route, int status, int64_t us);

enum metrics_backend { MB_POSTGRES, MB_DYNAMODB, MB_COGNITO, MB_AWS, MB__MAX };

/* metrics_call(b, rc, us): one attempt of a call to a backend ended.
 * metrics_retry(b): it will be tried again. */
void metrics_call(enum metrics_backend b, enum rc rc, int64_t us);
void metrics_retry(enum metrics_backend b);

/* metrics_add_writer(fn): fn appends metrics of its own at metrics_write():
 * the server its workers. At most four, before any fork. */
typedef void metrics_write_fn(struct buf *out);
void metrics_add_writer(metrics_write_fn *fn);

/* metrics_write(out): append them all as text. */
void metrics_write(struct buf *out);

#endif
