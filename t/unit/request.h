/* A request made of plain text, for tests of web/. */
#ifndef REQUEST_H
#define REQUEST_H

#include <string.h>

#include "web/exchange.h"

#define REQUEST_MAX_ENV 24

struct request {
	char *env[REQUEST_MAX_ENV + 1];
	size_t n;
	const char *body;
	size_t body_len;
	bool breaks_off; /* the body's end never comes */
	int body_reads;
};

static inline enum rc
request_read_body(void *arg, struct buf *out)
{
	struct request *r = arg;

	r->body_reads++;
	buf_add(out, r->body, r->body_len);
	if (buf_rc(out) != RC_OK)
		return RC_TOOBIG;
	return r->breaks_off ? RC_BAD_REQUEST : RC_OK;
}

/* request_env(r, "NAME=value"): one more variable; kept, not copied. */
static inline void
request_env(struct request *r, const char *text)
{
	union {
		const char *in;
		char *out;
	} text_of = { .in = text };

	if (text != NULL && r->n < REQUEST_MAX_ENV)
		r->env[r->n++] = text_of.out;
	r->env[r->n] = NULL;
}

static inline struct req_source
request_source(struct request *r)
{
	return (struct req_source){
		.envp = r->env, .read_body = request_read_body, .arg = r
	};
}

#endif
