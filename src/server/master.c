#include "server/master.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "base/metrics.h"
#include "server/crew.h"
#include "server/notify.h"
#include "server/slots.h"
#include "server/socket.h"

#define TICK_MS	     1000 /* how often workers are looked after */
#define BUSY_TICK_MS 100  /* while some start or end; SIGTERM's repeat */
#define EXIT_CONFIG  78	  /* EX_CONFIG */

static struct {
	const struct program *program;
	const char *conf_path;
	struct conf conf;
	struct socket socket;
	bool reloading; /* systemd waits for READY=1 */
	bool ready;	/* it was said once */
	bool stopping;
} m;

/* Take conf over, all but what only a restart can change. */
static void
adopt(struct conf *conf)
{
	for (int i = 0; i < OPT__MAX; i++) {
		if ((opt_table[i].flags & OPT_RESTART) == 0 ||
		    conf_same(conf, &m.conf, (enum opt)i))
			continue;
		log_event(EV_NEEDS_RESTART, "section", opt_table[i].section,
		    "option", opt_table[i].key, NULL);
		conf_keep(conf, &m.conf, (enum opt)i);
	}
	conf_free(&m.conf);
	m.conf = *conf;
}

/* Read and check the configuration; err has the fault. */
static enum rc
load(struct conf *conf, struct buf *err)
{
	enum rc rc = conf_load(m.conf_path, conf, err);

	return rc == RC_OK ? m.program->check(conf, err) : rc;
}

static void
put_in_force(void)
{
	int level = log_level_parse(m.conf.log_level);

	log_set_level((enum log_level)level);
	crew_renew(m.program, &m.conf, m.socket.fd);
	if (m.program->prepare != NULL)
		m.program->prepare(&m.conf);
}

static void
reload(void)
{
	struct buf err = BUF_INIT(1024);
	struct conf conf;

	if (m.stopping)
		return;
	notify_reloading();
	if (load(&conf, &err) == RC_OK) {
		log_event(EV_RELOAD, NULL);
		adopt(&conf);
		put_in_force();
		m.reloading = true;
	} else {
		log_event(EV_RELOAD_FAILED, "detail", buf_str(&err), NULL);
		conf_free(&conf);
		notify_ready("the configuration is at fault, see the log");
	}
	buf_free(&err);
}

static void
begin_stop(void)
{
	if (m.stopping)
		return;
	m.stopping = true;
	notify_stopping();
	socket_refuse(&m.socket);
	crew_end(m.socket.refused);
}

/* Tell systemd and the log when all that was asked for is done. */
static void
report(void)
{
	struct census c = crew_count();
	char text[64];

	if (m.stopping || c.ready < c.wanted || c.stale > 0)
		return;
	if (m.ready && !m.reloading)
		return;
	snprintf(text, sizeof(text), "%zu workers", c.ready);
	notify_ready(text);
	log_event(EV_READY, "workers", log_num((int64_t)c.ready), NULL);
	m.ready = true;
	m.reloading = false;
}

static int64_t
tick_ms(void)
{
	struct census c = crew_count();
	int64_t ms = TICK_MS, alive_ms = notify_interval_ms();

	if (c.ending > 0 || c.stale > 0 || c.ready < c.wanted)
		ms = BUSY_TICK_MS;
	return alive_ms > 0 && alive_ms < ms ? alive_ms : ms;
}

static void
supervise(const sigset_t *signals)
{
	while (!m.stopping || crew_count().ending > 0) {
		int64_t ms = tick_ms();
		struct timespec wait = { .tv_sec = (time_t)(ms / 1000),
			.tv_nsec = (long)(ms % 1000) * 1000000 };
		int sig = sigtimedwait(signals, NULL, &wait);

		crew_reap();
		if (sig == SIGTERM || sig == SIGINT)
			begin_stop();
		else if (sig == SIGHUP)
			reload();
		crew_watch();
		crew_balance();
		report();
		notify_alive();
	}
}

/* Signals are taken one by one by sigtimedwait(), never in a handler. Workers
 * begin with them blocked as well, so that none is lost. */
static void
block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGCHLD);
	sigaddset(signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static enum rc
set_up(struct buf *err)
{
	enum rc rc = load(&m.conf, err);

	if (rc == RC_OK)
		rc = socket_open(
		    &m.socket, m.conf.api_socket, (int)m.conf.api_backlog, err);
	if (rc == RC_OK)
		rc = slots_init();
	if (rc == RC_OK)
		metrics_add_writer(slots_write_metrics);
	return rc;
}

int
master_run(
    const struct program *program, const char *version, const char *conf_path)
{
	struct buf err = BUF_INIT(1024);
	sigset_t signals;

	log_set_program(program->name);
	m.program = program;
	m.conf_path = conf_path;
	m.socket.fd = -1;
	block_signals(&signals);
	if (set_up(&err) != RC_OK) {
		log_event(EV_CONFIG_BAD, "detail", buf_str(&err), NULL);
		buf_free(&err);
		socket_close(&m.socket);
		conf_free(&m.conf);
		return EXIT_CONFIG;
	}
	put_in_force();
	log_event(EV_START, "version", version, NULL);
	crew_balance();
	supervise(&signals);
	socket_close(&m.socket);
	conf_free(&m.conf);
	log_event(EV_STOP, NULL);
	return 0;
}
