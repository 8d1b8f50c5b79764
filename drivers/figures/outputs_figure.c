#include "outputs_figure.h"

#include "figures.h"
#include "text.h"

#include <math.h>
#include <string.h>

struct outputs_figure_name outputs_figure_name(const struct kernel *kernel)
{
    struct outputs_figure_name name;
    (void)snprintf(name.text, sizeof name.text, "outputs-%.60s", kernel->name);
    text_file_name(name.text);
    return name;
}

void outputs_caption(struct outputs_picture *picture, uint64_t size, const char *by)
{
    (void)snprintf(picture->caption, sizeof picture->caption, "size %s%s%s, verified; %s points%s",
                   text_grouped(size).text, *by ? ", " : "", by,
                   text_grouped(picture->table->points).text,
                   picture->table->points < size ? " are shown" : "");
}

/* The points with the least and the most of that column. */
struct extremes {
    const double *least, *most;
};

static struct extremes extremes_of(const struct outputs_table *table, size_t column)
{
    const double *first = outputs_table_point(table, 0);
    struct extremes extremes = {first, first};
    for (size_t i = 1; i < table->points; i++) {
        const double *point = outputs_table_point(table, i);
        extremes.least = point[column] < extremes.least[column] ? point : extremes.least;
        extremes.most = point[column] > extremes.most[column] ? point : extremes.most;
    }
    return extremes;
}

/* "p(CO), bar" and 0.1 become "p(CO) 0.1 bar". */
static void append_place(const char *column, double value, char *text)
{
    const char *comma = strstr(column, ", ");
    const size_t name = comma ? (size_t)(comma - column) : strlen(column);
    text_append(text, OUTPUTS_ALTERNATIVE_MAX, "%.*s %.3g%s%s", (int)name, column, value,
                comma ? " " : "", comma ? comma + 2 : "");
}

void outputs_describe(const struct outputs_table *table, char text[OUTPUTS_ALTERNATIVE_MAX])
{
    const struct extremes extremes = extremes_of(table, 2);
    const char *const *columns = table->kernel->columns;
    const double *const points[] = {extremes.least, extremes.most};
    *text = '\0';
    text_append(text, OUTPUTS_ALTERNATIVE_MAX, "Heat map of %s: %s", table->kernel->shows,
                columns[2]);
    for (int i = 0; i < 2; i++) {
        text_append(text, OUTPUTS_ALTERNATIVE_MAX, "%s%.3g at ", i == 0 ? ", from " : " to ",
                    points[i][2]);
        append_place(columns[0], points[i][0], text);
        text_append(text, OUTPUTS_ALTERNATIVE_MAX, " and ");
        append_place(columns[1], points[i][1], text);
    }
    text_append(text, OUTPUTS_ALTERNATIVE_MAX, ".");
}

static void tell(FILE *settings, const void *what)
{
    const struct outputs_picture *picture = what;
    const struct outputs_table *table = picture->table;
    static const char *const axes[] = {"x", "y", "z"};
    char heading[256];
    (void)snprintf(heading, sizeof heading, "%s: %s", table->kernel->name, table->kernel->shows);
    gnuplot_set(settings, "heading", heading);
    gnuplot_set(settings, "caption", picture->caption);
    (void)fprintf(settings, "per_row = %zu\nrows = %zu\n", table->per_row,
                  table->points / table->per_row);
    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
        const struct extremes extremes = extremes_of(table, i);
        char name[16];
        (void)snprintf(name, sizeof name, "%s_label", axes[i]);
        gnuplot_set(settings, name, table->kernel->columns[i]);
        (void)fprintf(settings, "%s_low = %.17g * 1.0\n%s_high = %.17g * 1.0\n", axes[i],
                      extremes.least[i], axes[i], extremes.most[i]);
    }
}

static void write_numbers(FILE *stream, const void *what)
{
    const struct outputs_picture *picture = what;
    outputs_table_write(stream, picture->table);
}

struct drawing outputs_drawing(const struct outputs_picture *picture, const char *plots,
                               const char *name)
{
    return (struct drawing){.plots = plots,
                            .script = picture->table->kernel->plot,
                            .name = name,
                            .tell = tell,
                            .write = write_numbers,
                            .what = picture};
}

bool outputs_find(const struct analysed_run *run, const struct analysed_kernel *kernel,
                  struct outputs_table *table)
{
    const struct kernel *shown = kernel_find(kernel->name);
    return run->folder && shown && kernel_shows(shown) &&
           outputs_table_read(run->folder, shown, table);
}

enum status outputs_draw(const struct analysed_run *run, const char *plots)
{
    enum status status = STATUS_OK;
    TRY(figures_make_folders(run));
    struct gnuplot *gnuplot = gnuplot_begin(run->folder);
    for (size_t k = 0; k < run->kernel_count && status == STATUS_OK; k++) {
        const struct analysed_kernel *kernel = &run->kernels[k];
        struct outputs_table table;
        if (!outputs_find(run, kernel, &table))
            continue;
        struct outputs_picture picture = {.table = &table};
        outputs_caption(&picture, kernel->cells[0]->cell->base_size, "");
        const struct outputs_figure_name name = outputs_figure_name(table.kernel);
        const struct drawing drawing = outputs_drawing(&picture, plots, name.text);
        status = gnuplot_add(gnuplot, &drawing);
        outputs_table_free(&table);
    }
    return gnuplot_end(gnuplot, status);
}
