#include "aws/call.h"

#include <string.h>

#include "aws/creds.h"
#include "aws/http.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"

/* What an exchange without an answer means. */
static const struct {
	enum rc rc;
	enum retry_class retry;
} ends[HTTP__MAX] = {
	[HTTP_REFUSED] = { RC_UNAVAILABLE, RETRY_REFUSED },
	[HTTP_UNREACHABLE] = { RC_UNAVAILABLE, RETRY_NEVER },
	[HTTP_BROKEN] = { RC_UNAVAILABLE, RETRY_BROKEN },
	[HTTP_TIMEOUT] = { RC_DEADLINE, RETRY_TIMEOUT },
	[HTTP_TOOBIG] = { RC_INTERNAL, RETRY_NEVER },
	[HTTP_BAD_URL] = { RC_CONFIG, RETRY_NEVER },
};

/* A failure that is the answer to a question, not a fault of the backend. */
static bool
is_answer(enum rc rc)
{
	return rc == RC_OK || rc == RC_CONDITION ||
	       (rc != RC_TX_CONFLICT && rc_status(rc) < 500);
}

static enum rc
sign_with(struct call_service *s, const struct call *c, struct http_sign *sign)
{
	const struct creds_keys *keys = NULL;
	enum rc rc;

	if (s->region[0] == '\0') {
		awserr_set(&s->err, RC_CONFIG, RETRY_NEVER, "",
		    "no AWS region is configured: set [aws] region or "
		    "AWS_REGION");
		return RC_CONFIG;
	}
	rc = creds_get(s->creds, c->deadline_ms, &keys);
	if (rc != RC_OK) {
		awserr_set(&s->err, rc, RETRY_NEVER, "", creds_error(s->creds));
		return rc;
	}
	sign->service = s->sign_as;
	sign->region = s->region;
	sign->key_id = keys->key_id;
	sign->secret = keys->secret;
	sign->token = keys->token;
	return RC_OK;
}

/* One attempt. */
static enum rc
attempt(struct call_service *s, const struct call *c, struct buf *answer)
{
	struct http *http = creds_http(s->creds);
	struct http_sign sign;
	struct http_req rq = {
		.method = "POST",
		.url = s->endpoint,
		.header = { { "Content-Type", s->content_type },
		    { c->target ? "X-Amz-Target" : NULL, c->target } },
		.body = c->body,
		.body_len = c->body_len,
		.connect_timeout_ms = s->connect_timeout_ms,
		.attempt_timeout_ms = s->attempt_timeout_ms,
		.deadline_ms = c->deadline_ms,
	};
	enum http_end end;
	int status = 0;
	enum rc rc;

	if (!c->anonymous) {
		rc = sign_with(s, c, &sign);
		if (rc != RC_OK)
			return rc;
		rq.sign = &sign;
	}
	end = http_run(http, &rq, answer, &status);
	if (end != HTTP_ANSWERED) {
		awserr_set(&s->err, ends[end].rc, ends[end].retry,
		    http_end_name(end), http_error(http));
		return s->err.rc;
	}
	if (status == 200)
		return RC_OK;
	awserr_read(s->errors, status, buf_str(answer), answer->len, &s->err);
	if (s->err.retry == RETRY_CREDENTIALS)
		creds_refused(s->creds);
	return s->err.rc;
}

static void
log_end(struct call_service *s, const struct call *c, enum rc rc, int tries,
    int64_t ms)
{
	if (!is_answer(rc))
		log_event(EV_BACKEND_FAILED, "backend", s->name, "call",
		    c->operation, "code", rc_wire(rc), "type", s->err.type,
		    "attempt", log_num(tries), "ms", log_num(ms), NULL);
	else if (ms > s->slow_ms)
		log_event(EV_BACKEND_SLOW, "backend", s->name, "call",
		    c->operation, "attempt", log_num(tries), "ms", log_num(ms),
		    NULL);
	if (is_answer(rc) && s->down)
		log_event(EV_BACKEND_RECOVERED, "backend", s->name, NULL);
	s->down = rc == RC_UNAVAILABLE || rc == RC_DEADLINE;
}

enum rc
call_run(struct call_service *s, const struct call *c, struct buf *answer)
{
	int64_t from_us = clock_us(), try_us, wait_ms;
	struct awserr before = { .rc = RC_OK }; /* of the attempt before */
	int tries = 0;
	enum rc rc;

	for (;;) {
		try_us = clock_us();
		memset(&s->err, 0, sizeof(s->err));
		rc = attempt(s, c, answer);
		tries++;
		metrics_call(s->backend, rc, clock_us() - try_us);
		/* our own deadline cut it off: the reason is the one before */
		if (rc == RC_DEADLINE && before.rc != RC_OK &&
		    clock_left_ms(c->deadline_ms) == 0) {
			s->err = before;
			rc = before.rc;
		}
		if (rc == RC_OK || !retry_wait(s->err.retry, tries,
				       clock_left_ms(c->deadline_ms),
				       rnd_below(UINT64_MAX), &wait_ms))
			break;
		before = s->err;
		metrics_retry(s->backend);
		if (rc != RC_TX_CONFLICT) /* no fault, and there are many */
			log_event(EV_BACKEND_RETRY, "backend", s->name, "call",
			    c->operation, "code", rc_wire(rc), "type",
			    s->err.type, "attempt", log_num(tries), "wait_ms",
			    log_num(wait_ms), NULL);
		clock_sleep_ms(wait_ms);
	}
	log_end(s, c, rc, tries, (clock_us() - from_us) / 1000);
	return rc;
}

enum rc
call_unreadable(struct call_service *s, const char *operation)
{
	awserr_set(&s->err, RC_INTERNAL, RETRY_NEVER, "Unreadable",
	    "the answer is not what this service sends");
	log_event(EV_BACKEND_FAILED, "backend", s->name, "call", operation,
	    "code", rc_wire(RC_INTERNAL), "type", s->err.type, NULL);
	return RC_INTERNAL;
}
