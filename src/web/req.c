#include <assert.h>
#include <json-c/json_object.h> /* js.h hands its objects out */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/js.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "web/exchange.h"
#include "web/uri.h"

/* The Link header repeats it, three bytes for one where it is encoded, and has
 * to fit nginx's fastcgi_buffer_size with all other headers. */
#define URI_MAX_BYTES 4096
#define LIMIT_MAX     100
#define LIMIT_DEFAULT 20

const char *
req_env(const struct req *rq, const char *name)
{
	size_t n = strlen(name);

	for (char *const *e = rq->from.envp; *e != NULL; e++) {
		if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
			return *e + n + 1;
	}
	return NULL;
}

/* The name of a header's variable without HTTP_, letter by letter. */
static bool
is_header(const char *variable, const char *name)
{
	for (; *name != '\0'; name++, variable++) {
		char c = *name == '-' ? '_' : *name;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (*variable != c)
			return false;
	}
	return *variable == '=';
}

const char *
req_header(const struct req *rq, const char *name)
{
	if (strcasecmp(name, "Content-Type") == 0)
		return req_env(rq, "CONTENT_TYPE");
	for (char *const *e = rq->from.envp; *e != NULL; e++) {
		if (strncmp(*e, "HTTP_", 5) == 0 && is_header(*e + 5, name))
			return strchr(*e, '=') + 1;
	}
	return NULL;
}

bool
req_header_again(const struct req *rq, const char *name)
{
	int n = 0;

	for (char *const *e = rq->from.envp; *e != NULL; e++)
		n += strncmp(*e, "HTTP_", 5) == 0 && is_header(*e + 5, name);
	return n > 1;
}

enum method
req_method(const struct req *rq)
{
	return rq->method;
}

const char *
req_path(const struct req *rq)
{
	return rq->path;
}

const char *
req_param(const struct req *rq, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < rq->match.nparams; i++) {
		const struct route_param *p = &rq->match.param[i];

		if (p->name_len == n && memcmp(p->name, name, n) == 0)
			return p->value;
	}
	assert(!"the row has no such part");
	return "";
}

const char *
req_query(const struct req *rq, const char *name)
{
	for (size_t i = 0; i < rq->nquery; i++) {
		if (strcmp(rq->query[i].name, name) == 0)
			return rq->query[i].value;
	}
	return NULL;
}

/* The request's name: nginx's, the caller's, or a new one. */
static void
take_id(struct req *rq)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	static const char *const variables[] = { "REQUEST_ID",
		"HTTP_X_REQUEST_ID" };

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *id = req_env(rq, variables[i]);
		size_t n = id == NULL ? 0 : strspn(id, good);

		if (n == 0 || n > REQ_ID_MAX || id[n] != '\0')
			continue;
		memcpy(rq->id, id, n + 1);
		return;
	}
	rnd_uuid(rq->id);
}

/* "a=1&b=2" into rq->query, decoded into *room, which moves on. */
static enum rc
split_query(struct req *rq, const char *p, char *room)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && *p != '\0') {
		size_t n = strcspn(p, "&"), name_len = strcspn(p, "=&");
		struct req_query q = { .name = room, .value = "" };

		rc = uri_decode(URI_QUERY, p, name_len, room);
		room += name_len + 1;
		if (rc == RC_OK && name_len < n) {
			q.value = room;
			rc = uri_decode(URI_QUERY, p + name_len + 1,
			    n - name_len - 1, room);
			room += n - name_len;
		}
		if (rc == RC_OK && n > 0 && rq->nquery < REQ_MAX_QUERY)
			rq->query[rq->nquery++] = q;
		p += n + (p[n] == '&');
	}
	return rc;
}

/* path, its decoded form, the query's parts: each is no longer than what it
 * is made of, and has a NUL for its separator. */
static enum rc
take_uri(struct req *rq, const char *uri)
{
	size_t path_len = strcspn(uri, "?");
	size_t need = 2 * (path_len + 1) + strlen(uri + path_len) + 2;
	enum rc rc;
	char *at;

	if (need > rq->texts_cap) {
		rq->texts = xrealloc(rq->texts, need);
		rq->texts_cap = need;
	}
	at = rq->texts;
	memcpy(at, uri, path_len);
	at[path_len] = '\0';
	rq->path = at;
	at += path_len + 1;
	rq->decoded = at;
	rq->raw_query = uri + path_len + (uri[path_len] == '?');
	rc = uri_decode(URI_PATH, uri, path_len, at);
	if (rc != RC_OK)
		*at = '\0';
	at += path_len + 1;
	return rc == RC_OK ? split_query(rq, rq->raw_query, at) : rc;
}

enum rc
req_begin(struct req *rq, const struct req_source *from)
{
	const char *method, *uri;

	rq->from = *from;
	rq->nquery = 0;
	rq->nfaults = 0;
	rq->parsed = false;
	rq->path = rq->decoded = rq->raw_query = "";
	rq->match = (struct route_match){ 0 };
	take_id(rq);
	method = req_env(rq, "REQUEST_METHOD");
	rq->method = method == NULL ? M__MAX : route_method(method);
	uri = req_env(rq, "REQUEST_URI");
	if (method == NULL || uri == NULL)
		return RC_BAD_REQUEST;
	if (strlen(uri) > URI_MAX_BYTES)
		return RC_URI_LONG;
	return take_uri(rq, uri);
}

