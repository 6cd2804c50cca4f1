/*
 * socket: the listening socket: from systemd, from whoever started us, or our
 * own. A socket of somebody else outlives us, and what waits on it is taken up
 * by the next master; our own goes with us.
 */
#ifndef SERVER_SOCKET_H
#define SERVER_SOCKET_H

#include "base/buf.h"

/* How often a worker that waits for a connection looks up: a signal that came
 * just before it began to wait is late by as much. */
#define SOCKET_WAIT_MS 1000

struct socket {
	int fd;
	bool own;     /* made here: unlinked in the end */
	bool refused; /* by socket_refuse(): it was our own */
	char *path;   /* of our own; owned */
};

/*
 * socket_open(s, path, backlog, err): take the one that systemd passes
 * (sd_listen_fds(3)); else standard input if it is a listening socket
 * (spawn-fcgi); else make one at path, mode 0660, in place of a dead one.
 * RC_CONFIG: err has one line, which names the path and the fault.
 */
enum rc socket_open(
    struct socket *s, const char *path, int backlog, struct buf *err) MUSTCHECK;

/* socket_refuse(s): nobody new may connect to our own; who waits already is
 * still accepted, and then accept() fails with EINVAL. Nothing if not own. */
void socket_refuse(struct socket *s);

/* socket_close(s): close; our own is unlinked. */
void socket_close(struct socket *s);

#endif
