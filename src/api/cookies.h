/*
 * cookies: the two that a browser holds for us, and which neither a script
 * nor another site can read: the access token, and the refresh token that
 * goes nowhere but to /api/session.
 */
#ifndef API_COOKIES_H
#define API_COOKIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct req;
struct resp;

enum cookie { COOKIE_ACCESS, COOKIE_REFRESH, COOKIE__MAX };

#define COOKIES_VALUE_MAX 4000 /* what browsers keep, and some */

/* cookies_find(text, name, n): the value of the cookie in the text of a Cookie
 * header (RFC 6265, 4.2.1), borrowed, of *n bytes. NULL: it is not there, is
 * empty, or is there twice. */
const char *cookies_find(const char *text, const char *name, size_t *n);

/* cookies_get(rq, cookie): its value, as long as the request lives; NULL: the
 * request does not bear it. */
const char *cookies_get(struct req *rq, enum cookie cookie);

/* cookies_set(rs, cookie, value, max_age_s): have the browser keep it for so
 * long. RC_INTERNAL if no browser would. cookies_clear(rs): have it forget
 * both, also where the answer is an error. */
enum rc cookies_set(struct resp *rs, enum cookie cookie, const char *value,
    int64_t max_age_s) MUSTCHECK;
void cookies_clear(struct resp *rs);

#endif
