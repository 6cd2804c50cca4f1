/*
 * legacy: conversations that the bootcamp's scripts wrote. They have messages
 * and inbox rows, but neither member rows nor a pair row. Whoever meets one
 * adds what is missing, once; `cruddur ddb upgrade` does it for the whole
 * table and then says so in it, which spares later first messages a look-up.
 */
#ifndef MODEL_LEGACY_H
#define MODEL_LEGACY_H

#include "base/rc.h"
#include "base/rnd.h"
#include "model/items.h"

struct ctx;

/*
 * legacy_adopt(cx, group): write the member rows of a group, and its pair row,
 * from its inbox rows (found by the index). Nothing that stands is changed.
 * RC_NOT_FOUND: no such group has inbox rows of two people.
 */
enum rc legacy_adopt(struct ctx *cx, const char *group) MUSTCHECK;

/*
 * legacy_put(cx, group, m): the rows that legacy_adopt() makes, of two people
 * who are known: all three at once, so that nobody finds one member and not the
 * other; if some stand already, each of the others by itself.
 */
enum rc legacy_put(struct ctx *cx, const char *group,
    const struct member m[static 2]) MUSTCHECK;

/*
 * legacy_find_pair(cx, user, peer, group): the group of a conversation between
 * the two that has no pair row, by walking user's inbox. RC_NOT_FOUND: there
 * is none, or the table is upgraded (remembered per process; asked at most
 * once a minute while it is not).
 */
enum rc legacy_find_pair(struct ctx *cx, const char *user, const char *peer,
    char group[static UUID_TEXT_SIZE]) MUSTCHECK;

#endif
