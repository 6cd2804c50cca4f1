#include "server/worker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"

#define FULL_WAIT_MS 100 /* out of descriptors or memory: a breath */

static struct slot *mine;
static volatile sig_atomic_t stop;
static volatile sig_atomic_t conn_fd = -1; /* the connection at hand */

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

/* Only what a handler may do. It may come late, when the next connection is
 * served already: so look at the clock again. */
static void
on_slow(int sig)
{
	int64_t for_ms = clock_ms() - atomic_load(&mine->since_ms);
	int state = atomic_load(&mine->state);
	int e = errno;

	(void)sig;
	if (conn_fd >= 0 &&
	    ((state == SLOT_READING && for_ms >= WORKER_READ_MAX_MS) ||
		(state == SLOT_WRITING && for_ms >= WORKER_WRITE_MAX_MS)))
		shutdown(conn_fd, SHUT_RDWR);
	errno = e;
}

static void
handle(int sig, void (*handler)(int))
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART };

	sigemptyset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

/* SIGINT and SIGHUP of a terminal go to all of us, and are the master's. */
static void
set_signals(void)
{
	sigset_t none;

	handle(SIGTERM, on_term);
	handle(SIGUSR1, on_slow);
	handle(SIGINT, SIG_IGN);
	handle(SIGHUP, SIG_IGN);
	handle(SIGPIPE, SIG_IGN);
	handle(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
worker_enter(enum slot_state state)
{
	slots_enter(mine, state);
}

/* The next connection, or -1 to look whether to go on. */
static int
next_connection(int listen_fd)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == EINVAL) /* the master shut our own socket down */
		stop = 1;
	else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		 errno == ENOMEM) {
		log_event(EV_SOCKET_FAILED, "detail", strerror(errno), NULL);
		clock_sleep_ms(FULL_WAIT_MS);
	}
	return -1; /* else a signal, or the time to look up */
}

/* When to be relieved: not all workers at once. */
static uint64_t
relief_after(const struct conf *conf)
{
	uint64_t max = (uint64_t)conf->api_worker_max_requests;

	return max == 0 ? UINT64_MAX : max + rnd_below(max / 10 + 1);
}

static void
serve_all(const struct program *program, const struct conf *conf, void *self,
    int listen_fd, pid_t master)
{
	uint64_t relief = relief_after(conf), served = 0;

	while (!stop) {
		int fd = next_connection(listen_fd);

		if (fd < 0) {
			stop = stop || getppid() != master;
			continue;
		}
		conn_fd = fd;
		program->serve(self, fd);
		conn_fd = -1;
		slots_enter(mine, SLOT_IDLE);
		atomic_store_explicit(
		    &mine->served, ++served, memory_order_relaxed);
		if (served == relief) {
			atomic_store(&mine->wants_relief, true);
			kill(master, SIGUSR1);
		}
	}
}

int
worker_run(const struct program *program, const struct conf *conf,
    struct slot *slot, int listen_fd, pid_t master)
{
	void *self;

	mine = slot;
	set_signals();
	/* the master may have died before this: then there is another parent */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != master)
		return 0;
	self = program->init(conf);
	if (self == NULL)
		return 1;
	log_event(EV_WORKER_START, NULL);
	slots_enter(slot, SLOT_IDLE);
	kill(master, SIGUSR1); /* ready: it counts us in */
	serve_all(program, conf, self, listen_fd, master);
	slots_enter(slot, SLOT_ENDING);
	program->fini(self);
	log_event(EV_WORKER_STOP, NULL);
	return 0;
}
