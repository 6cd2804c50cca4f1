/*
 * scrape: answers HTTP on a unix socket with the process's metrics, in a
 * thread of its own: curl --unix-socket PATH http://localhost/metrics.
 */
#ifndef STREAM_SCRAPE_H
#define STREAM_SCRAPE_H

#include "base/rc.h"

struct scrape;

/* scrape_new(path, s): listen there, mode 0660. RC_UNAVAILABLE: it cannot be
 * made; errno says why. scrape_free(&s) ends it and removes the socket. */
enum rc scrape_new(const char *path, struct scrape **s) MUSTCHECK;
void scrape_free(struct scrape **s);

#endif
