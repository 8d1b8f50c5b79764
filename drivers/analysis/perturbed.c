#define _GNU_SOURCE
#include "perturbed.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>

char *perturbed_elsewhere(const struct analysed_kernel *kernel, perturbed_shows *shows)
{
    char *text = NULL;
    size_t length = 0, named = 0;
    FILE *stream = open_memstream(&text, &length);
    for (size_t i = 0; stream && i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!cell->verified || !cell->factors.perturbed || shows(cell))
            continue;
        (void)fputs(named++ > 0 ? ", " : "", stream);
        (void)fprintf(stream, "%s with %u worker%s%s", cell->cell->label, cell->cell->workers,
                      cell->cell->workers == 1 ? "" : "s",
                      analysis_is_scaled(cell) ? " in weak scaling" : "");
    }
    text = text_close(stream, &text);
    if (named > 0)
        return text;
    free(text);
    return NULL;
}
