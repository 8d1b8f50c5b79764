#define _GNU_SOURCE
#include "status.h"

#include "printable.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static bool hushed;

void status_hush(bool hush)
{
    hushed = hush;
}

void status_say(const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    /* What a user typed or a file holds may be part of it, and must not make it two lines. */
    printable_copy(line, line, sizeof line);
    /* One call, so that lines of several processes on one terminal do not mix. */
    if (!hushed)
        (void)fprintf(stderr, "%s: %s\n", program_invocation_short_name, line);
}
