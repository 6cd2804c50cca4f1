/* Conversations: list them, show one, say something. */
#include "model/messages.h"

#include <string.h>

#include "api/handlers.h"
#include "base/js.h"
#include "base/parse.h"
#include "model/inbox.h"
#include "web/req.h"
#include "web/resp.h"

enum rc
api_groups_list(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct buf *b = resp_body(rs);
	struct inbox_page page;
	int limit;
	enum rc rc = req_limit(rq, &limit);

	if (rc != RC_OK)
		return rc;
	rc = inbox_list(cx, limit, req_query(rq, "before"), &page);
	js_open(b, NULL, '[');
	for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
		struct conversation c = inbox_at(&page, i);

		if (!inbox_leads(&c))
			continue;
		js_open(b, NULL, '{');
		js_str(b, "uuid", c.group);
		js_str(b, "display_name", c.display_name);
		js_str(b, "handle", c.handle);
		js_str(b, "message", c.message);
		js_str(b, "created_at", c.created_at);
		js_close(b, '}');
	}
	js_close(b, ']');
	if (rc == RC_OK)
		resp_next(rs, rq, page.next.text);
	inbox_page_free(&page);
	return rc;
}

enum rc
api_messages_list(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct buf *b = resp_body(rs);
	struct message_page page;
	int limit;
	enum rc rc = req_limit(rq, &limit);

	if (rc != RC_OK)
		return rc;
	rc = messages_list(
	    cx, req_param(rq, "group"), limit, req_query(rq, "before"), &page);
	js_open(b, NULL, '[');
	for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
		struct message m = messages_at(&page, i);

		js_open(b, NULL, '{');
		js_str(b, "uuid", m.uuid);
		js_str(b, "display_name", m.display_name);
		js_str(b, "handle", m.handle);
		js_str(b, "message", m.text);
		js_str(b, "created_at", m.created_at);
		js_close(b, '}');
	}
	js_close(b, ']');
	if (rc == RC_OK)
		resp_next(rs, rq, page.next.text);
	messages_page_free(&page);
	return rc;
}

/* What a POST says, checked. */
struct sending {
	const char *message;
	char group[UUID_TEXT_SIZE]; /* "": to a person */
	const char *handle;	    /* NULL: to a group */
	const char *key;	    /* NULL: none */
};

/* Exactly one of group and handle, and each of its own form. */
static enum rc
read_receiver(struct req *rq, const struct text *group,
    const struct text *handle, struct sending *out)
{
	if (group->p != NULL && handle->p != NULL)
		return req_fault(rq, RC_RECEIVER_AMBIGUOUS);
	if (group->p != NULL) {
		return parse_uuid(group->p, out->group) == RC_OK
			   ? RC_OK
			   : req_fault(rq, RC_GROUP_INVALID);
	}
	if (handle->p == NULL)
		return req_fault(rq, RC_RECEIVER_MISSING);
	out->handle = handle->p[0] == '@' ? handle->p + 1 : handle->p;
	return parse_is_handle(out->handle) ? RC_OK
					    : req_fault(rq, RC_HANDLE_INVALID);
}

static enum rc
read_sending(struct req *rq, struct sending *out)
{
	static const struct field fields[] = {
		{ .name = "message",
		    .need = FIELD_REQUIRED,
		    .blank = RC_MESSAGE_BLANK,
		    .invalid = RC_MESSAGE_INVALID,
		    .max_chars = MESSAGE_MAX_CHARS,
		    .too_long = RC_MESSAGE_LONG },
		{ .name = "message_group_uuid",
		    .need = FIELD_OPTIONAL,
		    .invalid = RC_GROUP_INVALID,
		    .max_chars = 36,
		    .too_long = RC_GROUP_INVALID },
		{ .name = "handle",
		    .need = FIELD_OPTIONAL,
		    .invalid = RC_HANDLE_INVALID,
		    .max_chars = HANDLE_MAX_CHARS + 1,
		    .too_long = RC_HANDLE_INVALID },
	};
	struct text in[3];
	enum rc rc = req_fields(rq, fields, 3, in), more;

	*out = (struct sending){ .message = in[0].p };
	if (rc == RC_OK)
		rc = read_receiver(rq, &in[1], &in[2], out);
	more = req_key(rq, &out->key);
	return rc == RC_OK ? more : rc;
}

static void
write_sent(struct buf *b, const struct sent *s, const char *text)
{
	js_str(b, "uuid", s->uuid);
	js_str(b, "message_group_uuid", s->group);
	js_str(b, "display_name", s->sender.display_name);
	js_str(b, "handle", s->sender.handle);
	js_str(b, "message", text);
	js_str(b, "created_at", s->created_at);
}

enum rc
api_messages_create(struct ctx *cx, struct req *rq, struct resp *rs)
{
	struct buf *b = resp_body(rs);
	struct sending in;
	struct sent sent;
	enum rc rc = read_sending(rq, &in);

	if (rc != RC_OK)
		return rc;
	if (in.handle != NULL)
		rc = messages_start(cx, in.handle, in.message, in.key, &sent);
	else
		rc = messages_send(cx, in.group, in.message, in.key, &sent);
	if (rc == RC_RECEIVER_SELF)
		return req_fault(rq, rc);
	if (rc != RC_OK)
		return rc;
	js_open(b, NULL, '{');
	if (in.handle != NULL)
		js_str(b, "message_group_uuid", sent.group);
	else
		write_sent(b, &sent, in.message);
	js_close(b, '}');
	return RC_OK;
}
