/*
 * awserr: what an AWS service's error answer means: its type and text, the
 * result code, and whether trying again may help. Pure.
 */
#ifndef AWS_AWSERR_H
#define AWS_AWSERR_H

#include <stddef.h>

#include "aws/retry.h"
#include "base/rc.h"

#define AWSERR_TYPE_SIZE 96
#define AWSERR_TEXT_SIZE 512

struct awserr {
	char type[AWSERR_TYPE_SIZE]; /* "ThrottlingException"; "" unknown */
	char text[AWSERR_TEXT_SIZE]; /* "ThrottlingException: Rate …" */
	enum rc rc;
	enum retry_class retry;
};

/* What an exception's name means. A table ends with type NULL. */
struct awserr_row {
	const char *type;
	enum rc rc;
	enum retry_class retry;
};

/*
 * awserr_read(own, status, body, n, e): fill *e from an answer of status 400
 * and above: JSON with "__type" (what follows '#' counts) and "Message" or
 * "message", or the XML of the Query protocol with <Code> and <Message>.
 * own: the service's own exceptions, looked up first; NULL: none. A type that
 * nobody knows goes by its status.
 */
void awserr_read(const struct awserr_row *own, int status, const char *body,
    size_t n, struct awserr *e);

/* awserr_set(e, rc, retry, type, text): an error that no answer told of. */
void awserr_set(struct awserr *e, enum rc rc, enum retry_class retry,
    const char *type, const char *text);

/* awserr_reason(code): what one of a cancelled transaction's reasons means:
 * RC_OK for "None". */
enum rc awserr_reason(const char *code);

#endif
