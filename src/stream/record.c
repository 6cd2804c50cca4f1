#include "stream/record.h"

#include <string.h>

#include "model/keys.h"

bool
record_message(const struct streams_batch *records, size_t i,
    char group[static UUID_TEXT_SIZE], struct core_message *msg)
{
	const char *pk = streams_key(records, i, "pk", NULL);
	const char *sk = streams_key(records, i, "sk", NULL);
	const char *text = streams_image(records, i, "message", NULL);
	struct key_parts k;

	if (records->record[i].kind == STREAMS_REMOVE || pk == NULL ||
	    sk == NULL || text == NULL)
		return false;
	k = keys_parse(pk, sk);
	if (k.kind != KEY_MESSAGE)
		return false;
	memcpy(group, k.group, UUID_TEXT_SIZE);
	*msg = (struct core_message){ .group = group, .at = sk, .text = text };
	return true;
}

int
record_seq_cmp(const char *a, const char *b)
{
	size_t n, m;

	a += strspn(a, "0");
	b += strspn(b, "0");
	n = strlen(a);
	m = strlen(b);
	return n != m ? (n < m ? -1 : 1) : strcmp(a, b);
}
