/* Is anybody there: health-check, and whether what stands behind us is; and
 * the figures of it all. */
#include "api/handlers.h"
#include "auth/auth.h"
#include "aws/ddb.h"
#include "base/clock.h"
#include "base/js.h"
#include "base/metrics.h"
#include "model/ctx.h"
#include "pg/pg.h"
#include "web/resp.h"

enum rc
api_health(struct ctx *cx, struct req *rq, struct resp *rs)
{
	(void)cx;
	(void)rq;
	js_open(resp_body(rs), NULL, '{');
	js_bool(resp_body(rs), "success", true);
	js_close(resp_body(rs), '}');
	return RC_OK;
}

enum rc
api_ready(struct ctx *cx, struct req *rq, struct resp *rs)
{
	enum rc rc = pg_ping(cx->pg, cx->deadline_ms);

	if (rc == RC_OK)
		rc = ddb_ping(cx->ddb, cx->deadline_ms);
	if (rc == RC_OK)
		rc = auth_ready(cx->auth, cx->deadline_ms);
	return rc == RC_OK ? api_health(cx, rq, rs) : RC_UNAVAILABLE;
}

enum rc
api_metrics(struct ctx *cx, struct req *rq, struct resp *rs)
{
	(void)cx;
	(void)rq;
	resp_type(rs, METRICS_TYPE);
	metrics_write(resp_body(rs));
	return RC_OK;
}
