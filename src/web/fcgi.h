/*
 * fcgi: libfcgi's only door: one FastCGI request on one accepted connection.
 *
 * The caller accepts; libfcgi never does, so no signal is lost between its
 * test of a flag and its accept(). A connection is used once: our nginx does
 * not keep them (FCGI_KEEP_CONN is ignored, the close tells the peer).
 *
 * A peer that is slow or silent is not bounded here, by a system call per
 * request, but by whoever watches the phases (server/worker.h): it shuts the
 * connection down from a signal handler, and the read or write ends.
 */
#ifndef WEB_FCGI_H
#define WEB_FCGI_H

#include "base/buf.h"

struct fcgi;

/* What a request waits for: its peer's bytes, ourselves, its peer's reading. */
enum fcgi_phase { FCGI_READS, FCGI_WORKS, FCGI_WRITES };
typedef void fcgi_phase_fn(enum fcgi_phase phase);

/* fcgi_new(): never NULL. fcgi_free(&f) frees and clears. */
struct fcgi *fcgi_new(void);
void fcgi_free(struct fcgi **f);

/*
 * fcgi_begin(f, fd, phase, envp): read a request's head off fd; *envp borrows
 * "NAME=value" texts until fcgi_end(). phase is told of each change, or NULL.
 * RC_BAD_REQUEST: it was none, or broke off: fd is closed already.
 */
enum rc fcgi_begin(
    struct fcgi *f, int fd, fcgi_phase_fn *phase, char *const **envp) MUSTCHECK;

/* fcgi_read_body(f, out): append the body to out. RC_TOOBIG past its ceiling,
 * RC_BAD_REQUEST if it broke off. f is passed as void * (web/exchange.h). */
enum rc fcgi_read_body(void *f, struct buf *out) MUSTCHECK;

/* fcgi_end(f, head, body, n): send head and the body's n bytes, close. Whether
 * the peer took it is the peer's business. */
void fcgi_end(
    struct fcgi *f, const struct buf *head, const char *body, size_t n);

#endif