void
req_end(struct req *rq)
{
	while (rq->copies != NULL) {
		struct req_text *next = rq->copies->next;

		free(rq->copies);
		rq->copies = next;
	}
	json_object_put(rq->doc);
	rq->doc = NULL;
	/* a password may have been in it */
	if (rq->body.data != NULL)
		explicit_bzero(rq->body.data, rq->body.len);
	buf_free(&rq->body);
}

void
req_fini(struct req *rq)
{
	req_end(rq);
	free(rq->texts);
	rq->texts = NULL;
	rq->texts_cap = 0;
}

/* application/json, with no parameter but charset=utf-8. */
static bool
is_json(const char *type)
{
	static const char json[] = "application/json";

	if (strncasecmp(type, json, sizeof(json) - 1) != 0)
		return false;
	type += sizeof(json) - 1;
	type += strspn(type, " \t");
	if (*type == '\0')
		return true;
	if (*type++ != ';')
		return false;
	type += strspn(type, " \t");
	return strcasecmp(type, "charset=utf-8") == 0 ||
	       strcasecmp(type, "charset=\"utf-8\"") == 0 || *type == '\0';
}

enum rc
req_read_body(struct req *rq)
{
	size_t max_bytes = rq->match.route->body_max_bytes;
	const char *type = req_env(rq, "CONTENT_TYPE");
	const char *length = req_env(rq, "CONTENT_LENGTH");
	int64_t n = -1; /* not said */
	enum rc rc;

	if (max_bytes == 0)
		return RC_OK;
	if (length != NULL && length[0] != '\0' &&
	    parse_int(length, 0, INT64_MAX, &n) != RC_OK)
		return RC_BAD_REQUEST;
	if (n != 0 && (type == NULL || !is_json(type)))
		return RC_MEDIA_TYPE;
	if (n > (int64_t)max_bytes)
		return RC_TOOBIG;
	rq->body.max_bytes = max_bytes;
	rc = rq->from.read_body(rq->from.arg, &rq->body);
	if (rc == RC_OK && n >= 0 && rq->body.len != (size_t)n)
		return RC_BAD_REQUEST; /* it broke off on the way */
	return rc;
}

enum rc
req_fault(struct req *rq, enum rc code)
{
	for (size_t i = 0; i < rq->nfaults; i++) {
		if (rq->fault[i] == code)
			return RC_INVALID;
	}
	if (rq->nfaults < REQ_MAX_FAULTS)
		rq->fault[rq->nfaults++] = code;
	return RC_INVALID;
}

/* The body as an object, read at the first call. */
static enum rc
document(struct req *rq)
{
	if (!rq->parsed) {
		rq->parsed = true;
		rq->parse_rc =
		    js_parse(buf_str(&rq->body), rq->body.len, &rq->doc);
		if (rq->parse_rc == RC_OK &&
		    !json_object_is_type(rq->doc, json_type_object))
			rq->parse_rc = RC_BODY_INVALID;
	}
	return rq->parse_rc;
}

const char *
req_keep(struct req *rq, const char *p, size_t n)
{
	struct req_text *copy;

	if (p[n] == '\0')
		return p;
	copy = xmalloc(sizeof(*copy) + n + 1);
	memcpy(copy->text, p, n);
	copy->text[n] = '\0';
	copy->next = rq->copies;
	rq->copies = copy;
	return copy->text;
}

/* RC_OK, or the code of the fault. */
static enum rc
read_field(struct req *rq, const struct field *f, struct text *out)
{
	struct json_object *v = js_get(rq->doc, f->name);
	const char *p;
	size_t n;

	if (v == NULL)
		return f->need == FIELD_REQUIRED ? f->blank : RC_OK;
	p = js_get_str(rq->doc, f->name, &n);
	if (p == NULL || strlen(p) != n)
		return f->invalid;
	if (!f->raw)
		parse_trim(&p, &n);
	if (f->blank != RC_OK && (n == 0 || (!f->raw && parse_is_blank(p, n))))
		return f->blank;
	if (!f->raw && f->max_chars > 0 && parse_chars(p, n) > f->max_chars)
		return f->too_long;
	out->p = req_keep(rq, p, n);
	out->n = n;
	return RC_OK;
}

enum rc
req_fields(
    struct req *rq, const struct field *fields, size_t n, struct text *out)
{
	enum rc rc = document(rq);

	memset(out, 0, n * sizeof(*out));
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		enum rc fault = read_field(rq, &fields[i], &out[i]);

		if (fault != RC_OK)
			rc = req_fault(rq, fault);
	}
	return rc;
}

enum rc
req_limit(struct req *rq, int *limit)
{
	const char *text = req_query(rq, "limit");
	int64_t n = LIMIT_DEFAULT;

	if (text != NULL && parse_int(text, 1, LIMIT_MAX, &n) != RC_OK)
		return req_fault(rq, RC_LIMIT_INVALID);
	*limit = (int)n;
	return RC_OK;
}

enum rc
req_key(struct req *rq, const char **key)
{
	const char *text = req_header(rq, "Idempotency-Key");

	*key = NULL;
	if (text == NULL)
		return RC_OK;
	if (parse_uuid(text, rq->key) != RC_OK ||
	    req_header_again(rq, "Idempotency-Key"))
		return req_fault(rq, RC_KEY_INVALID);
	*key = rq->key;
	return RC_OK;
}
