/*
 * ini: files of "key = value" in [sections], with lines of any length (inih's
 * are cut at 200 bytes: a session token, or an address of a database, is
 * longer). '#' or ';' begins a comment line, " ;" one behind a value.
 */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stdbool.h>
#include <stdio.h>

/* What is done with a value; texts are borrowed. false ends the reading. */
typedef bool ini_value_fn(
    void *arg, const char *section, const char *key, const char *value);

/* ini_read(f, fn, arg): read to the end. 0, or the number of the line that is
 * of no such form, or at which fn said false. */
int ini_read(FILE *f, ini_value_fn *fn, void *arg);

#endif
