#include "lab_class_figure.h"

#include "lab_units.h"
#include "memory.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Letters of a name before its row, in a narrow figure and in another one: those of three bytes and
 * more are twice as wide as others. */
enum { NARROW_COLUMNS_MAX = 14, COLUMNS_MAX = 24 };
static const double factor_most = 20;

struct picture {
    const struct lab_class *class;
    const struct class_question *question;
    double low, high;
    bool is_logarithmic;
};

/* ---- its range ---- */

static void widen(struct picture *picture, double number)
{
    if (!isnan(number) && (number > 0 || !picture->is_logarithmic)) {
        picture->low = fmin(picture->low, number);
        picture->high = fmax(picture->high, number);
    }
}

static struct picture picture_of(const struct class_question *question, bool is_logarithmic)
{
    struct picture picture = {
        .question = question, .low = NAN, .high = NAN, .is_logarithmic = is_logarithmic};
    for (size_t i = 0; i < question->prediction_count; i++) {
        const struct class_prediction *prediction = &question->predictions[i];
        widen(&picture, prediction->predicted);
        widen(&picture, prediction->measured.median);
        widen(&picture, prediction->measured.low);
        widen(&picture, prediction->measured.high);
    }
    return picture;
}

bool class_figure_is_logarithmic(const struct class_question *question)
{
    const struct picture all = picture_of(question, false), above = picture_of(question, true);
    return all.low >= 0 && above.high > factor_most * above.low;
}

void class_figure_count(const double *numbers, size_t count, double low, double high,
                        bool is_logarithmic, unsigned bins[CLASS_BINS])
{
    memset(bins, 0, CLASS_BINS * sizeof *bins);
    for (size_t i = 0; i < count; i++) {
        if (isnan(numbers[i]))
            continue;
        const double number = fmin(fmax(numbers[i], low), high);
        const double share =
            is_logarithmic ? log(number / low) / log(high / low) : (number - low) / (high - low);
        const double bin = floor(CLASS_BINS * share);
        bins[bin < CLASS_BINS ? (size_t)bin : CLASS_BINS - 1]++;
    }
}

/* ---- in words ---- */

static void append_number(char *text, double number)
{
    const struct measured exactly = measured_exactly(number);
    const size_t used = strlen(text);
    measured_print(&exactly, NULL, text + used, CLASS_WORDS_MAX - used);
}

static void append_spread(char *text, const char *what, const struct class_spread *spread,
                          const char *unit)
{
    if (spread->count == 0)
        return;
    const bool is_one = spread->count == 1;
    text_append(text, CLASS_WORDS_MAX, " %s: %s", what, is_one ? "" : "median ");
    append_number(text, spread->median);
    if (!is_one) {
        text_append(text, CLASS_WORDS_MAX, ", from ");
        append_number(text, spread->least);
        text_append(text, CLASS_WORDS_MAX, " to ");
        append_number(text, spread->most);
    }
    text_append(text, CLASS_WORDS_MAX, "%s%s.", *unit ? " " : "", unit);
}

void class_figure_describe(const struct class_question *question, char text[CLASS_WORDS_MAX])
{
    const char *unit = lab_unit_text(question->question->predicts->unit), *comma = "";
    text[0] = '\0';
    text_append(text, CLASS_WORDS_MAX, "Of %zu prediction%s, ", question->prediction_count,
                question->prediction_count == 1 ? "" : "s");
    for (unsigned i = 0; i < CLASS_OUTCOMES; i++) {
        if (i > CLASS_TOO_LOW && question->outcomes[i] == 0)
            continue;
        text_append(text, CLASS_WORDS_MAX, "%s%u %s %s", comma, question->outcomes[i],
                    question->outcomes[i] == 1 ? "is" : "are", class_outcome_name[i]);
        comma = ", ";
    }
    text_append(text, CLASS_WORDS_MAX, ".");
    append_spread(text, "Predicted", &question->predicted, unit);
    append_spread(text, "Measured", &question->measured, unit);
}

/* ---- drawn ---- */

/* The letter's bytes, 0 at the end, and how many columns it takes. */
static size_t letter_length(const char *text, unsigned *columns)
{
    size_t length = *text != '\0';
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length++;
    *columns = length >= 3 ? 2 : 1;
    return length;
}

/* As much of a name as there is room for; how many columns it takes. */
static unsigned cut(const char *name, unsigned most, char text[CLASS_NAME_MAX])
{
    unsigned used = 0, columns = 0, fitting = 0;
    size_t bytes = 0, fitting_bytes = 0, length;
    while ((length = letter_length(name + bytes, &columns)) > 0) {
        used += columns;
        bytes += length;
        if (used < most) {
            fitting = used;
            fitting_bytes = bytes;
        }
    }
    if (used <= most) {
        (void)snprintf(text, CLASS_NAME_MAX, "%s", name);
        return used;
    }
    (void)snprintf(text, CLASS_NAME_MAX, "%.*s…", (int)fitting_bytes, name);
    return fitting + 1;
}

static void tell_names(FILE *settings, const struct picture *picture, const char *array,
                       const char *width, unsigned most)
{
    const struct class_question *question = picture->question;
    unsigned longest = 1;
    (void)fprintf(settings, "array %s[%zu]\n", array, question->prediction_count);
    for (size_t i = 0; i < question->prediction_count; i++) {
        char name[CLASS_NAME_MAX], variable[32];
        const unsigned columns =
            cut(picture->class->students[question->predictions[i].student].name, most, name);
        longest = columns > longest ? columns : longest;
        (void)snprintf(variable, sizeof variable, "%s[%zu]", array, i + 1);
        gnuplot_set(settings, variable, name);
    }
    (void)fprintf(settings, "%s = %u\n", width, longest);
}

