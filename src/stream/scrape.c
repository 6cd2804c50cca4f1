#include "stream/scrape.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/metrics.h"
#include "base/xalloc.h"

#define ANSWER_MAX_BYTES ((size_t)256 * 1024)
#define CLIENT_MS	 2000 /* a scraper may dawdle as long */
#define LOOK_MS		 200  /* how soon the end is noticed */

struct scrape {
	int fd;
	char *path;
	pthread_t thread;
	atomic_bool stop;
};

/* Up to the blank line; what it says does not matter. */
static bool
read_request(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[4096];
	size_t have = 0;

	while (have < sizeof(text) && poll(&p, 1, CLIENT_MS) == 1) {
		ssize_t n = recv(fd, text + have, sizeof(text) - have, 0);

		if (n <= 0)
			return false;
		have += (size_t)n;
		if (memmem(text, have, "\r\n\r\n", 4) != NULL)
			return true;
	}
	return false;
}

static void
send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

static void
answer(int fd)
{
	struct timeval limit = { .tv_sec = CLIENT_MS / 1000 };
	struct buf body = BUF_INIT(ANSWER_MAX_BYTES);
	char head[256];
	int n;

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (read_request(fd)) {
		metrics_write(&body);
		n = snprintf(head, sizeof(head),
		    "HTTP/1.1 200 OK\r\nContent-Type: " METRICS_TYPE
		    "\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
		    body.len);
		send_all(fd, head, (size_t)n);
		send_all(fd, buf_str(&body), body.len);
	}
	buf_free(&body);
}

static void *
thread_main(void *arg)
{
	struct scrape *s = arg;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	while (!atomic_load(&s->stop)) {
		int fd;

		if (poll(&p, 1, LOOK_MS) != 1)
			continue;
		fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		answer(fd);
		close(fd);
	}
	return NULL;
}

static int
listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd, e;

	if (strlen(path) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(at.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	unlink(path);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    chmod(path, 0660) == 0 && listen(fd, 16) == 0)
		return fd;
	e = errno;
	close(fd);
	errno = e;
	return -1;
}

enum rc
scrape_new(const char *path, struct scrape **out)
{
	int fd = listen_at(path);
	struct scrape *s;
	sigset_t all, old;

	if (fd < 0)
		return RC_UNAVAILABLE;
	s = xcalloc(1, sizeof(*s));
	s->fd = fd;
	s->path = xstrdup(path);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	if (pthread_create(&s->thread, NULL, thread_main, s) != 0)
		abort(); /* no memory for a stack: like xmalloc() */
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	*out = s;
	return RC_OK;
}

void
scrape_free(struct scrape **s)
{
	if (*s == NULL)
		return;
	atomic_store(&(*s)->stop, true);
	pthread_join((*s)->thread, NULL);
	close((*s)->fd);
	unlink((*s)->path);
	free((*s)->path);
	free(*s);
	*s = NULL;
}
