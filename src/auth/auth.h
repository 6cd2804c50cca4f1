/*
 * auth: from the text of an access token to who calls. One per process; the
 * keys are shared between processes (auth/keyring.h), the memory of tokens that
 * were checked already is this process's own.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdint.h>

#include "auth/keyring.h"
#include "auth/token.h"
#include "base/conf.h"

#define AUTH_REMEMBERED_MAX 1024 /* tokens; a few hundred bytes each */

struct auth;

/*
 * auth_configured(conf, err): whether conf names an issuer (or a user pool) and
 * a client. RC_CONFIG with one line in err. To be asked before auth_new().
 */
enum rc auth_configured(const struct conf *conf, struct buf *err) MUSTCHECK;

/* auth_issuer(conf, out), auth_jwks_url(conf, out): append them: as set, or as
 * they follow from the user pool. */
void auth_issuer(const struct conf *conf, struct buf *out);
void auth_jwks_url(const struct conf *conf, struct buf *out);

/* auth_new(conf, fetch, arg): nothing is fetched yet. fetch and arg: see
 * keyring_new(); fetch NULL: over HTTP (auth/fetch.h). Never NULL. Each process
 * makes its own, after the fork. auth_free(&a) frees and clears. */
struct auth *auth_new(
    const struct conf *conf, keyring_fetch_fn *fetch, void *arg);
void auth_free(struct auth **a);

/*
 * auth_check(a, token, deadline_ms, sub): who bears this token.
 * RC_UNAUTH       it is not good
 * RC_UNAVAILABLE  it may be good, but there are no keys to tell by
 * sub is untouched unless RC_OK.
 */
enum rc auth_check(struct auth *a, const char *token, int64_t deadline_ms,
    char sub[static TOKEN_SUB_SIZE]) MUSTCHECK;

/* auth_ready(a, deadline_ms): have keys, fetching them if there are none yet.
 * RC_UNAVAILABLE: there are none. The master calls it before it forks, and
 * GET /api/health-check/ready. */
enum rc auth_ready(struct auth *a, int64_t deadline_ms) MUSTCHECK;

#endif
