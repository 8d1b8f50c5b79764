/*
 * The name of the host that a process is on.
 */
#pragma once

/* The longest that Linux has, and its end. */
enum { HOST_BYTES = 65 };

/* Reads it; whatever its bytes are, it is printable. */
void host_read(char name[HOST_BYTES]);
