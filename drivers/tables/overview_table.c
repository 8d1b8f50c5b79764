#include "overview_table.h"

#include "terminal.h"

#include <string.h>

/* ---- an entry in words ---- */

static struct short_text speedup_of(const struct summary *speedup)
{
    const struct interval *interval = &speedup->interval;
    const int digits = text_digits(speedup->has_interval ? interval->high : speedup->median);
    struct short_text text;
    (void)snprintf(text.text, sizeof text.text, "%.*f", digits, speedup->median);
    if (speedup->has_interval)
        text_append(text.text, sizeof text.text, " [%.*f,%.*f]", digits, interval->low, digits,
                    interval->high);
    return text;
}

static struct short_text workers_of(const struct overview_entry *entry)
{
    const struct cell *best = entry->best->cell, *widest = entry->widest->cell;
    const struct summary *speedup = &entry->widest->speedup;
    struct short_text text;
    (void)snprintf(text.text, sizeof text.text, "at %u%s", best->workers,
                   best->oversubscribed ? "*" : "");
    if (entry->widest == entry->best)
        return text;
    text_append(text.text, sizeof text.text, "; %u%s: ", widest->workers,
                widest->oversubscribed ? "*" : "");
    if (speedup->count > 0)
        text_append(text.text, sizeof text.text, "%.*f", text_digits(speedup->median),
                    speedup->median);
    else
        text_append(text.text, sizeof text.text, "failed");
    return text;
}

struct overview_text overview_text(const struct overview_entry *entry)
{
    struct overview_text text = {.lines = {{""}}};
    if (!entry->best) {
        (void)snprintf(text.lines[0].text, sizeof text.lines[0].text, "%s",
                       !entry->widest            ? "-"
                       : entry->widest->verified ? "no base"
                                                 : "failed");
        return text;
    }
    text.lines[0] = speedup_of(&entry->best->speedup);
    text.lines[1] = workers_of(entry);
    if (entry->loss < SHARE_COUNT)
        (void)snprintf(text.lines[2].text, sizeof text.lines[2].text, "%s%s",
                       share_word[entry->loss], entry->is_certain ? "" : "?");
    return text;
}

/* ---- on a terminal ---- */

enum { APART = 2, LABEL_MAX = 12 };

/* How wide the labels are, but for long ones, which have a line of their own, and the entries. */
struct layout {
    int label, entry;
    bool coloured;
};

/* Black on that level's colour, from orange to blue as on the page; 0: as it is. */
static void print_coloured(FILE *stream, unsigned level, const char *text)
{
    static const unsigned colours[OVERVIEW_LEVELS] = {216, 223, 254, 153, 111}; /* of xterm's 256 */
    if (level > 0)
        (void)fprintf(stream, "\033[38;5;16;48;5;%um%s\033[0m", colours[level - 1], text);
    else
        (void)fputs(text, stream);
}

static void print_levels(FILE *stream)
{
    const char *const words = "Colour: best over the most workers, from";
    enum { SCALE = 38 }; /* columns that it takes, and more than any word */
    if ((int)strlen(words) + SCALE <= terminal_text_columns(stream))
        (void)fputs(words, stream);
    else
        text_wrapped(stream, "", "%s", words);
    for (unsigned level = 1; level <= OVERVIEW_LEVELS; level++) {
        char text[16];
        (void)snprintf(text, sizeof text, " %u %% ", 100 * (level - 1) / OVERVIEW_LEVELS);
        (void)fputc(' ', stream);
        print_coloured(stream, level, text);
    }
    (void)fputs(" on.\n", stream);
}

static int at_least(int width, const char *text)
{
    const int length = (int)strlen(text);
    return length > width ? length : width;
}

static struct layout lay_out(const struct analysed_run *run, bool coloured)
{
    const struct overview *overview = &run->overview;
    struct layout layout = {0, 0, coloured};
    for (size_t k = 0; k < overview->kernel_count; k++) {
        layout.entry = at_least(layout.entry, overview->kernels[k]->name);
        for (size_t m = 0; m < overview->model_count; m++) {
            const struct overview_text text = overview_text(overview_at(overview, k, m));
            for (unsigned i = 0; i < OVERVIEW_LINES; i++)
                layout.entry = at_least(layout.entry, text.lines[i].text);
        }
    }
    for (size_t m = 0; m < overview->model_count; m++)
        if (strlen(overview->models[m]) <= LABEL_MAX)
            layout.label = at_least(layout.label, overview->models[m]);
    return layout;
}

