#include "aws/creds.h"

#include <stdlib.h>
#include <string.h>

#include "aws/credsdoc.h"
#include "aws/credsrc.h"
#include "aws/http.h"
#include "base/board.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/xalloc.h"

#define US_PER_S 1000000

/* New ones are asked for when those at hand end within SOON; the instance
 * metadata has new ones five minutes before. Within LATE everybody waits for
 * them, but goes on with the old ones if there are none. */
#define SOON_S 300
#define LATE_S 10

/* At most one fetch in this time, over all processes: while there are good
 * keys, and while there are none. */
#define SOON_RETRY_MS 30000
#define LATE_RETRY_MS 1000
#define FETCH_MS      3000 /* for one, inside the request's deadline */

struct creds {
	const struct conf *conf;
	struct http *http;
	struct creds_keys keys; /* those at hand; key_id NULL: none */
	const char *source;	/* of keys; "" before there are any */
	bool remote;		/* of that source; then they are the board's */
	uint64_t generation;	/* of keys on the board */
	bool refused;		/* AWS says that they are no good */
	enum rc failed;		/* how the last fetch failed */
	struct buf error;
};

static void
wipe(char **text)
{
	if (*text != NULL)
		secure_free(*text, strlen(*text));
	*text = NULL;
}

void
creds_keys_free(struct creds_keys *keys)
{
	wipe(&keys->key_id);
	wipe(&keys->secret);
	wipe(&keys->token);
	keys->expires_us = 0;
}

struct creds *
creds_new(const struct conf *conf)
{
	struct creds *c = xcalloc(1, sizeof(*c));

	c->conf = conf;
	c->http = http_new();
	http_trust(c->http, conf->aws_ca_bundle);
	c->error = BUF_INIT(4096);
	c->source = "";
	c->failed = RC_CONFIG;
	if (board_init() != RC_OK)
		abort(); /* no memory for two pages */
	return c;
}

void
creds_free(struct creds **c)
{
	if (*c == NULL)
		return;
	creds_keys_free(&(*c)->keys);
	http_free(&(*c)->http);
	buf_free(&(*c)->error);
	free(*c);
	*c = NULL;
}

/* Seconds that the keys at hand are still good for. */
static int64_t
left_s(const struct creds *c)
{
	if (c->keys.key_id == NULL || c->refused)
		return 0;
	if (c->keys.expires_us == 0)
		return INT64_MAX;
	return (c->keys.expires_us - clock_wall_us()) / US_PER_S;
}

static void
take(struct creds *c, struct creds_keys *keys)
{
	creds_keys_free(&c->keys);
	c->keys = *keys;
	c->refused = false;
}

/* Take over what another process has put on the board since. */
static void
adopt(struct creds *c)
{
	struct buf bytes = BUF_SECRET(BOARD_MAX_BYTES);
	struct creds_keys keys = { 0 };
	uint64_t generation = board_generation(BOARD_CREDS);

	if (generation == 0 || generation == c->generation)
		return;
	if (board_get(BOARD_CREDS, &bytes, &generation) == RC_OK &&
	    credsdoc_unpack(buf_str(&bytes), bytes.len, &keys) == RC_OK) {
		take(c, &keys);
		c->generation = generation;
		c->remote = true;
		if (c->source[0] == '\0')
			c->source = "shared";
	}
	buf_free(&bytes);
}

static void
post(struct creds *c)
{
	struct buf bytes = BUF_SECRET(BOARD_MAX_BYTES);

	credsdoc_pack(&c->keys, &bytes);
	if (buf_rc(&bytes) == RC_OK &&
	    board_post(BOARD_CREDS, bytes.data, bytes.len) == RC_OK)
		c->generation = board_generation(BOARD_CREDS);
	buf_free(&bytes);
}

/* Ask the sources in turn, from the given one on, only those that are remote
 * or only those that are not. RC_NOT_FOUND: none is set up. */
static enum rc
fetch(struct creds *c, bool remote, int64_t deadline_ms)
{
	struct credsrc_env env = { c->conf, c->http, deadline_ms, &c->error };
	struct creds_keys keys = { 0 };
	enum rc rc = RC_NOT_FOUND;

	for (const struct credsrc *s = credsrc_table;
	     rc == RC_NOT_FOUND && s->name != NULL; s++) {
		if (s->remote != remote)
			continue;
		rc = s->get(&env, &keys);
		if (rc != RC_OK)
			continue;
		take(c, &keys);
		c->source = s->name;
		c->remote = remote;
	}
	return rc;
}

static void
log_fetch(const struct creds *c, enum rc rc, int64_t us)
{
	metrics_call(MB_AWS, rc, us);
	if (rc == RC_OK)
		log_event(EV_CREDENTIALS_FETCHED, "source", c->source, "ms",
		    log_num(us / 1000), NULL);
	else
		log_event(EV_CREDENTIALS_FAILED, "code", rc_wire(rc), "detail",
		    buf_str(&c->error), NULL);
}

/* With the duty: unless another has just done it, or just failed at it. */
static enum rc
fetch_for_all(struct creds *c, int64_t retry_ms, int64_t deadline_ms)
{
	int64_t tried_ms = board_tried_ms(BOARD_CREDS), now_us = clock_us();
	enum rc rc;

	adopt(c);
	if (left_s(c) > SOON_S)
		return RC_OK;
	if (tried_ms != 0 && clock_ms() - tried_ms < retry_ms) {
		buf_adds(&c->error, "; asked a moment ago, see the log");
		return c->generation == 0 ? c->failed : RC_UNAVAILABLE;
	}
	board_note_try(BOARD_CREDS);
	rc = fetch(c, true, deadline_ms);
	log_fetch(c, rc, clock_us() - now_us);
	if (rc == RC_OK)
		post(c);
	/* what has never worked here was never set up */
	else if (c->keys.key_id == NULL && c->generation == 0)
		rc = RC_CONFIG;
	c->failed = rc;
	return rc;
}

/* Ask the network, or let another process do so. late: there are no good keys,
 * so wait for it. */
static enum rc
refresh(struct creds *c, bool late, int64_t deadline_ms)
{
	int64_t until_ms = clock_ms() + (late ? FETCH_MS : 0);
	enum rc rc;

	if (until_ms > deadline_ms)
		until_ms = deadline_ms;
	if (board_begin(BOARD_CREDS, until_ms) != RC_OK)
		return RC_UNAVAILABLE;
	rc = fetch_for_all(c, late ? LATE_RETRY_MS : SOON_RETRY_MS,
	    late ? until_ms : deadline_ms);
	board_end(BOARD_CREDS);
	return rc;
}

enum rc
creds_get(struct creds *c, int64_t deadline_ms, const struct creds_keys **keys)
{
	enum rc rc = RC_OK;

	if (c->remote || c->keys.key_id == NULL)
		adopt(c);
	if (left_s(c) <= SOON_S) {
		buf_reset(&c->error);
		/* those of this machine cost nothing to ask again */
		rc = c->remote ? RC_NOT_FOUND : fetch(c, false, deadline_ms);
		if (rc == RC_NOT_FOUND)
			rc = refresh(c, left_s(c) <= LATE_S, deadline_ms);
	}
	if (rc != RC_OK && left_s(c) <= 0)
		return rc;
	*keys = &c->keys;
	return RC_OK;
}

void
creds_refused(struct creds *c)
{
	c->refused = true;
}

const char *
creds_error(const struct creds *c)
{
	return buf_str(&c->error);
}

const char *
creds_source(const struct creds *c)
{
	return c->source;
}

struct http *
creds_http(struct creds *c)
{
	return c->http;
}
