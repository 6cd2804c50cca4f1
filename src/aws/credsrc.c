#include "aws/credsrc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credsdoc.h"
#include "aws/http.h"
#include "base/xalloc.h"

#define FILE_MAX_BYTES	 ((size_t)256 * 1024)
#define ANSWER_MAX_BYTES ((size_t)32 * 1024)
#define CONNECT_MS	 1000
#define ATTEMPT_MS	 2000
#define ECS_ENDPOINT	 "http://169.254.170.2"
#define IMDS_TOKEN_TTL_S "21600"
#define IMDS_ROLES	 "/latest/meta-data/iam/security-credentials/"

static enum rc
from_environment(const struct credsrc_env *env, struct creds_keys *out)
{
	const struct conf *conf = env->conf;

	if (conf->aws_access_key_id[0] == '\0') {
		buf_adds(env->why, "no AWS_ACCESS_KEY_ID");
		return RC_NOT_FOUND;
	}
	if (!credsdoc_is_header(conf->aws_access_key_id) ||
	    !credsdoc_is_header(conf->aws_secret_access_key)) {
		buf_adds(env->why,
		    "AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY, or of "
		    "characters that no key has");
		return RC_CONFIG;
	}
	out->key_id = xstrdup(conf->aws_access_key_id);
	out->secret = xstrdup(conf->aws_secret_access_key);
	if (conf->aws_session_token[0] != '\0')
		out->token = xstrdup(conf->aws_session_token);
	return RC_OK;
}

/* A whole file. errno says why it failed. */
static bool
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "re");
	char piece[4096];
	size_t n;
	bool good;

	if (f == NULL)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	good = !ferror(f) && !out->failed;
	fclose(f);
	explicit_bzero(piece, sizeof(piece));
	return good;
}

static enum rc
from_file(const struct credsrc_env *env, struct creds_keys *out)
{
	const char *set = env->conf->aws_credentials_file;
	const char *home = getenv("HOME"), *profile = env->conf->aws_profile;
	struct buf path = BUF_INIT(4096), text = BUF_SECRET(FILE_MAX_BYTES);
	enum rc rc = RC_NOT_FOUND;

	if (set[0] != '\0')
		buf_adds(&path, set);
	else
		buf_addf(&path, "%s/.aws/credentials", home ? home : "");
	if (!read_file(buf_str(&path), &text)) {
		buf_addf(env->why, "; %s: %s", buf_str(&path), strerror(errno));
		/* none at home is no fault; the one that was named is */
		if (set[0] != '\0')
			rc = RC_CONFIG;
	} else {
		rc = credsdoc_ini(buf_str(&text), text.len, profile, out);
		if (rc != RC_OK)
			buf_addf(env->why, "; %s: %s [%s]", buf_str(&path),
			    rc == RC_NOT_FOUND ? "no aws_access_key_id in"
					       : "no usable secret in",
			    profile);
	}
	buf_free(&path);
	buf_free(&text);
	return rc;
}

/* One request for credentials or what leads to them; 200 or RC_UNAVAILABLE. */
static enum rc
ask(const struct credsrc_env *env, const char *method, const char *url,
    const char *header, const char *value, struct buf *answer)
{
	struct http_req rq = {
		.method = method,
		.url = url,
		.header = { { header, value } },
		.direct = true, /* link-local: a proxy would ask for its own */
		.connect_timeout_ms = CONNECT_MS,
		.attempt_timeout_ms = ATTEMPT_MS,
		.deadline_ms = env->deadline_ms,
	};
	int status = 0;
	enum http_end end = http_run(env->http, &rq, answer, &status);

	if (end == HTTP_ANSWERED && status == 200)
		return RC_OK;
	if (end == HTTP_ANSWERED)
		buf_addf(env->why, "; %s: HTTP status %d", url, status);
	else
		buf_addf(env->why, "; %s: %s (%s)", url, http_end_name(end),
		    http_error(env->http));
	return RC_UNAVAILABLE;
}

