/*
 * Bencher Metric Format: the median over rounds of each cell as its latency in nanoseconds, and its
 * 95 % interval where there is one.
 * Source: bencher.dev/docs/reference/bencher-metric-format.
 */
#include "export_format.h"

#include "json.h"

static void write_bmf(const struct analysed_run *run, FILE *stream)
{
    json_t *object = json_object();
    /* Without an interval its ends are no numbers to json_real(), and left out. */
    for (size_t i = 0; i < run->count; i++) {
        const struct summary *time = &run->cells[i].time;
        if (run->cells[i].verified)
            (void)json_object_set_new(
                object, run->plan->cells[i].id,
                json_pack("{s:{s:o, s:o*, s:o*}}", "latency", "value",
                          json_real(export_nanoseconds(time->median)), "lower_value",
                          json_real(export_nanoseconds(time->interval.low)), "upper_value",
                          json_real(export_nanoseconds(time->interval.high))));
    }
    json_write(stream, object, JSON_INDENT(1));
}

const struct export_format export_bmf = {
    .name = "bmf",
    .help = "Bencher Metric Format, medians with intervals: its adapter json",
    .check = export_check_verified,
    .write = write_bmf,
};
