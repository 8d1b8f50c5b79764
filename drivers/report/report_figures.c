#include "report_figures.h"

#include "figure_efficiency.h"
#include "figure_points.h"
#include "html.h"
#include "report_section.h"
#include "text.h"

#include <limits.h>
#include <unistd.h>

static bool find_folder(const struct analysed_run *run, char *folder)
{
    (void)snprintf(folder, PATH_MAX - 110, "%.*s/figures", PATH_MAX - 128, run->folder);
    return access(folder, F_OK) == 0;
}

/* A figure of the folder. Where it shares the page's width with others, it is the one laid out for
 * half of that. */
static void write_figure(FILE *page, const struct analysed_run *run, const char *name,
                         bool is_narrow, const char *alternative)
{
    char folder[PATH_MAX - 110], wide[PATH_MAX], narrow[PATH_MAX];
    if (!find_folder(run, folder))
        return; /* none was asked for */
    (void)snprintf(wide, sizeof wide, "%s/%s.svg", folder, name);
    (void)snprintf(narrow, sizeof narrow, "%s/narrow/%s.svg", folder, name);
    if ((is_narrow && html_svg(page, narrow, NULL, alternative)) ||
        html_svg(page, wide, is_narrow ? NULL : narrow, alternative))
        return;
    html_print(page,
               "<p class=\"soft\">The figure %s is missing: <code>parbench report</code> draws "
               "it.</p>\n",
               name);
}

static void write_one(FILE *page, const struct figure *figure)
{
    char name[GNUPLOT_NAME_MAX], text[FIGURE_ALTERNATIVE_MAX];
    figure_name(figure, name);
    figure_describe(figure, text);
    write_figure(page, figure->run, name, figure->kernel != NULL, text);
}

void report_about(FILE *page, const struct experiment *experiment, const char *level, uint64_t size)
{
    json_t *words = json_pack("{s:s}", "size", text_grouped(size).text);
    html_print(page, "<%s>%s</%s>\n<p>", level, experiment->heading, level);
    html_fill(page, experiment->about, words);
    json_decref(words);
    (void)fputs("</p>\n", page);
}

/* A section for each experiment with a figure of all kernels, which is all that it has. */
static void write_overviews(FILE *page, const struct analysed_run *run)
{
    char folder[PATH_MAX - 110];
    struct figure figure = {.run = run};
    while (find_folder(run, folder) && figure_next(&figure)) {
        (void)fputs("<section>\n", page);
        report_about(page, figure.experiment, "h2", figure.points[0].cell->cell->base_size);
        (void)fputs("<div class=\"figures one\">\n", page);
        write_one(page, &figure);
        (void)fputs("</div>\n</section>\n", page);
    }
    figure_free(&figure);
}

const struct report_section section_report_figures = {.place = 30, .write = write_overviews};

void report_figures(FILE *page, const struct analysed_run *run,
                    const struct analysed_kernel *kernel, const struct experiment *own)
{
    char name[GNUPLOT_NAME_MAX], text[FIGURE_ALTERNATIVE_MAX];
    struct figure figure = {.run = run, .kernel = kernel};
    (void)fputs("<div class=\"figures\">\n", page);
    while (figure_next(&figure))
        if ((figure.experiment->has_own_tables ? figure.experiment : NULL) == own)
            write_one(page, &figure);
    figure_free(&figure);
    figure_efficiency_name(kernel, name);
    (void)snprintf(text, sizeof text,
                   "Where the time of all workers went under %s, a bar per cell: useful, extra "
                   "computing, waiting for the slowest, communication. The table has the factors.",
                   kernel->name);
    if (!own && figure_efficiency_count(kernel) > 0)
        write_figure(page, run, name, true, text);
    (void)fputs("</div>\n", page);
}
