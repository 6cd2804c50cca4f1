/* Conversations as an operator reads them: access patterns A and B. */
#include <stdio.h>
#include <string.h>

#include "aws/ddb.h"
#include "base/parse.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/say.h"
#include "model/inbox.h"
#include "model/keys.h"
#include "model/users.h"
#include "pg/pg.h"

#define LIMIT	  20
#define LIMIT_MAX 1000
#define MEMBERS	  2

static const char *
text_of(const struct ddb_page *page, size_t i, const char *name)
{
	return ddb_get(page, i, name, NULL);
}

static void
show_capacity(struct cli *c, double units)
{
	if (c->opt[CO_CAPACITY] != NULL)
		say("consumed capacity: %.1f read units", units);
}

/* ---- A ---- */

/* Newest first, as they came; shown oldest first. Member rows come before. */
static size_t
show_messages(struct cli *c, const struct ddb_page *page, size_t limit)
{
	static const char *const columns[] = { "created_at", "handle",
		"message", "uuid" };
	static const char *const json_columns[] = { "uuid", "display_name",
		"handle", "message", "created_at" };
	size_t first = 0, n;
	struct out o;

	while (first < page->n && keys_parse(text_of(page, first, "pk"),
				      text_of(page, first, "sk"))
					  .kind == KEY_MEMBER)
		first++;
	n = page->n - first < limit ? page->n - first : limit;
	if (c->json)
		out_begin(&o, c, json_columns, 5);
	else
		out_begin(&o, c, columns, 4);
	for (size_t i = first + n; i-- > first;) {
		const char *at = text_of(page, i, "sk");
		const char *handle = text_of(page, i, "user_handle");
		const char *message = text_of(page, i, "message");
		const char *uuid = text_of(page, i, "message_uuid");

		if (c->json)
			out_row(&o, (const char *const[]){ uuid,
					text_of(page, i, "user_display_name"),
					handle, message, at });
		else
			out_row(&o,
			    (const char *const[]){ at, handle, message, uuid });
	}
	out_end(&o);
	return page->n;
}

enum rc
cli_ddb_get_conversation(struct cli *c)
{
	char group[UUID_TEXT_SIZE];
	struct ddb_query q = { .newest_first = true };
	struct ddb_page page;
	struct key pk;
	int64_t limit;
	size_t found = 0;
	enum rc rc = cli_number(c, CO_LIMIT, 1, LIMIT_MAX, LIMIT, &limit);

	if (rc != RC_OK)
		return rc;
	if (parse_uuid(c->operand[0], group) != RC_OK)
		return say_usage(
		    c, "'%s' is no UUID of a conversation", c->operand[0]);
	if (cli_ddb(c) == NULL)
		return RC_CONFIG;
	pk = keys_group(group);
	q.hash = pk.text;
	q.limit = (int)limit + MEMBERS;
	ddb_want_capacity(c->cx.ddb, c->opt[CO_CAPACITY] != NULL);
	rc = ddb_query(c->cx.ddb, &q, cli_deadline(), &page);
	if (rc != RC_OK)
		return say_ddb(c, rc, "cannot read the conversation");
	if (page.n > 0)
		found = show_messages(c, &page, (size_t)limit);
	if (page.more && found < (size_t)limit)
		say("there are older ones: one answer of DynamoDB is 1 MB");
	show_capacity(c, page.capacity);
	ddb_page_free(&page);
	if (found > 0)
		return RC_OK;
	say_fail("there is no conversation %s", group);
	say_hint("cruddur ddb list-conversations @HANDLE shows a person's");
	return RC_GROUP_UNKNOWN;
}

/* ---- B ---- */

static void
show_conversations(struct cli *c, const struct inbox_page *page)
{
	static const char *const columns[] = { "uuid", "display_name", "handle",
		"message", "created_at" };
	static const char *const heads[] = { "last_message_at", "with",
		"message", "message_group_uuid" };
	struct out o;

	out_begin(&o, c, c->json ? columns : heads, c->json ? 5 : 4);
	for (size_t i = 0; i < page->n; i++) {
		struct conversation v = inbox_at(page, i);
		char with[128];

		snprintf(with, sizeof(with), "@%s", v.handle);
		if (c->json)
			out_row(
			    &o, (const char *const[]){ v.group, v.display_name,
				    v.handle, v.message, v.created_at });
		else
			out_row(&o, (const char *const[]){ v.created_at, with,
					v.message, v.group });
	}
	out_end(&o);
}

enum rc
cli_ddb_list_conversations(struct cli *c)
{
	const char *handle = c->operand[0] + (c->operand[0][0] == '@');
	struct user user;
	struct inbox_page page;
	int64_t limit;
	enum rc rc = cli_number(c, CO_LIMIT, 1, LIMIT_MAX, LIMIT, &limit);

	if (rc != RC_OK)
		return rc;
	if (!parse_is_handle(handle))
		return say_usage(c, "'%s' is no handle", c->operand[0]);
	if (cli_pg(c) == NULL || cli_ddb(c) == NULL)
		return RC_CONFIG;
	rc = cli_person(c, handle, &user);
	if (rc != RC_OK)
		return rc;
	ddb_want_capacity(c->cx.ddb, c->opt[CO_CAPACITY] != NULL);
	rc = inbox_list_of(cli_ctx(c), user.uuid, (int)limit, NULL, &page);
	if (rc == RC_OK) {
		show_conversations(c, &page);
		if (page.rows.more && page.n < (size_t)limit)
			say("there are more: one answer of DynamoDB is 1 MB");
		show_capacity(c, page.rows.capacity);
	} else {
		say_ddb(c, rc, "cannot read the inbox");
	}
	inbox_page_free(&page);
	return rc;
}
