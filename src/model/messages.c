#include "model/messages.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "model/ctx.h"
#include "model/items.h"
#include "model/keys.h"
#include "model/legacy.h"

#define MEMBERS 2 /* of a conversation */

/* ---- A: show a conversation ---- */

struct message
messages_at(const struct message_page *page, size_t i)
{
	size_t row = page->first + page->n - 1 - i;

	assert(i < page->n);
	return (struct message){
		.uuid = ddb_text(&page->rows, row, "message_uuid"),
		.display_name = ddb_text(&page->rows, row, "user_display_name"),
		.handle = ddb_text(&page->rows, row, "user_handle"),
		.text = ddb_text(&page->rows, row, "message"),
		.created_at = ddb_text(&page->rows, row, "sk"),
	};
}

void
messages_page_free(struct message_page *page)
{
	ddb_page_free(&page->rows);
}

/* Count the member rows at the head of a page; is one of them user's? */
static size_t
read_members(const struct ddb_page *rows, const char *user, bool *is_member)
{
	size_t i;

	*is_member = false;
	for (i = 0; i < rows->n; i++) {
		struct key_parts k = keys_parse(
		    ddb_text(rows, i, "pk"), ddb_text(rows, i, "sk"));

		if (k.kind != KEY_MEMBER)
			break;
		if (strcmp(k.user, user) == 0)
			*is_member = true;
	}
	return i;
}

/* The first page: members and messages in one answer. A group without any
 * member row is an old one, or none. */
static enum rc
first_page(struct ctx *cx, const char *group, const char *user,
    struct ddb_query *q, struct message_page *out)
{
	bool is_member;
	enum rc rc;

	q->limit += MEMBERS;
	rc = ddb_query(cx->ddb, q, cx->deadline_ms, &out->rows);
	if (rc != RC_OK)
		return rc;
	out->first = read_members(&out->rows, user, &is_member);
	if (out->first == 0 && out->rows.n > 0) {
		ddb_page_free(&out->rows);
		rc = legacy_adopt(cx, group);
		if (rc == RC_OK)
			rc = ddb_query(cx->ddb, q, cx->deadline_ms, &out->rows);
		if (rc == RC_NOT_FOUND)
			rc = RC_GROUP_UNKNOWN;
		if (rc != RC_OK)
			return rc;
		out->first = read_members(&out->rows, user, &is_member);
	}
	return is_member ? RC_OK : RC_GROUP_UNKNOWN;
}

/* Both pages ask for one message too many, which tells if there are more. */
static enum rc
finish_page(
    struct ctx *cx, const char *scope, int limit, struct message_page *out)
{
	size_t have = out->rows.n - out->first;
	bool more = have > (size_t)limit;

	out->n = more ? (size_t)limit : have;
	if (!more)
		return RC_OK;
	return cursor_make(
	    cx, scope, messages_at(out, 0).created_at, &out->next);
}

enum rc
messages_list(struct ctx *cx, const char *group, int limit, const char *before,
    struct message_page *out)
{
	struct key pk = keys_group(group);
	struct ddb_query q = { .hash = pk.text,
		.newest_first = true,
		.consistent = true, /* one sees what one has just sent */
		.limit = limit + 1 };
	char scope[128], pos[CURSOR_POS_SIZE];
	struct user me;
	enum rc rc;

	*out = (struct message_page){ 0 };
	rc = users_caller(cx, &me);
	if (rc != RC_OK)
		return rc;
	snprintf(scope, sizeof(scope), "messages %s %s", group, me.uuid);
	if (before != NULL) {
		rc = cursor_read(cx, scope, before, pos);
		q.sk_below = pos;
		if (rc == RC_OK)
			rc =
			    ddb_query(cx->ddb, &q, cx->deadline_ms, &out->rows);
	} else {
		rc = first_page(cx, group, me.uuid, &q, out);
	}
	return rc == RC_OK ? finish_page(cx, scope, limit, out) : rc;
}

/* ---- C and D: send ---- */

/* The text that a send with this key stored is compared to ours; names and
 * time become those of then. */
static enum rc
replay_message(struct ctx *cx, const char *text, struct sent *out)
{
	struct key pk = keys_group(out->group);
	struct ddb_page page;
	enum rc rc =
	    ddb_read(cx->ddb, pk.text, out->created_at, cx->deadline_ms, &page);

	if (rc == RC_OK &&
	    (strcmp(ddb_text(&page, 0, "message"), text) != 0 ||
		strcmp(ddb_text(&page, 0, "message_uuid"), out->uuid) != 0))
		rc = RC_KEY_REUSED;
	if (rc == RC_OK) {
		snprintf(out->sender.display_name,
		    sizeof(out->sender.display_name), "%s",
		    ddb_text(&page, 0, "user_display_name"));
		snprintf(out->sender.handle, sizeof(out->sender.handle), "%s",
		    ddb_text(&page, 0, "user_handle"));
	}
	ddb_page_free(&page);
	return rc == RC_NOT_FOUND ? RC_KEY_REUSED : rc;
}

/*
 * The receipt stands: this key was used before. By the same person in the same
 * conversation with the same text: answer what was answered then.
 */
static enum rc
replay(struct ctx *cx, const char *text, struct sent *out)
{
	struct key pk = keys_receipt(out->uuid);
	struct ddb_page page;
	enum rc rc =
	    ddb_read(cx->ddb, pk.text, KEYS_RECEIPT_SK, cx->deadline_ms, &page);

	if (rc == RC_OK &&
	    (strcmp(ddb_text(&page, 0, "user_uuid"), out->sender.uuid) != 0 ||
		strcmp(ddb_text(&page, 0, "message_group_uuid"), out->group) !=
		    0))
		rc = RC_KEY_REUSED;
	if (rc == RC_OK)
		snprintf(out->created_at, sizeof(out->created_at), "%s",
		    ddb_text(&page, 0, "created_at"));
	ddb_page_free(&page);
	return rc == RC_OK ? replay_message(cx, text, out) : rc;
}

