#include "aws/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"

#define FETCH_CONNECT_MS 1000 /* of http_fetch() */
#define FETCH_MS	 5000

struct http {
	CURL *easy;		     /* kept over requests: its connections */
	char *ca_file;		     /* http_trust(); NULL: the system's */
	char error[CURL_ERROR_SIZE]; /* of the last failure; curl writes it */
};

static const char *const end_name[HTTP__MAX] = {
	[HTTP_ANSWERED] = "answered",
	[HTTP_REFUSED] = "refused",
	[HTTP_UNREACHABLE] = "unreachable",
	[HTTP_BROKEN] = "broken",
	[HTTP_TIMEOUT] = "timeout",
	[HTTP_TOOBIG] = "too_large",
	[HTTP_BAD_URL] = "bad_url",
};

const char *
http_end_name(enum http_end end)
{
	return end < HTTP__MAX ? end_name[end] : "unknown";
}

static void
global_init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct http *
http_new(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct http *h = xcalloc(1, sizeof(*h));

	pthread_once(&once, global_init);
	h->easy = curl_easy_init();
	if (h->easy == NULL)
		abort(); /* out of memory: there is no other reason */
	return h;
}

void
http_free(struct http **h)
{
	if (*h == NULL)
		return;
	curl_easy_cleanup((*h)->easy);
	free((*h)->ca_file);
	free(*h);
	*h = NULL;
}

void
http_trust(struct http *h, const char *path)
{
	free(h->ca_file);
	h->ca_file = path[0] != '\0' ? xstrdup(path) : NULL;
}

/*
 * Where the authorities are. Debian has them hashed in a folder, from which
 * OpenSSL reads the one that it needs: the bundle would cost each worker a
 * megabyte, and its first call many milliseconds. Amazon Linux, on which the
 * function runs with Debian's libcurl, has a bundle of another name.
 */
static void
set_trust(const struct http *h)
{
	static const char folder[] = "/etc/ssl/certs",
			  debian[] = "/etc/ssl/certs/ca-certificates.crt",
			  amazon[] = "/etc/pki/tls/certs/ca-bundle.crt";

	if (h->ca_file != NULL) {
		curl_easy_setopt(h->easy, CURLOPT_CAINFO, h->ca_file);
		curl_easy_setopt(h->easy, CURLOPT_CAPATH, NULL);
	} else if (access(debian, R_OK) == 0) {
		curl_easy_setopt(h->easy, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(h->easy, CURLOPT_CAPATH, folder);
	} else if (access(amazon, R_OK) == 0) {
		curl_easy_setopt(h->easy, CURLOPT_CAINFO, amazon);
	}
}

/* curl hands over a piece of the answer; less than n back stops it. */
static size_t
on_body(char *p, size_t size, size_t n, void *user)
{
	struct buf *answer = user;

	buf_add(answer, p, size * n);
	return answer->failed ? 0 : size * n;
}

/*
 * Headers of ours. With CURLOPT_AWS_SIGV4 all of these are signed, and a
 * removal ("Expect:") or an empty one ("X-Empty;") would break the signature:
 * libcurl 7.88 signs what it then does not send.
 */
static struct curl_slist *
headers_of(const struct http_req *rq)
{
	struct curl_slist *list = NULL;
	struct buf line = BUF_INIT(16384);

	for (int i = 0; i < HTTP_MAX_HEADERS && rq->header[i].name; i++) {
		buf_reset(&line);
		buf_addf(
		    &line, "%s: %s", rq->header[i].name, rq->header[i].value);
		list = curl_slist_append(list, buf_str(&line));
	}
	if (rq->sign != NULL && rq->sign->token != NULL && *rq->sign->token) {
		buf_reset(&line);
		buf_addf(&line, "X-Amz-Security-Token: %s", rq->sign->token);
		list = curl_slist_append(list, buf_str(&line));
	}
	if (line.data != NULL)
		explicit_bzero(line.data, line.cap);
	buf_free(&line);
	return list;
}

static void
headers_free(struct curl_slist *list)
{
	for (struct curl_slist *at = list; at != NULL; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(list);
}

static void
set_signature(CURL *easy, const struct http_sign *sign)
{
	struct buf what = BUF_INIT(256);

	buf_addf(&what, "aws:amz:%s:%s", sign->region, sign->service);
	curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, buf_str(&what));
	curl_easy_setopt(easy, CURLOPT_USERNAME, sign->key_id);
	curl_easy_setopt(easy, CURLOPT_PASSWORD, sign->secret);
	buf_free(&what);
}

static void
set_manners(struct http *h, const struct http_req *rq)
{
	int64_t left_ms = clock_left_ms(rq->deadline_ms);
	int64_t attempt_ms =
	    left_ms < rq->attempt_timeout_ms ? left_ms : rq->attempt_timeout_ms;
	CURL *easy = h->easy;

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, h->error);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	/* compressed answers cost more than they save in one data centre */
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(
	    easy, CURLOPT_CONNECTTIMEOUT_MS, (long)rq->connect_timeout_ms);
	/* 0 would mean: for ever */
	curl_easy_setopt(
	    easy, CURLOPT_TIMEOUT_MS, attempt_ms > 0 ? (long)attempt_ms : 1L);
	if (rq->direct)
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static void
set_body(CURL *easy, const struct http_req *rq)
{
	if (rq->body == NULL) {
		if (strcmp(rq->method, "GET") != 0)
			curl_easy_setopt(
			    easy, CURLOPT_CUSTOMREQUEST, rq->method);
		return;
	}
	/* not a read function: the signer would hash an empty body */
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, rq->body);
	curl_easy_setopt(
	    easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body_len);
	if (strcmp(rq->method, "POST") != 0)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, rq->method);
}

