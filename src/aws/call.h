/*
 * call: one call of an AWS service: signed, sent, read, and tried again as
 * retry.h says, inside one deadline. Each attempt is counted; what fails, is
 * slow or is repeated is logged with its operation, never with its content.
 */
#ifndef AWS_CALL_H
#define AWS_CALL_H

#include <stddef.h>
#include <stdint.h>

#include "aws/awserr.h"
#include "base/buf.h"
#include "base/metrics.h"

struct creds;

/* A service and how it is talked to; its owner fills it in once. */
struct call_service {
	enum metrics_backend backend;
	const char *name;		 /* in the log: "dynamodb" */
	const char *sign_as;		 /* SigV4's name of the service */
	const char *region;		 /* "": RC_CONFIG */
	const char *endpoint;		 /* URL */
	const char *content_type;	 /* of requests */
	const struct awserr_row *errors; /* its own exceptions, or NULL */
	int64_t connect_timeout_ms;
	int64_t attempt_timeout_ms;
	int64_t slow_ms; /* a call that takes longer is logged */
	struct creds *creds;

	/* Changed by call_run(). */
	bool down;	   /* the last call failed: a recovery is logged */
	struct awserr err; /* of the last failure; all zero after success */
};

/* One call. */
struct call {
	const char *operation; /* "Query": for the log */
	const char *target;    /* X-Amz-Target; NULL: none */
	const char *body;
	size_t body_len;
	bool anonymous; /* no credentials go with it */
	int64_t deadline_ms;
};

/*
 * call_run(s, c, answer): RC_OK with the body of the 200 in answer, or what
 * s->err says, with the body of the last error in answer (it may be empty).
 * The call must be harmless if it arrives twice.
 */
enum rc call_run(
    struct call_service *s, const struct call *c, struct buf *answer) MUSTCHECK;

/* call_unreadable(s, operation): the answer to a call was none that the
 * service would give: logs it, sets s->err. Always RC_INTERNAL. */
enum rc call_unreadable(struct call_service *s, const char *operation);

#endif
