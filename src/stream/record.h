/* record: what a record of the table's stream is about. */
#ifndef STREAM_RECORD_H
#define STREAM_RECORD_H

#include "aws/streams.h"
#include "base/rnd.h"
#include "stream/core.h"

/*
 * record_message(records, i, group, msg): record i as a message that was
 * stored; its group is read into group, other texts are borrowed. false: it is
 * something else, our own writes among them, or of no known shape: to be
 * passed over.
 */
bool record_message(const struct streams_batch *records, size_t i,
    char group[static UUID_TEXT_SIZE], struct core_message *msg);

/* record_seq_cmp(a, b): order of sequence numbers, like strcmp(). */
int record_seq_cmp(const char *a, const char *b);

#endif
