/* cruddur-lambda: the stream processor as an AWS Lambda custom runtime
 * (provided.al2023). Wiring only. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/board.h"
#include "base/conf.h"
#include "base/log.h"
#include "stream/lambda.h"

static enum rc
configure(struct conf *conf, struct buf *err)
{
	enum rc rc = conf_load("/dev/null", conf, err); /* environment alone */

	if (rc == RC_OK)
		rc = conf_require(conf, err, OPT_aws_region, OPT__MAX);
	if (rc == RC_OK)
		log_set_level((enum log_level)log_level_parse(conf->log_level));
	else
		log_event(EV_CONFIG_BAD, "detail", buf_str(err), NULL);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
	struct buf err = BUF_INIT(1024);
	struct conf conf;
	enum rc rc;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("cruddur-lambda %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (api == NULL) {
		fprintf(stderr, "cruddur-lambda: AWS_LAMBDA_RUNTIME_API is "
				"not set: this program is AWS Lambda's\n");
		return 64; /* EX_USAGE */
	}
	log_set_program("cruddur-lambda");
	rc = configure(&conf, &err);
	if (rc == RC_OK)
		rc = board_init();
	if (rc == RC_OK)
		rc = lambda_run(&conf, api);
	else
		lambda_init_failed(api, rc, buf_str(&err));
	buf_free(&err);
	conf_free(&conf);
	return rc == RC_OK ? 0 : 1;
}
