/*
 * retry: the policy, pure: what failed, how often, how much time is left ->
 * wait how long, or stop. Full jitter: a wait is drawn evenly from zero up to
 * a ceiling that doubles, so that many who failed together do not come back
 * together.
 */
#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include <stdbool.h>
#include <stdint.h>

enum retry_class {
	RETRY_NEVER,	   /* the answer will be the same */
	RETRY_CREDENTIALS, /* they had expired: new ones are at hand */
	RETRY_CONFLICT,	   /* another transaction on the same items */
	RETRY_THROTTLED,   /* too many requests */
	RETRY_SERVER,	   /* 5xx */
	RETRY_REFUSED,	   /* nobody listens */
	RETRY_BROKEN,	   /* the connection broke under the request */
	RETRY_TIMEOUT,	   /* no answer within the attempt's time */
	RETRY__MAX
};

/*
 * retry_wait(class, attempt, left_ms, random, wait_ms): attempt (1, 2, …) has
 * failed and left_ms remain. true: wait *wait_ms, then try again. false: stop;
 * the policy has no more attempts of this class, or too little time is left
 * for another. random: any number, evenly drawn.
 */
bool retry_wait(enum retry_class class, int attempt, int64_t left_ms,
    uint64_t random, int64_t *wait_ms);

#endif
