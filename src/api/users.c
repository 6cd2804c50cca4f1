/* People: who is this, and a change of one's own name and bio. */
#include "model/users.h"

#include "api/handlers.h"
#include "model/names.h"
#include "web/req.h"
#include "web/resp.h"

enum rc
api_users_short(struct ctx *cx, struct req *rq, struct resp *rs)
{
	return users_short(cx, req_param(rq, "handle"), resp_body(rs));
}

/* The new name goes to the conversations that stand once the answer is out;
 * what a crash leaves undone is noted in Postgres, and done by the stream
 * processor. */
static void
spread_name(struct ctx *cx)
{
	struct user me;

	if (users_caller(cx, &me) != RC_OK ||
	    names_spread(cx, me.uuid) != RC_OK)
		return; /* it was logged; the note stands */
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
