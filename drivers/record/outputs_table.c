#include "outputs_table.h"

#include "memory.h"
#include "run_folder.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of its file. */
enum { BYTES_MAX = KERNEL_ROWS_MAX * KERNEL_ROW_MAX };

#define FOLDER "outputs"

static size_t count_columns(const struct kernel *kernel)
{
    size_t count = 0;
    while (kernel->columns[count])
        count++;
    return count;
}

static struct outputs_table table_new(const struct kernel *kernel)
{
    const size_t columns = count_columns(kernel);
    return (struct outputs_table){
        .kernel = kernel,
        .columns = columns,
        .values = memory_new((size_t)KERNEL_ROWS_MAX * columns, sizeof(double))};
}

void outputs_table_free(struct outputs_table *table)
{
    free(table->values);
    *table = (struct outputs_table){0};
}

const double *outputs_table_point(const struct outputs_table *table, size_t index)
{
    return &table->values[index * table->columns];
}

/* Adds a point; false where the line has not as many numbers, or there is no room for it. */
static bool add(struct outputs_table *table, const char *line)
{
    double *point = &table->values[table->points * table->columns];
    char *end;
    if (table->points == KERNEL_ROWS_MAX)
        return false;
    for (size_t i = 0; i < table->columns; i++, line = end) {
        point[i] = strtod(line, &end);
        if (end == line || !isfinite(point[i]) || !strchr(" \t\n", *end))
            return false;
    }
    table->points++;
    return line[strspn(line, " \t\n")] == '\0';
}

/* Whether points are where a grid has them; finds how many there are in a row. */
static bool is_grid(struct outputs_table *table)
{
    size_t per_row = 1;
    while (per_row < table->points &&
           outputs_table_point(table, per_row)[0] > outputs_table_point(table, per_row - 1)[0])
        per_row++;
    table->per_row = per_row;
    for (size_t i = 0; i < table->points; i++) {
        const double *point = outputs_table_point(table, i);
        const double *first = outputs_table_point(table, i - i % per_row);
        if (point[0] != outputs_table_point(table, i % per_row)[0] || point[1] != first[1] ||
            (i >= per_row && !(point[1] > outputs_table_point(table, i - per_row)[1])))
            return false;
    }
    return table->points > 0 && table->points % per_row == 0;
}

static bool end(struct outputs_table *table, bool is_right)
{
    if (is_right && is_grid(table))
        return true;
    outputs_table_free(table);
    return false;
}

bool outputs_table_take(const struct launch_result *launched, const struct kernel *kernel,
                        struct outputs_table *table)
{
    const json_t *told;
    size_t i;
    bool is_right = true;
    *table = table_new(kernel);
    json_array_foreach(launch_said(launched, "outputs"), i, told)
    {
        const json_t *rows = json_object_get(told, "rows");
        for (size_t k = 0; k < json_array_size(rows) && is_right; k++) {
            const char *line = json_string_value(json_array_get(rows, k));
            is_right = line && add(table, line);
        }
    }
    return end(table, is_right);
}

/* ---- in the run's folder ---- */

struct file_name {
    char text[NAME_MAX + 1];
};

static struct file_name name_of(const struct kernel *kernel)
{
    struct file_name name;
    (void)snprintf(name.text, sizeof name.text, FOLDER "/%.200s.tsv", kernel->name);
    text_file_name(name.text + strlen(FOLDER "/"));
    return name;
}

bool outputs_table_is_kept(const char *folder, const struct kernel *kernel)
{
    char path[PATH_MAX];
    return run_folder_path(folder, name_of(kernel).text, path, sizeof path) &&
           access(path, F_OK) == 0;
}

bool outputs_table_read(const char *folder, const struct kernel *kernel,
                        struct outputs_table *table)
{
    char line[1024]; /* what stands above the columns is longer than a row */
    FILE *stream = NULL;
    bool is_right = true;
    if (run_folder_open(folder, name_of(kernel).text, BYTES_MAX, &stream))
        return false;
    *table = table_new(kernel);
    while (is_right && fgets(line, sizeof line, stream))
        is_right = *line == '#' || add(table, line);
    (void)fclose(stream);
    return end(table, is_right);
}

void outputs_table_write(FILE *stream, const struct outputs_table *table)
{
    for (size_t i = 0; i < table->columns; i++)
        (void)fprintf(stream, "%s%s", i == 0 ? "# " : "\t", table->kernel->columns[i]);
    (void)fputc('\n', stream);
    for (size_t i = 0; i < table->points; i++)
        for (size_t k = 0; k < table->columns; k++)
            (void)fprintf(stream, "%.6g%c", outputs_table_point(table, i)[k],
                          k + 1 < table->columns ? '\t' : '\n');
}

static void write_file(FILE *stream, const void *what)
{
    outputs_table_write(stream, what);
}

enum status outputs_table_keep(const char *folder, const struct outputs_table *table)
{
    char path[PATH_MAX];
    errno = ENAMETOOLONG;
    if (!run_folder_path(folder, FOLDER, path, sizeof path) ||
        (mkdir(path, 0777) != 0 && errno != EEXIST))
        return status_fail(STATUS_FAILED, "cannot make the folder %s/" FOLDER ": %s", folder,
                           strerror(errno));
    return run_folder_write(folder, name_of(table->kernel).text, write_file, table);
}
