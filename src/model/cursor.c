#include "model/cursor.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "base/log.h"
#include "model/ctx.h"
#include "pg/pg.h"

#define MAC_BYTES 16 /* of the HMAC: 128 bits, more than anybody guesses */
#define KEY_SIZE  256

static void
mac(const char *key, const char *scope, const char *pos, size_t n,
    unsigned char out[static SHA256_SIZE])
{
	struct buf b = BUF_INIT(1024);

	/* the NUL keeps "ab" + "c" and "a" + "bc" apart */
	buf_add(&b, scope, strlen(scope) + 1);
	buf_add(&b, pos, n);
	assert(!b.failed);
	crypt_hmac(key, strlen(key), b.data, b.len, out);
	buf_free(&b);
}

void
cursor_seal(
    const char *key, const char *scope, const char *pos, struct cursor *out)
{
	struct buf raw = BUF_INIT(MAC_BYTES + CURSOR_POS_SIZE);
	struct buf text = BUF_INIT(CURSOR_SIZE - 1);
	unsigned char digest[SHA256_SIZE];

	mac(key, scope, pos, strlen(pos), digest);
	buf_add(&raw, digest, MAC_BYTES);
	buf_adds(&raw, pos);
	crypt_b64url(raw.data, raw.len, &text);
	assert(!raw.failed && !text.failed);
	memcpy(out->text, buf_str(&text), text.len + 1);
	buf_free(&raw);
	buf_free(&text);
}

enum rc
cursor_open(const char *key, const char *scope, const char *text,
    char pos[static CURSOR_POS_SIZE])
{
	struct buf raw = BUF_INIT(MAC_BYTES + CURSOR_POS_SIZE - 1);
	unsigned char digest[SHA256_SIZE];
	enum rc rc = RC_BAD_CURSOR;
	size_t n = strlen(text);

	if (n < CURSOR_SIZE && crypt_unb64url(text, n, &raw) == RC_OK &&
	    raw.len > MAC_BYTES) {
		mac(key, scope, raw.data + MAC_BYTES, raw.len - MAC_BYTES,
		    digest);
		if (crypt_equal(digest, raw.data, MAC_BYTES)) {
			memcpy(
			    pos, raw.data + MAC_BYTES, raw.len - MAC_BYTES + 1);
			rc = RC_OK;
		}
	}
	buf_free(&raw);
	return rc;
}

/* The key is a row of Postgres, made by its schema: the same for all machines
 * of an installation, and nobody has to configure it. Read once a process. */
static enum rc
load_key(struct ctx *cx, const char **out)
{
	static char key[KEY_SIZE];
	struct pg_rows rows;
	enum rc rc;

	*out = key;
	if (key[0] != '\0')
		return RC_OK;
	rc = pg_run(cx->pg, SQL_SETTINGS_GET, PG_ARGS("cursor_key"),
	    cx->deadline_ms, &rows);
	if (rc == RC_OK && (rows.n != 1 || pg_get_len(&rows, 0, 0) < 32)) {
		log_event(EV_INTERNAL, "detail",
		    "Postgres: settings has no cursor_key: load the schema",
		    NULL);
		rc = RC_INTERNAL;
	}
	if (rc == RC_OK)
		snprintf(key, sizeof(key), "%s", pg_get(&rows, 0, 0));
	pg_rows_free(&rows);
	return rc;
}

enum rc
cursor_make(
    struct ctx *cx, const char *scope, const char *pos, struct cursor *out)
{
	const char *key;
	enum rc rc = load_key(cx, &key);

	if (rc == RC_OK)
		cursor_seal(key, scope, pos, out);
	return rc;
}

enum rc
cursor_read(struct ctx *cx, const char *scope, const char *text,
    char pos[static CURSOR_POS_SIZE])
{
	const char *key;
	enum rc rc = load_key(cx, &key);

	return rc != RC_OK ? rc : cursor_open(key, scope, text, pos);
}
