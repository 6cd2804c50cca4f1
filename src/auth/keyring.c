#include "auth/keyring.h"

#include <stdlib.h>

#include "base/board.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"

struct keyring {
	char *url;
	keyring_fetch_fn *fetch;
	void *arg;	     /* of fetch */
	struct jwks set;     /* read from the board at generation */
	uint64_t generation; /* 0: never read */
};

struct keyring *
keyring_new(const char *url, keyring_fetch_fn *fetch, void *arg)
{
	struct keyring *k = xcalloc(1, sizeof(*k));

	k->url = xstrdup(url);
	k->fetch = fetch;
	k->arg = arg;
	return k;
}

void
keyring_free(struct keyring **k)
{
	if (*k == NULL)
		return;
	jwks_free(&(*k)->set);
	free((*k)->url);
	free(*k);
	*k = NULL;
}

const struct jwks *
keyring_current(struct keyring *k)
{
	struct buf doc = BUF_INIT(BOARD_MAX_BYTES);
	struct jwks fresh;
	uint64_t generation;

	if (board_generation(BOARD_JWKS) == k->generation ||
	    board_get(BOARD_JWKS, &doc, &generation) != RC_OK)
		goto out; /* an emptied board: what we have is still good */
	if (jwks_parse(doc.data, doc.len, &fresh) == RC_OK) {
		jwks_free(&k->set);
		k->set = fresh;
	}
	k->generation = generation;
out:
	buf_free(&doc);
	return &k->set;
}

/* Fetch, look whether it is a key set, and only then put it on the board. */
static enum rc
fetch_and_post(struct keyring *k, int64_t deadline_ms)
{
	int64_t start_ms = clock_ms();
	int64_t until_ms = start_ms + KEYS_FETCH_MS;
	struct buf doc = BUF_INIT(BOARD_MAX_BYTES);
	struct jwks set = { 0 };
	size_t n = 0;
	enum rc rc;

	rc = k->fetch(k->arg, k->url,
	    until_ms < deadline_ms ? until_ms : deadline_ms, &doc);
	if (rc == RC_OK)
		rc = jwks_parse(buf_str(&doc), doc.len, &set);
	if (rc == RC_OK) {
		n = set.n;
		rc = board_post(BOARD_JWKS, doc.data, doc.len);
	}
	if (rc == RC_OK)
		log_event(EV_JWKS_REFRESHED, "url", k->url, "keys",
		    log_num((int64_t)n), NULL);
	else
		log_event(EV_JWKS_REFRESH_FAILED, "url", k->url, "code",
		    rc_wire(rc), "ms", log_num(clock_ms() - start_ms), NULL);
	jwks_free(&set);
	buf_free(&doc);
	return rc;
}

/* Whether a fetch may be made now. The duty of the board is held. */
static bool
may_fetch(bool have_keys)
{
	int64_t tried_ms = board_tried_ms(BOARD_JWKS);

	return tried_ms == 0 ||
	       clock_ms() - tried_ms >=
		   (have_keys ? KEYS_REFETCH_MS : KEYS_RETRY_MS);
}

enum rc
keyring_refresh(struct keyring *k, int64_t deadline_ms)
{
	uint64_t had = k->generation;
	bool have_keys;
	enum rc rc;

	rc = board_begin(BOARD_JWKS, deadline_ms);
	if (rc != RC_OK)
		return rc;
	have_keys = keyring_current(k)->n > 0;
	if (k->generation != had) {
		rc = RC_OK; /* another process was faster */
	} else if (!may_fetch(have_keys)) {
		rc = RC_NOT_FOUND;
	} else {
		rc = fetch_and_post(k, deadline_ms);
		/* the very first keys do not use up the minute */
		if (have_keys || rc != RC_OK)
			board_note_try(BOARD_JWKS);
	}
	board_end(BOARD_JWKS);
	if (rc == RC_OK)
		keyring_current(k);
	return rc;
}
