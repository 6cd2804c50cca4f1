/*
 * adopt: member rows for a conversation that lacks them, even one that also
 * lost an inbox row (as the bootcamp's stream function did): whoever a row or
 * a message names belongs to it.
 */
#ifndef STREAM_ADOPT_H
#define STREAM_ADOPT_H

#include "base/rc.h"

struct ctx;

/* adopt_members(cx, group): write what lacks of its two member rows and its
 * pair row. RC_NOT_FOUND: nobody knows two people of it. */
enum rc adopt_members(struct ctx *cx, const char *group) MUSTCHECK;

#endif
