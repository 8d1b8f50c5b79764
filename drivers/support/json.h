/*
 * JSON as the front door makes it: text from elsewhere, what may be unknown, and documents that are
 * written whole or not at all.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Each of these is a new value, which the caller owns. Both programs let jansson take its memory
 * from memory.h: so no value need be looked at. */

/* A text, null where it is NULL. One that is no UTF-8 is made printable: see printable.h. */
json_t *json_text(const char *text);

/* The same value, with all that is text in it printable, also the keys: what another program or a
 * file told is shown as it is from there on. */
json_t *json_printable(const json_t *json);

/* A text, null where it is empty. */
json_t *json_known_text(const char *text);

/* A number, null where it is NAN or infinite. */
json_t *json_known(double number);

/* A count, null where it is 0. */
json_t *json_known_count(uint64_t count);

/*
 * As json_dump_callback(), which writes reals with 17 digits: with as few as read back as the same
 * number. Whatever it writes to, is the caller's to check.
 */
void json_dump_short(const json_t *value, json_dump_callback_t write, void *to, size_t flags);

/* The same into a stream, */
void json_dump_stream(FILE *stream, const json_t *value, size_t flags);
/* and into a text, which the caller frees. */
char *json_dump_text(const json_t *value);

/* Writes a value and the end of its last line, and frees it. Whether the stream took it is the
 * caller's to check. `flags`: jansson's, for the layout. */
void json_write(FILE *stream, json_t *json, size_t flags);

/* The same on standard output, for other programs. */
void json_print(json_t *json);
