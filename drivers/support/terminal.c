#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned terminal_columns(int file)
{
    const char *kind = getenv("TERM");
    struct winsize size;
    if (!kind || !*kind || strcmp(kind, "dumb") == 0 || isatty(file) != 1)
        return 0;
    return ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int terminal_text_columns(FILE *stream)
{
    enum { LEAST = 40 };
    const int file = fileno(stream); /* -1: memory */
    const unsigned columns = file >= 0 ? terminal_columns(file) : 0;
    if (columns == 0 || columns > TERMINAL_TEXT_COLUMNS)
        return TERMINAL_TEXT_COLUMNS;
    return columns < LEAST ? LEAST : (int)columns;
}

bool terminal_has_colours(int file)
{
    const char *none = getenv("NO_COLOR");
    return (!none || !*none) && terminal_columns(file) > 0;
}
