/*
 * Bytes that a page carries for programs, and does not show.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* Writes the bytes, less than 4 GiB, as gzip (RFC 1952) in base64 (RFC 4648), which may stand in a
 * string of JSON. */
void packed_write(FILE *page, const char *bytes, size_t length);
