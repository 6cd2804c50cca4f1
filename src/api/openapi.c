/* The contract of this API, for whoever wants to call it. */
#include "api/openapi.h"

#include "api/handlers.h"
#include "web/resp.h"

enum rc
api_openapi(struct ctx *cx, struct req *rq, struct resp *rs)
{
	(void)cx;
	(void)rq;
	buf_add(resp_body(rs), api_openapi_json, api_openapi_len);
	return RC_OK;
}
