#include "stored.h"

#include <stdlib.h>

enum status stored_read(const char *folder, struct stored *stored)
{
    struct bad_lines bad;
    *stored = (struct stored){.folder = folder};
    enum status status =
        results_load(folder, &stored->manifest, &stored->plan, &stored->record, &bad);
    if (status != STATUS_OK)
        return status;
    results_say_bad(folder, &bad);
    if (!ending_is_whole(stored->record.ending))
        status_say("%s did not come to its end: go on with parbench run --resume %s", folder,
                   folder);
    return analysis_make(&stored->record, &stored->cells);
}

void stored_free(struct stored *stored)
{
    free(stored->cells);
    record_free(&stored->record);
    plan_free(&stored->plan);
    json_decref(stored->manifest);
    *stored = (struct stored){.folder = NULL};
}
