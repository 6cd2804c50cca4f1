/* routes: THE route table of the API. openapi.yaml describes the same. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include <stddef.h>

#include "web/route.h"

extern const struct route api_routes[];
extern const size_t api_nroutes;

#endif
