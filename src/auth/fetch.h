/* fetch: how the issuer's keys come over the network. */
#ifndef AUTH_FETCH_H
#define AUTH_FETCH_H

#include <stdint.h>

#include "base/buf.h"

/*
 * fetch_get(&http, url, deadline_ms, out): a keyring_fetch_fn over HTTP; arg is
 * a struct http **, made when it is first needed. RC_OK: the body of a 200 was
 * appended to out. RC_TOOBIG, RC_DEADLINE, RC_CONFIG if the url is none;
 * RC_UNAVAILABLE for any other failure and any other status.
 */
enum rc fetch_get(
    void *arg, const char *url, int64_t deadline_ms, struct buf *out) MUSTCHECK;

#endif