static bool has_rows(const struct class_question *question)
{
    return question->prediction_count <= CLASS_ROWS_MAX;
}

/* The axis goes from 0 on where it is linear, and a single value has a range, too. */
static double first_of(const struct picture *picture)
{
    return picture->is_logarithmic ? picture->low : fmin(picture->low, 0);
}

static double last_of(const struct picture *picture)
{
    return picture->high > first_of(picture) ? picture->high : first_of(picture) + 1;
}

/* The two rows of bins, of what was predicted and of what was measured. */
static void count_bins(const struct picture *picture, unsigned bins[2][CLASS_BINS])
{
    const struct class_question *question = picture->question;
    double *numbers = memory_new(question->prediction_count, sizeof *numbers);
    for (unsigned row = 0; row < 2; row++) {
        for (size_t i = 0; i < question->prediction_count; i++)
            numbers[i] = row == 0 ? question->predictions[i].predicted
                                  : question->predictions[i].measured.median;
        class_figure_count(numbers, question->prediction_count, first_of(picture), last_of(picture),
                           picture->is_logarithmic, bins[row]);
    }
    free(numbers);
}

/* What the axis is of: a quantity, or one value over another. */
static void name_quantity(const struct lab_value *value, char text[CLASS_WORDS_MAX])
{
    if (value->quantity)
        (void)snprintf(text, CLASS_WORDS_MAX, "%s", value->quantity);
    else
        (void)snprintf(text, CLASS_WORDS_MAX, "%s / %s", value->left, value->right);
}

static void tell(FILE *settings, const void *what)
{
    const struct picture *picture = what;
    const struct class_question *question = picture->question;
    const char *unit = lab_unit_text(question->question->predicts->unit);
    unsigned bins[2][CLASS_BINS], most = 1;
    char text[CLASS_WORDS_MAX];
    count_bins(picture, bins);
    for (unsigned i = 0; i < 2 * CLASS_BINS; i++)
        most = bins[i / CLASS_BINS][i % CLASS_BINS] > most ? bins[i / CLASS_BINS][i % CLASS_BINS]
                                                           : most;
    (void)snprintf(text, sizeof text, "%s: predicted and measured", question->question->name);
    gnuplot_set(settings, "heading", text);
    (void)snprintf(text, sizeof text, "%zu student%s%s", question->prediction_count,
                   question->prediction_count == 1 ? "" : "s",
                   has_rows(question) ? "" : "; dotted: the medians");
    gnuplot_set(settings, "caption", text);
    name_quantity(question->question->predicts, text);
    text_append(text, sizeof text, "%s%s", *unit ? ", " : "", unit);
    gnuplot_set(settings, "x_label", text);
    (void)fprintf(
        settings,
        "over_unit = ''\nover_low = %.17g * 1.0\nover_high = %.17g * 1.0\n"
        "over_linear = %d\nrows = %zu\nmost = %u\n"
        "predicted_middle = %.9g * 1.0\nmeasured_middle = %.9g * 1.0\n"
        "has_measured = %d\n",
        picture->low, picture->high, !picture->is_logarithmic,
        has_rows(question) ? question->prediction_count : 0, most, question->predicted.median,
        question->measured.count > 0 ? question->measured.median : 0, question->measured.count > 0);
    if (!has_rows(question))
        return;
    tell_names(settings, picture, "names", "longest", COLUMNS_MAX);
    tell_names(settings, picture, "short_names", "shortest", NARROW_COLUMNS_MAX);
}

static void write_bins(FILE *stream, const struct picture *picture)
{
    unsigned bins[2][CLASS_BINS];
    const double low = first_of(picture), high = last_of(picture);
    count_bins(picture, bins);
    for (unsigned row = 0; row < 2; row++) {
        for (unsigned i = 0; i < CLASS_BINS; i++) {
            double ends[2];
            for (unsigned end = 0; end < 2; end++) {
                const double share = (double)(i + end) / CLASS_BINS;
                ends[end] = picture->is_logarithmic ? low * pow(high / low, share)
                                                    : low + share * (high - low);
            }
            (void)fprintf(stream, "%.9g\t%.9g\t%u\n", ends[0], ends[1], bins[row][i]);
        }
        (void)fputs("\n\n", stream);
    }
}

static void write_number(FILE *stream, double number)
{
    if (isnan(number))
        (void)fputs("\tNaN", stream);
    else
        (void)fprintf(stream, "\t%.9g", number);
}

static void write_numbers(FILE *stream, const void *what)
{
    const struct picture *picture = what;
    const struct class_question *question = picture->question;
    if (!has_rows(question)) {
        write_bins(stream, picture);
        return;
    }
    for (size_t i = 0; i < question->prediction_count; i++) {
        const struct class_prediction *prediction = &question->predictions[i];
        const struct measured *measured = &prediction->measured;
        (void)fprintf(stream, "%.9g", prediction->predicted);
        /* A point without an interval is one whose ends are where it is. */
        write_number(stream, measured->median);
        write_number(stream, measured->is_known ? measured->low : measured->median);
        write_number(stream, measured->is_known ? measured->high : measured->median);
        (void)fputc('\n', stream);
    }
}

enum status class_figure_draw(const struct lab_class *class, const struct class_question *question,
                              const char *plots, struct gnuplot_pair *pair)
{
    struct picture picture = picture_of(question, class_figure_is_logarithmic(question));
    picture.class = class;
    return gnuplot_draw_pair(&(struct drawing){.plots = plots,
                                               .script = "predictions",
                                               .name = question->question->name,
                                               .tell = tell,
                                               .write = write_numbers,
                                               .what = &picture},
                             pair);
}
