/*
 * buf: a growing buffer with a ceiling, given at birth. Appending past it
 * fails once and for all: later appends do nothing, and buf_rc() says
 * RC_TOOBIG, so a writer checks once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/rc.h"

struct buf {
	char *data;	  /* NUL-terminated once anything was appended */
	size_t len;	  /* bytes in use, without the NUL */
	size_t cap;	  /* bytes allocated */
	size_t max_bytes; /* the ceiling of len */
	bool failed;	  /* an append did not fit: sticky */
	bool secret;	  /* memory is wiped before it is given back */
};

#define BUF_INIT(max)	((struct buf){ .max_bytes = (max) })
#define BUF_SECRET(max) ((struct buf){ .max_bytes = (max), .secret = true })

/* buf_add*(b, …): append bytes, a string, one char, formatted text. */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* buf_str(b): the text, "" if empty. Valid until the next append. */
const char *buf_str(const struct buf *b);

/* buf_rc(b): RC_OK, or RC_TOOBIG if any append did not fit. */
enum rc buf_rc(const struct buf *b) MUSTCHECK;

/* buf_reset(b): empty it and forget a failure; keeps the memory. */
void buf_reset(struct buf *b);

/* buf_take(b, len): hand the text over to the caller, who frees it; the
 * length in bytes goes to *len unless NULL. b is empty afterwards. */
char *buf_take(struct buf *b, size_t *len);

/* buf_free(b): free the memory. Fine on every path, twice too. */
void buf_free(struct buf *b);

#endif