/* One try of C at a point in time. */
static enum rc
put_message(struct ctx *cx, const char *text, bool receipt, struct sent *out,
    struct ddb_why *why)
{
	struct member me = item_person(&out->sender);
	struct item_keys keys[3];
	struct ddb_op ops[3] = {
		item_is_member(&keys[0], out->group, me.uuid),
		item_message(&keys[1], out->group, out->created_at, out->uuid,
		    text, &me),
		item_receipt(
		    &keys[2], out->uuid, out->group, out->created_at, me.uuid),
	};

	return ddb_transact(
	    cx->ddb, ops, receipt ? 3 : 2, NULL, cx->deadline_ms, why);
}

/*
 * C, with out's uuid, group and sender filled in. Two messages of a group in
 * one microsecond: the later one moves on by one.
 */
static enum rc
send_in(struct ctx *cx, const char *text, bool receipt, struct sent *out)
{
	int64_t at = clock_wall_us();
	bool adopted = false;

	for (;;) {
		struct ddb_why why;
		bool stranger, repeat;
		enum rc rc;

		clock_text(at, out->created_at);
		rc = put_message(cx, text, receipt, out, &why);
		if (rc != RC_CONDITION)
			return rc;
		stranger = why.reason[0] == RC_CONDITION;
		repeat = receipt && why.reason[2] == RC_CONDITION;
		ddb_why_free(&why);
		if (stranger && adopted)
			return RC_GROUP_UNKNOWN;
		if (stranger) {
			rc = legacy_adopt(cx, out->group);
			if (rc != RC_OK)
				return rc == RC_NOT_FOUND ? RC_GROUP_UNKNOWN
							  : rc;
			adopted = true;
		} else if (repeat) {
			return replay(cx, text, out);
		} else {
			at++;
		}
	}
}

static void
set_uuid(struct sent *out, const char *key)
{
	if (key != NULL)
		memcpy(out->uuid, key, sizeof(out->uuid));
	else
		rnd_uuid(out->uuid);
}

enum rc
messages_send(struct ctx *cx, const char *group, const char *text,
    const char *key, struct sent *out)
{
	enum rc rc = users_caller(cx, &out->sender);

	if (rc != RC_OK)
		return rc;
	set_uuid(out, key);
	memcpy(out->group, group, sizeof(out->group));
	return send_in(cx, text, key != NULL, out);
}

/* One try of D at a point in time: the conversation and its first message. */
static enum rc
put_conversation(struct ctx *cx, const char *text, bool receipt,
    const struct user *peer, struct sent *out, struct ddb_why *why)
{
	struct member me = item_person(&out->sender), you = item_person(peer);
	const char *group = out->group, *at = out->created_at;
	struct item_keys keys[7];
	struct ddb_op ops[7] = {
		item_pair(&keys[0], me.uuid, you.uuid, group),
		item_member(&keys[1], group, &me, at),
		item_member(&keys[2], group, &you, at),
		item_inbox(&keys[3], me.uuid, &you, group, text, at),
		item_inbox(&keys[4], you.uuid, &me, group, text, at),
		item_message(&keys[5], group, at, out->uuid, text, &me),
		item_receipt(&keys[6], out->uuid, group, at, me.uuid),
	};

	return ddb_transact(
	    cx->ddb, ops, receipt ? 7 : 6, NULL, cx->deadline_ms, why);
}

/* D, unless the pair stands: then its group goes to out and *stands is true. */
static enum rc
begin(struct ctx *cx, const char *text, bool receipt, const struct user *peer,
    struct sent *out, bool *stands)
{
	int64_t at = clock_wall_us();

	*stands = false;
	for (;;) {
		struct ddb_why why;
		bool repeat, beginning;
		enum rc rc;

		clock_text(at, out->created_at);
		rc = put_conversation(cx, text, receipt, peer, out, &why);
		if (rc != RC_CONDITION)
			return rc;
		if (why.reason[0] == RC_CONDITION) {
			*stands = true;
			rc = parse_uuid(
			    ddb_text(&why.old[0], 0, "message_group_uuid"),
			    out->group);
			ddb_why_free(&why);
			return rc == RC_OK ? RC_OK : RC_INTERNAL;
		}
		repeat = receipt && why.reason[6] == RC_CONDITION;
		/* another of the same send may be at the pair: ask again */
		beginning = why.reason[0] == RC_TX_CONFLICT;
		ddb_why_free(&why);
		if (repeat && !beginning) /* of a message to somebody else */
			return RC_KEY_REUSED;
		at++;
	}
}

enum rc
messages_start(struct ctx *cx, const char *handle, const char *text,
    const char *key, struct sent *out)
{
	bool stands = true;
	struct user peer;
	enum rc rc = users_caller_and(cx, handle, &out->sender, &peer);

	if (rc != RC_OK)
		return rc;
	if (strcmp(peer.uuid, out->sender.uuid) == 0)
		return RC_RECEIVER_SELF;
	set_uuid(out, key);
	rc = legacy_find_pair(cx, out->sender.uuid, peer.uuid, out->group);
	if (rc == RC_NOT_FOUND) {
		rnd_uuid(out->group);
		rc = begin(cx, text, key != NULL, &peer, out, &stands);
	}
	return rc == RC_OK && stands ? send_in(cx, text, key != NULL, out) : rc;
}
