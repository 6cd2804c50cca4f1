/*
 * keyring: the issuer's keys as one process has them: fetched by whoever needs
 * them first, shared with all other processes through base/board.h, kept for
 * as long as nobody fetches better ones.
 */
#ifndef AUTH_KEYRING_H
#define AUTH_KEYRING_H

#include <stdint.h>

#include "auth/jwks.h"
#include "base/buf.h"

/* An unknown kid, or no keys at all, asks for a fetch; over all processes at
 * most one in this time. Issuers rotate unannounced, forgers try at will. */
#define KEYS_REFETCH_MS 60000
#define KEYS_RETRY_MS	1000 /* as long as there are none at all */
#define KEYS_FETCH_MS	2000 /* for one fetch, inside the request's deadline */

struct keyring;

/* How a document is fetched: GET url, append the body of a 200 to out; any
 * other outcome is an rc. arg as given to keyring_new(). */
typedef enum rc keyring_fetch_fn(
    void *arg, const char *url, int64_t deadline_ms, struct buf *out);

/* keyring_new(url, fetch, arg): nothing is fetched yet. url is copied. Never
 * NULL. board_init() must have run. keyring_free(&k) frees and clears. */
struct keyring *keyring_new(
    const char *url, keyring_fetch_fn *fetch, void *arg);
void keyring_free(struct keyring **k);

/* keyring_current(k): the set as the board has it now; empty if it has none.
 * Borrowed until the next call on k. */
const struct jwks *keyring_current(struct keyring *k);

/*
 * keyring_refresh(k, deadline_ms): fetch the set anew, or take what another
 * process has fetched meanwhile. RC_OK: keyring_current() has changed.
 * RC_NOT_FOUND: it is too early to ask again. Else why the fetch failed: the
 * keys that we had are kept. A success or failure is logged here.
 */
enum rc keyring_refresh(struct keyring *k, int64_t deadline_ms) MUSTCHECK;

#endif
