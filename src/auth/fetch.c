#include "auth/fetch.h"

#include "aws/http.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"

#define CONNECT_MS 1000
#define ATTEMPT_MS 2000

static enum rc
outcome(enum http_end end, int status)
{
	switch (end) {
	case HTTP_ANSWERED:
		return status == 200 ? RC_OK : RC_UNAVAILABLE;
	case HTTP_TIMEOUT:
		return RC_DEADLINE;
	case HTTP_TOOBIG:
		return RC_TOOBIG;
	case HTTP_BAD_URL:
		return RC_CONFIG;
	default:
		return RC_UNAVAILABLE;
	}
}

enum rc
fetch_get(void *arg, const char *url, int64_t deadline_ms, struct buf *out)
{
	struct http **http = arg;
	struct http_req rq = {
		.method = "GET",
		.url = url,
		.connect_timeout_ms = CONNECT_MS,
		.attempt_timeout_ms = ATTEMPT_MS,
		.deadline_ms = deadline_ms,
	};
	int64_t start_us = clock_us();
	enum http_end end;
	int status = 0;
	enum rc rc;

	if (*http == NULL)
		*http = http_new();
	end = http_run(*http, &rq, out, &status);
	rc = outcome(end, status);
	metrics_call(MB_COGNITO, rc, clock_us() - start_us);
	if (rc != RC_OK)
		log_event(EV_BACKEND_FAILED, "backend", "jwks", "end",
		    http_end_name(end), "status", log_num(status), "detail",
		    end == HTTP_ANSWERED ? NULL : http_error(*http), NULL);
	return rc;
}
