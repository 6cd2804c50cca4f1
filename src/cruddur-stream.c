/* cruddur-stream: moves inbox rows as messages come. Wiring only. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/board.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/metrics.h"
#include "server/notify.h"
#include "stream/poller.h"
#include "stream/scrape.h"
#include "stream/stats.h"

static volatile sig_atomic_t stop;

static void
on_stop(int sig)
{
	(void)sig;
	stop = 1;
}

/* systemd hears of each state once. */
static void
status(const char *text)
{
	static const char *last = "";

	if (strcmp(text, last) != 0)
		notify_ready(text);
	last = text;
}

static void
catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_stop };

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

static enum rc
configure(struct conf *conf)
{
	struct buf err = BUF_INIT(1024);
	enum rc rc = conf_load(NULL, conf, &err);

	if (rc == RC_OK)
		rc = conf_require(
		    conf, &err, OPT_pg_url, OPT_aws_region, OPT__MAX);
	if (rc != RC_OK)
		log_event(EV_CONFIG_BAD, "detail", buf_str(&err), NULL);
	else
		log_set_level((enum log_level)log_level_parse(conf->log_level));
	buf_free(&err);
	return rc;
}

static struct scrape *
serve_metrics(const struct conf *conf)
{
	struct scrape *scrape = NULL;

	metrics_add_writer(stats_write);
	if (conf->stream_metrics_socket[0] != '\0' &&
	    scrape_new(conf->stream_metrics_socket, &scrape) != RC_OK)
		log_event(EV_STREAM_METRICS_FAILED, "path",
		    conf->stream_metrics_socket, "detail", strerror(errno),
		    NULL);
	return scrape;
}

int
main(int argc, char **argv)
{
	static const struct poller_host host = { &stop, status, notify_alive };
	struct scrape *scrape;
	struct conf conf;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("cruddur-stream %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (argc > 1) {
		fprintf(stderr, "usage: cruddur-stream [--version]\n"
				"Options: see cruddur.conf(5).\n");
		return 64; /* EX_USAGE */
	}
	log_set_program("cruddur-stream");
	if (configure(&conf) != RC_OK) {
		conf_free(&conf);
		return 78; /* EX_CONFIG */
	}
	if (metrics_init(NULL, 0) != RC_OK || board_init() != RC_OK) {
		perror("cruddur-stream: shared memory");
		return 71; /* EX_OSERR */
	}
	catch_signals();
	scrape = serve_metrics(&conf);
	log_event(EV_START, "version", PACKAGE_VERSION, NULL);
	poller_run(&conf, &host);
	notify_stopping();
	scrape_free(&scrape);
	log_event(EV_STOP, NULL);
	conf_free(&conf);
	return 0;
}
