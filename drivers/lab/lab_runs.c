#include "lab_runs.h"

#include "child.h"
#include "memory.h"
#include "run_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lab_run {
    char name[LAB_NAME_MAX];
    char folder[PATH_MAX];
    bool is_read;
    struct analysed_run run;
};

static bool is_run(const char *parent, const char *name, char folder[PATH_MAX])
{
    return snprintf(folder, PATH_MAX, "%s/%s", parent, name) < PATH_MAX &&
           run_folder_is_run(folder);
}

/* A kept run is named from the top of the tree, which the program is built in a folder of. */
static bool find_kept(const char *path, char folder[PATH_MAX])
{
    char top[PATH_MAX];
    (void)snprintf(folder, PATH_MAX, "%s", path);
    return run_folder_is_run(folder) ||
           (child_beside(CHILD_SELF, "/..", top) == STATUS_OK && is_run(top, path, folder));
}

bool lab_runs_folder(const struct lab_runs *runs, const char *run, char folder[PATH_MAX])
{
    const struct lab *lab = runs->lab;
    if (is_run(runs->record, run, folder))
        return true;
    for (size_t i = 0; i < lab->block_count; i++)
        if (lab->blocks[i].kind == LAB_RECORDED && strcmp(lab->blocks[i].text, run) == 0)
            return find_kept(lab->blocks[i].with, folder);
    return false;
}

static struct lab_run *find_run(const struct lab_runs *runs, const char *name)
{
    for (size_t i = 0; i < runs->count; i++)
        if (strcmp(runs->all[i]->name, name) == 0)
            return runs->all[i];
    return NULL;
}

/* NULL where there is none, or it cannot be read, which was said. */
static const struct lab_run *read_run(struct lab_runs *runs, const char *name)
{
    char folder[PATH_MAX];
    struct lab_run *run = find_run(runs, name);
    if (!run && lab_runs_folder(runs, name, folder)) {
        run = memory_new(1, sizeof *run);
        (void)snprintf(run->name, sizeof run->name, "%s", name);
        (void)snprintf(run->folder, sizeof run->folder, "%s", folder);
        run->is_read = analysed_run_read(run->folder, false, &run->run) == STATUS_OK;
        runs->all = memory_grow(runs->all, runs->count, sizeof(struct lab_run *));
        runs->all[runs->count++] = run;
    }
    return run && run->is_read ? run : NULL;
}

static void free_run(struct lab_run *run)
{
    if (run->is_read)
        analysed_run_free(&run->run);
    free(run);
}

void lab_runs_forget(struct lab_runs *runs, const char *run)
{
    size_t kept = 0;
    for (size_t i = 0; i < runs->count; i++)
        if (strcmp(runs->all[i]->name, run) == 0)
            free_run(runs->all[i]);
        else
            runs->all[kept++] = runs->all[i];
    runs->count = kept;
}

void lab_runs_free(struct lab_runs *runs)
{
    for (size_t i = 0; i < runs->count; i++)
        free_run(runs->all[i]);
    free(runs->all);
    runs->all = NULL;
    runs->count = 0;
}

void lab_runs_forget_machine(struct lab_runs *runs)
{
    *runs->machine = '\0';
}

static struct measured value_of_run(struct lab_runs *runs, const struct lab_value *value)
{
    const struct lab_run *run = read_run(runs, value->run);
    if (!run)
        return measured_none("the run %s was not measured", value->run);
    const struct machine_line machine = analysed_run_machine(&run->run);
    if (*runs->machine && strcmp(runs->machine, machine.text) != 0)
        return measured_none(
            "the run %s is of another machine than the others: measure them on one", value->run);
    (void)snprintf(runs->machine, sizeof runs->machine, "%s", machine.text);
    return lab_value_in(&run->run, value);
}

struct measured lab_runs_value(struct lab_runs *runs, const char *name)
{
    const struct lab_value *value = lab_value(runs->lab, name);
    if (!value)
        return measured_none("the lab has no such value");
    if (value->run)
        return value_of_run(runs, value);
    const struct measured left = lab_runs_value(runs, value->left),
                          right = lab_runs_value(runs, value->right);
    return measured_over(&left, &right);
}
