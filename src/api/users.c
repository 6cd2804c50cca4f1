/* People: who is this, and a change of one's own name and bio. */
#include "model/users.h"

#include "api/handlers.h"
#include "base/board.h"
#include "base/clock.h"
#include "model/names.h"
#include "web/req.h"
#include "web/resp.h"

enum rc
api_users_short(struct ctx *cx, struct req *rq, struct resp *rs)
{
	return users_short(cx, req_param(rq, "handle"), resp_body(rs));
}

#define SPREAD_WAIT_MS 50 /* for whoever spreads names, to see our note */

/* The new name goes to the conversations that stand once the answer is out;
 * what a crash or the deadline leaves undone is noted in Postgres, and done by
 * the stream processor, or by whoever comes here next. */
static void
spread_name(struct ctx *cx)
{
	struct user me;

	/* one worker at a time: the others are there to answer */
	if (users_caller(cx, &me) != RC_OK ||
	    board_begin(BOARD_NAMES, clock_ms() + SPREAD_WAIT_MS) != RC_OK)
		return;
	if (names_spread(cx, me.uuid) != RC_OK ||
	    names_spread(cx, NULL) != RC_OK) {
		/* it was logged; the note stands */
	}
	board_end(BOARD_NAMES);
}

enum rc
api_profile_update(struct ctx *cx, struct req *rq, struct resp *rs)
{
	static const struct field fields[] = {
		{ .name = "display_name",
		    .need = FIELD_REQUIRED,
		    .blank = RC_NAME_BLANK,
		    .invalid = RC_NAME_INVALID,
		    .max_chars = USER_NAME_CHARS,
		    .too_long = RC_NAME_LONG },
		{ .name = "bio",
		    .need = FIELD_OPTIONAL,
		    .invalid = RC_BIO_INVALID,
		    .max_chars = USER_BIO_CHARS,
		    .too_long = RC_BIO_LONG },
	};
	struct text in[2];
	enum rc rc = req_fields(rq, fields, 2, in);

	if (rc == RC_OK)
		rc = users_update(cx, in[0].p, in[1].p, resp_body(rs));
	if (rc == RC_OK)
		resp_after(rs, spread_name);
	return rc;
}
