/*
 * cors: which other origins' pages may call us (the Fetch standard's "CORS
 * protocol"). An origin is answered by its own name only if it is on the list;
 * anything else gets no word of it, for GET and POST alike.
 */
#ifndef WEB_CORS_H
#define WEB_CORS_H

#include "base/conf.h"
#include "web/exchange.h"

#define CORS_MAX_ORIGINS 32

struct cors {
	char *text; /* the origins, each with a NUL behind it; owned */
	const char *origin[CORS_MAX_ORIGINS];
	size_t n;
};

/* cors_init(c, conf): the list of conf: cors_origins and the origin of
 * frontend_url. cors_check(conf, err): RC_CONFIG if one of them is no origin,
 * or there are too many. cors_fini(c): free. */
void cors_init(struct cors *c, const struct conf *conf);
enum rc cors_check(const struct conf *conf, struct buf *err) MUSTCHECK;
void cors_fini(struct cors *c);

/* cors_headers(c, rq, rs): what any answer to rq must say. */
void cors_headers(const struct cors *c, const struct req *rq, struct resp *rs);

/* cors_preflight(c, rq, rs): what the answer to OPTIONS says besides. */
void cors_preflight(
    const struct cors *c, const struct req *rq, struct resp *rs);

#endif
