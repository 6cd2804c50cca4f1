#include "aws/awserr.h"

#include <json-c/json_object.h>
#include <stdio.h>
#include <string.h>

#include "base/js.h"

/* Exceptions that mean the same in every service (or in only one). */
static const struct awserr_row common[] = {
	{ "AccessDenied", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "AccessDeniedException", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "AuthFailure", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "ConditionalCheckFailedException", RC_CONDITION, RETRY_NEVER },
	{ "ExpiredIteratorException", RC_ITERATOR_EXPIRED, RETRY_NEVER },
	{ "ExpiredToken", RC_BACKEND_DENIED, RETRY_CREDENTIALS },
	{ "ExpiredTokenException", RC_BACKEND_DENIED, RETRY_CREDENTIALS },
	{ "IdempotentParameterMismatchException", RC_CONFLICT, RETRY_NEVER },
	{ "IncompleteSignature", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "IncompleteSignatureException", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "InternalFailure", RC_UNAVAILABLE, RETRY_SERVER },
	{ "InternalServerError", RC_UNAVAILABLE, RETRY_SERVER },
	{ "InvalidClientTokenId", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "InvalidSignatureException", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "LimitExceededException", RC_THROTTLED, RETRY_THROTTLED },
	{ "MissingAuthenticationToken", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "MissingAuthenticationTokenException", RC_BACKEND_DENIED,
	    RETRY_NEVER },
	{ "OptInRequired", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "ProvisionedThroughputExceededException", RC_THROTTLED,
	    RETRY_THROTTLED },
	{ "ReplicatedWriteConflictException", RC_TX_CONFLICT, RETRY_CONFLICT },
	{ "RequestLimitExceeded", RC_THROTTLED, RETRY_THROTTLED },
	{ "ResourceInUseException", RC_CONFLICT, RETRY_NEVER },
	{ "ResourceNotFoundException", RC_NOT_FOUND, RETRY_NEVER },
	{ "ServiceUnavailable", RC_UNAVAILABLE, RETRY_SERVER },
	{ "SignatureDoesNotMatch", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "ThrottledException", RC_THROTTLED, RETRY_THROTTLED },
	{ "Throttling", RC_THROTTLED, RETRY_THROTTLED },
	{ "ThrottlingException", RC_THROTTLED, RETRY_THROTTLED },
	{ "TooManyRequestsException", RC_THROTTLED, RETRY_THROTTLED },
	{ "TransactionConflictException", RC_TX_CONFLICT, RETRY_CONFLICT },
	{ "TransactionInProgressException", RC_TX_CONFLICT, RETRY_CONFLICT },
	{ "TrimmedDataAccessException", RC_TRIMMED, RETRY_NEVER },
	{ "UnauthorizedOperation", RC_BACKEND_DENIED, RETRY_NEVER },
	{ "UnrecognizedClientException", RC_BACKEND_DENIED, RETRY_NEVER },
	{ NULL, RC_OK, RETRY_NEVER },
};

/* Codes of CancellationReasons[]. */
static const struct awserr_row reasons[] = {
	{ "None", RC_OK, RETRY_NEVER },
	{ "ConditionalCheckFailed", RC_CONDITION, RETRY_NEVER },
	{ "TransactionConflict", RC_TX_CONFLICT, RETRY_CONFLICT },
	{ "ProvisionedThroughputExceeded", RC_THROTTLED, RETRY_THROTTLED },
	{ "ThrottlingError", RC_THROTTLED, RETRY_THROTTLED },
	{ NULL, RC_INTERNAL, RETRY_NEVER },
};

/* The row of a type; the one that ends the table if there is none. */
static const struct awserr_row *
look_up(const struct awserr_row *table, const char *type)
{
	while (table->type != NULL && strcmp(table->type, type) != 0)
		table++;
	return table;
}

static void
by_status(int status, struct awserr *e)
{
	if (status == 429) {
		e->rc = RC_THROTTLED;
		e->retry = RETRY_THROTTLED;
	} else if (status >= 500) {
		e->rc = RC_UNAVAILABLE;
		e->retry = RETRY_SERVER;
	} else {
		e->rc = status == 403 ? RC_BACKEND_DENIED : RC_INTERNAL;
		e->retry = RETRY_NEVER;
	}
}

