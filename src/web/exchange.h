/*
 * exchange: the insides of a request and its answer, for web/ and its tests.
 * Handlers see web/req.h and web/resp.h only.
 *
 * Both are made once per worker and used again for each request, so that a
 * request costs few allocations.
 */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include "base/buf.h"
#include "web/req.h"
#include "web/resp.h"
#include "web/route.h"

#define REQ_MAX_QUERY  16 /* parameters; more are passed over */
#define REQ_MAX_FAULTS 16
#define REQ_ID_MAX     64 /* characters */

/* Where a request comes from: FastCGI, or a test. */
struct req_source {
	char *const *envp; /* "NAME=value" as in CGI (RFC 3875), to a NULL */
	/* append the body to out, whose ceiling is the row's: RC_TOOBIG past
	 * it, RC_BAD_REQUEST if it breaks off */
	enum rc (*read_body)(void *arg, struct buf *out);
	void *arg;
};

struct req_query {
	const char *name, *value;
};

/* A copy that lives as long as the request. */
struct req_text {
	struct req_text *next;
	char text[];
};

struct req {
	struct req_source from;
	enum method method; /* M__MAX: one we know nothing of */
	char id[REQ_ID_MAX + 1];
	char *texts;	  /* path, decoded path and query; sized per request */
	size_t texts_cap; /* bytes of it */
	const char *path; /* as it came, without the query */
	const char *decoded;   /* the path decoded */
	const char *raw_query; /* borrowed from the source; "" if none */
	struct req_query query[REQ_MAX_QUERY];
	size_t nquery;
	struct route_match match;
	struct buf body;
	struct json_object *doc; /* of body; owned */
	bool parsed;		 /* doc and parse_rc are set */
	enum rc parse_rc;
	enum rc fault[REQ_MAX_FAULTS];
	size_t nfaults;
	struct req_text *copies;
	char key[UUID_TEXT_SIZE]; /* Idempotency-Key, in lower case */
};

/*
 * req_begin(rq, from): take up a request: read method, address, query, id.
 * RC_BAD_REQUEST if they are broken: method and id are set nevertheless. rq is
 * zeroed before its first use. req_end(rq): drop what belongs to this request;
 * req_fini(rq): and all memory.
 */
enum rc req_begin(struct req *rq, const struct req_source *from) MUSTCHECK;
void req_end(struct req *rq);
void req_fini(struct req *rq);

/* req_env(rq, "CONTENT_TYPE"): a CGI variable, or NULL. */
const char *req_env(const struct req *rq, const char *name);

/* req_read_body(rq): check type and size by the row, then read it. RC_OK also
 * where the row takes none. */
enum rc req_read_body(struct req *rq) MUSTCHECK;

struct resp {
	int status;	  /* 0: by the rc */
	const char *type; /* of body */
	struct buf body;
	struct buf head;    /* header lines of a success */
	struct buf always;  /* header lines of any answer */
	struct buf members; /* more members of problem+json: "\"a\":1," */
	bool caches;	    /* the handler said Cache-Control itself */
	void (*after)(struct ctx *cx); /* of a success; NULL: nothing */
};

#define RESP_BODY_MAX_BYTES (4 * 1024 * 1024)
#define RESP_HEAD_MAX_BYTES (16 * 1024)

/* resp_begin(rs): an empty answer; rs is zeroed before its first use.
 * resp_fini(rs): free all memory. */
void resp_begin(struct resp *rs);
void resp_fini(struct resp *rs);

/* resp_problem(rs, rq, rc): drop what was written, make it problem+json. */
void resp_problem(struct resp *rs, const struct req *rq, enum rc rc);

/* resp_head_text(rs, rq, out): the whole head as CGI has it (RFC 3875, 6): the
 * Status line, headers, an empty line. */
void resp_head_text(
    const struct resp *rs, const struct req *rq, struct buf *out);

#endif
