#include "web/fcgi.h"

#include <fcgiapp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"

#define READ_BYTES	4096
#define DRAIN_MAX_BYTES (1024 * 1024) /* of a body that nobody wants */

struct fcgi {
	FCGX_Request request;
	int fd;
	fcgi_phase_fn *phase;
	bool body_done; /* the end of FCGI_STDIN was seen */
};

struct fcgi *
fcgi_new(void)
{
	struct fcgi *f = xcalloc(1, sizeof(*f));

	FCGX_Init();
	f->fd = -1;
	return f;
}

void
fcgi_free(struct fcgi **f)
{
	free(*f);
	*f = NULL;
}

enum rc
fcgi_begin(struct fcgi *f, int fd, fcgi_phase_fn *phase, char *const **envp)
{
	f->fd = fd;
	f->phase = phase;
	f->body_done = false;
	/*
	 * FCGX_Accept_r() accepts only if it has no connection, and begins by
	 * finishing the one before: "keep" makes that finish nothing. If the
	 * request is bad it closes fd and wants to accept another one, from
	 * -1: so it gives up. "Detached" makes it close at once, without
	 * waiting two seconds for the peer to do so first.
	 */
	FCGX_InitRequest(&f->request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	f->request.ipcFd = fd;
	f->request.keepConnection = 1;
	f->request.detached = 1;
	phase(FCGI_READS);
	if (FCGX_Accept_r(&f->request) != 0) {
		f->fd = -1;
		return RC_BAD_REQUEST;
	}
	/* broken off among its variables: libfcgi takes that for their end */
	if (FCGX_GetError(f->request.in) != 0) {
		FCGX_Free(&f->request, true);
		f->fd = -1;
		return RC_BAD_REQUEST;
	}
	*envp = f->request.envp;
	phase(FCGI_WORKS);
	return RC_OK;
}

enum rc
fcgi_read_body(void *arg, struct buf *out)
{
	struct fcgi *f = arg;
	char bytes[READ_BYTES];
	int n;

	f->phase(FCGI_READS);
	do {
		n = FCGX_GetStr(bytes, sizeof(bytes), f->request.in);
		buf_add(out, bytes, (size_t)n);
	} while (n == (int)sizeof(bytes) && !out->failed);
	f->phase(FCGI_WORKS);
	if (out->failed)
		return RC_TOOBIG;
	f->body_done = true;
	return FCGX_GetError(f->request.in) == 0 ? RC_OK : RC_BAD_REQUEST;
}

/*
 * A socket closed with bytes unread breaks the peer's connection, and with it
 * perhaps the answer on its way: read what is left, within reason. Most often
 * it is the empty record that ends FCGI_STDIN, and libfcgi has it already.
 */
static void
drain(struct fcgi *f)
{
	char bytes[READ_BYTES];
	size_t total = 0;
	int n;

	f->phase(FCGI_READS);
	do {
		n = FCGX_GetStr(bytes, sizeof(bytes), f->request.in);
		total += (size_t)n;
	} while (n == (int)sizeof(bytes) && total < DRAIN_MAX_BYTES);
}

void
fcgi_end(struct fcgi *f, const struct buf *head, const char *body, size_t n)
{
	FCGX_Stream *out = f->request.out;

	f->phase(FCGI_WRITES);
	FCGX_PutStr(head->data, (int)head->len, out);
	if (n > 0)
		FCGX_PutStr(body, (int)n, out);
	FCGX_FClose(f->request.err); /* nothing is in it: nothing is sent */
	FCGX_FClose(out);
	if (!f->body_done)
		drain(f);
	/* FCGX_Finish_r() would wait for the peer to close first: no need */
	FCGX_Free(&f->request, false);
	close(f->fd);
	f->fd = -1;
}
