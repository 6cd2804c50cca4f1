#include "base/rc.h"

#include <assert.h>
#include <stddef.h>

static const struct {
	const char *wire;
	int status;
	bool retryable;
	const char *detail;
} codes[RC__MAX] = {
#define RC(name, wire, status, retryable, detail) \
	[RC_##name] = { wire, status, retryable, detail },
#include "base/rc.def"
#undef RC
};

static const struct {
	int status;
	const char *title;
} titles[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 204, "No Content" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

const char *
rc_wire(enum rc rc)
{
	assert(rc < RC__MAX);
	return codes[rc].wire;
}

int
rc_status(enum rc rc)
{
	assert(rc < RC__MAX);
	return codes[rc].status;
}

bool
rc_retryable(enum rc rc)
{
	assert(rc < RC__MAX);
	return codes[rc].retryable;
}

const char *
rc_detail(enum rc rc)
{
	assert(rc < RC__MAX);
	return codes[rc].detail;
}

const char *
rc_title(int status)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].status == status)
			return titles[i].title;
	}
	return "Unknown";
}
