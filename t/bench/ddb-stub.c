/*
 * ddb-stub PORT LATENCY_US USER: stands for DynamoDB in ./dev bench, since
 * Amazon's Java emulator would be what is measured. Answers every call after a
 * fixed time with what a full page would be; checks nothing. Listens on
 * loopback, ends when its standard input does.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/js.h"

#define CONNS_MAX   1024
#define REQUEST_MAX 65536
#define ITEMS	    20
#define GROUP	    "5ae290ed-55d1-47a0-bc6d-fe2bc2700399"

/* One connection: at most one request is under way on it (HTTP/1.1). */
struct conn {
	size_t len; /* of in */
	int64_t due_us;
	const struct buf *answer;
	char in[REQUEST_MAX];
};

static struct conn conns[CONNS_MAX]; /* by file descriptor */
static int queue[CONNS_MAX];	     /* those that wait, the next one first */
static size_t waiting;
static int64_t latency_us;
static const char *user; /* the caller's uuid, a member of GROUP */
static struct buf inbox, messages, transact, table, item;

static void
attr(struct buf *b, const char *name, const char *value)
{
	js_open(b, name, '{');
	js_str(b, "S", value);
	js_close(b, '}');
}

static void
person(struct buf *b, const char *uuid)
{
	attr(b, "user_uuid", uuid);
	attr(b, "user_display_name", "Andrew Bayko");
	attr(b, "user_handle", "bayko");
}

/* A message of the length that the demo conversation has. */
static void
row(struct buf *b, const char *pk, int i)
{
	char text[128];

	js_open(b, NULL, '{');
	attr(b, "pk", pk);
	snprintf(
	    text, sizeof(text), "2026-11-23T02:21:%02d.000000+00:00", 59 - i);
	attr(b, "sk", text);
	snprintf(text, sizeof(text), "00000000-0000-4000-8000-%012d", i);
	if (pk[0] == 'G')
		attr(b, "message_group_uuid", text);
	else
		attr(b, "message_uuid", text);
	attr(b, "message",
	    "Did you see the episode where G'Kar and Londo are stuck?");
	person(b, "11111111-0000-4000-8000-000000000000");
	js_close(b, '}');
}

static void
member(struct buf *b, const char *uuid)
{
	char sk[64];

	snprintf(sk, sizeof(sk), "MEMBER#%s", uuid);
	js_open(b, NULL, '{');
	attr(b, "pk", "MSG#" GROUP);
	attr(b, "sk", sk);
	person(b, uuid);
	attr(b, "joined_at", "2026-11-23T02:21:13.000000+00:00");
	js_close(b, '}');
}

/* The body with a head in front of it, all of it ready to send. */
static void
finish(struct buf *b)
{
	struct buf head = BUF_INIT(REQUEST_MAX);

	buf_addf(&head,
	    "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    b->len, buf_str(b));
	buf_free(b);
	*b = head;
}

static void
page(struct buf *b, const char *pk, bool with_members)
{
	*b = BUF_INIT(REQUEST_MAX);
	js_open(b, NULL, '{');
	js_open(b, "Items", '[');
	if (with_members) {
		member(b, user);
		member(b, "11111111-0000-4000-8000-000000000000");
	}
	for (int i = 0; i < ITEMS; i++)
		row(b, pk, i);
	js_close(b, ']');
	js_int(b, "Count", ITEMS + (with_members ? 2 : 0));
	js_close(b, '}');
	finish(b);
}

static void
text(struct buf *b, const char *json)
{
	*b = BUF_INIT(REQUEST_MAX);
	buf_adds(b, json);
	finish(b);
}

static const struct buf *
answer_to(const char *request)
{
	if (strstr(request, "TransactWriteItems") != NULL)
		return &transact;
	if (strstr(request, "DescribeTable") != NULL)
		return &table;
	if (strstr(request, "GetItem") != NULL)
		return &item;
	return strstr(request, "\"GRP#") != NULL ? &inbox : &messages;
}

/* The whole length of the request at p, or 0 if more of it must come. */
static size_t
request_len(const char *p)
{
	const char *end = strstr(p, "\r\n\r\n");
	const char *length = strcasestr(p, "\r\ncontent-length:");
	size_t n;

	if (end == NULL)
		return 0;
	n = (size_t)(end - p) + 4;
	return length != NULL && length < end
		   ? n + strtoul(length + 17, NULL, 10)
		   : n;
}

static void
on_readable(int fd)
{
	struct conn *c = &conns[fd];
	ssize_t n = read(fd, c->in + c->len, REQUEST_MAX - 1 - c->len);
	size_t whole;

	if (n <= 0) {
		if (n < 0 && errno == EAGAIN)
			return;
		close(fd);
		return;
	}
	c->len += (size_t)n;
	c->in[c->len] = '\0';
	whole = request_len(c->in);
	if (whole == 0 || c->len < whole)
		return;
	c->answer = answer_to(c->in);
	c->due_us = clock_us() + latency_us;
	c->len = 0;
	queue[waiting++] = fd;
}

/* The latency is the same for all, so the queue is in order of time. */
static void
send_due(void)
{
	int64_t now = clock_us();
	size_t done = 0;

	while (done < waiting && conns[queue[done]].due_us <= now) {
		const struct buf *b = conns[queue[done]].answer;

		if (write(queue[done], b->data, b->len) < 0)
			close(queue[done]);
		done++;
	}
	waiting -= done;
	memmove(queue, queue + done, waiting * sizeof(*queue));
}

static int
listen_on(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 511) != 0) {
		perror("ddb-stub");
		exit(1);
	}
	return fd;
}

static void
watch(int ep, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
}

static void
on_connection(int ep, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;

	if (fd < 0)
		return;
	if (fd >= CONNS_MAX) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	conns[fd].len = 0;
	watch(ep, fd);
}

/* Until the next answer is due: in the last half millisecond it spins, since
 * a sleep would come late. */
static int
wait_ms(void)
{
	int64_t left;

	if (waiting == 0)
		return -1;
	left = conns[queue[0]].due_us - clock_us();
	return left < 1500 ? 0 : (int)(left / 1000) - 1;
}

static void
serve(int ep, int listener)
{
	struct epoll_event ev[64];

	for (;;) {
		int n = epoll_wait(ep, ev, 64, wait_ms());

		for (int i = 0; i < n; i++) {
			if (ev[i].data.fd == STDIN_FILENO)
				return;
			if (ev[i].data.fd == listener)
				on_connection(ep, listener);
			else
				on_readable(ev[i].data.fd);
		}
		send_due();
	}
}

int
main(int argc, char **argv)
{
	int ep, listener;

	if (argc != 4) {
		fputs("usage: ddb-stub PORT LATENCY_US USER\n", stderr);
		return 2;
	}
	latency_us = atoll(argv[2]);
	user = argv[3];
	page(&inbox, "GRP#x", false);
	page(&messages, "MSG#" GROUP, true);
	text(&transact, "{}");
	text(&table, "{\"Table\":{\"TableStatus\":\"ACTIVE\"}}");
	text(&item, "{\"Item\":{\"pk\":{\"S\":\"META\"},"
		    "\"sk\":{\"S\":\"UPGRADED\"}}}");
	listener = listen_on(atoi(argv[1]));
	ep = epoll_create1(EPOLL_CLOEXEC);
	watch(ep, listener);
	watch(ep, STDIN_FILENO);
	serve(ep, listener);
	return 0;
}
