/* caller: who sent this request, decided before its body is read. */
#ifndef API_CALLER_H
#define API_CALLER_H

#include <stddef.h>

#include "base/rc.h"
#include "web/route.h"

struct ctx;
struct req;

/*
 * caller_find(cx, rq, auth): the hook that web/ calls with the row's auth.
 * Takes the access token from "Authorization: Bearer", or if there is no
 * such header from the cookie; sets cx->caller_sub ("" for nobody) and
 * cx->caller_token.
 *
 * RC_BAD_ORIGIN   borne by cookie (either of ours), neither GET nor HEAD nor
 *                 OPTIONS, and the Origin is not our own; whatever auth says
 * RC_UNAUTH       AUTH_USER: no good token; AUTH_OPTIONAL: a bad one
 * RC_UNAVAILABLE  there are no keys to tell by
 */
enum rc caller_find(
    struct ctx *cx, struct req *rq, enum route_auth auth) MUSTCHECK;

/* caller_bearer(header, n): the one token in the text of an Authorization
 * header, borrowed, of *n bytes; NULL if it is of another scheme, or holds
 * none or more than one. */
const char *caller_bearer(const char *header, size_t *n);

/* caller_is_origin(origin, url): whether url (scheme, host, port, anything)
 * lies at that origin (RFC 6454). */
bool caller_is_origin(const char *origin, const char *url);

#endif
