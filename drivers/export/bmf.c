/*
 * Bencher Metric Format: the median over rounds of each cell as its latency in nanoseconds, and its
 * 95 % interval where there is one.
 * Source: bencher.dev/docs/reference/bencher-metric-format.
 */
#include "export_format.h"

static json_t *make_latency(const struct summary *time)
{
    static const double nanoseconds = 1e9;
    json_t *latency = json_pack("{s:f}", "value", time->median * nanoseconds);
    if (latency && time->has_interval) {
        (void)json_object_set_new(latency, "lower_value",
                                  json_real(time->interval.low * nanoseconds));
        (void)json_object_set_new(latency, "upper_value",
                                  json_real(time->interval.high * nanoseconds));
    }
    return latency;
}

static enum status write_bmf(const struct analysed_run *run, FILE *stream)
{
    json_t *object = json_object();
    for (size_t i = 0; i < run->plan->count; i++)
        if (run->cells[i].verified)
            (void)json_object_set_new(
                object, run->plan->cells[i].id,
                json_pack("{s:o}", "latency", make_latency(&run->cells[i].time)));
    return export_json(object, stream);
}

const struct export_format export_bmf = {
    .name = "bmf",
    .help = "Bencher Metric Format, medians with intervals: its adapter json",
    .check = export_check_verified,
    .write = write_bmf,
};
