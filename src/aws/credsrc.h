/*
 * credsrc: the sources of credentials, in the order in which they are asked.
 */
#ifndef AWS_CREDSRC_H
#define AWS_CREDSRC_H

#include <stdint.h>

#include "aws/creds.h"
#include "base/buf.h"

struct http;

/* What a source needs to work with. */
struct credsrc_env {
	const struct conf *conf;
	struct http *http;
	int64_t deadline_ms;
	struct buf *why; /* what was wrong is appended */
};

struct credsrc {
	const char *name;
	bool remote; /* asks the network: so it is asked for all processes */
	/*
	 * RC_OK: keys are in *out. RC_NOT_FOUND: this source is not set up
	 * here, ask the next. Anything else: it is, but failed; ask no other.
	 */
	enum rc (*get)(const struct credsrc_env *env, struct creds_keys *out);
};

/* Ends with name NULL. */
extern const struct credsrc credsrc_table[];

#endif
