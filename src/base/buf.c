#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define BUF_MIN_BYTES 256

/* realloc() leaves the old bytes behind: secrets are moved by hand. */
static void
grow(struct buf *b, size_t cap)
{
	char *to;

	if (b->secret) {
		to = xmalloc(cap);
		if (b->data != NULL)
			memcpy(to, b->data, b->len + 1);
		secure_free(b->data, b->cap);
		b->data = to;
	} else {
		b->data = xrealloc(b->data, cap);
	}
	b->cap = cap;
}

/* Make room for n more bytes and the NUL; false if the ceiling forbids it. */
static bool
reserve(struct buf *b, size_t n)
{
	size_t cap;

	if (b->failed || n > b->max_bytes - b->len) {
		b->failed = true;
		return false;
	}
	if (b->len + n + 1 <= b->cap)
		return true;
	cap = b->cap ? b->cap : BUF_MIN_BYTES;
	while (cap < b->len + n + 1)
		cap *= 2;
	if (cap > b->max_bytes + 1)
		cap = b->max_bytes + 1;
	grow(b, cap);
	return true;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (!reserve(b, n))
		return;
	if (n > 0)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0 && reserve(b, (size_t)n)) {
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

enum rc
buf_rc(const struct buf *b)
{
	return b->failed ? RC_TOOBIG : RC_OK;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

char *
buf_take(struct buf *b, size_t *len)
{
	char *p = b->data != NULL ? b->data : xstrdup("");

	if (len != NULL)
		*len = b->len;
	*b = BUF_INIT(b->max_bytes);
	return p;
}

void
buf_free(struct buf *b)
{
	if (b->secret)
		secure_free(b->data, b->cap);
	else
		free(b->data);
	*b = (struct buf){ .max_bytes = b->max_bytes, .secret = b->secret };
}
