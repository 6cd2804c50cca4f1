/*
 * worker: what a forked process does: accept, serve, until it is told to end.
 *
 * SIGTERM ends it, but never a request: it is looked at between two of them.
 * SIGUSR1 is the master's "your peer is too slow": the connection at hand is
 * shut down, and the read or write that waits for it comes back.
 */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include "base/conf.h"
#include "server/slots.h"

/* How long a peer may take over sending a request, and over reading the
 * answer. nginx does either at once: it has the whole request before. */
#define WORKER_READ_MAX_MS  2000
#define WORKER_WRITE_MAX_MS 5000

/* A program, as the server runs it. */
struct program {
	const char *name; /* in the log */
	/* check(conf, err): RC_CONFIG with one line in err: the configuration
	 * will not do. In the master, at start and reload. */
	enum rc (*check)(const struct conf *conf, struct buf *err);
	/* prepare(conf): once in the master, before workers are forked, and
	 * again at each reload: what they can share. May fail: logs it. NULL:
	 * nothing. */
	void (*prepare)(const struct conf *conf);
	/* init(conf): in a new worker: its handles; conf lives as long as the
	 * worker. NULL: it cannot; the reason was logged. */
	void *(*init)(const struct conf *conf);
	/* serve(self, fd): answer one connection, close it. */
	void (*serve)(void *self, int fd);
	/* fini(self): free the handles. */
	void (*fini)(void *self);
};

/* worker_run(program, conf, slot, listen_fd, master): be a worker of that
 * master; the exit status. */
int worker_run(const struct program *program, const struct conf *conf,
    struct slot *slot, int listen_fd, pid_t master);

/* worker_enter(state): what the program's serve() is waiting for now:
 * SLOT_READING, SLOT_WORKING or SLOT_WRITING. */
void worker_enter(enum slot_state state);

#endif