/* What curl's code means for whoever may want to try again. */
static enum http_end
end_of(CURL *easy, CURLcode code, const struct buf *answer)
{
	long sent_bytes = 0;

	curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
	switch (code) {
	case CURLE_OK:
		return HTTP_ANSWERED;
	case CURLE_COULDNT_CONNECT:
		return HTTP_REFUSED;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return HTTP_BAD_URL;
	case CURLE_OPERATION_TIMEDOUT:
		return sent_bytes > 0 ? HTTP_TIMEOUT : HTTP_UNREACHABLE;
	case CURLE_WRITE_ERROR:
		return answer->failed ? HTTP_TOOBIG : HTTP_BROKEN;
	default:
		return sent_bytes > 0 ? HTTP_BROKEN : HTTP_UNREACHABLE;
	}
}

enum http_end
http_run(
    struct http *h, const struct http_req *rq, struct buf *answer, int *status)
{
	struct curl_slist *headers = headers_of(rq);
	enum http_end end;
	CURLcode code;
	long got = 0;

	buf_reset(answer);
	h->error[0] = '\0';
	curl_easy_reset(h->easy);
	set_manners(h, rq);
	if (strncasecmp(rq->url, "https:", 6) == 0)
		set_trust(h);
	curl_easy_setopt(h->easy, CURLOPT_URL, rq->url);
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, answer);
	set_body(h->easy, rq);
	if (rq->sign != NULL)
		set_signature(h->easy, rq->sign);
	code = curl_easy_perform(h->easy);
	end = end_of(h->easy, code, answer);
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &got);
	if (end == HTTP_ANSWERED)
		*status = (int)got;
	else if (h->error[0] == '\0')
		strncat(
		    h->error, curl_easy_strerror(code), sizeof(h->error) - 1);
	/* they point at what the caller takes back */
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(h->easy, CURLOPT_POSTFIELDS, NULL);
	curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, NULL);
	curl_easy_setopt(h->easy, CURLOPT_PASSWORD, NULL);
	headers_free(headers);
	return end;
}

enum rc
http_fetch(void *h, const char *url, int64_t deadline_ms, struct buf *out)
{
	struct buf answer = BUF_INIT(out->max_bytes);
	struct http_req rq = { .method = "GET",
		.url = url,
		.connect_timeout_ms = FETCH_CONNECT_MS,
		.attempt_timeout_ms = FETCH_MS,
		.deadline_ms = deadline_ms };
	int status = 0;
	enum http_end end = http_run(h, &rq, &answer, &status);
	enum rc rc = RC_UNAVAILABLE;

	if (end == HTTP_ANSWERED && status == 200) {
		buf_add(out, answer.data, answer.len);
		rc = buf_rc(out);
	} else if (end == HTTP_BAD_URL) {
		rc = RC_CONFIG;
	} else if (end == HTTP_TOOBIG) {
		rc = RC_TOOBIG;
	}
	buf_free(&answer);
	return rc;
}

const char *
http_header(struct http *h, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(h->easy, name, 0, CURLH_HEADER, -1, &header) !=
	    CURLHE_OK)
		return NULL;
	return header->value;
}

const char *
http_error(const struct http *h)
{
	return h->error;
}
