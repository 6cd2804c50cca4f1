/*
 * messages: private conversations, in DynamoDB. The four access patterns:
 *
 *   A  messages_list   show a conversation
 *   B  inbox_list      list conversations (inbox.h)
 *   C  messages_send   say something in one
 *   D  messages_start  say the first thing to somebody
 *
 * Each is one round trip to DynamoDB in the common case. Rows that the
 * bootcamp's scripts wrote lack member and pair rows: legacy.h adds them when
 * such a conversation is met.
 */
#ifndef MODEL_MESSAGES_H
#define MODEL_MESSAGES_H

#include "aws/ddb.h"
#include "base/clock.h"
#include "model/cursor.h"
#include "model/users.h"

struct ctx;

#define MESSAGE_MAX_CHARS 1024 /* code points, after trimming */

/* One message, its texts borrowed from where it came from. */
struct message {
	const char *uuid;
	const char *display_name; /* the sender's, when it was sent */
	const char *handle;
	const char *text;
	const char *created_at; /* clock_text()'s form */
};

/* A page of a conversation. */
struct message_page {
	struct ddb_page rows;
	size_t first;	    /* row of the newest message of the page */
	size_t n;	    /* messages in the page */
	struct cursor next; /* of the older page; "" if there is none */
};

/*
 * A. messages_list(cx, group, limit, before, out): the newest limit messages
 * of a group, or the newest before a cursor. The caller must be a member:
 * RC_GROUP_UNKNOWN else. RC_BAD_CURSOR: before is not of this list and caller.
 * out is freed with messages_page_free(), also after a failure.
 */
enum rc messages_list(struct ctx *cx, const char *group, int limit,
    const char *before, struct message_page *out) MUSTCHECK;

/* messages_at(page, i): message i of the page, oldest first. */
struct message messages_at(const struct message_page *page, size_t i);
void messages_page_free(struct message_page *page);

/* What a send stored, or had stored when it came first. */
struct sent {
	char uuid[UUID_TEXT_SIZE];
	char group[UUID_TEXT_SIZE];
	char created_at[CLOCK_TEXT_SIZE];
	struct user sender;
};

/*
 * C. messages_send(cx, group, text, key, out): store a message of the caller.
 * text: 1 to MESSAGE_MAX_CHARS code points, trimmed. key: the message's uuid
 * to be, which makes the send idempotent for ever; NULL: a new one, and no
 * receipt. RC_GROUP_UNKNOWN: the caller is no member. RC_KEY_REUSED: the key
 * was used by somebody else, in another conversation or with another text.
 */
enum rc messages_send(struct ctx *cx, const char *group, const char *text,
    const char *key, struct sent *out) MUSTCHECK;

/*
 * D. messages_start(cx, handle, text, key, out): store a message of the caller
 * in the conversation with that person, which begins with it unless it stands
 * already. RC_USER_UNKNOWN; RC_RECEIVER_SELF; RC_KEY_REUSED as above.
 */
enum rc messages_start(struct ctx *cx, const char *handle, const char *text,
    const char *key, struct sent *out) MUSTCHECK;

#endif
