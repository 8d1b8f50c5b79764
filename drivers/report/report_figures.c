#include "report_figures.h"

#include "figure_points.h"
#include "html.h"
#include "report_section.h"
#include "run_folder.h"
#include "text.h"

#include <limits.h>
#include <unistd.h>

static bool has_figures(const struct analysed_run *run)
{
    char folder[PATH_MAX];
    return run_folder_path(run->folder, "figures", folder, sizeof folder) &&
           access(folder, F_OK) == 0;
}

/* A figure of the folder. Where it shares the page's width with others, it is the one laid out for
 * half of that. */
static void write_figure(FILE *page, const struct figure *figure)
{
    const bool is_narrow = figure->kernel != NULL;
    char wide[PATH_MAX], narrow[PATH_MAX], text[FIGURE_ALTERNATIVE_MAX];
    figure_describe(figure, text);
    (void)snprintf(wide, sizeof wide, "%s/figures/%s.svg", figure->run->folder, figure->name);
    (void)snprintf(narrow, sizeof narrow, "%s/figures/narrow/%s.svg", figure->run->folder,
                   figure->name);
    if ((!is_narrow || !html_svg(page, narrow, NULL, text)) &&
        !html_svg(page, wide, is_narrow ? NULL : narrow, text))
        html_print(page,
                   "<p class=\"soft\">The figure %s is missing: <code>parbench report</code> "
                   "draws it.</p>\n",
                   figure->name);
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
    struct figure figure = {.run = run};
    while (has_figures(run) && figure_next(&figure)) {
        (void)fputs("<section>\n", page);
        report_about(page, figure.experiment, "h2", figure.points[0].cell->cell->base_size);
        (void)fputs("<div class=\"figures one\">\n", page);
        write_figure(page, &figure);
        (void)fputs("</div>\n</section>\n", page);
    }
}

const struct report_section section_report_figures = {.place = 30, .write = write_overviews};

void report_figures(FILE *page, const struct analysed_run *run,
                    const struct analysed_kernel *kernel, const struct experiment *own)
{
    struct figure figure = {.run = run, .kernel = kernel};
    (void)fputs("<div class=\"figures\">\n", page);
    while (has_figures(run) && figure_next(&figure))
        if ((figure.experiment->has_own_tables ? figure.experiment : NULL) == own)
            write_figure(page, &figure);
    (void)fputs("</div>\n", page);
}
