/* What stands in a row of a table of cells, as text. */
#include "cell_table.h"

#include "columns.h"
#include "quantities.h"

#include <math.h>
#include <string.h>

/* Of a figure with an interval: fewer where there are more before the point. */
static int digits_of(const struct shown *shown, double number)
{
    const bool is_wide = shown->digits > 3; /* it may be anything from far below to far above 1 */
    return !shown->interval && !is_wide ? shown->digits
                                        : shown->digits - (is_wide && number >= 0.1) -
                                              (number >= 10) - (number >= 100) - (number >= 1000);
}

static struct summary own_summary(const struct shown *shown, const struct analysis_of_cell *cell)
{
    struct summary summary;
    shown->own->value(cell, &summary);
    return summary;
}

static struct short_text own_value(const struct shown *shown, const struct analysis_of_cell *cell)
{
    const struct summary summary = own_summary(shown, cell);
    const struct short_text none = {""};
    return summary.count > 0 ? own_text(shown->own->unit, summary.median) : none;
}

struct short_text cell_table_text(const struct shown *shown, const struct analysis_of_cell *cell)
{
    if (shown->own)
        return own_value(shown, cell);
    const struct column *column = columns_find(shown->column);
    json_t *value = columns_value(column, cell);
    const bool is_known = !json_is_null(value);
    const double number = json_number_value(value) / (shown->per > 0 ? shown->per : 1);
    struct short_text text = {""};
    json_decref(value);
    if (is_known && shown->digits > 0)
        (void)snprintf(text.text, sizeof text.text, "%.*f", digits_of(shown, number), number);
    if (!is_known || shown->digits > 0)
        return text;
    return strcmp(column->unit, "s") == 0   ? text_seconds(number)
           : strcmp(column->unit, "B") == 0 ? text_bytes((uint64_t)number)
                                            : text_grouped((uint64_t)fmin(number, 1e18));
}

/* Each end has its unit. */
static struct short_text own_interval(const struct shown *shown,
                                      const struct analysis_of_cell *cell, const char *between)
{
    const struct summary summary = own_summary(shown, cell);
    struct short_text text = {""};
    if (summary.count > 0 && summary.has_interval)
        text_append(text.text, sizeof text.text, "%s%s%s",
                    own_text(shown->own->unit, summary.interval.low).text, between,
                    own_text(shown->own->unit, summary.interval.high).text);
    return text;
}

struct short_text cell_table_interval(const struct shown *shown,
                                      const struct analysis_of_cell *cell, const char *between)
{
    if (shown->own)
        return own_interval(shown, cell, between);
    const struct summary *summary = columns_summary(columns_find(shown->column), cell);
    const double unit = shown->per > 0 ? shown->per : 1;
    const int digits = digits_of(shown, summary->median / unit);
    struct short_text text = {""};
    if (summary->has_interval && shown->digits > 0)
        (void)snprintf(text.text, sizeof text.text, "%.*f%s%.*f", digits,
                       summary->interval.low / unit, between, digits,
                       summary->interval.high / unit);
    else if (summary->has_interval) /* each has its unit */
        text_append(text.text, sizeof text.text, "%s%s%s", text_seconds(summary->interval.low).text,
                    between, text_seconds(summary->interval.high).text);
    return text;
}

struct short_text cell_table_workers(const struct cell *cell)
{
    const char *mark = cell->oversubscribed ? "*" : "";
    struct short_text text;
    if (cell->ranks > 1 && cell->threads > 1)
        (void)snprintf(text.text, sizeof text.text, "%ux%u%s", cell->ranks, cell->threads, mark);
    else
        (void)snprintf(text.text, sizeof text.text, "%u%s", cell->workers, mark);
    return text;
}

struct cell_table_name cell_table_name(const struct cell *cell)
{
    struct cell_table_name name;
    (void)snprintf(name.text, sizeof name.text, "%s", cell->label);
    if (plan_is_one_task(cell))
        text_append(name.text, sizeof name.text, " (%s)", text_grouped(cell->size).text);
    else if (plan_is_aside(cell))
        text_append(name.text, sizeof name.text, " (%s)", plan_algorithm(cell));
    return name;
}

static struct short_text brief_own_interval(const struct shown *shown,
                                            const struct analysis_of_cell *cell)
{
    const struct summary summary = own_summary(shown, cell);
    const char *unit = shown->own->unit;
    struct short_text text = {""};
    if (summary.count > 0 && summary.has_interval)
        text_append(text.text, sizeof text.text, "%s, %s",
                    own_text_beside(unit, summary.interval.low, summary.median).text,
                    own_text_beside(unit, summary.interval.high, summary.median).text);
    return text;
}

struct short_text cell_table_brief_interval(const struct shown *shown,
                                            const struct analysis_of_cell *cell)
{
    struct short_text text = {""};
    if (shown->own)
        return brief_own_interval(shown, cell);
    const struct summary *summary = columns_summary(columns_find(shown->column), cell);
    if (shown->digits > 0)
        return cell_table_interval(shown, cell, ", ");
    if (summary->has_interval)
        text_append(text.text, sizeof text.text, "%s, %s",
                    text_seconds_beside(summary->interval.low, summary->median).text,
                    text_seconds_beside(summary->interval.high, summary->median).text);
    return text;
}
