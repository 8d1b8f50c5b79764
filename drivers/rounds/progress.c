#include "progress.h"
#include "quantities.h"

#include "terminal.h"
#include "text.h"

#include <stdio.h>
#include <unistd.h>

void progress_line(const struct progress *progress, unsigned columns, char line[PROGRESS_LINE_MAX])
{
    static const char full[] = "####################", empty[] = "....................";
    const size_t room = columns < PROGRESS_LINE_MAX ? columns : PROGRESS_LINE_MAX;
    const int filled = (int)((sizeof full - 1) * progress->share);
    const long left = (long)progress->left_s;
    char bar[64];
    (void)snprintf(bar, sizeof bar, "[%.*s%s] ", filled, full, empty + filled);
    for (int with_bar = 1; with_bar >= 0; with_bar--) {
        const int length =
            snprintf(line, room, "%sround %u, %zu/%zu cells, %ld:%02ld left", with_bar ? bar : "",
                     progress->round + 1, progress->done, progress->cells, left / 60, left % 60);
        if (length < (int)room)
            break;
    }
    text_append(line, room, "  %s", progress->label);
}

void progress_show(const struct progress *progress, bool first)
{
    const unsigned columns = terminal_columns(STDERR_FILENO);
    char line[PROGRESS_LINE_MAX];
    if (columns > 0) {
        progress_line(progress, columns, line);
        (void)fprintf(stderr, "\r\033[K%s", line);
    } else if (first) {
        (void)fprintf(stderr, "round %u of at most %u: %zu cell%s, %.0f s so far\n",
                      progress->round + 1, progress->rounds, progress->cells,
                      plural(progress->cells), progress->elapsed_s);
    }
}

void progress_clear(void)
{
    if (terminal_columns(STDERR_FILENO) > 0)
        (void)fputs("\r\033[K", stderr);
}
