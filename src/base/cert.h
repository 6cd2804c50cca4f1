/* cert: how long a certificate is good for. */
#ifndef BASE_CERT_H
#define BASE_CERT_H

#include "base/rc.h"

/*
 * cert_days_left(path, days): whole days until the first certificate of a PEM
 * file expires; negative if it has. RC_NOT_FOUND: no file, or it may not be
 * read (errno says which). RC_INVALID: no certificate in it.
 */
enum rc cert_days_left(const char *path, int *days) MUSTCHECK;

#endif
