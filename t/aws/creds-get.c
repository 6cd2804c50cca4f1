/*
 * creds-get PROCESSES SECONDS EVERY_MS: what a server's processes do with
 * aws/creds.h: each asks for keys every so often, for so long. Writes what it
 * saw change, one JSON line each: process, rc, key, ms since the start.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/creds.h"
#include "base/board.h"
#include "base/buf.h"
#include "base/clock.h"
#include "tap.h"

static struct conf conf;

static void
tell(int process, enum rc rc, struct creds *c, const struct creds_keys *keys,
    int64_t ms)
{
	bool good = rc == RC_OK;

	printf("{\"process\":%d,\"rc\":\"%s\",\"source\":\"%s\",\"key\":\"%s\","
	       "\"secret\":\"%s\",\"token\":\"%s\",\"ms\":%lld}\n",
	    process, rc_wire(rc), creds_source(c), good ? keys->key_id : "",
	    good ? keys->secret : "", good && keys->token ? keys->token : "",
	    (long long)ms);
	if (!good)
		fprintf(stderr, "%s\n", creds_error(c));
	fflush(stdout);
}

static void
work(int process, int64_t for_ms, int64_t every_ms)
{
	struct creds *c = creds_new(&conf);
	int64_t from_ms = clock_ms();
	char last[256] = "";

	do {
		const struct creds_keys *keys = NULL;
		enum rc rc = creds_get(c, clock_ms() + 5000, &keys);
		const char *key = rc == RC_OK ? keys->key_id : rc_wire(rc);

		if (strcmp(last, key) != 0)
			tell(process, rc, c, keys, clock_ms() - from_ms);
		snprintf(last, sizeof(last), "%s", key);
		if (every_ms > 0)
			clock_sleep_ms(every_ms);
	} while (clock_ms() - from_ms < for_ms);
	creds_free(&c);
	conf_free(&conf);
	exit(0);
}

int
main(int argc, char **argv)
{
	struct buf err = BUF_INIT(1024);
	int processes, status, failed = 0;

	if (argc != 4 || conf_load(NULL, &conf, &err) != RC_OK ||
	    board_init() != RC_OK) {
		fprintf(stderr, "creds-get: %s\n", buf_str(&err));
		return 2;
	}
	processes = atoi(argv[1]);
	for (int i = 0; i < processes; i++) {
		if (fork() == 0)
			work(i, atoi(argv[2]) * 1000, atoi(argv[3]));
	}
	for (int i = 0; i < processes; i++)
		failed += wait(&status) < 0 || status != 0;
	conf_free(&conf);
	return failed;
}
