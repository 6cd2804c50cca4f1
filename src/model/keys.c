#include "model/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/parse.h"

static struct key
spell(const char *prefix, const char *uuid)
{
	struct key k;

	snprintf(k.text, sizeof(k.text), "%s#%.36s", prefix, uuid);
	return k;
}

struct key
keys_group(const char *group)
{
	return spell("MSG", group);
}

struct key
keys_member(const char *user)
{
	return spell("MEMBER", user);
}

struct key
keys_inbox(const char *user)
{
	return spell("GRP", user);
}

struct key
keys_receipt(const char *message)
{
	return spell("MID", message);
}

struct key
keys_pair(const char *a, const char *b)
{
	bool in_order = strcmp(a, b) < 0;
	struct key k;

	snprintf(k.text, sizeof(k.text), "PAIR#%.36s#%.36s", in_order ? a : b,
	    in_order ? b : a);
	return k;
}

/* "<prefix>#<uuid>": the uuid goes to out. */
static bool
read_uuid(const char *text, const char *prefix, char out[static UUID_TEXT_SIZE])
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 && text[n] == '#' &&
	       parse_uuid(text + n + 1, out) == RC_OK;
}

static bool
is_time(const char *sk)
{
	int64_t us;

	return clock_parse(sk, &us) == RC_OK;
}

struct key_parts
keys_parse(const char *pk, const char *sk)
{
	struct key_parts k = { .kind = KEY_OTHER };

	if (read_uuid(pk, "MSG", k.group)) {
		if (is_time(sk))
			k.kind = KEY_MESSAGE;
		else if (read_uuid(sk, "MEMBER", k.user))
			k.kind = KEY_MEMBER;
	} else if (read_uuid(pk, "GRP", k.user)) {
		if (is_time(sk))
			k.kind = KEY_INBOX;
	} else if (strncmp(pk, "PAIR#", 5) == 0) {
		if (strcmp(sk, KEYS_PAIR_SK) == 0)
			k.kind = KEY_PAIR;
	} else if (strncmp(pk, "MID#", 4) == 0) {
		if (strcmp(sk, KEYS_RECEIPT_SK) == 0)
			k.kind = KEY_RECEIPT;
	}
	return k;
}
