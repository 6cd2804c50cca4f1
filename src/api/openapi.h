/* openapi: the OpenAPI 3.1 document of this API, as JSON; made at build time
 * from openapi.yaml. */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include <stddef.h>

extern const char api_openapi_json[];
extern const size_t api_openapi_len;

#endif
