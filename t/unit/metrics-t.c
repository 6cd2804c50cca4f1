/* Counters and histograms, and their text. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/metrics.h"
#include "tap.h"

static const struct metrics_route routes[] = {
	{ "GET", "/api/a" },
	{ "POST", "/api/b/{uuid}" },
};

#define SECONDS "http_server_request_duration_seconds"
#define GET_A	"http_route=\"/api/a\",http_request_method=\"GET\","
#define OK_200	"http_response_status_code=\"200\""
#define CALL	"cruddur_backend_call_duration_seconds"

static void
extra(struct buf *out)
{
	buf_adds(out, "extra 1\n");
}

static bool
has(const struct buf *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *p = buf_str(text); (p = strstr(p, line)) != NULL;
	     p++) {
		if ((p == text->data || p[-1] == '\n') && p[n] == '\n')
			return true;
	}
	return false;
}

/* Counted in a process that is killed, told by another one. */
static void
count_in_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (int i = 0; i < 1000; i++)
			metrics_request(0, 200, 5000);
		metrics_request(0, 200, 5001);
		metrics_request(0, 200, 20000000);
		metrics_request(0, 503, 1);
		metrics_request(1, 418, 1);
		metrics_request(2, 404, 1);
		metrics_request(99, 404, 1);
		metrics_call(MB_DYNAMODB, RC_OK, 4000);
		metrics_call(MB_DYNAMODB, RC_THROTTLED, 400000);
		metrics_retry(MB_DYNAMODB);
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, NULL, 0);
}

int
main(void)
{
	struct buf text = BUF_INIT(1 << 20);
	static const char *const lines[] = {
		"# TYPE " SECONDS " histogram",
		SECONDS "_bucket{" GET_A OK_200 ",le=\"0.005\"} 1000",
		SECONDS "_bucket{" GET_A OK_200 ",le=\"0.01\"} 1001",
		SECONDS "_bucket{" GET_A OK_200 ",le=\"10\"} 1001",
		SECONDS "_bucket{" GET_A OK_200 ",le=\"+Inf\"} 1002",
		SECONDS "_sum{" GET_A OK_200 "} 25.005001",
		SECONDS "_count{" GET_A OK_200 "} 1002",
		SECONDS "_count{" GET_A "http_response_status_code=\"503\"} 1",
		SECONDS "_count{http_route=\"/api/b/{uuid}\","
			"http_request_method=\"POST\","
			"http_response_status_code=\"other\"} 1",
		SECONDS "_count{http_request_method=\"_OTHER\","
			"http_response_status_code=\"404\"} 2",
		CALL "_count{backend=\"dynamodb\",result=\"ok\"} 1",
		CALL "_count{backend=\"dynamodb\",result=\"throttled\"} 1",
		"cruddur_backend_retries_total{backend=\"dynamodb\"} 1",
		"cruddur_backend_retries_total{backend=\"postgresql\"} 0",
		"extra 1",
	};

	metrics_request(0, 200, 1);
	metrics_call(MB_POSTGRES, RC_OK, 1);
	metrics_retry(MB_POSTGRES);
	metrics_write(&text);
	is_str(buf_str(&text), "", "before it is set up nothing is counted");
	is_int(metrics_init(routes, COUNT(routes)), RC_OK, "set up");
	metrics_add_writer(extra);
	metrics_add_writer(extra);
	count_in_child();
	metrics_write(&text);
	for (size_t i = 0; i < COUNT(lines); i++)
		ok(has(&text, lines[i]), "%s", lines[i]);
	is_int(has(&text, "extra 1\nextra 1"), 0, "a writer is asked once");
	ok(!has(&text, CALL "_count{backend=\"aws\",result=\"ok\"} 0"),
	    "what never happened is not told");
	buf_free(&text);
	return tap_done();
}
