#include "report_figures.h"

#include "figures.h"
#include "html.h"
#include "report_section.h"
#include "run_folder.h"
#include "text.h"
#include "timeline_figure.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

static bool has_figures(const struct analysed_run *run)
{
    char folder[PATH_MAX];
    return run_folder_path(run->folder, "figures", folder, sizeof folder) &&
           access(folder, F_OK) == 0;
}

/* The figure in that folder; NULL: it is not there. */
static FILE *open_svg(const struct analysed_run *run, const char *figure, const char *folder)
{
    enum { BYTES_MAX = 1 << 24 }; /* more is none of this suite's figures */
    FILE *svg = NULL;
    char name[GNUPLOT_NAME_MAX + 32];
    (void)snprintf(name, sizeof name, "%s/%s.svg", folder, figure);
    (void)run_folder_open(run->folder, name, BYTES_MAX, &svg);
    return svg;
}

void report_picture(FILE *page, const struct analysed_run *run,
                    const struct report_picture *picture)
{
    FILE *narrow = open_svg(run, picture->name, "figures/narrow");
    FILE *shown = picture->is_half && narrow ? narrow : open_svg(run, picture->name, "figures");
    if (!shown) {
        if (narrow)
            (void)fclose(narrow);
        html_print(page,
                   "<p class=\"soft\">The figure %s is missing: <code>parbench report</code> "
                   "draws it.</p>\n",
                   picture->name);
        return;
    }
    html_picture(page, &(struct html_picture){picture->alternative, shown,
                                              narrow == shown ? NULL : narrow, picture->is_map});
    if (narrow && narrow != shown)
        (void)fclose(narrow);
    (void)fclose(shown);
}

static void write_figure(FILE *page, const struct figure *figure)
{
    char text[FIGURE_ALTERNATIVE_MAX];
    figure_describe(figure, text);
    report_picture(page, figure->run,
                   &(struct report_picture){figure->name, text, figure->kernel != NULL, false});
}

void report_about(FILE *page, const struct experiment *experiment, uint64_t size)
{
    json_t *words = json_pack("{s:s}", "size", text_grouped(size).text);
    (void)fputs("<p>", page);
    html_fill(page, experiment->about, words);
    json_decref(words);
    (void)fputs("</p>\n", page);
}

/* The figure of all kernels of that index, those of experiments that every model takes part in
 * first; whether there is one, which the caller frees. */
static bool find_overview(const struct analysed_run *run, size_t index, struct figure *figure)
{
    for (unsigned is_of_some = 0; is_of_some <= 1; is_of_some++) {
        *figure = (struct figure){.run = run};
        while (has_figures(run) && figure_next(figure))
            if ((figure->experiment->traits != 0) == is_of_some && index-- == 0)
                return true;
    }
    return false;
}

static const char *overview_heading(const struct analysed_run *run, size_t index)
{
    struct figure figure;
    const char *heading = find_overview(run, index, &figure) ? figure.experiment->heading : NULL;
    figure_free(&figure);
    return heading;
}

/* A section for each experiment with a figure of all kernels, which is all that it has. */
static void write_overview(FILE *page, const struct analysed_run *run, size_t index)
{
    struct figure figure;
    if (find_overview(run, index, &figure)) {
        report_about(page, figure.experiment, figure.points[0].cell->cell->base_size);
        (void)fputs("<div class=\"figures one\">\n", page);
        write_figure(page, &figure);
        (void)fputs("</div>\n", page);
    }
    figure_free(&figure);
}

const struct report_section section_report_figures = {
    .place = 30, .heading_of = overview_heading, .write_one = write_overview};

/* Who computed what when, with how busy workers were below it. */
static void write_timelines(FILE *page, const struct analysed_run *run,
                            const struct analysed_kernel *kernel, const struct experiment *own)
{
    struct timeline_figure figure = {.kernel = kernel};
    char text[TIMELINE_WORDS_MAX];
    while (timeline_figure_next(&figure)) {
        if ((figure.experiment->has_own_tables ? figure.experiment : NULL) != own)
            continue;
        timeline_figure_describe(&figure, text);
        (void)fputs("<div class=\"figures one\">\n", page);
        report_picture(page, run,
                       &(struct report_picture){.name = figure.name, .alternative = text});
        html_print(page,
                   "</div>\n<p>%s Gaps are waiting; lanes that end early are imbalance.</p>\n",
                   text);
    }
}

void report_figures(FILE *page, const struct analysed_run *run,
                    const struct analysed_kernel *kernel, const struct experiment *own,
                    bool of_times)
{
    struct figure figure = {.run = run, .kernel = kernel};
    (void)fputs("<div class=\"figures\">\n", page);
    while (has_figures(run) && figure_next(&figure)) {
        const bool is_apart =
            figure.experiment->has_own_tables || figure.experiment == &figure_where;
        const bool is_of_times = !is_apart && figure.what->quantity == QUANTITY_TIME;
        if ((is_apart ? figure.experiment : NULL) == own && is_of_times == of_times)
            write_figure(page, &figure);
    }
    (void)fputs("</div>\n", page);
    if (!of_times && own != &figure_where && has_figures(run))
        write_timelines(page, run, kernel, own);
}
