/*
 * ctx: what one process has at hand to answer: its handles, and whom it
 * answers until when. One per worker (or command); handed down every call.
 */
#ifndef MODEL_CTX_H
#define MODEL_CTX_H

#include <stdint.h>

#include "base/conf.h"
#include "base/rnd.h"

struct pg;	/* pg/pg.h */
struct ddb;	/* aws/ddb.h */
struct cognito; /* aws/cognito.h */
struct auth;	/* auth/auth.h */

#define CALLER_SUB_SIZE 128 /* bytes of a token's sub, with its NUL */

struct ctx {
	const struct conf *conf;
	struct pg *pg;
	struct ddb *ddb;
	struct cognito *cognito;
	struct auth *auth;

	/* Of the request at hand; set by web/ before the handler runs. */
	int64_t deadline_ms;		  /* absolute, clock_ms() */
	char caller_sub[CALLER_SUB_SIZE]; /* who calls, by the token; "" nobody
					   */
	const char *caller_token; /* the access token itself, borrowed; NULL */
};

#endif
