#include "api/caller.h"

#include <string.h>
#include <strings.h>

#include "api/cookies.h"
#include "auth/auth.h"
#include "model/ctx.h"
#include "web/req.h"

_Static_assert(CALLER_SUB_SIZE == TOKEN_SUB_SIZE, "a sub fits");

/* token68 of RFC 9110, 11.2, without its padding: a JWT has none. */
static const char token_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz"
				  "0123456789-._~+/";

const char *
caller_bearer(const char *header, size_t *n)
{
	static const char scheme[] = "Bearer";
	const char *token = header + strlen(scheme);

	if (strncasecmp(header, scheme, strlen(scheme)) != 0 || *token != ' ')
		return NULL;
	token += strspn(token, " ");
	*n = strspn(token, token_chars);
	return *n > 0 && token[*n + strspn(token + *n, " ")] == '\0' ? token
								     : NULL;
}

bool
caller_is_origin(const char *origin, const char *url)
{
	const char *host = strstr(url, "://");
	size_t n;

	if (host == NULL)
		return false;
	n = (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
	return strlen(origin) == n && strncasecmp(origin, url, n) == 0;
}

/* Whether Origin says that one of our own pages sent this. */
static bool
from_our_pages(const struct ctx *cx, const struct req *rq)
{
	static const char scheme[] = "https://";
	const char *origin = req_header(rq, "Origin");
	const char *host = req_header(rq, "Host");

	if (origin == NULL)
		return false;
	if (host != NULL && host[0] != '\0' &&
	    strncmp(origin, scheme, strlen(scheme)) == 0 &&
	    strcasecmp(origin + strlen(scheme), host) == 0)
		return true;
	return caller_is_origin(origin, cx->conf->backend_url) ||
	       caller_is_origin(origin, cx->conf->frontend_url);
}

static bool
is_unsafe(enum method method)
{
	return method != M_GET && method != M_HEAD && method != M_OPTIONS;
}

/* The token that the request bears; NULL with *rc RC_OK if it bears nothing at
 * all, else RC_UNAUTH. */
static const char *
borne_token(struct req *rq, const char *cookie, enum rc *rc)
{
	const char *header = req_header(rq, "Authorization"), *token;
	size_t n;

	*rc = RC_OK;
	if (header == NULL)
		return cookie;
	token = req_header_again(rq, "Authorization")
		    ? NULL
		    : caller_bearer(header, &n);
	if (token == NULL) {
		*rc = RC_UNAUTH;
		return NULL;
	}
	return req_keep(rq, token, n);
}

enum rc
caller_find(struct ctx *cx, struct req *rq, enum route_auth auth)
{
	const char *cookie = cookies_get(rq, COOKIE_ACCESS), *token;
	bool by_cookie =
	    cookie != NULL || cookies_get(rq, COOKIE_REFRESH) != NULL;
	enum rc rc;

	cx->caller_sub[0] = '\0';
	cx->caller_token = NULL;
	if (by_cookie && req_header(rq, "Authorization") == NULL &&
	    is_unsafe(req_method(rq)) && !from_our_pages(cx, rq))
		return RC_BAD_ORIGIN;
	if (auth != AUTH_USER && auth != AUTH_OPTIONAL)
		return RC_OK;
	token = borne_token(rq, cookie, &rc);
	if (token == NULL)
		return auth == AUTH_USER ? RC_UNAUTH : rc;
	rc = auth_check(cx->auth, token, cx->deadline_ms, cx->caller_sub);
	if (rc == RC_OK)
		cx->caller_token = token;
	return rc;
}
