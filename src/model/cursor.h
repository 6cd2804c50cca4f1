/*
 * cursor: the opaque "before" of a list. It holds the position of a page's
 * last row; where the position itself grants something (the later pages of a
 * conversation are read without looking at the members again) it is bound to
 * caller and list by an HMAC, so nobody can make one or use another's.
 */
#ifndef MODEL_CURSOR_H
#define MODEL_CURSOR_H

#include <stddef.h>

#include "base/rc.h"

struct ctx;

#define CURSOR_SIZE	256 /* text, with the NUL */
#define CURSOR_POS_SIZE 96  /* position, with the NUL */

struct cursor {
	char text[CURSOR_SIZE];
};

/*
 * cursor_make(cx, scope, pos, out): the cursor of a position (shorter than
 * CURSOR_POS_SIZE). scope: names list and caller, "messages <group> <user>".
 * RC_UNAVAILABLE and such if the key cannot be read from Postgres.
 */
enum rc cursor_make(struct ctx *cx, const char *scope, const char *pos,
    struct cursor *out) MUSTCHECK;

/* cursor_read(cx, scope, text, pos): the position in a cursor that
 * cursor_make() made for the same scope, else RC_BAD_CURSOR. */
enum rc cursor_read(struct ctx *cx, const char *scope, const char *text,
    char pos[static CURSOR_POS_SIZE]) MUSTCHECK;

/* The pure parts, for tests: the same with the key at hand. */
void cursor_seal(
    const char *key, const char *scope, const char *pos, struct cursor *out);
enum rc cursor_open(const char *key, const char *scope, const char *text,
    char pos[static CURSOR_POS_SIZE]) MUSTCHECK;

#endif
