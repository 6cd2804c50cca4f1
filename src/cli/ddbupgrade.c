/*
 * Conversations that the bootcamp's scripts made have messages and inbox rows
 * only. One scan finds them; adopt_members() gives each its member and pair
 * rows. What is done is found done by the next run, so it can be stopped
 * anywhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "aws/ddb.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/say.h"
#include "model/items.h"
#include "model/keys.h"
#include "stream/adopt.h"

/* A group that was met in the scan. */
struct group {
	char uuid[UUID_TEXT_SIZE];
	bool talks; /* it has messages or inbox rows */
	size_t nmembers;
	char member[2][UUID_TEXT_SIZE];
	UT_hash_handle hh;
};

/* A pair row that was met. */
struct pair {
	struct key pk;
	UT_hash_handle hh;
};

struct upgrade {
	struct cli *c;
	struct group *groups;
	struct pair *pairs;
	size_t items;
	size_t old, done, left;
};

static struct group *
group_of(struct upgrade *u, const char *text)
{
	char uuid[UUID_TEXT_SIZE];
	struct group *g;

	if (text == NULL || parse_uuid(text, uuid) != RC_OK)
		return NULL;
	HASH_FIND_STR(u->groups, uuid, g);
	if (g == NULL) {
		g = xcalloc(1, sizeof(*g));
		memcpy(g->uuid, uuid, sizeof(g->uuid));
		HASH_ADD_STR(u->groups, uuid, g);
	}
	return g;
}

static void
meet_pair(struct upgrade *u, const char *pk)
{
	struct pair *p = xcalloc(1, sizeof(*p));

	snprintf(p->pk.text, sizeof(p->pk.text), "%s", pk);
	HASH_ADD_STR(u->pairs, pk.text, p); /* a key comes once in a scan */
}

static void
meet(struct upgrade *u, const struct ddb_page *page, size_t i)
{
	const char *pk = ddb_get(page, i, "pk", NULL);
	const char *sk = ddb_get(page, i, "sk", NULL);
	const char *of = ddb_get(page, i, KEYS_INDEX_HASH, NULL);
	struct key_parts k = keys_parse(pk ? pk : "", sk ? sk : "");
	struct group *g = NULL;

	if (k.kind == KEY_MESSAGE || k.kind == KEY_MEMBER)
		g = group_of(u, k.group);
	else if (k.kind == KEY_INBOX)
		g = group_of(u, of);
	else if (k.kind == KEY_PAIR)
		meet_pair(u, pk);
	if (g == NULL)
		return;
	g->talks |= k.kind == KEY_INBOX || k.kind == KEY_MESSAGE;
	if (k.kind == KEY_MEMBER && g->nmembers < 2)
		memcpy(g->member[g->nmembers++], k.user, sizeof(k.user));
}

/* Two groups of the same two people share one pair row: asked for is the
 * people's, not the group's. */
static bool
is_old(const struct upgrade *u, const struct group *g)
{
	struct pair *p = NULL;
	struct key pk;

	if (!g->talks)
		return false;
	if (g->nmembers < 2)
		return true;
	pk = keys_pair(g->member[0], g->member[1]);
	HASH_FIND_STR(u->pairs, pk.text, p);
	return p == NULL;
}

static enum rc
scan(struct upgrade *u)
{
	struct ddb_page page = { 0 }, next;
	enum rc rc;

	do {
		rc = ddb_scan(u->c->cx.ddb, 0, 1, page.more ? &page : NULL,
		    cli_deadline(), &next);
		ddb_page_free(&page);
		page = next;
		if (rc != RC_OK) {
			ddb_page_free(&page);
			return say_ddb(u->c, rc, "cannot scan the table");
		}
		for (size_t i = 0; i < page.n; i++)
			meet(u, &page, i);
		u->items += page.n;
		say_progress("%zu items read", u->items);
	} while (page.more && !cli_interrupted);
	ddb_page_free(&page);
	say_progress_end();
	return cli_interrupted ? RC_INTERRUPTED : RC_OK;
}

static enum rc
adopt_all(struct upgrade *u)
{
	struct group *g, *tmp;

	HASH_ITER (hh, u->groups, g, tmp) {
		enum rc rc;

		if (!is_old(u, g))
			continue;
		if (cli_interrupted)
			return RC_INTERRUPTED;
		rc = adopt_members(cli_ctx(u->c), g->uuid);
		if (rc == RC_NOT_FOUND) {
			say_fail(
			    "%s: nobody knows two people of it: left as it "
			    "is",
			    g->uuid);
			u->left++;
		} else if (rc != RC_OK) {
			return say_ddb(u->c, rc, "cannot upgrade");
		} else {
			u->done++;
		}
		say_progress("%zu of %zu", u->done + u->left, u->old);
	}
	say_progress_end();
	return RC_OK;
}

/* From here on nobody looks for such conversations any more. */
static enum rc
mark(struct upgrade *u)
{
	struct item_keys keys;
	struct ddb_op op = item_upgraded(&keys);
	enum rc rc = ddb_write(u->c->cx.ddb, &op, cli_deadline(), NULL);

	if (rc != RC_OK)
		return say_ddb(u->c, rc, "cannot mark the table as upgraded");
	return RC_OK;
}

static void
report(const struct upgrade *u, bool dry)
{
	if (u->c->json)
		printf("{\"items\":%zu,\"groups\":%u,\"old\":%zu,"
		       "\"upgraded\":%zu,\"left\":%zu,\"dry_run\":%s}\n",
		    u->items, HASH_COUNT(u->groups), u->old, u->done, u->left,
		    dry ? "true" : "false");
	else if (dry)
		printf("%zu of %u conversations need member and pair rows\n",
		    u->old, HASH_COUNT(u->groups));
	else
		printf("%zu conversation%s upgraded, %zu left as they are\n",
		    u->done, say_s(u->done), u->left);
}

static enum rc
upgrade(struct upgrade *u)
{
	struct group *g, *tmp;
	enum rc rc = scan(u);

	if (rc != RC_OK)
		return rc;
	HASH_ITER (hh, u->groups, g, tmp)
		u->old += is_old(u, g);
	if (u->c->opt[CO_DRY_RUN] != NULL) {
		report(u, true);
		return RC_OK;
	}
	say("%zu of %u conversations in %s need member and pair rows", u->old,
	    HASH_COUNT(u->groups), u->c->conf.ddb_table);
	if (u->old > 0)
		rc = say_ask(u->c, "Write them? Nothing that stands changes.");
	if (rc == RC_OK)
		rc = adopt_all(u);
	if (rc == RC_OK)
		rc = mark(u);
	if (rc == RC_OK)
		report(u, false);
	return rc;
}

enum rc
cli_ddb_upgrade(struct cli *c)
{
	struct upgrade u = { .c = c };
	struct group *g, *gtmp;
	struct pair *p, *ptmp;
	enum rc rc;

	if (cli_ddb(c) == NULL)
		return RC_CONFIG;
	rc = upgrade(&u);
	HASH_ITER (hh, u.groups, g, gtmp) {
		HASH_DEL(u.groups, g);
		free(g);
	}
	HASH_ITER (hh, u.pairs, p, ptmp) {
		HASH_DEL(u.pairs, p);
		free(p);
	}
	return rc;
}
