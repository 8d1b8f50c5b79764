/*
 * What in a machine's settings makes times vary or hides why they do, and what to do about it.
 */
#ifndef ADVICE_H
#define ADVICE_H

#include "settings.h"

#include <stddef.h>

enum { ADVICE_MAX = 6 };

struct advice {
    const char *what; /* one or two words */
    char text[224];   /* one line */
};

/* Returns how many pieces there are; the last one names what cannot be told, if anything cannot. */
size_t advice_make(const struct settings *settings, struct advice pieces[ADVICE_MAX]);

#endif
