#include "stream/fsck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
/* clang does not see the comments in uthash's macros that allow it */
#pragma GCC diagnostic ignored "-Wimplicit-fallthrough"

#include "base/crypt.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "model/ctx.h"
#include "model/keys.h"
#include "stream/mover.h"

#define HEAD_SIZE 8 /* bytes of a text's digest: enough to tell two apart */

/* What the scan met of an inbox row. */
struct seen_row {
	char owner[UUID_TEXT_SIZE];
	char peer[UUID_TEXT_SIZE];
	char said_at[KEY_SIZE];
	unsigned char text[HEAD_SIZE];
};

/* And of a conversation. */
struct talk {
	char uuid[UUID_TEXT_SIZE];
	char newest[KEY_SIZE]; /* time of its newest message; "": none */
	unsigned char text[HEAD_SIZE];
	size_t n_members;
	char member[CORE_MEMBERS][UUID_TEXT_SIZE];
	struct seen_row *row;
	size_t n_rows;
	UT_hash_handle hh;
};

struct fsck {
	struct talk *talks;
	struct talk *next; /* to be looked at by fsck_check() */
	struct ddb_page page;
	struct fsck_sums sums;
};

struct fsck *
fsck_new(void)
{
	return xcalloc(1, sizeof(struct fsck));
}

void
fsck_free(struct fsck **f)
{
	struct talk *t, *tmp;

	if (*f == NULL)
		return;
	HASH_ITER (hh, (*f)->talks, t, tmp) {
		HASH_DEL((*f)->talks, t);
		free(t->row);
		free(t);
	}
	ddb_page_free(&(*f)->page);
	free(*f);
	*f = NULL;
}

const struct fsck_sums *
fsck_sums(const struct fsck *f)
{
	return &f->sums;
}

static void
digest(const char *text, unsigned char out[static HEAD_SIZE])
{
	unsigned char whole[SHA256_SIZE];

	crypt_sha256(text, strlen(text), whole);
	memcpy(out, whole, HEAD_SIZE);
}

static struct talk *
talk_of(struct fsck *f, const char *text)
{
	char uuid[UUID_TEXT_SIZE];
	struct talk *t;

	if (text == NULL || parse_uuid(text, uuid) != RC_OK)
		return NULL;
	HASH_FIND_STR(f->talks, uuid, t);
	if (t == NULL) {
		t = xcalloc(1, sizeof(*t));
		memcpy(t->uuid, uuid, sizeof(t->uuid));
		HASH_ADD_STR(f->talks, uuid, t);
	}
	return t;
}

static void
meet_message(struct fsck *f, struct talk *t, const char *at, const char *text)
{
	if (text == NULL || strcmp(at, t->newest) <= 0)
		return;
	f->sums.conversations += t->newest[0] == '\0';
	snprintf(t->newest, sizeof(t->newest), "%s", at);
	digest(text, t->text);
}

static void
meet_row(struct fsck *f, const char *group, size_t i)
{
	struct talk *t = talk_of(f, group);
	struct seen_row *seen;
	struct core_row row;

	if (t == NULL || !core_row_read(&f->page, i, t->uuid, &row))
		return;
	t->row = xrealloc(t->row, (t->n_rows + 1) * sizeof(t->row[0]));
	seen = &t->row[t->n_rows++];
	memcpy(seen->owner, row.owner, sizeof(seen->owner));
	memcpy(seen->peer, row.peer.uuid, sizeof(seen->peer));
	snprintf(seen->said_at, sizeof(seen->said_at), "%s", row.said_at);
	digest(row.text, seen->text);
}

static void
meet(struct fsck *f, size_t i)
{
	const char *pk = ddb_get(&f->page, i, "pk", NULL);
	const char *sk = ddb_get(&f->page, i, "sk", NULL);
	struct key_parts k = keys_parse(pk ? pk : "", sk ? sk : "");
	struct talk *t = k.group[0] != '\0' ? talk_of(f, k.group) : NULL;

	f->sums.items++;
	if (k.kind == KEY_MESSAGE)
		meet_message(f, t, sk, ddb_get(&f->page, i, "message", NULL));
	else if (k.kind == KEY_MEMBER && t->n_members++ < CORE_MEMBERS)
		memcpy(t->member[t->n_members - 1], k.user, UUID_TEXT_SIZE);
	else if (k.kind == KEY_INBOX)
		meet_row(
		    f, ddb_get(&f->page, i, "message_group_uuid", NULL), i);
}

enum rc
fsck_scan(struct fsck *f, struct ctx *cx, bool *more)
{
	struct ddb_page next = { 0 };
	enum rc rc;

	rc = ddb_scan(cx->ddb, 0, 1, f->page.more ? &f->page : NULL,
	    cx->deadline_ms, &next);
	if (rc != RC_OK) {
		ddb_page_free(&next);
		return rc;
	}
	ddb_page_free(&f->page);
	f->page = next;
	for (size_t i = 0; i < f->page.n; i++)
		meet(f, i);
	*more = f->page.more;
	f->next = f->talks;
	return RC_OK;
}

/* One row each, of the members, that name each other and show the newest. */
static bool
looks_right(const struct talk *t)
{
	if (t->n_rows != CORE_MEMBERS || t->n_members != CORE_MEMBERS)
		return false;
	for (size_t i = 0; i < CORE_MEMBERS; i++) {
		const struct seen_row *row = &t->row[i];
		const struct seen_row *other = &t->row[1 - i];

		if (strcmp(row->said_at, t->newest) != 0 ||
		    memcmp(row->text, t->text, HEAD_SIZE) != 0 ||
		    strcmp(row->peer, other->owner) != 0 ||
		    (strcmp(row->owner, t->member[0]) != 0 &&
			strcmp(row->owner, t->member[1]) != 0))
			return false;
	}
	return strcmp(t->row[0].owner, t->row[1].owner) != 0;
}

enum rc
fsck_check(struct fsck *f, struct ctx *cx, bool repair, const char **group,
    enum core_verdict *verdict)
{
	struct mover_did did;
	struct talk *t = f->next;
	enum rc rc;

	while (t != NULL && (t->newest[0] == '\0' || looks_right(t)))
		t = t->hh.next;
	f->next = t;
	if (t == NULL)
		return RC_NOT_FOUND;
	*group = t->uuid;
	rc = mover_check(cx, t->uuid, repair, &did);
	*verdict = rc == RC_NOT_FOUND ? CORE_UNKNOWN : did.verdict;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	f->next = t->hh.next;
	f->sums.checked++;
	f->sums.wrong += *verdict != CORE_NOTHING;
	f->sums.repaired += repair && rc == RC_OK && *verdict != CORE_NOTHING;
	return RC_OK;
}
