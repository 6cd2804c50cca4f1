/* When auth/keyring.h and auth/auth.h fetch the issuer's keys, and what becomes
 * of tokens meanwhile. The fetch is a function of this test. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/board.h"
#include "base/clock.h"
#include "issuer.h"
#include "tap.h"

#define ISS    "https://cognito-idp.ca-central-1.amazonaws.com/ca-central-1_Ab1"
#define CLIENT "client1"

/* The issuer's site. Shared with children through a pipe: one byte a fetch. */
static struct site {
	enum rc rc;	 /* what a fetch comes to */
	const char *doc; /* what it brings */
	char url[256];	 /* what was asked for last */
	int pipe[2];
} site;

static EVP_PKEY *first, *second;
static char *set1, *set12, *by_first, *by_second;
static struct conf conf;

static enum rc
fetch(void *arg, const char *url, int64_t deadline_ms, struct buf *out)
{
	ssize_t n = write(site.pipe[1], "x", 1);

	(void)arg;
	(void)deadline_ms;
	snprintf(site.url, sizeof(site.url), "%s", url);
	if (site.rc == RC_OK)
		buf_adds(out, site.doc);
	return n == 1 ? site.rc : RC_INTERNAL;
}

/* How many fetches there were since the last call. */
static int
fetches(void)
{
	char bytes[256];
	ssize_t n = read(site.pipe[0], bytes, sizeof(bytes));

	return n < 0 ? 0 : (int)n;
}

static char *
key_set(bool both)
{
	struct buf b = BUF_INIT(ISSUER_MAX_BYTES);

	buf_adds(&b, "{\"keys\":[");
	issuer_jwk(&b, first, "k1", ISSUER_RS256);
	if (both) {
		buf_addc(&b, ',');
		issuer_jwk(&b, second, "k2", ISSUER_RS256);
	}
	buf_adds(&b, "]}");
	return buf_take(&b, NULL);
}

static char *
token(EVP_PKEY *key, const char *kid)
{
	char header[64], payload[512];

	snprintf(
	    header, sizeof(header), "{\"kid\":\"%s\",\"alg\":\"RS256\"}", kid);
	snprintf(payload, sizeof(payload),
	    "{\"sub\":\"me\",\"iss\":\"%s\",\"client_id\":\"%s\","
	    "\"token_use\":\"access\",\"exp\":%lld}",
	    ISS, CLIENT, (long long)(clock_wall_us() / 1000000 + 60));
	return issuer_sign(key, EVP_sha256(), header, payload);
}

static enum rc
check(struct auth *a, const char *text)
{
	char sub[TOKEN_SUB_SIZE] = "";
	enum rc rc = auth_check(a, text, clock_ms() + 5000, sub);

	return rc == RC_OK && strcmp(sub, "me") != 0 ? RC_INTERNAL : rc;
}

/* Before there are any keys: nobody can be told, and it is tried again. */
static void
no_keys_yet(struct auth *a)
{
	site.rc = RC_UNAVAILABLE;
	is_int(check(a, "garbage"), RC_UNAUTH, "no keys: garbage is garbage");
	is_int(fetches(), 0, "… and fetches nothing");
	is_int(check(a, by_first), RC_UNAVAILABLE, "no keys: cannot tell");
	is_int(fetches(), 1, "… was tried");
	is_str(site.url, ISS "/.well-known/jwks.json", "… at the pool's site");
	is_int(auth_ready(a, clock_ms() + 5000), RC_UNAVAILABLE,
	    "no keys: not ready");
	is_int(fetches(), 0, "… tried not twice within a second");
	site.rc = RC_OK;
	site.doc = "{\"keys\":[]}";
	clock_sleep_ms(KEYS_RETRY_MS);
	is_int(check(a, by_first), RC_UNAVAILABLE, "an empty set is none");
	is_int(fetches(), 1, "… tried again after a second");
	site.doc = set1;
	clock_sleep_ms(KEYS_RETRY_MS);
	is_int(auth_ready(a, clock_ms() + 5000), RC_OK, "keys came: ready");
	is_int(check(a, by_first), RC_OK, "keys came: a good token is good");
	is_int(fetches(), 1, "… by one fetch");
}

/* A fetch that fails keeps the keys that we had, and uses up the minute. */
static void
fetch_fails(struct auth *a)
{
	char *unknown = token(second, "k3");

	site.rc = RC_OK;
	site.doc = set1;
	is_int(check(a, by_first), RC_OK, "keys are fetched when needed");
	is_int(fetches(), 1, "… once");
	site.rc = RC_UNAVAILABLE;
	is_int(check(a, unknown), RC_UNAUTH, "unknown kid, fetch fails");
	is_int(fetches(), 1, "… was tried");
	is_int(check(a, by_first), RC_OK, "… the keys that we had are kept");
	site.rc = RC_OK;
	site.doc = set12;
	is_int(check(a, by_second), RC_UNAUTH, "… the minute is used up");
	is_int(fetches(), 0, "… so nothing is fetched");
	free(unknown);
}

