#include "noise.h"

#include "clock.h"
#include "files.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct noise noise_unknown = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

static bool is_one_of(struct processors processors, unsigned long number)
{
    for (size_t i = 0; i < processors.count; i++)
        if (processors.numbers[i] == number)
            return true;
    return false;
}

/* A line "cpuN USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL …", in steps of the kernel's. */
static void add_processor(const char *line, struct processors processors,
                          struct noise_reading *reading)
{
    enum { IDLE = 3, IOWAIT = 4, STEAL = 7 };
    const double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    unsigned long number;
    double times[8];
    if (!isdigit((unsigned char)line[3]) ||
        sscanf(line, "cpu%lu%lf%lf%lf%lf%lf%lf%lf%lf", &number, &times[0], &times[1], &times[2],
               &times[3], &times[4], &times[5], &times[6], &times[7]) != 9 ||
        !is_one_of(processors, number))
        return;
    for (int i = 0; i < 8; i++) {
        reading->all += times[i] * tick;
        if (i != IDLE && i != IOWAIT && i != STEAL)
            reading->busy += times[i] * tick;
    }
    reading->stolen += times[STEAL] * tick;
    reading->has_times = true;
}

static void read_times(const char *root, struct processors processors,
                       struct noise_reading *reading)
{
    char line[512];
    FILE *stream = files_open(root, "/proc/stat");
    /* Its first lines; the one about interrupts behind them can be very long. */
    while (stream && fgets(line, sizeof line, stream) && strncmp(line, "cpu", 3) == 0)
        add_processor(line, processors, reading);
    if (stream)
        (void)fclose(stream);
}

static void read_frequencies(const char *root, struct processors processors,
                             struct noise_reading *reading)
{
    reading->low_mhz = reading->high_mhz = NAN;
    for (size_t i = 0; i < processors.count; i++) {
        const double khz = files_number("%s/sys/devices/system/cpu/cpu%zu/cpufreq/scaling_cur_freq",
                                        root, processors.numbers[i]);
        if (!(khz > 0))
            continue;
        reading->low_mhz = fmin(reading->low_mhz, khz / 1000); /* NAN gives way to a number */
        reading->high_mhz = fmax(reading->high_mhz, khz / 1000);
    }
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static double cpu_time(const struct rusage *usage)
{
    return seconds_of(usage->ru_utime) + seconds_of(usage->ru_stime);
}

void noise_read(const char *root, struct processors processors, struct noise_reading *reading)
{
    struct rusage self = {0};
    *reading = (struct noise_reading){.at_ns = clock_now_ns()};
    read_times(root, processors, reading);
    read_frequencies(root, processors, reading);
    reading->load = files_number("%s/proc/loadavg", root);
    reading->throttling = cgroup_throttling(root);
    (void)getrusage(RUSAGE_SELF, &self); /* neither can fail */
    (void)getrusage(RUSAGE_CHILDREN, &reading->children);
    reading->own = cpu_time(&self) + cpu_time(&reading->children);
}

/* NAN where one of them is, or where a process that was moved to another group counts anew. */
static double grown(double from, double to)
{
    return to >= from ? to - from : NAN;
}

/* Groups may hold other processes as well, whose time is not ours. */
static double throttled_share(const struct noise_reading *before, const struct noise_reading *after)
{
    const double held = grown(before->throttling.seconds, after->throttling.seconds);
    return held > 0 ? held / (held + after->own - before->own) : held;
}

struct noise noise_between(const struct noise_reading *before, const struct noise_reading *after)
{
    const struct rusage *from = &before->children, *to = &after->children;
    const double all = after->all - before->all;
    struct noise noise = {.seconds = clock_seconds((int64_t)(after->at_ns - before->at_ns)),
                          .stolen = NAN,
                          .others = NAN,
                          .throttled = throttled_share(before, after),
                          .throttled_times =
                              grown(before->throttling.times, after->throttling.times),
                          .low_mhz = fmin(before->low_mhz, after->low_mhz),
                          .high_mhz = fmax(before->high_mhz, after->high_mhz),
                          .load = after->load,
                          .involuntary_switches = (double)(to->ru_nivcsw - from->ru_nivcsw),
                          .voluntary_switches = (double)(to->ru_nvcsw - from->ru_nvcsw),
                          .minor_faults = (double)(to->ru_minflt - from->ru_minflt),
                          .major_faults = (double)(to->ru_majflt - from->ru_majflt)};
    if (before->has_times && after->has_times && all > 0) {
        const double others = after->busy - before->busy - (after->own - before->own);
        noise.stolen = fmax(0, (after->stolen - before->stolen) / all);
        noise.others = fmin(fmax(0, others / all), 1 - noise.stolen);
    }
    return noise;
}
