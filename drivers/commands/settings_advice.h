/*
 * What in a machine's settings makes times vary or hides why they do, and what to do about it.
 */
#pragma once

#include "settings.h"

#include <stddef.h>

enum { SETTINGS_ADVICE_MAX = 6 };

struct settings_advice {
    const char *what; /* one or two words */
    char text[224];   /* one line */
};

/* Returns how many pieces there are; the last one names what cannot be told, if anything cannot. */
size_t settings_advice_make(const struct settings *settings,
                            struct settings_advice pieces[SETTINGS_ADVICE_MAX]);
