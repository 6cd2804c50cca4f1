/*
 * xalloc: allocation that ends the process when memory runs out. A worker may
 * die of it (the master replaces it); what input can make grow is capped by
 * struct buf and by table limits, so a client cannot bring it about.
 */
#ifndef BASE_XALLOC_H
#define BASE_XALLOC_H

#include <stddef.h>

/* xmalloc(size), xcalloc(n, size), xrealloc(p, size): never NULL. free(3). */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t size) __attribute__((returns_nonnull));

/* xstrdup(s): a copy of s, or NULL if s is NULL. xstrndup copies n bytes. */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n) __attribute__((returns_nonnull));

/* secure_free(p, len): wipe len bytes at p so that no compiler drops it, then
 * free. NULL is nothing. */
void secure_free(void *p, size_t len);

#endif
