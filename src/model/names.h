/*
 * names: a new display name reaches the conversations that stand already.
 * Member rows and the other's inbox rows carry names. users_update() notes
 * the change in Postgres in the same statement; names_spread() rewrites the
 * rows, and only then is the note taken away: whoever dies in between leaves
 * it for the next (the stream processor looks every few seconds).
 *
 * The race with a message that moves the other's inbox row: the member row is
 * rewritten first; the move deletes the old row only if it still bears the
 * name that the new row is going to have (stream/), and the update here only
 * touches a row that stands. So either the move sees the new name, or the
 * update finds the moved row.
 *
 * The race with another process that spreads an older name of the same person:
 * whoever has written a name that is not the person's any more notes the person
 * again. So the last one to write has written the name that counts.
 */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include "base/rc.h"

struct ctx;

/*
 * names_spread(cx, user): rewrite a person's name in all conversations, if it
 * is noted (user NULL: everybody's who is noted, up to a hundred). Ends before
 * cx->deadline_ms with RC_DEADLINE; what was done stays, the note too, and the
 * next one goes on where this one ended: an inbox of any size is done in time.
 * A person whom it cannot do keeps nobody else's name back, unless a backend is
 * out. The notes may take NAMES_NOTE_MS longer than the deadline.
 */
#define NAMES_NOTE_MS 500
enum rc names_spread(struct ctx *cx, const char *user) MUSTCHECK;

#endif
