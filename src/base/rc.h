/* rc: the one result type. See rc.def for the table. */
#ifndef BASE_RC_H
#define BASE_RC_H

#include <stdbool.h>

enum rc {
#define RC(name, wire, status, retryable, detail) RC_##name,
#include "base/rc.def"
#undef RC
	RC__MAX
};

/* The result of a call so marked must be looked at. */
#define MUSTCHECK __attribute__((warn_unused_result))

/* rc_wire(rc): the stable code, as on the wire: "not_found". */
const char *rc_wire(enum rc rc);

/* rc_status(rc): the HTTP status it is answered with. */
int rc_status(enum rc rc);

/* rc_retryable(rc): whether the same call may succeed a moment later. */
bool rc_retryable(enum rc rc);

/* rc_detail(rc): a sentence for the client: what is wrong, what to do. */
const char *rc_detail(enum rc rc);

/* rc_title(status): the reason phrase of an HTTP status (RFC 9110). */
const char *rc_title(int status);

#endif
