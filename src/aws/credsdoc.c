#include "aws/credsdoc.h"

#include <json-c/json_object.h>
#include <string.h>

#include "base/clock.h"
#include "base/js.h"
#include "base/xalloc.h"

bool
credsdoc_is_header(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < 0x20 || *p > 0x7e)
			return false;
	}
	return text[0] != '\0';
}

/* Whether a set of keys can be used at all. */
static bool
usable(const struct creds_keys *keys)
{
	return keys->key_id && credsdoc_is_header(keys->key_id) &&
	       keys->secret && credsdoc_is_header(keys->secret) &&
	       (keys->token == NULL || credsdoc_is_header(keys->token));
}

static void
trim(const char **p, size_t *n)
{
	while (*n > 0 && strchr(" \t\r", (*p)[*n - 1]) != NULL)
		(*n)--;
	while (*n > 0 && strchr(" \t\r", **p) != NULL) {
		(*p)++;
		(*n)--;
	}
}

static bool
is(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(p, word, n) == 0;
}

/* The field of an INI key; NULL: one of no concern here. */
static char **
field_of(struct creds_keys *keys, const char *p, size_t n)
{
	if (is(p, n, "aws_access_key_id"))
		return &keys->key_id;
	if (is(p, n, "aws_secret_access_key"))
		return &keys->secret;
	if (is(p, n, "aws_session_token"))
		return &keys->token;
	return NULL;
}

/* One line inside the section. */
static void
read_setting(struct creds_keys *keys, const char *p, size_t n)
{
	const char *equals = memchr(p, '=', n), *value;
	size_t name_len, value_len;
	char **field;

	if (equals == NULL || *p == '#' || *p == ';')
		return;
	value = equals + 1;
	value_len = n - (size_t)(value - p);
	name_len = (size_t)(equals - p);
	trim(&p, &name_len);
	trim(&value, &value_len);
	field = field_of(keys, p, name_len);
	if (field == NULL || value_len == 0)
		return;
	if (*field != NULL)
		secure_free(*field, strlen(*field));
	*field = xstrndup(value, value_len);
}

enum rc
credsdoc_ini(
    const char *text, size_t n, const char *profile, struct creds_keys *keys)
{
	struct creds_keys got = { 0 };
	const char *end = text + n, *line = text, *next;
	bool inside = false;
	enum rc rc = RC_OK;

	for (; line < end; line = next) {
		const char *p = line;
		size_t len;

		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		len = (size_t)(next - line);
		while (len > 0 && p[len - 1] == '\n')
			len--;
		trim(&p, &len);
		if (len >= 2 && p[0] == '[' && p[len - 1] == ']') {
			p++;
			len -= 2;
			trim(&p, &len);
			inside = is(p, len, profile);
		} else if (inside && len > 0) {
			read_setting(&got, p, len);
		}
	}
	if (got.key_id == NULL)
		rc = RC_NOT_FOUND;
	else if (!usable(&got))
		rc = RC_CONFIG;
	if (rc == RC_OK)
		*keys = got;
	else
		creds_keys_free(&got);
	return rc;
}

static void
read_document(struct json_object *doc, struct creds_keys *out)
{
	const char *expires = js_get_str(doc, "Expiration", NULL);

	out->key_id = xstrdup(js_get_str(doc, "AccessKeyId", NULL));
	out->secret = xstrdup(js_get_str(doc, "SecretAccessKey", NULL));
	out->token = xstrdup(js_get_str(doc, "Token", NULL));
	/* none, or none that we can read: they never expire, as far as we know
	 */
	if (expires == NULL || clock_parse(expires, &out->expires_us) != RC_OK)
		out->expires_us = 0;
}

enum rc
credsdoc_json(const char *body, size_t n, struct creds_keys *keys)
{
	struct json_object *doc = NULL;
	struct creds_keys got = { 0 };
	enum rc rc = js_parse(body, n, &doc);
	const char *code;

	if (rc != RC_OK)
		return rc;
	code = js_get_str(doc, "Code", NULL);
	if (code == NULL || strcmp(code, "Success") == 0)
		read_document(doc, &got);
	json_object_put(doc);
	if (!usable(&got)) {
		creds_keys_free(&got);
		return RC_BAD_JSON;
	}
	*keys = got;
	return RC_OK;
}

bool
credsdoc_uri_ok(const char *uri)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]",
		"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]" };
	const char *host = uri + strlen("http://");

	if (strncmp(uri, "https://", 8) == 0)
		return true;
	if (strncmp(uri, "http://", 7) != 0)
		return false;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		size_t n = strlen(hosts[i]);

		if (strncmp(host, hosts[i], n) == 0 &&
		    strchr(":/", host[n]) != NULL) /* or its end */
			return strchr(host, '@') == NULL;
	}
	return false;
}

void
credsdoc_pack(const struct creds_keys *keys, struct buf *out)
{
	buf_add(out, &keys->expires_us, sizeof(keys->expires_us));
	buf_add(out, keys->key_id, strlen(keys->key_id) + 1);
	buf_add(out, keys->secret, strlen(keys->secret) + 1);
	if (keys->token != NULL)
		buf_add(out, keys->token, strlen(keys->token) + 1);
}

/* The text at *p, if it ends before end; *p moves behind it. */
static char *
unpack_text(const char **p, const char *end)
{
	const char *from = *p;
	const char *nul =
	    from < end ? memchr(from, '\0', (size_t)(end - from)) : NULL;

	if (nul == NULL)
		return NULL;
	*p = nul + 1;
	return xstrdup(from);
}

enum rc
credsdoc_unpack(const char *p, size_t n, struct creds_keys *keys)
{
	struct creds_keys got = { 0 };
	const char *end = p + n;

	if (n < sizeof(got.expires_us))
		return RC_INTERNAL;
	memcpy(&got.expires_us, p, sizeof(got.expires_us));
	p += sizeof(got.expires_us);
	got.key_id = unpack_text(&p, end);
	got.secret = unpack_text(&p, end);
	got.token = unpack_text(&p, end);
	if (!usable(&got)) {
		creds_keys_free(&got);
		return RC_INTERNAL;
	}
	*keys = got;
	return RC_OK;
}
