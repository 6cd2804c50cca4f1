#include <stdio.h>
#include <string.h>

#include "aws/ddb.h"
#include "base/clock.h"
#include "base/parse.h"
#include "cli/commands.h"
#include "cli/say.h"
#include "model/ctx.h"
#include "model/items.h"
#include "model/users.h"
#include "pg/pg.h"

#define FILE_MAX_BYTES ((size_t)256 * 1024)
#define MAX_LINES      500
#define SECOND_US      ((int64_t)1000000)
#define APART_US       (300 * SECOND_US)  /* between two messages */
#define AGO_US	       (3600 * SECOND_US) /* the last one */

/* The bootcamp's own, which its tutorials show. */
#define GROUP "5ae290ed-55d1-47a0-bc6d-fe2bc2700399"

/* demo/conversation.txt, read. */
struct demo {
	struct buf file;
	const char *text[MAX_LINES]; /* in file, ended by NUL */
	int who[MAX_LINES];	     /* index of people */
	size_t n;
	struct user people[2];
	size_t npeople;
	int64_t first_us; /* when the first message was said */
};

static enum rc
person_of(struct cli *c, struct demo *demo, const char *handle, int *out)
{
	enum rc rc;

	for (size_t i = 0; i < demo->npeople; i++) {
		if (strcmp(demo->people[i].handle, handle) == 0) {
			*out = (int)i;
			return RC_OK;
		}
	}
	if (demo->npeople == 2) {
		say_fail(
		    "demo/conversation.txt: @%s is a third person", handle);
		return RC_CONFIG;
	}
	rc = cli_person(c, handle, &demo->people[demo->npeople]);
	if (rc == RC_OK)
		*out = (int)demo->npeople++;
	return rc;
}

/* "HANDLE: text" a line; # begins a comment. */
static enum rc
read_demo(struct cli *c, struct demo *demo)
{
	char *line, *rest;
	enum rc rc = cli_file(c, "demo/conversation.txt", &demo->file);

	for (line = demo->file.data; rc == RC_OK && line && *line;
	     line = rest) {
		char *end = line + strcspn(line, "\n");
		char *colon;

		rest = *end ? end + 1 : end;
		*end = '\0';
		colon = strstr(line, ": ");
		if (line[0] == '#' || colon == NULL || demo->n == MAX_LINES)
			continue;
		*colon = '\0';
		demo->text[demo->n] = colon + 2;
		rc = person_of(c, demo, line, &demo->who[demo->n]);
		demo->n++;
	}
	if (rc == RC_OK && demo->npeople != 2) {
		say_fail("demo/conversation.txt: needs two people");
		rc = RC_CONFIG;
	}
	return rc;
}

static int64_t
time_of(const struct demo *demo, size_t i)
{
	return demo->first_us + (int64_t)i * APART_US;
}

/* Pair, members and inbox rows at once: they stand together or not at all. */
static enum rc
put_frame(struct cli *c, const struct demo *demo, struct ddb_why *why)
{
	struct member a = item_person(&demo->people[0]);
	struct member b = item_person(&demo->people[1]);
	const char *last = demo->text[demo->n - 1];
	char first_at[CLOCK_TEXT_SIZE], last_at[CLOCK_TEXT_SIZE];
	struct item_keys keys[5];

	clock_text(time_of(demo, 0), first_at);
	clock_text(time_of(demo, demo->n - 1), last_at);

	struct ddb_op ops[5] = {
		item_pair(&keys[0], a.uuid, b.uuid, GROUP),
		item_member(&keys[1], GROUP, &a, first_at),
		item_member(&keys[2], GROUP, &b, first_at),
		item_inbox(&keys[3], a.uuid, &b, GROUP, last, last_at),
		item_inbox(&keys[4], b.uuid, &a, GROUP, last, last_at),
	};

	return ddb_transact(c->cx.ddb, ops, 5, NULL, cli_deadline(), why);
}

/* The times of a seed that has begun before: from its member row. */
static enum rc
read_first(struct cli *c, struct demo *demo)
{
	struct key pk = keys_group(GROUP);
	struct key sk = keys_member(demo->people[0].uuid);
	struct ddb_page page;
	const char *at;
	enum rc rc =
	    ddb_read(c->cx.ddb, pk.text, sk.text, cli_deadline(), &page);

	if (rc == RC_OK) {
		at = ddb_get(&page, 0, "joined_at", NULL);
		rc = at != NULL ? clock_parse(at, &demo->first_us) : RC_INVALID;
	} else {
		say_ddb(c, rc, "cannot read the demo conversation");
	}
	ddb_page_free(&page);
	return rc;
}

/* A text that has been stored by an earlier run stands as it is. */
static enum rc
put_messages(struct cli *c, const struct demo *demo, size_t *stored)
{
	for (size_t i = 0; i < demo->n; i++) {
		struct member sender = item_person(&demo->people[demo->who[i]]);
		char at[CLOCK_TEXT_SIZE], uuid[UUID_TEXT_SIZE];
		struct item_keys keys;
		struct ddb_op op;
		enum rc rc;

		if (cli_interrupted)
			return RC_INTERRUPTED;
		clock_text(time_of(demo, i), at);
		snprintf(uuid, sizeof(uuid), "d0000000-0001-4000-8000-%012u",
		    (unsigned int)i);
		op = item_message(
		    &keys, GROUP, at, uuid, demo->text[i], &sender);
		rc = ddb_write(c->cx.ddb, &op, cli_deadline(), NULL);
		if (rc != RC_OK && rc != RC_CONDITION)
			return say_ddb(c, rc, "cannot store a message");
		*stored += rc == RC_OK;
		say_progress("%zu of %zu messages", i + 1, demo->n);
	}
	return RC_OK;
}

/* The two have a conversation already: is it the demo's own, unfinished? */
static enum rc
resume(struct cli *c, struct demo *demo, struct ddb_why *why, bool *other)
{
	const char *group =
	    why->reason[0] == RC_CONDITION
		? ddb_get(&why->old[0], 0, "message_group_uuid", NULL)
		: NULL;

	*other = group != NULL && strcmp(group, GROUP) != 0;
	return *other ? RC_OK : read_first(c, demo);
}

static enum rc
seed(struct cli *c, struct demo *demo)
{
	struct ddb_why why;
	bool other = false;
	size_t stored = 0;
	enum rc rc;

	demo->first_us = clock_wall_us() / SECOND_US * SECOND_US - AGO_US -
			 (int64_t)(demo->n - 1) * APART_US;
	rc = put_frame(c, demo, &why);
	if (rc == RC_CONDITION)
		rc = resume(c, demo, &why, &other);
	else if (rc != RC_OK)
		say_ddb(c, rc, "cannot store the demo conversation");
	ddb_why_free(&why);
	if (other) {
		say("@%s and @%s have a conversation of their own already: "
		    "nothing was done",
		    demo->people[0].handle, demo->people[1].handle);
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = put_messages(c, demo, &stored);
	say_progress_end();
	if (rc == RC_OK)
		say("seeded the demo conversation of @%s and @%s: %zu of %zu "
		    "messages are new",
		    demo->people[0].handle, demo->people[1].handle, stored,
		    demo->n);
	return rc;
}

enum rc
cli_ddb_seed(struct cli *c)
{
	struct demo demo = { .file = BUF_INIT(FILE_MAX_BYTES) };
	enum rc rc = RC_CONFIG;

	if (cli_pg(c) != NULL && cli_ddb(c) != NULL)
		rc = read_demo(c, &demo);
	if (rc == RC_OK)
		rc = seed(c, &demo);
	buf_free(&demo.file);
	return rc;
}