/* Append, cut where it is full, control characters made blanks. */
static void
add_text(char *out, size_t size, const char *text)
{
	size_t at = strlen(out);

	for (; *text != '\0' && at + 1 < size; text++)
		out[at++] = (unsigned char)*text < 0x20 ? ' ' : *text;
	out[at] = '\0';
}

enum rc
awserr_reason(const char *code)
{
	return look_up(reasons, code)->rc;
}

/*
 * A cancelled transaction. A condition that failed is the answer, whatever
 * else there was; else a fault of our own; only if all that stood in the way
 * passes by itself is it worth another try.
 */
static void
read_cancelled(struct json_object *doc, struct awserr *e)
{
	struct json_object *list = js_get(doc, "CancellationReasons");
	size_t n = json_object_is_type(list, json_type_array)
		       ? json_object_array_length(list)
		       : 0;
	const struct awserr_row *worst = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *code = js_get_str(
		    json_object_array_get_idx(list, i), "Code", NULL);
		const struct awserr_row *row =
		    look_up(reasons, code ? code : "None");

		if (row->rc == RC_OK || (worst && worst->rc == RC_CONDITION))
			continue;
		if (row->rc == RC_CONDITION || worst == NULL ||
		    row->retry == RETRY_NEVER)
			worst = row;
	}
	e->rc = worst ? worst->rc : RC_INTERNAL;
	e->retry = worst ? worst->retry : RETRY_NEVER;
}

/* The text between <tag> and the next '<', for the Query protocol's errors. */
static void
xml_text(const char *body, size_t n, const char *tag, char *out, size_t size)
{
	const char *at = memmem(body, n, tag, strlen(tag)), *end;
	char text[AWSERR_TEXT_SIZE];

	if (at == NULL)
		return;
	at += strlen(tag);
	end = memchr(at, '<', n - (size_t)(at - body));
	if (end == NULL)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(end - at), at);
	add_text(out, size, text);
}

static void
set_text(struct awserr *e, const char *message)
{
	e->text[0] = '\0';
	add_text(e->text, sizeof(e->text), e->type);
	if (message != NULL && message[0] != '\0') {
		add_text(e->text, sizeof(e->text), e->type[0] ? ": " : "");
		add_text(e->text, sizeof(e->text), message);
	}
}

static void
read_xml(const char *body, size_t n, struct awserr *e)
{
	char message[AWSERR_TEXT_SIZE] = "";

	xml_text(body, n, "<Code>", e->type, sizeof(e->type));
	xml_text(body, n, "<Message>", message, sizeof(message));
	set_text(e, message);
}

static void
read_json(struct json_object *doc, struct awserr *e)
{
	const char *type = js_get_str(doc, "__type", NULL);
	const char *text = js_get_str(doc, "Message", NULL);
	const char *hash = type ? strrchr(type, '#') : NULL;

	if (text == NULL)
		text = js_get_str(doc, "message", NULL);
	if (type != NULL)
		add_text(e->type, sizeof(e->type), hash ? hash + 1 : type);
	set_text(e, text);
}

void
awserr_read(const struct awserr_row *own, int status, const char *body,
    size_t n, struct awserr *e)
{
	const struct awserr_row *row = NULL;
	struct json_object *doc = NULL;

	memset(e, 0, sizeof(*e));
	if (js_parse(body, n, &doc) == RC_OK)
		read_json(doc, e);
	else
		read_xml(body, n, e);
	if (own != NULL)
		row = look_up(own, e->type);
	if (row == NULL || row->type == NULL)
		row = look_up(common, e->type);
	if (strcmp(e->type, "TransactionCanceledException") == 0) {
		read_cancelled(doc, e);
	} else if (row->type != NULL) {
		e->rc = row->rc;
		e->retry = row->retry;
	} else {
		by_status(status, e);
	}
	if (e->text[0] == '\0')
		snprintf(e->text, sizeof(e->text), "HTTP status %d", status);
	json_object_put(doc);
}

void
awserr_set(struct awserr *e, enum rc rc, enum retry_class retry,
    const char *type, const char *text)
{
	memset(e, 0, sizeof(*e));
	add_text(e->type, sizeof(e->type), type);
	set_text(e, text);
	e->rc = rc;
	e->retry = retry;
}
