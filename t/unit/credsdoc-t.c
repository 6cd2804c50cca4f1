/* How aws/credsdoc.h reads credentials. */
#include "aws/credsdoc.h"
#include "tap.h"

static const char file[] = "# a comment\r\n"
			   "aws_access_key_id = before any section\n"
			   "[default]\n"
			   "aws_access_key_id=AKIADEFAULT\n"
			   "aws_secret_access_key = s3cr/et+==  \n"
			   "region = ca-central-1\n"
			   "\n"
			   "[ work ]\n"
			   "  aws_access_key_id   =   AKIAWORK\n"
			   "; aws_session_token = not this\n"
			   "aws_secret_access_key=work=secret\n"
			   "aws_session_token=TOKEN\n"
			   "[half]\n"
			   "aws_access_key_id = AKIAHALF\n"
			   "[odd]\n"
			   "aws_access_key_id = AK\x01\n"
			   "aws_secret_access_key = x\n"
			   "[sso]\n"
			   "sso_start_url = https://x\n"
			   "[last]\n"
			   "aws_access_key_id = AKIALAST\n"
			   "aws_secret_access_key = last";

static void
sections(void)
{
	static const struct {
		const char *name, *profile;
		enum rc rc;
		const char *key_id, *secret, *token;
	} cases[] = {
		{ "file: default", "default", RC_OK, "AKIADEFAULT",
		    "s3cr/et+==", NULL },
		{ "file: blanks, a comment, a token, '=' in a value", "work",
		    RC_OK, "AKIAWORK", "work=secret", "TOKEN" },
		{ "file: no line end at the end", "last", RC_OK, "AKIALAST",
		    "last", NULL },
		{ "file: no secret", "half", RC_CONFIG, NULL, NULL, NULL },
		{ "file: no key's characters", "odd", RC_CONFIG, NULL, NULL,
		    NULL },
		{ "file: a section of another kind", "sso", RC_NOT_FOUND, NULL,
		    NULL, NULL },
		{ "file: no such section", "none", RC_NOT_FOUND, NULL, NULL,
		    NULL },
		{ "file: a part of a name", "wor", RC_NOT_FOUND, NULL, NULL,
		    NULL },
		{ "file: no name", "", RC_NOT_FOUND, NULL, NULL, NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct creds_keys keys = { 0 };

		is_int(
		    credsdoc_ini(file, strlen(file), cases[i].profile, &keys),
		    cases[i].rc, cases[i].name);
		is_str(keys.key_id, cases[i].key_id, cases[i].name);
		is_str(keys.secret, cases[i].secret, cases[i].name);
		is_str(keys.token, cases[i].token, cases[i].name);
		creds_keys_free(&keys);
	}
}

static void
long_token(void)
{
	char text[8192] = "[p]\naws_access_key_id=A\naws_secret_access_key=b\n"
			  "aws_session_token=";
	struct creds_keys keys = { 0 };
	size_t at = strlen(text);

	memset(text + at, 't', 4000);
	is_int(credsdoc_ini(text, strlen(text), "p", &keys), RC_OK,
	    "file: a token of 4,000 characters");
	is_int(keys.token ? (long long)strlen(keys.token) : 0, 4000,
	    "file: is whole");
	creds_keys_free(&keys);
}

#define KEYS "\"AccessKeyId\":\"AK\",\"SecretAccessKey\":\"SK\""

static void
documents(void)
{
	static const struct {
		const char *name, *text;
		enum rc rc;
		const char *token;
		int64_t expires_us;
	} cases[] = {
		{ "document: of a container",
		    "{\"RoleArn\":\"arn\"," KEYS
		    ",\"Token\":\"T\",\"Expiration\":\"2026-11-23T00:00:00Z\"}",
		    RC_OK, "T", INT64_C(1795392000000000) },
		{ "document: of the instance",
		    "{\"Code\":\"Success\",\"LastUpdated\":\"x\"," KEYS
		    ",\"Type\":\"AWS-HMAC\",\"Token\":\"T\",\"Expiration\":"
		    "\"2026-11-23T00:00:01Z\"}",
		    RC_OK, "T", INT64_C(1795392001000000) },
		{ "document: no token, no end", "{" KEYS "}", RC_OK, NULL, 0 },
		{ "document: failed", "{\"Code\":\"Failed\"," KEYS "}",
		    RC_BAD_JSON, NULL, 0 },
		{ "document: no secret", "{\"AccessKeyId\":\"AK\"}",
		    RC_BAD_JSON, NULL, 0 },
		{ "document: a line end in the token",
		    "{" KEYS ",\"Token\":\"a\\r\\nX-Evil: 1\"}", RC_BAD_JSON,
		    NULL, 0 },
		{ "document: HTML", "<html>", RC_BAD_JSON, NULL, 0 },
		{ "document: empty", "", RC_BAD_JSON, NULL, 0 },
		{ "document: an array", "[]", RC_BAD_JSON, NULL, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct creds_keys keys = { 0 };

		is_int(
		    credsdoc_json(cases[i].text, strlen(cases[i].text), &keys),
		    cases[i].rc, cases[i].name);
		is_str(keys.token, cases[i].token, cases[i].name);
		is_int(keys.expires_us, cases[i].expires_us, cases[i].name);
		creds_keys_free(&keys);
	}
}

static void
addresses(void)
{
	static const struct {
		const char *uri;
		bool want;
	} cases[] = {
		{ "http://169.254.170.2/v2/x", true },
		{ "http://169.254.170.23/v1/credentials", true },
		{ "http://[fd00:ec2::23]/v1/credentials", true },
		{ "http://localhost:8080/x", true },
		{ "http://127.0.0.1", true },
		{ "http://[::1]:1/x", true },
		{ "https://credentials.example/x", true },
		{ "http://example.com/x", false },
		{ "http://127.0.0.1.example.com/x", false },
		{ "http://localhost@example.com/x", false },
		{ "http://localhost:x@example.com/x", false },
		{ "http://169.254.170.20/", false },
		{ "http://10.0.0.1/x", false },
		{ "ftp://127.0.0.1/x", false },
		{ "file:///etc/passwd", false },
		{ "", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ok(credsdoc_uri_ok(cases[i].uri) == cases[i].want,
		    "address %s: %s", cases[i].uri,
		    cases[i].want ? "taken" : "refused");
}

static void
board(void)
{
	char id[] = "AK", secret[] = "SK", token[] = "T";
	struct creds_keys with = { id, secret, token, 5 }, got = { 0 };
	struct creds_keys without = { id, secret, NULL, 0 };
	struct buf bytes = BUF_SECRET(1024);
	int refused = 0;

	credsdoc_pack(&with, &bytes);
	is_int(credsdoc_unpack(bytes.data, bytes.len, &got), RC_OK,
	    "board: with a token");
	is_str(got.key_id, "AK", "board: key");
	is_str(got.secret, "SK", "board: secret");
	is_str(got.token, "T", "board: token");
	is_int(got.expires_us, 5, "board: end");
	creds_keys_free(&got);
	ok(got.key_id == NULL && got.secret == NULL, "board: freed");
	for (size_t n = 0; n < bytes.len; n++) {
		refused += credsdoc_unpack(bytes.data, n, &got) != RC_OK;
		creds_keys_free(&got);
	}
	ok(refused >= 13, "board: what was cut off is refused");
	buf_reset(&bytes);
	credsdoc_pack(&without, &bytes);
	is_int(credsdoc_unpack(bytes.data, bytes.len, &got), RC_OK,
	    "board: without a token");
	is_str(got.token, NULL, "board: there is none");
	creds_keys_free(&got);
	buf_free(&bytes);
}

int
main(void)
{
	sections();
	long_token();
	documents();
	addresses();
	board();
	return tap_done();
}
