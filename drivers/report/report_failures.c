#include "html.h"
#include "quantities.h"
#include "report_section.h"

/* What failed comes first, then what lost updates as expected, then what was not measured. */
enum kind { FAILED, LOST, NOT_MEASURED };
static const char *const headings[] = {"What failed", "What lost updates, as it is there to show",
                                       "What was not measured"};

/* Which of them is the section of that index; NOT_MEASURED + 1: there is no such section. */
static size_t kind_of(const struct analysed_run *run, size_t index)
{
    const struct totals *has = &run->totals;
    const size_t cells[] = {[FAILED] = has->failed,
                            [LOST] = has->with_losses,
                            [NOT_MEASURED] =
                                run->count - has->verified - has->failed - has->with_losses};
    size_t kind = FAILED;
    while (kind <= NOT_MEASURED && (cells[kind] == 0 || index-- > 0))
        kind++;
    return kind;
}

static const char *heading_of(const struct analysed_run *run, size_t index)
{
    const size_t kind = kind_of(run, index);
    return kind <= NOT_MEASURED ? headings[kind] : NULL;
}

static enum kind kind_of_cell(const struct analysis_of_cell *cell)
{
    return analysis_has_failed(cell) ? FAILED : cell->has_lost ? LOST : NOT_MEASURED;
}

/* What was not measured needs no words. */
static const char *const behind[NOT_MEASURED] = {
    [FAILED] = "A cell that failed has no speedup",
    [LOST] = "Its workers combine into one result without a lock. Two that read the same result "
             "overwrite each other's updates: the result is wrong, which is the lesson. Such a "
             "cell has no speedup, and takes no part in findings and comparisons"};

static void write_failures(FILE *page, const struct analysed_run *run, size_t index)
{
    const size_t kind = kind_of(run, index);
    const bool has_words = kind < NOT_MEASURED;
    (void)fputs("<ul>\n", page);
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (!cell->verified && kind_of_cell(cell) == kind)
            html_print(page, "<li><b>%s, %s, %u worker%s%s</b>%s%s</li>\n", cell->cell->kernel,
                       cell->cell->label, cell->cell->workers, plural(cell->cell->workers),
                       has_words ? ":" : "", has_words ? " " : "",
                       has_words ? analysis_failure(cell) : "");
    }
    (void)fputs("</ul>\n", page);
    if (!has_words)
        return;
    html_print(page, "<p>%s", behind[kind]);
    if (kind != LOST && run_folder_has_logs(run->folder))
        html_print(page, "; what its processes wrote is in <code>logs/</code>");
    html_print(page, ".</p>\n");
}

const struct report_section section_report_failures = {
    .place = 10, .heading_of = heading_of, .write_one = write_failures};
