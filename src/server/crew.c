#include "server/crew.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/slots.h"

#define GRACE_MS	3000 /* beyond the deadline: the machine may stand still */
#define START_MAX_MS	10000 /* for a program's init, beside its backends */
#define YOUNG_MS	1000  /* a death before that age is a bad sign */
#define YOUNG_FREE	3     /* so many of them cost no wait */
#define HOLD_BASE_MS	100
#define HOLD_MAX_MS	5000
#define WORKERS_PER_CPU 4

/* What the master alone knows of the worker in a slot. */
struct member {
	unsigned int generation; /* of the configuration it was forked with */
	int64_t started_ms;
	int64_t end_ms;	   /* when it was told to end; 0: it was not */
	int64_t poked_for; /* the since_ms that its last SIGUSR1 was for */
	bool killed;	   /* by us */
};

static struct {
	const struct program *program;
	const struct conf *conf;
	int listen_fd;
	struct member member[SLOTS_MAX];
	unsigned int generation;   /* grows with each crew_renew() */
	size_t wanted;		   /* workers */
	unsigned int young_deaths; /* in a row */
	int64_t last_young_ms;
	int64_t hold_ms;  /* no fork before */
	int64_t quiet_ms; /* for so long who is to end is left alone */
	bool ending;	  /* all of them are */
} m;

static bool
is_taken(size_t i)
{
	return atomic_load(&slots_get(i)->pid) != 0;
}

static bool
is_stale(size_t i)
{
	return m.member[i].generation != m.generation ||
	       atomic_load(&slots_get(i)->wants_relief);
}

struct census
crew_count(void)
{
	struct census c = { .wanted = m.wanted };

	for (size_t i = 0; i < SLOTS_MAX; i++) {
		if (!is_taken(i))
			continue;
		if (m.member[i].end_ms != 0)
			c.ending++;
		else if (is_stale(i))
			c.stale++;
		else if (c.fresh++,
		    atomic_load(&slots_get(i)->state) != SLOT_STARTING)
			c.ready++;
	}
	return c;
}

static size_t
wanted_workers(const struct conf *conf)
{
	cpu_set_t cpus;

	if (conf->api_workers > 0)
		return (size_t)conf->api_workers;
	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return WORKERS_PER_CPU;
	return WORKERS_PER_CPU * (size_t)CPU_COUNT(&cpus);
}

/* Fork a worker into slot i. */
static void
spawn(size_t i)
{
	struct slot *slot = slots_get(i);
	pid_t master = getpid(), pid;

	atomic_store(&slot->served, 0);
	atomic_store(&slot->wants_relief, false);
	slots_enter(slot, SLOT_STARTING);
	m.member[i] = (struct member){ .generation = m.generation,
		.started_ms = clock_ms() };
	pid = fork();
	if (pid == 0)
		exit(worker_run(m.program, m.conf, slot, m.listen_fd, master));
	if (pid < 0) {
		log_event(EV_FORK_FAILED, "detail", strerror(errno), NULL);
		slots_enter(slot, SLOT_FREE);
		m.hold_ms = clock_ms() + HOLD_BASE_MS;
		return;
	}
	atomic_store(&slot->pid, pid);
}

static bool
spawn_one(void)
{
	if (clock_ms() < m.hold_ms)
		return false;
	for (size_t i = 0; i < SLOTS_MAX; i++) {
		if (!is_taken(i)) {
			spawn(i);
			return true;
		}
	}
	return false;
}

static void
tell_to_end(size_t i)
{
	m.member[i].end_ms = clock_ms();
	kill(atomic_load(&slots_get(i)->pid), SIGTERM);
}

/* One of those to be replaced, an idle one if there is. */
static size_t
pick_stale(void)
{
	size_t pick = SLOTS_MAX;

	for (size_t i = 0; i < SLOTS_MAX; i++) {
		if (!is_taken(i) || m.member[i].end_ms != 0 || !is_stale(i))
			continue;
		if (atomic_load(&slots_get(i)->state) == SLOT_IDLE)
			return i;
		pick = i;
	}
	return pick;
}

void
crew_balance(void)
{
	struct census c = crew_count();

	if (m.ending)
		return;
	while (
	    c.fresh < m.wanted && c.fresh + c.stale <= m.wanted && spawn_one())
		c.fresh++;
	for (; c.stale > 0 && c.ready + c.stale > m.wanted; c.stale--)
		tell_to_end(pick_stale());
}

