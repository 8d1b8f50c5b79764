#include "analysed_run.h"

#include <stdlib.h>

enum status analysed_run_read(const char *folder, struct analysed_run *stored)
{
    struct bad_lines bad;
    *stored = (struct analysed_run){.folder = folder};
    enum status status =
        run_folder_load(folder, &stored->manifest, &stored->plan, &stored->record, &bad);
    if (status != STATUS_OK)
        return status;
    run_folder_say_bad(folder, &bad);
    if (!ending_is_whole(stored->record.ending))
        status_say("%s did not come to its end: go on with parbench run --resume %s", folder,
                   folder);
    return analysis_make(&stored->record, &stored->cells);
}

void analysed_run_free(struct analysed_run *stored)
{
    free(stored->cells);
    record_free(&stored->record);
    plan_free(&stored->plan);
    json_decref(stored->manifest);
    *stored = (struct analysed_run){.folder = NULL};
}
