#include "stream/adopt.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/xalloc.h"
#include "model/ctx.h"
#include "model/items.h"
#include "model/legacy.h"
#include "stream/core.h"

#define PAGE 100

/* Two people; their names are copies. */
struct people {
	struct member who[CORE_MEMBERS];
	char *text[CORE_MEMBERS * 2];
	size_t n;
};

static void
people_free(struct people *p)
{
	for (size_t i = 0; i < p->n * 2; i++)
		free(p->text[i]);
}

/* Whom an item names: a message its sender, an inbox row the other one. */
static void
add_person(struct people *p, const struct ddb_page *page, size_t i)
{
	const char *uuid = ddb_get(page, i, "user_uuid", NULL);
	const char *name = ddb_get(page, i, "user_display_name", NULL);
	const char *handle = ddb_get(page, i, "user_handle", NULL);
	struct member *new = &p->who[p->n];

	if (p->n == CORE_MEMBERS || uuid == NULL || name == NULL ||
	    handle == NULL || parse_uuid(uuid, new->uuid) != RC_OK)
		return;
	if (p->n == 1 && strcmp(p->who[0].uuid, new->uuid) == 0)
		return;
	new->display_name = p->text[p->n * 2] = xstrdup(name);
	new->handle = p->text[p->n * 2 + 1] = xstrdup(handle);
	p->n++;
}

/* Look through a query's items until two people are known. */
static enum rc
gather(struct ctx *cx, struct ddb_query *q, struct people *p)
{
	struct ddb_page page = { 0 }, last = { 0 };
	enum rc rc;

	do {
		rc = ddb_query(cx->ddb, q, cx->deadline_ms, &page);
		for (size_t i = 0; rc == RC_OK && i < page.n; i++)
			add_person(p, &page, i);
		ddb_page_free(&last);
		last = page;
		q->start = &last;
	} while (rc == RC_OK && page.more && p->n < CORE_MEMBERS);
	ddb_page_free(&last);
	return rc;
}

enum rc
adopt_members(struct ctx *cx, const char *group)
{
	struct key pk = keys_group(group);
	struct ddb_query rows = { .index = KEYS_INDEX,
		.hash_name = KEYS_INDEX_HASH,
		.hash = group,
		.sk_from = KEYS_TIME_FROM,
		.sk_below = KEYS_TIME_BELOW,
		.limit = PAGE };
	struct ddb_query messages = { .hash = pk.text,
		.newest_first = true,
		.consistent = true,
		.limit = PAGE };
	struct people people = { 0 };
	enum rc rc = legacy_adopt(cx, group);

	if (rc != RC_NOT_FOUND)
		return rc;
	rc = gather(cx, &messages, &people); /* member rows among them */
	if (rc == RC_OK && people.n < CORE_MEMBERS)
		rc = gather(cx, &rows, &people);
	if (rc == RC_OK)
		rc = people.n == CORE_MEMBERS
			 ? legacy_put(cx, group, people.who)
			 : RC_NOT_FOUND;
	people_free(&people);
	return rc;
}
