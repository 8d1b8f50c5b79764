/*
 * Text from elsewhere as a string of JSON, which is always UTF-8.
 */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>

/*
 * A new string, which the caller owns. A text that is no UTF-8 is made printable: see printable.h.
 * NULL without memory.
 */
json_t *json_text(const char *text);

#endif