/* ask(), the answer being credentials. */
static enum rc
ask_keys(const struct credsrc_env *env, const char *url, const char *header,
    const char *value, struct creds_keys *out)
{
	struct buf answer = BUF_SECRET(ANSWER_MAX_BYTES);
	enum rc rc = ask(env, "GET", url, header, value, &answer);

	if (rc == RC_OK &&
	    credsdoc_json(buf_str(&answer), answer.len, out) != RC_OK) {
		buf_addf(
		    env->why, "; %s: the answer holds no credentials", url);
		rc = RC_UNAVAILABLE;
	}
	buf_free(&answer);
	return rc;
}

/* The token for the container's endpoint; "" if none is set up. */
static enum rc
container_token(const struct credsrc_env *env, struct buf *out)
{
	const char *path = env->conf->aws_container_token_file;

	if (path[0] == '\0') {
		buf_adds(out, env->conf->aws_container_token);
	} else if (!read_file(path, out)) {
		buf_addf(env->why, "; %s: %s", path, strerror(errno));
		return RC_CONFIG;
	}
	while (out->len > 0 && strchr("\r\n", out->data[out->len - 1]))
		out->data[--out->len] = '\0';
	if (out->len > 0 && !credsdoc_is_header(buf_str(out))) {
		buf_adds(env->why, "; the container's token has characters "
				   "that no token has");
		return RC_CONFIG;
	}
	return RC_OK;
}

static enum rc
from_container(const struct credsrc_env *env, struct creds_keys *out)
{
	const struct conf *conf = env->conf;
	struct buf url = BUF_INIT(2048), token = BUF_SECRET(16384);
	enum rc rc;

	if (conf->aws_container_path[0] != '\0')
		buf_addf(&url, "%s%s", ECS_ENDPOINT, conf->aws_container_path);
	else
		buf_adds(&url, conf->aws_container_uri);
	if (url.len == 0) {
		rc = RC_NOT_FOUND;
	} else if (!credsdoc_uri_ok(buf_str(&url))) {
		buf_addf(env->why,
		    "; %s: must be https, or an address of this "
		    "machine",
		    buf_str(&url));
		rc = RC_CONFIG;
	} else {
		rc = container_token(env, &token);
	}
	if (rc == RC_OK)
		rc = ask_keys(env, buf_str(&url),
		    token.len > 0 ? "Authorization" : NULL, buf_str(&token),
		    out);
	buf_free(&url);
	buf_free(&token);
	return rc;
}

/* IMDSv2: a session token first; version 1 is never spoken. */
static enum rc
from_instance(const struct credsrc_env *env, struct creds_keys *out)
{
	const char *base = env->conf->aws_imds_endpoint;
	int base_len = (int)strlen(base);
	struct buf url = BUF_INIT(2048), token = BUF_SECRET(4096),
		   role = BUF_INIT(1024);
	enum rc rc;

	if (env->conf->aws_imds_disabled)
		return RC_NOT_FOUND;
	while (base_len > 0 && base[base_len - 1] == '/')
		base_len--;
	buf_addf(&url, "%.*s/latest/api/token", base_len, base);
	rc = ask(env, "PUT", buf_str(&url),
	    "X-aws-ec2-metadata-token-ttl-seconds", IMDS_TOKEN_TTL_S, &token);
	buf_reset(&url);
	buf_addf(&url, "%.*s%s", base_len, base, IMDS_ROLES);
	if (rc == RC_OK)
		rc = ask(env, "GET", buf_str(&url), "X-aws-ec2-metadata-token",
		    buf_str(&token), &role);
	/* one role, maybe more lines one day: the first */
	buf_addf(
	    &url, "%.*s", (int)strcspn(buf_str(&role), "\r\n"), buf_str(&role));
	if (rc == RC_OK)
		rc = ask_keys(env, buf_str(&url), "X-aws-ec2-metadata-token",
		    buf_str(&token), out);
	buf_free(&url);
	buf_free(&token);
	buf_free(&role);
	return rc;
}

const struct credsrc credsrc_table[] = {
	{ "environment", false, from_environment },
	{ "file", false, from_file },
	{ "container", true, from_container },
	{ "instance", true, from_instance },
	{ NULL, false, NULL },
};
