#include "stream/work.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/creds.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "model/ctx.h"
#include "stream/mover.h"
#include "stream/stats.h"

/* A message with less time than that is not begun: its failure would say
 * nothing about it. */
#define LEAST_MS 250

/* The messages of one conversation, newest first. */
struct turn {
	struct work_item **item;
	size_t n;
	struct work_item *first; /* of them in the caller's order */
};

struct work {
	const struct conf *conf;
	pthread_t *thread;
	int n_threads;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t come;  /* there is a batch, or the end */
	pthread_cond_t done;  /* the batch is done */
	bool stop;
	const struct turn *turn; /* of the batch */
	size_t n;
	size_t next; /* the first that nobody has taken */
	int at_work; /* threads that have taken some */
	int64_t deadline_ms;
};

bool
work_is_outage(enum rc rc)
{
	return rc == RC_UNAVAILABLE || rc == RC_DEADLINE ||
	       rc == RC_THROTTLED || rc == RC_BACKEND_DENIED ||
	       rc == RC_CONFIG || rc == RC_INTERRUPTED;
}

static int
by_first(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

static int
by_group_newest_first(const void *a, const void *b)
{
	const struct work_item *x = *(struct work_item *const *)a;
	const struct work_item *y = *(struct work_item *const *)b;
	int cmp = strcmp(x->msg.group, y->msg.group);

	return cmp != 0 ? cmp : strcmp(y->msg.at, x->msg.at);
}

/* Group the items; the number of turns. Whose first item stands further ahead
 * comes first: what waits already is not kept waiting by what is new. */
static size_t
make_turns(struct work_item **item, size_t n, struct turn *turn)
{
	size_t turns = 0;

	qsort(item, n, sizeof(item[0]), by_group_newest_first);
	for (size_t i = 0; i < n; i++) {
		struct turn *t;

		if (i == 0 ||
		    strcmp(item[i]->msg.group, item[i - 1]->msg.group) != 0)
			turn[turns++] =
			    (struct turn){ .item = item + i, .first = item[i] };
		t = &turn[turns - 1];
		t->n++;
		if (item[i] < t->first)
			t->first = item[i];
	}
	qsort(turn, turns, sizeof(turn[0]), by_first);
	return turns;
}

static void
count(const struct mover_did *did, const char *group)
{
	stats_add(ST_CONDITIONS, did->conditions);
	if (did->verdict == CORE_MOVE)
		stats_add(ST_MOVES, did->transactions);
	if (did->verdict != CORE_REBUILD)
		return;
	stats_add(ST_REBUILDS, did->transactions);
	log_event(EV_STREAM_REBUILT, "group", group, NULL);
}

static void
apply(struct ctx *cx, struct work_item *item)
{
	struct mover_did did;

	if (clock_left_ms(cx->deadline_ms) < LEAST_MS) {
		item->rc = RC_INTERRUPTED;
		return;
	}
	item->rc = mover_apply(cx, &item->msg, &did);
	count(&did, item->msg.group);
	if (item->rc == RC_NOT_FOUND)
		snprintf(item->why, sizeof(item->why),
		    "nobody knows who belongs to the conversation");
	else if (item->rc != RC_OK)
		snprintf(
		    item->why, sizeof(item->why), "%s", ddb_error(cx->ddb));
}

/* The messages of one conversation. */
static void
apply_group(struct ctx *cx, struct work_item **item, size_t n)
{
	bool shown = false, outage = false;

	for (size_t i = 0; i < n; i++) {
		if (shown) {
			item[i]->rc = RC_OK;
		} else if (outage) {
			item[i]->rc = item[0]->rc;
			memcpy(
			    item[i]->why, item[0]->why, sizeof(item[i]->why));
		} else {
			apply(cx, item[i]);
			shown = item[i]->rc == RC_OK;
			outage = i == 0 && work_is_outage(item[i]->rc);
		}
	}
}

static void
work_until_stopped(struct work *w, struct ctx *cx)
{
	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		const struct turn *turn;

		if (w->next == w->n) {
			pthread_cond_wait(&w->come, &w->lock);
			continue;
		}
		turn = &w->turn[w->next++];
		w->at_work++;
		cx->deadline_ms = w->deadline_ms;
		pthread_mutex_unlock(&w->lock);
		apply_group(cx, turn->item, turn->n);
		pthread_mutex_lock(&w->lock);
		if (--w->at_work == 0 && w->next == w->n)
			pthread_cond_signal(&w->done);
	}
	pthread_mutex_unlock(&w->lock);
}

static void *
thread_main(void *arg)
{
	struct work *w = arg;
	struct creds *creds = creds_new(w->conf); /* and its connection */
	struct ctx cx = { .conf = w->conf };

	cx.ddb = ddb_new(w->conf, creds);
	work_until_stopped(w, &cx);
	ddb_free(&cx.ddb);
	creds_free(&creds);
	return NULL;
}

struct work *
work_new(const struct conf *conf, int threads)
{
	struct work *w = xcalloc(1, sizeof(*w));
	sigset_t all, old;

	w->conf = conf;
	w->thread = xcalloc((size_t)threads, sizeof(w->thread[0]));
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->come, NULL);
	pthread_cond_init(&w->done, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	while (w->n_threads < threads) {
		if (pthread_create(
			&w->thread[w->n_threads], NULL, thread_main, w) != 0)
			abort(); /* no memory for a stack: like xmalloc() */
		w->n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return w;
}

void
work_free(struct work **w)
{
	struct work *p = *w;

	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->come);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->n_threads; i++)
		pthread_join(p->thread[i], NULL);
	pthread_cond_destroy(&p->come);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	free(p->thread);
	free(p);
	*w = NULL;
}

void
work_run(struct work *w, struct work_item *items, size_t n, int64_t deadline_ms)
{
	struct work_item **item = xcalloc(n + 1, sizeof(item[0]));
	struct turn *turn = xcalloc(n + 1, sizeof(turn[0]));
	size_t turns;

	for (size_t i = 0; i < n; i++) {
		item[i] = &items[i];
		items[i].rc = RC_INTERRUPTED;
		items[i].why[0] = '\0';
	}
	turns = make_turns(item, n, turn);
	pthread_mutex_lock(&w->lock);
	w->turn = turn;
	w->n = turns;
	w->next = 0;
	w->deadline_ms = deadline_ms;
	pthread_cond_broadcast(&w->come);
	while (w->next < w->n || w->at_work > 0)
		pthread_cond_wait(&w->done, &w->lock);
	w->n = w->next = 0;
	pthread_mutex_unlock(&w->lock);
	free(turn);
	free(item);
}
