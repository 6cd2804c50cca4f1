/* stream/shards: parents first, splits, and how far all is done. */
#include "stream/shards.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "tap.h"

/* What a stream tells of: id, parent; NULL ends it. */
typedef const char *listed[2];

static void
merge(struct shards *s, const listed *of, const struct checkpoints *done)
{
	static const struct checkpoints none;
	struct streams_shards list = { 0 };
	struct streams_shard shard[8];

	for (; of[list.n][0] != NULL; list.n++)
		shard[list.n] = (struct streams_shard){
			.id = (char *)(uintptr_t)of[list.n][0],
			.parent = (char *)(uintptr_t)of[list.n][1]
		};
	list.shard = shard;
	shards_merge(s, &list, done ? done : &none);
}

/* "a:reads b:waits ", after those that may have started. */
static const char *
states(struct shards *s)
{
	static const char *const name[SHARD__MAX] = { "waits", "reads",
		"drains", "done" };
	static char text[256];
	size_t at = 0;

	(void)shards_start(s);
	text[0] = '\0';
	for (size_t i = 0; i < s->n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s:%s ",
		    s->at[i]->id, name[s->at[i]->state]);
	return text;
}

static struct pending *
put_back(struct shards *s, struct shard *shard, const char *prev)
{
	struct pending *p = xcalloc(1, sizeof(*p));

	shard_set(&p->prev, prev);
	shards_put_back(s, shard, p);
	return p;
}

static void
parents_first(void)
{
	struct shards s = { 0 };

	merge(&s,
	    (listed[]){ { "a", NULL }, { "b", "a" }, { "c", "a" }, { "d", "b" },
		{ NULL, NULL } },
	    NULL);
	is_str(states(&s), "a:reads b:waits c:waits d:waits ",
	    "a parent is read first");
	shard_ended(s.at[0]);
	is_str(states(&s), "a:done b:reads c:reads d:waits ",
	    "it splits: both children are read");
	shard_ended(s.at[1]);
	is_str(states(&s), "a:done b:done c:reads d:reads ",
	    "a grandchild does not wait for its aunt");
	ok(!shards_all_done(&s), "not all is done");
	merge(
	    &s, (listed[]){ { "c", "a" }, { "d", "b" }, { NULL, NULL } }, NULL);
	is_int((long long)s.n, 4, "forgotten by the stream, not yet saved");
	s.at[0]->saved_closed = s.at[1]->saved_closed = true;
	merge(
	    &s, (listed[]){ { "c", "a" }, { "d", "b" }, { NULL, NULL } }, NULL);
	is_str(states(&s), "c:reads d:reads ", "and saved: they are gone");
	shards_free(&s);
	merge(&s, (listed[]){ { "x", "gone" }, { NULL, NULL } }, NULL);
	is_str(states(&s), "x:reads ", "nobody knows the parent: it is read");
	shards_free(&s);
}

static void
resumes(void)
{
	struct checkpoint at[] = { { (char[]){ "a" }, (char[]){ "7" }, true },
		{ (char[]){ "b" }, (char[]){ "9" }, false } };
	const struct checkpoints done = { at, COUNT(at) };
	struct shards s = { 0 };

	merge(&s,
	    (listed[]){
		{ "a", NULL }, { "b", "a" }, { "c", "a" }, { NULL, NULL } },
	    &done);
	is_str(states(&s), "a:done b:reads c:reads ",
	    "what was done before is not read again");
	is_str(s.at[1]->read, "9", "a shard goes on after its checkpoint");
	is_str(s.at[2]->read, NULL, "or from its beginning");
	shards_free(&s);
}

static void
holds_back(void)
{
	struct shards s = { 0 };
	struct pending *first, *second;
	struct shard *a;

	merge(&s, (listed[]){ { "a", NULL }, { "b", "a" }, { NULL, NULL } },
	    NULL);
	is_str(states(&s), "a:reads b:waits ", "reads");
	a = s.at[0];
	is_str(shard_checkpoint(a), NULL, "nothing is done");
	shard_set(&a->read, "5");
	is_str(shard_checkpoint(a), "5", "all that was read is done");
	first = put_back(&s, a, "2");
	second = put_back(&s, a, "4");
	shard_set(&a->read, "8");
	is_str(shard_checkpoint(a), "2", "the first that failed holds it");
	shard_ended(a);
	is_str(states(&s), "a:drains b:waits ",
	    "read to its end, but its children wait for what failed");
	shards_drop(&s, a, first);
	is_str(shard_checkpoint(a), "4", "then the second");
	shards_drop(&s, a, second);
	shard_settle(a);
	is_str(shard_checkpoint(a), "8", "then nothing does");
	is_str(states(&s), "a:done b:reads ", "and the child is read");
	is_int((long long)s.n_pending, 0, "none waits");
	put_back(&s, s.at[1], NULL);
	is_str(shard_checkpoint(s.at[1]), NULL, "the very first one failed");
	put_back(&s, s.at[1], "9");
	shards_drop(&s, s.at[1], s.at[1]->pending->next);
	shards_drop(&s, s.at[1], s.at[1]->pending);
	first = put_back(&s, s.at[1], "10");
	ok(s.at[1]->pending == first && first->next == NULL,
	    "the last and the only one dropped: others can follow");
	shards_free(&s);
}

int
main(void)
{
	parents_first();
	resumes();
	holds_back();
	return tap_done();
}
