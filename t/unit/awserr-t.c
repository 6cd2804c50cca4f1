/* How aws/awserr.h reads the errors of AWS. */
#include "aws/awserr.h"
#include "tap.h"

static const struct awserr_row own[] = {
	{ "LimitExceededException", RC_TOO_MANY, RETRY_NEVER },
	{ NULL, RC_OK, RETRY_NEVER },
};

#define DDB "com.amazonaws.dynamodb.v20120810#"
#define CANCELLED(reasons)                                                 \
	"{\"__type\":\"" DDB "TransactionCanceledException\",\"Message\":" \
	"\"Transaction cancelled\",\"CancellationReasons\":[" reasons "]}"
#define NONE	 "{\"Code\":\"None\"}"
#define FAILED	 "{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"x\"}"
#define CONFLICT "{\"Code\":\"TransactionConflict\"}"
#define THROTTLE "{\"Code\":\"ThrottlingError\"}"
#define INVALID	 "{\"Code\":\"ValidationError\"}"

static void
errors(void)
{
	static const struct {
		const char *name;
		int status;
		const char *body;
		const struct awserr_row *own;
		const char *text;
		enum rc rc;
		enum retry_class retry;
	} cases[] = {
		{ "condition failed", 400,
		    "{\"__type\":\"" DDB "ConditionalCheckFailedException\","
		    "\"message\":\"The conditional request failed\"}",
		    NULL,
		    "ConditionalCheckFailedException: The conditional request "
		    "failed",
		    RC_CONDITION, RETRY_NEVER },
		{ "a type without prefix, a text with a capital", 400,
		    "{\"__type\":\"ThrottlingException\",\"Message\":\"Slow "
		    "down\"}",
		    NULL, "ThrottlingException: Slow down", RC_THROTTLED,
		    RETRY_THROTTLED },
		{ "provisioned throughput", 400,
		    "{\"__type\":\"" DDB
		    "ProvisionedThroughputExceededException\"}",
		    NULL, "ProvisionedThroughputExceededException",
		    RC_THROTTLED, RETRY_THROTTLED },
		{ "denied", 400,
		    "{\"__type\":\"com.amazon.coral.service#"
		    "AccessDeniedException\",\"Message\":\"User x is not "
		    "authorized to perform: dynamodb:Query\"}",
		    NULL,
		    "AccessDeniedException: User x is not authorized to "
		    "perform: dynamodb:Query",
		    RC_BACKEND_DENIED, RETRY_NEVER },
		{ "unknown key", 400,
		    "{\"__type\":\"com.amazon.coral.service#"
		    "UnrecognizedClientException\"}",
		    NULL, "UnrecognizedClientException", RC_BACKEND_DENIED,
		    RETRY_NEVER },
		{ "expired session", 400,
		    "{\"__type\":\"com.amazon.coral.service#"
		    "ExpiredTokenException\"}",
		    NULL, "ExpiredTokenException", RC_BACKEND_DENIED,
		    RETRY_CREDENTIALS },
		{ "no such table", 400,
		    "{\"__type\":\"" DDB "ResourceNotFoundException\"}", NULL,
		    "ResourceNotFoundException", RC_NOT_FOUND, RETRY_NEVER },
		{ "fault of the service", 500,
		    "{\"__type\":\"" DDB "InternalServerError\"}", NULL,
		    "InternalServerError", RC_UNAVAILABLE, RETRY_SERVER },
		{ "a type nobody knows, 400", 400, "{\"__type\":\"x#New\"}",
		    NULL, "New", RC_INTERNAL, RETRY_NEVER },
		{ "a type nobody knows, 500", 500, "{\"__type\":\"x#New\"}",
		    NULL, "New", RC_UNAVAILABLE, RETRY_SERVER },
		{ "a load balancer's page", 503, "<html>busy</html>", NULL,
		    "HTTP status 503", RC_UNAVAILABLE, RETRY_SERVER },
		{ "nothing at all", 502, "", NULL, "HTTP status 502",
		    RC_UNAVAILABLE, RETRY_SERVER },
		{ "429", 429, "", NULL, "HTTP status 429", RC_THROTTLED,
		    RETRY_THROTTLED },
		{ "403 without words", 403, "", NULL, "HTTP status 403",
		    RC_BACKEND_DENIED, RETRY_NEVER },
		{ "JSON, but no object", 400, "[1]", NULL, "HTTP status 400",
		    RC_INTERNAL, RETRY_NEVER },
		{ "a type that is no string", 400, "{\"__type\":{}}", NULL,
		    "HTTP status 400", RC_INTERNAL, RETRY_NEVER },
		{ "limit exceeded means busy", 400,
		    "{\"__type\":\"LimitExceededException\"}", NULL,
		    "LimitExceededException", RC_THROTTLED, RETRY_THROTTLED },
		{ "a service's own meaning comes first", 400,
		    "{\"__type\":\"LimitExceededException\"}", own,
		    "LimitExceededException", RC_TOO_MANY, RETRY_NEVER },
		{ "control characters become blanks", 400,
		    "{\"__type\":\"ThrottlingException\",\"message\":"
		    "\"a\\nb\\u0000c\"}",
		    NULL, "ThrottlingException: a b", RC_THROTTLED,
		    RETRY_THROTTLED },
		{ "the Query protocol's XML", 403,
		    "<?xml version=\"1.0\"?>\n<Response><Errors><Error><Code>"
		    "UnauthorizedOperation</Code><Message>You are not "
		    "authorized</Message></Error></Errors></Response>",
		    NULL, "UnauthorizedOperation: You are not authorized",
		    RC_BACKEND_DENIED, RETRY_NEVER },
		{ "XML that ends early", 400, "<Code>Throttl", NULL,
		    "HTTP status 400", RC_INTERNAL, RETRY_NEVER },
		{ "cancelled: a condition", 400, CANCELLED(NONE "," FAILED),
		    NULL, "TransactionCanceledException: Transaction cancelled",
		    RC_CONDITION, RETRY_NEVER },
		{ "cancelled: a conflict", 400, CANCELLED(CONFLICT "," NONE),
		    NULL, NULL, RC_TX_CONFLICT, RETRY_CONFLICT },
		{ "cancelled: a conflict, then a condition", 400,
		    CANCELLED(CONFLICT "," FAILED), NULL, NULL, RC_CONDITION,
		    RETRY_NEVER },
		{ "cancelled: a condition, then a conflict", 400,
		    CANCELLED(FAILED "," CONFLICT), NULL, NULL, RC_CONDITION,
		    RETRY_NEVER },
		{ "cancelled: throttled", 400, CANCELLED(NONE "," THROTTLE),
		    NULL, NULL, RC_THROTTLED, RETRY_THROTTLED },
		{ "cancelled: our own mistake beside a conflict", 400,
		    CANCELLED(CONFLICT "," INVALID), NULL, NULL, RC_INTERNAL,
		    RETRY_NEVER },
		{ "cancelled: our own mistake before a conflict", 400,
		    CANCELLED(INVALID "," CONFLICT), NULL, NULL, RC_INTERNAL,
		    RETRY_NEVER },
		{ "cancelled: without reasons", 400,
		    "{\"__type\":\"" DDB "TransactionCanceledException\"}",
		    NULL, NULL, RC_INTERNAL, RETRY_NEVER },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct awserr e;

		awserr_read(cases[i].own, cases[i].status, cases[i].body,
		    strlen(cases[i].body), &e);
		is_int(e.rc, cases[i].rc, cases[i].name);
		is_int(e.retry, cases[i].retry, cases[i].name);
		if (cases[i].text != NULL)
			is_str(e.text, cases[i].text, cases[i].name);
	}
}

static void
too_long(void)
{
	char body[4096] = "{\"__type\":\"x#", *at = body + strlen(body);
	struct awserr e;

	memset(at, 'T', 1000);
	strcpy(at + 1000, "\",\"message\":\"");
	at += strlen(at);
	memset(at, 'm', 2000);
	strcpy(at + 2000, "\"}");
	awserr_read(NULL, 400, body, strlen(body), &e);
	is_int((long long)strlen(e.type), AWSERR_TYPE_SIZE - 1,
	    "a long type is cut");
	is_int((long long)strlen(e.text), AWSERR_TEXT_SIZE - 1,
	    "a long text is cut");
}

int
main(void)
{
	errors();
	too_long();
	is_int(awserr_reason("None"), RC_OK, "reason: none");
	is_int(awserr_reason("NewOne"), RC_INTERNAL, "reason: unknown");
	return tap_done();
}
