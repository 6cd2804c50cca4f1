/*
 * lambda: the stream processor as a function of AWS Lambda: a custom runtime
 * (AWS "Lambda runtime API", version 2018-06-01) that takes events of a
 * DynamoDB stream, of any size, and answers with what failed of each.
 *
 * The lowest sequence number that failed is reported alone: Lambda sends
 * everything from there on again, which does no harm.
 */
#ifndef STREAM_LAMBDA_H
#define STREAM_LAMBDA_H

#include "base/buf.h"
#include "base/conf.h"
#include "base/rc.h"

/*
 * lambda_run(conf, api): ask for events and answer them, for ever. api:
 * HOST:PORT of the Runtime API. RC_UNAVAILABLE: it does not answer. A kill at
 * any point costs a repetition: what was not answered comes again.
 */
enum rc lambda_run(const struct conf *conf, const char *api) MUSTCHECK;

/* lambda_init_failed(api, rc, text): tell Lambda why the function cannot
 * start. */
void lambda_init_failed(const char *api, enum rc rc, const char *text);

#endif
