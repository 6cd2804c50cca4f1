#include "server/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"

#define ORPHANS_MAX_MS 2000
#define LOOK_MS	       50

static bool
is_listening(int fd)
{
	socklen_t len = sizeof(int);
	int yes = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	       yes != 0;
}

/*
 * accept() is to block, and to look up now and then: a socket with a time
 * limit makes it return on a signal even where the handler says SA_RESTART,
 * which all other calls of a worker need.
 */
static void
prepare(int fd)
{
	struct timeval wait = { .tv_sec = SOCKET_WAIT_MS / 1000,
		.tv_usec = SOCKET_WAIT_MS % 1000 * 1000 };
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
}

/* What we inherit; -1 if there is nothing. */
static int
inherited(void)
{
	int fd;

	if (sd_listen_fds(true) >= 1 && is_listening(SD_LISTEN_FDS_START))
		return SD_LISTEN_FDS_START;
	if (!is_listening(STDIN_FILENO))
		return -1;
	/* libraries may think that 0 is standard input */
	fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd >= 0) {
		close(STDIN_FILENO);
		if (open("/dev/null", O_RDONLY) < 0) /* becomes 0 */
			return fd;
	}
	return fd;
}

/* What connecting gives: 0, or an errno. */
static int
try_connect(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int e = 0;

	if (fd < 0 || connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0)
		e = errno;
	if (fd >= 0)
		close(fd);
	return e;
}

/* Remove a socket that nobody listens on; false if somebody does, or it is
 * none. The workers of a master that was killed are given time to end. */
static bool
remove_dead(const struct sockaddr_un *at)
{
	int e = try_connect(at);
	struct stat st;

	/* EAGAIN: its queue is full */
	for (int ms = 0; (e == 0 || e == EAGAIN) && ms < ORPHANS_MAX_MS;
	     ms += LOOK_MS) {
		clock_sleep_ms(LOOK_MS);
		e = try_connect(at);
	}
	if (lstat(at->sun_path, &st) < 0)
		return true; /* there is none */
	return e == ECONNREFUSED && S_ISSOCK(st.st_mode) &&
	       unlink(at->sun_path) == 0;
}

static int
listen_at(const struct sockaddr_un *at, int backlog)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mode_t mask = umask(0117); /* 0660: nginx's group, and nobody else */
	int failed = fd < 0 ||
		     bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 ||
		     listen(fd, backlog) < 0;
	int e = errno;

	umask(mask);
	if (failed && fd >= 0)
		close(fd);
	errno = e;
	return failed ? -1 : fd;
}

static enum rc
open_own(struct socket *s, const char *path, int backlog, struct buf *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(at.sun_path)) {
		buf_addf(err, "%s: the path is longer than %zu bytes", path,
		    sizeof(at.sun_path) - 1);
		return RC_CONFIG;
	}
	memcpy(at.sun_path, path, strlen(path) + 1);
	if (!remove_dead(&at)) {
		buf_addf(err,
		    "%s: another server listens there, or it is no "
		    "socket",
		    path);
		return RC_CONFIG;
	}
	s->fd = listen_at(&at, backlog);
	if (s->fd < 0) {
		buf_addf(err, "%s: %s", path, strerror(errno));
		return RC_CONFIG;
	}
	s->own = true;
	s->path = xstrdup(path);
	return RC_OK;
}

enum rc
socket_open(struct socket *s, const char *path, int backlog, struct buf *err)
{
	enum rc rc = RC_OK;

	*s = (struct socket){ .fd = inherited() };
	if (s->fd < 0)
		rc = open_own(s, path, backlog, err);
	if (rc == RC_OK)
		prepare(s->fd);
	return rc;
}

void
socket_refuse(struct socket *s)
{
	if (!s->own)
		return;
	unlink(s->path);
	shutdown(s->fd, SHUT_RD);
	s->own = false; /* the path may be somebody else's from now on */
	s->refused = true;
}

void
socket_close(struct socket *s)
{
	socket_refuse(s);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	free(s->path);
	s->path = NULL;
}
