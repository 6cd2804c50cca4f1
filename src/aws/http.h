/*
 * http: libcurl's only door. One handle with its kept-alive connections, one
 * exchange at a time: a request goes out, the answer comes back whole or not
 * at all. Only http and https, no redirects, proxies only as the environment
 * says (http_proxy, no_proxy).
 */
#ifndef AWS_HTTP_H
#define AWS_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct http;

#define HTTP_MAX_HEADERS 4

struct http_header {
	const char *name;
	const char *value;
};

/* What a request is signed with (AWS Signature Version 4). */
struct http_sign {
	const char *service; /* "dynamodb" */
	const char *region;
	const char *key_id;
	const char *secret;
	const char *token; /* of a session; "" or NULL: none */
};

/* One request. All texts are borrowed by the call. */
struct http_req {
	const char *method; /* GET, POST, PUT */
	const char *url;
	struct http_header header[HTTP_MAX_HEADERS]; /* name NULL ends them */
	const char *body;			     /* NULL: none */
	size_t body_len;
	const struct http_sign *sign; /* NULL: unsigned */
	bool direct;		      /* never through a proxy */
	int64_t connect_timeout_ms;
	int64_t attempt_timeout_ms;
	int64_t deadline_ms; /* absolute; ends the attempt if sooner */
};

/* How an exchange ended. */
enum http_end {
	HTTP_ANSWERED,	  /* there is a status, whichever */
	HTTP_REFUSED,	  /* nobody listens there: nothing was sent */
	HTTP_UNREACHABLE, /* no address, no route, no TLS: nothing was sent */
	HTTP_BROKEN,	  /* the connection broke: it may have taken effect */
	HTTP_TIMEOUT,	  /* no answer in time: it may have taken effect */
	HTTP_TOOBIG,	  /* the answer is larger than the buffer's ceiling */
	HTTP_BAD_URL,	  /* the address is none, or neither http nor https */
	HTTP__MAX
};

/* http_end_name(end): "refused", for the log. */
const char *http_end_name(enum http_end end);

/* http_new(): a handle; nothing connects yet. Never NULL. For one process:
 * make it after the fork. http_free(&h) closes, frees and clears. */
struct http *http_new(void);
void http_free(struct http **h);

/* http_trust(h, path): for https, trust the authorities in that file (PEM)
 * instead of the system's. Copied; "" is the system's. */
void http_trust(struct http *h, const char *path);

/*
 * http_run(h, rq, answer, status): one exchange. *status and answer (emptied
 * first; its ceiling caps the body) are set if HTTP_ANSWERED comes back. A
 * request on a kept connection that turns out dead is sent again on a new one
 * by libcurl itself, POST too: send nothing that may not arrive twice.
 */
enum http_end http_run(struct http *h, const struct http_req *rq,
    struct buf *answer, int *status) MUSTCHECK;

/*
 * http_fetch(h, url, deadline_ms, out): GET; append the body of a 200 to out
 * (its ceiling caps it). RC_UNAVAILABLE: another status or no answer,
 * RC_TOOBIG, RC_CONFIG: no such address. h: a struct http; its type is lost so
 * that this can be passed as a function.
 */
enum rc http_fetch(
    void *h, const char *url, int64_t deadline_ms, struct buf *out) MUSTCHECK;

/* http_header(h, name): a header of the last answer, borrowed until the next
 * http_run(); NULL: it had none. */
const char *http_header(struct http *h, const char *name);

/* http_error(h): what libcurl said of the last failure, one line. */
const char *http_error(const struct http *h);

#endif