static void
child(struct auth *a, const char *text)
{
	for (int i = 0; i < 50; i++) {
		if (check(a, text) == RC_UNAVAILABLE)
			_exit(2);
	}
	_exit(0);
}

/* Eight processes meet unknown kids at once: one fetch among all. */
static void
one_fetch_among_all(struct auth *a)
{
	char *unknown = token(second, "k3");
	int bad = 0;

	site.doc = set1;
	is_int(auth_ready(a, clock_ms() + 5000), RC_OK, "ready with one key");
	is_int(fetches(), 1, "… fetched");
	site.doc = set12;
	fflush(stdout);
	for (int i = 0; i < 8; i++) {
		pid_t pid = fork();

		if (pid == 0)
			child(a, i % 2 ? unknown : by_second);
	}
	for (int i = 0, status; i < 8; i++)
		bad += wait(&status) < 0 || status != 0;
	is_int(bad, 0, "eight processes, unknown kids: all answered");
	is_int(fetches(), 1, "… and fetched once among them");
	is_int(check(a, by_second), RC_OK, "… what one fetched all have");
	is_int(check(a, unknown), RC_UNAUTH, "… a kid that nobody knows: no");
	is_int(fetches(), 0, "… without another fetch");
	free(unknown);
}

/* Where the issuer is: as set, or as it follows from the pool. */
static void
addresses(void)
{
	static const struct {
		const char *name, *pool, *issuer, *url, *want_issuer, *want_url;
	} cases[] = {
		{ "of the pool", "eu-west-1_A", "", "",
		    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
		    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A"
		    "/.well-known/jwks.json" },
		{ "issuer set", "eu-west-1_A", "http://i/p", "", "http://i/p",
		    "http://i/p/.well-known/jwks.json" },
		{ "both set", "eu-west-1_A", "http://i/p", "http://k/j",
		    "http://i/p", "http://k/j" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char pool[64], issuer[64], keys_url[64];
		struct conf c = { .cognito_user_pool_id = pool,
			.auth_issuer = issuer,
			.auth_jwks_url = keys_url };
		struct buf b = BUF_INIT(1024);

		snprintf(pool, sizeof(pool), "%s", cases[i].pool);
		snprintf(issuer, sizeof(issuer), "%s", cases[i].issuer);
		snprintf(keys_url, sizeof(keys_url), "%s", cases[i].url);
		auth_issuer(&c, &b);
		is_str(buf_str(&b), cases[i].want_issuer, cases[i].name);
		buf_reset(&b);
		auth_jwks_url(&c, &b);
		is_str(buf_str(&b), cases[i].want_url, cases[i].name);
		buf_free(&b);
	}
}

/* Run it in a process of its own, with a board of its own: the minute between
 * two fetches is not to be waited for. Its count of tests is added to ours. */
static void
alone(void (*run)(struct auth *a))
{
	int done[2], counts[2] = { 0, 1 };
	pid_t pid;

	fflush(stdout);
	if (pipe2(done, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		struct auth *a;

		tap_failed = board_init() != RC_OK;
		a = auth_new(&conf, fetch, NULL);
		run(a);
		auth_free(&a);
		fflush(stdout);
		counts[0] = tap_run;
		counts[1] = tap_failed;
		_exit(write(done[1], counts, sizeof(counts)) < 0);
	}
	close(done[1]);
	if (read(done[0], counts, sizeof(counts)) == (ssize_t)sizeof(counts))
		tap_run = counts[0];
	tap_failed += counts[1];
	close(done[0]);
	waitpid(pid, NULL, 0);
}

static void
make_keys(void)
{
	first = issuer_key(2048);
	second = issuer_key(2048);
	set1 = key_set(false);
	set12 = key_set(true);
	by_first = token(first, "k1");
	by_second = token(second, "k2");
}

static void
configure(void)
{
	struct buf err = BUF_INIT(1024);

	setenv("AWS_COGNITO_USER_POOL_ID", "ca-central-1_Ab1", 1);
	is_int(conf_load("/dev/null", &conf, &err), RC_OK, "configuration");
	is_int(auth_configured(&conf, &err), RC_CONFIG, "no client: says so");
	ok(strstr(buf_str(&err), "client_id") != NULL, "… by name");
	conf_free(&conf);
	setenv("AWS_COGNITO_CLIENT_ID", CLIENT, 1);
	buf_reset(&err);
	is_int(conf_load("/dev/null", &conf, &err), RC_OK, "configuration");
	is_int(auth_configured(&conf, &err), RC_OK, "pool and client do");
	buf_free(&err);
}

int
main(void)
{
	if (pipe2(site.pipe, O_NONBLOCK) != 0)
		return 1;
	make_keys();
	configure();
	addresses();
	alone(no_keys_yet);
	alone(fetch_fails);
	alone(one_fetch_among_all);
	conf_free(&conf);
	free(set1);
	free(set12);
	free(by_first);
	free(by_second);
	EVP_PKEY_free(first);
	EVP_PKEY_free(second);
	return tap_done();
}
