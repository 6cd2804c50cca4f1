/*
 * resp: the answer as a handler makes it: a body, headers, a status. Nothing
 * is sent before the handler returned; on an error rc what it wrote is
 * dropped and problem+json (RFC 9457) goes out instead.
 */
#ifndef WEB_RESP_H
#define WEB_RESP_H

#include "base/buf.h"

struct resp;
struct req;

/* resp_body(rs): the buffer to write the JSON body into (js_*() of base/js.h).
 * Content-Type is application/json unless resp_type() says otherwise. */
struct buf *resp_body(struct resp *rs);

/* resp_header(rs, name, fmt, …): add a header. Control characters in the value
 * end it there: nobody injects a header. */
void resp_header(struct resp *rs, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * An error may need to say more: resp_header_always() adds a header that an
 * error rc does not drop (Set-Cookie that clears a cookie), resp_member() adds
 * a member to problem+json; a success does not show it.
 */
void resp_header_always(struct resp *rs, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void resp_member(struct resp *rs, const char *key, const char *value);

/* resp_status(rs, status): another success than 200. */
void resp_status(struct resp *rs, int status);

/* resp_type(rs, type): another Content-Type; kept, not copied. */
void resp_type(struct resp *rs, const char *type);

/* resp_after(rs, fn): call fn once the answer is out, with a deadline of its
 * own (cx->deadline_ms is set anew); the last one counts. Not after errors. */
struct ctx;
void resp_after(struct resp *rs, void (*fn)(struct ctx *cx));

/* resp_next(rs, rq, cursor): the Link header to the next page (RFC 8288): the
 * same address with before=cursor. Nothing if cursor is "". */
void resp_next(struct resp *rs, const struct req *rq, const char *cursor);

#endif
