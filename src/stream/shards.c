#include "stream/shards.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void
shard_set(char **text, const char *to)
{
	char *copy = to != NULL ? xstrdup(to) : NULL;

	free(*text);
	*text = copy;
}

static void
pending_free(struct pending *p)
{
	free(p->sequence);
	free(p->prev);
	free(p->group);
	free(p->at);
	free(p->text);
	free(p);
}

static void
shard_free(struct shard *shard)
{
	while (shard->pending != NULL) {
		struct pending *p = shard->pending;

		shard->pending = p->next;
		pending_free(p);
	}
	free(shard->id);
	free(shard->parent);
	free(shard->iterator);
	free(shard->read);
	free(shard->saved);
	free(shard);
}

void
shards_free(struct shards *s)
{
	for (size_t i = 0; i < s->n; i++)
		shard_free(s->at[i]);
	free(s->at);
	*s = (struct shards){ 0 };
}

static struct shard *
find(const struct shards *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->at[i]->id, id) == 0)
			return s->at[i];
	}
	return NULL;
}

static struct shard *
add(struct shards *s, const struct streams_shard *from,
    const struct checkpoint *done)
{
	struct shard *shard = xcalloc(1, sizeof(*shard));

	shard->id = xstrdup(from->id);
	shard_set(&shard->parent, from->parent);
	shard->tail = &shard->pending;
	if (done != NULL) {
		shard->known = true;
		shard->saved_closed = done->closed;
		shard->state = done->closed ? SHARD_DONE : SHARD_WAITS;
		shard_set(&shard->read, done->sequence);
		shard_set(&shard->saved, done->sequence);
	}
	s->at = xrealloc(s->at, (s->n + 1) * sizeof(s->at[0]));
	s->at[s->n++] = shard;
	return shard;
}

/* Done, and Postgres knows, and the stream has forgotten it. */
static void
forget_gone(struct shards *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct shard *shard = s->at[i];

		if (!shard->listed && shard->state == SHARD_DONE &&
		    shard->saved_closed)
			shard_free(shard);
		else
			s->at[kept++] = shard;
	}
	s->n = kept;
}

void
shards_merge(struct shards *s, const struct streams_shards *list,
    const struct checkpoints *done)
{
	for (size_t i = 0; i < s->n; i++)
		s->at[i]->listed = false;
	for (size_t i = 0; i < list->n; i++) {
		const char *id = list->shard[i].id;
		struct shard *shard = find(s, id);

		if (shard == NULL)
			shard =
			    add(s, &list->shard[i], checkpoints_find(done, id));
		shard->listed = true;
	}
	forget_gone(s);
}

size_t
shards_start(struct shards *s)
{
	size_t reading = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct shard *shard = s->at[i];
		struct shard *parent =
		    shard->parent != NULL ? find(s, shard->parent) : NULL;

		if (shard->state == SHARD_WAITS &&
		    (parent == NULL || parent->state == SHARD_DONE))
			shard->state = SHARD_READS;
		reading += shard->state == SHARD_READS;
	}
	return reading;
}

bool
shards_all_done(const struct shards *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->at[i]->state != SHARD_DONE)
			return false;
	}
	return s->n > 0;
}

const char *
shard_checkpoint(const struct shard *shard)
{
	return shard->pending != NULL ? shard->pending->prev : shard->read;
}

void
shard_ended(struct shard *shard)
{
	shard_set(&shard->iterator, NULL);
	shard->state = SHARD_DRAINS;
	shard->lag_us = 0;
	shard_settle(shard);
}

void
shard_settle(struct shard *shard)
{
	if (shard->state == SHARD_DRAINS && shard->pending == NULL)
		shard->state = SHARD_DONE;
}

void
shards_put_back(struct shards *s, struct shard *shard, struct pending *p)
{
	p->next = NULL;
	*shard->tail = p;
	shard->tail = &p->next;
	s->n_pending++;
}

void
shards_drop(struct shards *s, struct shard *shard, struct pending *p)
{
	struct pending **at = &shard->pending;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	if (shard->tail == &p->next)
		shard->tail = at;
	s->n_pending--;
	pending_free(p);
}
