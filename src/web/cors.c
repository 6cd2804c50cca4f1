#include "web/cors.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define PREFLIGHT_MAX_AGE_S 600

/* "https://host:port" of an address; its length, 0 if it is none. */
static size_t
origin_len(const char *url, size_t n)
{
	size_t scheme = 0;

	if (n > 8 && strncmp(url, "https://", 8) == 0)
		scheme = 8;
	else if (n > 7 && strncmp(url, "http://", 7) == 0)
		scheme = 7;
	if (scheme == 0)
		return 0;
	for (size_t i = scheme; i < n; i++) {
		unsigned char c = (unsigned char)url[i];

		if (c == '/' || c == '?' || c == '#')
			return i > scheme ? i : 0;
		if (!isalnum(c) && strchr(".-:[]_", c) == NULL)
			return 0;
	}
	return n > scheme ? n : 0;
}

/* Add the origins of a text's words; false if a word is none, or there are
 * too many. A browser names an origin in lower case. */
static bool
add_words(struct cors *c, const char *text, char **to)
{
	for (const char *p = text; *p != '\0';) {
		size_t n = strcspn(p, " \t,"), len = origin_len(p, n);

		if (n > 0 && (len == 0 || c->n == CORS_MAX_ORIGINS))
			return false;
		if (n > 0) {
			c->origin[c->n++] = *to;
			for (size_t i = 0; i < len; i++)
				*(*to)++ = (char)tolower((unsigned char)p[i]);
			*(*to)++ = '\0';
		}
		p += n + (p[n] != '\0');
	}
	return true;
}

static bool
fill(struct cors *c, const struct conf *conf)
{
	char *to = xmalloc(
	    strlen(conf->api_cors_origins) + strlen(conf->frontend_url) + 3);

	*c = (struct cors){ .text = to };
	return add_words(c, conf->api_cors_origins, &to) &&
	       add_words(c, conf->frontend_url, &to);
}

void
cors_init(struct cors *c, const struct conf *conf)
{
	if (!fill(c, conf))
		c->n = 0; /* cors_check() has refused it before */
}

enum rc
cors_check(const struct conf *conf, struct buf *err)
{
	struct cors c;
	bool ok = fill(&c, conf);

	cors_fini(&c);
	if (ok)
		return RC_OK;
	buf_addf(err,
	    "[api] cors_origins, frontend_url: must be at most %d origins such "
	    "as https://example.com",
	    CORS_MAX_ORIGINS);
	return RC_CONFIG;
}

void
cors_fini(struct cors *c)
{
	free(c->text);
	*c = (struct cors){ 0 };
}

/* The request's origin as the list has it, or NULL. */
static const char *
listed(const struct cors *c, const struct req *rq)
{
	const char *origin = req_header(rq, "Origin");

	for (size_t i = 0; origin != NULL && i < c->n; i++) {
		if (strcmp(c->origin[i], origin) == 0)
			return c->origin[i];
	}
	return NULL;
}

void
cors_headers(const struct cors *c, const struct req *rq, struct resp *rs)
{
	const char *origin = c->n > 0 ? listed(c, rq) : NULL;

	buf_adds(&rs->always, "Vary: Origin\r\n");
	if (origin == NULL)
		return;
	resp_header_always(rs, "Access-Control-Allow-Origin", "%s", origin);
	resp_header_always(rs, "Access-Control-Allow-Credentials", "true");
	resp_header_always(rs, "Access-Control-Expose-Headers",
	    "Link, Retry-After, X-Request-Id");
}

void
cors_preflight(const struct cors *c, const struct req *rq, struct resp *rs)
{
	struct buf methods = BUF_INIT(128);

	if (listed(c, rq) == NULL ||
	    req_header(rq, "Access-Control-Request-Method") == NULL)
		return;
	route_methods(rq->match.allow, &methods);
	resp_header(
	    rs, "Access-Control-Allow-Methods", "%s", buf_str(&methods));
	buf_free(&methods);
	resp_header(rs, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, Idempotency-Key");
	resp_header(rs, "Access-Control-Max-Age", "%d", PREFLIGHT_MAX_AGE_S);
}