static void
note_death(size_t i, pid_t pid, int status, int64_t now_ms)
{
	struct slot *slot = slots_get(i);
	int state = atomic_load(&slot->state);

	log_event(EV_WORKER_DIED, "worker", log_num(pid), "state",
	    slots_state_name((enum slot_state)state),
	    WIFSIGNALED(status) ? "signal" : "status",
	    log_num(
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)),
	    "served", log_num((int64_t)atomic_load(&slot->served)), NULL);
	if (now_ms - m.member[i].started_ms >= YOUNG_MS)
		return;
	m.last_young_ms = now_ms;
	if (++m.young_deaths > YOUNG_FREE) {
		unsigned int n = m.young_deaths - YOUNG_FREE - 1;
		int64_t hold_ms = HOLD_BASE_MS << (n < 6 ? n : 6);

		m.hold_ms =
		    now_ms + (hold_ms < HOLD_MAX_MS ? hold_ms : HOLD_MAX_MS);
	}
}

static void
bury(pid_t pid, int status)
{
	for (size_t i = 0; i < SLOTS_MAX; i++) {
		struct slot *slot = slots_get(i);

		if (atomic_load(&slot->pid) != pid)
			continue;
		if (status != 0 && !m.member[i].killed)
			note_death(i, pid, status, clock_ms());
		slots_enter(slot, SLOT_FREE);
		atomic_store(&slot->pid, 0);
		return;
	}
}

void
crew_reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		bury(pid, status);
	/* nobody died young for a while: what was, is forgotten */
	if (m.young_deaths > 0 && clock_ms() - m.last_young_ms > HOLD_MAX_MS)
		m.young_deaths = 0;
}

static void
kill_stuck(size_t i, const char *why)
{
	struct slot *slot = slots_get(i);
	pid_t pid = atomic_load(&slot->pid);
	int state = atomic_load(&slot->state);

	m.member[i].killed = true;
	log_event(EV_WORKER_STUCK, "worker", log_num(pid), "why", why, "state",
	    slots_state_name((enum slot_state)state), NULL);
	kill(pid, SIGKILL);
}

/* A worker that was told to end: tell it again, for it may have heard it just
 * before it began to wait for a connection; in the end, end it. */
static void
hurry(size_t i, int64_t now_ms)
{
	int64_t bound_ms = m.conf->api_request_deadline_ms + GRACE_MS;
	int64_t for_ms = now_ms - m.member[i].end_ms;

	if (for_ms > m.quiet_ms + bound_ms)
		kill_stuck(i, "does not end");
	else if (for_ms >= m.quiet_ms)
		kill(atomic_load(&slots_get(i)->pid), SIGTERM);
}

static void
poke(size_t i, int64_t since_ms, int state)
{
	pid_t pid = atomic_load(&slots_get(i)->pid);

	if (m.member[i].poked_for != since_ms)
		log_event(EV_PEER_SLOW, "worker", log_num(pid), "state",
		    slots_state_name((enum slot_state)state), NULL);
	m.member[i].poked_for = since_ms;
	kill(pid, SIGUSR1);
}

static void
watch_one(size_t i, int64_t now_ms)
{
	struct slot *slot = slots_get(i);
	int state = atomic_load(&slot->state);
	int64_t since_ms = atomic_load(&slot->since_ms);
	int64_t for_ms = now_ms - since_ms;

	if (state == SLOT_STARTING &&
	    for_ms > m.conf->api_request_deadline_ms + START_MAX_MS)
		kill_stuck(i, "does not start");
	else if (state == SLOT_WORKING &&
		 for_ms > m.conf->api_request_deadline_ms + GRACE_MS)
		kill_stuck(i, "past its deadline");
	else if ((state == SLOT_READING && for_ms >= WORKER_READ_MAX_MS) ||
		 (state == SLOT_WRITING && for_ms >= WORKER_WRITE_MAX_MS))
		poke(i, since_ms, state);
	if (m.member[i].end_ms != 0 && !m.member[i].killed)
		hurry(i, now_ms);
}

void
crew_watch(void)
{
	int64_t now_ms = clock_ms();

	for (size_t i = 0; i < SLOTS_MAX; i++) {
		if (is_taken(i) && !m.member[i].killed)
			watch_one(i, now_ms);
	}
}

void
crew_renew(
    const struct program *program, const struct conf *conf, int listen_fd)
{
	m.program = program;
	m.conf = conf;
	m.listen_fd = listen_fd;
	m.wanted = wanted_workers(conf);
	m.generation++;
}

void
crew_end(bool by_socket)
{
	m.ending = true;
	m.quiet_ms = by_socket ? m.conf->api_request_deadline_ms + GRACE_MS : 0;
	for (size_t i = 0; i < SLOTS_MAX; i++) {
		if (!is_taken(i) || m.member[i].end_ms != 0)
			continue;
		m.member[i].end_ms = clock_ms();
		if (!by_socket)
			kill(atomic_load(&slots_get(i)->pid), SIGTERM);
	}
}
