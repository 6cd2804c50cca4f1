#include "api/cookies.h"

#include <inttypes.h>
#include <string.h>

#include "web/req.h"
#include "web/resp.h"

/* Browsers take __Host- and __Secure- only from https, and __Host- only
 * without Domain and with Path=/: no subdomain can plant one on us. */
static const struct {
	const char *name;
	const char *attributes;
} cookies[COOKIE__MAX] = {
	[COOKIE_ACCESS] = { "__Host-cruddur",
	    "Path=/; Secure; HttpOnly; SameSite=Lax" },
	[COOKIE_REFRESH] = { "__Secure-cruddur-refresh",
	    "Path=/api/session; Secure; HttpOnly; SameSite=Strict" },
};

const char *
cookies_find(const char *text, const char *name, size_t *n)
{
	const char *found = NULL;
	size_t name_len = strlen(name);

	while (*text != '\0') {
		size_t len = strcspn(text, ";");

		if (len > name_len && memcmp(text, name, name_len) == 0 &&
		    text[name_len] == '=') {
			if (found != NULL)
				return NULL; /* which one is meant? */
			found = text + name_len + 1;
			*n = len - name_len - 1;
		}
		text += len;
		text += strspn(text, "; ");
	}
	return found != NULL && *n > 0 ? found : NULL;
}

const char *
cookies_get(struct req *rq, enum cookie cookie)
{
	const char *text = req_header(rq, "Cookie"), *value;
	size_t n;

	if (text == NULL)
		return NULL;
	value = cookies_find(text, cookies[cookie].name, &n);
	return value == NULL ? NULL : req_keep(rq, value, n);
}

/* A cookie-value (RFC 6265, 4.1.1) that needs no quoting. */
static bool
is_plain(const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value <= ' ' || *value > '~' ||
		    strchr("\",;\\", *value) != NULL)
			return false;
	}
	return true;
}

enum rc
cookies_set(
    struct resp *rs, enum cookie cookie, const char *value, int64_t max_age_s)
{
	if (strlen(value) > COOKIES_VALUE_MAX || !is_plain(value))
		return RC_INTERNAL;
	resp_header(rs, "Set-Cookie", "%s=%s; Max-Age=%" PRId64 "; %s",
	    cookies[cookie].name, value, max_age_s, cookies[cookie].attributes);
	return RC_OK;
}

void
cookies_clear(struct resp *rs)
{
	for (int i = 0; i < COOKIE__MAX; i++)
		resp_header_always(rs, "Set-Cookie", "%s=; Max-Age=0; %s",
		    cookies[i].name, cookies[i].attributes);
}
