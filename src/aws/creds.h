/*
 * creds: AWS credentials, from the first of these that has any: environment
 * (or cruddur.conf), shared file, container endpoint, instance role (IMDSv2).
 * Those that expire are fetched anew before they do, and shared between the
 * processes of a server through base/board.h, so that N workers ask once.
 * Secrets are wiped before they are freed and never logged.
 *
 * It also owns the process's one HTTP handle, which the services borrow.
 */
#ifndef AWS_CREDS_H
#define AWS_CREDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/rc.h"

struct creds;
struct http;

/* A set of keys. */
struct creds_keys {
	char *key_id;
	char *secret;
	char *token;	    /* of a session; NULL: none */
	int64_t expires_us; /* UTC, like clock_wall_us(); 0: never */
};

/* creds_new(conf): never NULL; nothing is asked yet. conf is borrowed.
 * creds_free(&c) wipes, frees and clears. */
struct creds *creds_new(const struct conf *conf);
void creds_free(struct creds **c);

/*
 * creds_get(c, deadline_ms, keys): keys that are good now; borrowed until the
 * next call. Asks the network only when there are none or they near their end.
 * RC_CONFIG       no source has any
 * RC_UNAVAILABLE  the source does not answer, and none are left
 */
enum rc creds_get(struct creds *c, int64_t deadline_ms,
    const struct creds_keys **keys) MUSTCHECK;

/* creds_refused(c): AWS said these have expired: fetch others next time. */
void creds_refused(struct creds *c);

/* creds_error(c): why creds_get() failed, one line for the operator. */
const char *creds_error(const struct creds *c);

/* creds_source(c): where the keys came from: "environment", "file", …; "". */
const char *creds_source(const struct creds *c);

/* creds_http(c): the handle, borrowed. */
struct http *creds_http(struct creds *c);

/* creds_keys_free(keys): wipe, free, clear. Fine on zeros. */
void creds_keys_free(struct creds_keys *keys);

#endif