/* Kernels from `first` to before `end`. Lines end with their last word. */
static void print_line(FILE *stream, const struct analysed_run *run, const struct layout *layout,
                       size_t first, size_t end, size_t model, unsigned line)
{
    const char *label = run->overview.models[model];
    const bool has_label = line == 0 && strlen(label) <= LABEL_MAX;
    int behind = layout->label; /* the line's end, in columns */
    (void)fprintf(stream, "%*s", -layout->label, has_label ? label : "");
    for (size_t k = first; k < end; k++) {
        const struct overview_entry *entry = overview_at(&run->overview, k, model);
        const struct overview_text text = overview_text(entry);
        const char *own = text.lines[line].text;
        const int from = layout->label + APART + (int)(k - first) * (layout->entry + APART);
        if (!*own)
            continue;
        (void)fprintf(stream, "%*s", from - behind, "");
        print_coloured(stream, layout->coloured && line == 0 ? overview_level(entry) : 0, own);
        behind = from + (int)strlen(own);
    }
    (void)fputc('\n', stream);
}

static bool has_line(const struct analysed_run *run, size_t first, size_t end, size_t model,
                     unsigned line)
{
    bool has = false;
    for (size_t k = first; k < end; k++)
        has = has || *overview_text(overview_at(&run->overview, k, model)).lines[line].text;
    return has;
}

static void print_kernels(FILE *stream, const struct analysed_run *run, const struct layout *layout,
                          size_t first, size_t end)
{
    (void)fprintf(stream, "%*s", layout->label, "");
    for (size_t k = first; k < end; k++)
        (void)fprintf(stream, "%*s%*s", APART, "", k + 1 < end ? -layout->entry : 0,
                      run->overview.kernels[k]->name);
    (void)fputc('\n', stream);
    for (size_t m = 0; m < run->overview.model_count; m++) {
        if (strlen(run->overview.models[m]) > LABEL_MAX)
            text_wrapped(stream, "", "%s", run->overview.models[m]);
        for (unsigned line = 0; line < OVERVIEW_LINES; line++)
            if (has_line(run, first, end, m, line))
                print_line(stream, run, layout, first, end, m, line);
    }
}

struct overview_marks overview_marks(const struct analysed_run *run)
{
    const struct overview *overview = &run->overview;
    struct overview_marks marks = {false, false, false};
    for (size_t i = 0; i < overview->kernel_count * overview->model_count; i++) {
        const struct overview_entry *entry = &overview->entries[i];
        const struct analysis_of_cell *best = entry->best;
        marks.is_uncertain =
            marks.is_uncertain || (entry->loss < SHARE_COUNT && !entry->is_certain);
        marks.lacks_interval = marks.lacks_interval || (best && !best->speedup.has_interval);
        marks.is_oversubscribed = marks.is_oversubscribed || (best && best->cell->oversubscribed);
    }
    return marks;
}

void overview_print_marks(FILE *stream, const struct analysed_run *run)
{
    const struct overview_marks marks = overview_marks(run);
    if (marks.is_uncertain)
        text_wrapped(stream, "? ",
                     "not certain: losses overlap, fewer than %d rounds, or instruments perturbed "
                     "it.",
                     STATS_MIN_FOR_INTERVAL);
    if (marks.lacks_interval)
        text_wrapped(stream, "", "Without [ ]: fewer than %d rounds, too few for an interval.",
                     STATS_MIN_FOR_INTERVAL);
    if (marks.is_oversubscribed)
        text_wrapped(stream, "* ", "more workers than cores.");
}

void overview_print(FILE *stream, const struct analysed_run *run, bool coloured)
{
    if (run->overview.model_count == 0)
        return;
    const struct layout layout = lay_out(run, coloured);
    const int fitting = (terminal_text_columns(stream) - layout.label) / (layout.entry + APART);
    const size_t most = fitting > 1 ? (size_t)fitting : 1;
    text_wrapped(stream, "",
                 "Each field: the best speedup over serial [95 %% interval]; at how many workers, "
                 "and what the most workers give where that is less; what these lose most to.");
    const size_t count = run->overview.kernel_count;
    for (size_t first = 0; first < count; first += most) {
        const size_t end = first + most < count ? first + most : count;
        (void)fputc('\n', stream);
        print_kernels(stream, run, &layout, first, end);
    }
    if (coloured)
        print_levels(stream);
    overview_print_marks(stream, run);
}
