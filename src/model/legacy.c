#include "model/legacy.h"

#include <stdio.h>
#include <string.h>

#include "aws/ddb.h"
#include "base/clock.h"
#include "base/parse.h"
#include "model/ctx.h"
#include "model/inbox.h"
#include "model/items.h"
#include "model/keys.h"

#define ASK_AGAIN_MS 60000

/* The inbox row of one of the two says who the other is. */
static bool
read_member(const struct ddb_page *page, size_t i, struct member *owner,
    struct member *peer)
{
	const char *pk = ddb_get(page, i, "pk", NULL);
	const char *sk = ddb_get(page, i, "sk", NULL);
	const char *uuid = ddb_get(page, i, "user_uuid", NULL);
	struct key_parts k;

	if (pk == NULL || sk == NULL || uuid == NULL)
		return false;
	k = keys_parse(pk, sk);
	if (k.kind != KEY_INBOX || parse_uuid(uuid, peer->uuid) != RC_OK)
		return false;
	memcpy(owner->uuid, k.user, sizeof(owner->uuid));
	peer->display_name = ddb_get(page, i, "user_display_name", NULL);
	peer->handle = ddb_get(page, i, "user_handle", NULL);
	return peer->display_name != NULL && peer->handle != NULL;
}

/* The two people of a group, from its inbox rows. */
static enum rc
find_members(const struct ddb_page *page, struct member out[static 2])
{
	for (size_t i = 0; i < page->n; i++) {
		struct member owner = { 0 };

		if (!read_member(page, i, &owner, &out[1]))
			continue;
		for (size_t j = i + 1; j < page->n; j++) {
			struct member other = { 0 };

			if (!read_member(page, j, &other, &out[0]))
				continue;
			if (strcmp(other.uuid, out[1].uuid) == 0 &&
			    strcmp(owner.uuid, out[0].uuid) == 0)
				return RC_OK;
		}
	}
	return RC_NOT_FOUND;
}

enum rc
legacy_put(struct ctx *cx, const char *group, const struct member m[static 2])
{
	char now[CLOCK_TEXT_SIZE];
	struct item_keys keys[3];
	struct ddb_why why;
	enum rc rc;

	clock_text(clock_wall_us(), now);
	struct ddb_op ops[3] = {
		item_member(&keys[0], group, &m[0], now),
		item_member(&keys[1], group, &m[1], now),
		item_pair(&keys[2], m[0].uuid, m[1].uuid, group),
	};
	rc = ddb_transact(cx->ddb, ops, 3, NULL, cx->deadline_ms, &why);
	if (rc != RC_CONDITION)
		return rc;
	ddb_why_free(&why);
	rc = RC_OK;
	for (int i = 0; i < 3 && rc == RC_OK; i++) {
		rc = ddb_write(cx->ddb, &ops[i], cx->deadline_ms, NULL);
		if (rc == RC_CONDITION)
			rc = RC_OK;
	}
	return rc;
}

enum rc
legacy_adopt(struct ctx *cx, const char *group)
{
	struct ddb_query q = { .index = KEYS_INDEX,
		.hash_name = KEYS_INDEX_HASH,
		.hash = group,
		.sk_from = KEYS_TIME_FROM,
		.sk_below = KEYS_TIME_BELOW };
	struct member members[2] = { 0 };
	struct ddb_page page;
	enum rc rc = ddb_query(cx->ddb, &q, cx->deadline_ms, &page);

	if (rc == RC_OK)
		rc = find_members(&page, members);
	if (rc == RC_OK)
		rc = legacy_put(cx, group, members);
	ddb_page_free(&page);
	return rc;
}

/* Whether the table says that it has no such conversations any more. */
static enum rc
is_upgraded(struct ctx *cx, bool *yes)
{
	static bool upgraded;
	static int64_t ask_at_ms;
	struct ddb_page page = { 0 };
	enum rc rc = RC_OK;

	if (!upgraded && clock_ms() >= ask_at_ms) {
		rc = ddb_read(cx->ddb, KEYS_UPGRADED_PK, KEYS_UPGRADED_SK,
		    cx->deadline_ms, &page);
		upgraded = rc == RC_OK;
		if (rc == RC_NOT_FOUND)
			rc = RC_OK;
		if (rc == RC_OK)
			ask_at_ms = clock_ms() + ASK_AGAIN_MS;
		ddb_page_free(&page);
	}
	*yes = upgraded;
	return rc;
}

/* The conversation with a person. */
struct wanted {
	const char *peer;
	char *group; /* UUID_TEXT_SIZE bytes */
	bool found;
};

static bool
is_wanted(void *arg, const struct ddb_page *page, size_t i)
{
	struct wanted *w = arg;

	w->found =
	    strcmp(ddb_text(page, i, "user_uuid"), w->peer) == 0 &&
	    parse_uuid(ddb_text(page, i, KEYS_INDEX_HASH), w->group) == RC_OK;
	return !w->found;
}

enum rc
legacy_find_pair(struct ctx *cx, const char *user, const char *peer,
    char group[static UUID_TEXT_SIZE])
{
	struct wanted w = { .peer = peer, .group = group };
	bool upgraded = false;
	enum rc rc = is_upgraded(cx, &upgraded);

	if (rc == RC_OK && !upgraded)
		rc = inbox_walk(cx, user, NULL, is_wanted, &w);
	if (rc == RC_OK && !w.found)
		rc = RC_NOT_FOUND;
	return rc;
}
