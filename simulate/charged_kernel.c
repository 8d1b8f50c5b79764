/*
 * The kernels as a simulation of ranks sees them: linked in place of kernel_find(), by --wrap.
 *
 * compute() runs for real, so that every result is verified as ever. Its time in the simulation is
 * what it is charged, and not what the many ranks of one process take after each other: of the
 * time that the serial model took in the run that is simulated, the part that falls on the range.
 * Which part that is, the file that PARBENCH_WORK names tells, see work.c. So the same range takes
 * the same time whatever else the machine does, and with any number of ranks.
 *
 * Where partials grow, work does not add up over ranges, and combining is work as well. There each
 * is measured, by the processor's time, and charged at the rate of that serial model.
 *
 * Each simulated rank has these variables for itself.
 */
#include "kernel.h"
#include "memory.h"
#include "status.h"

#include <jansson.h>
#include <math.h>
#include <smpi/smpi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 3, KNOWN_MAX = 8 };

static struct kernel charged;
static const struct kernel *real;

/* What the file tells. */
static struct {
    double seconds; /* of the whole range */
    double rate;    /* seconds that are charged for one of this machine now */
    size_t pieces;  /* that the range was cut into, evenly; */
    double *until;  /* the part of the work up to the end of each, after a 0. NULL: it grows */
} work;

/* Ranges that were measured. */
static struct {
    struct range range;
    double seconds;
} known[KNOWN_MAX];
static unsigned known_count;

/* SMPI's headers replace clock_gettime() by the simulated clock. */
static double processor_s(void)
{
    struct timespec now = {0};
    (void)syscall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The part of the work that lies before the index. */
static double part_before(uint64_t size, uint64_t index)
{
    size_t piece = 0, above = work.pieces;
    while (above - piece > 1) {
        const size_t middle = piece + (above - piece) / 2;
        if (range_split(kernel_whole(size), work.pieces, middle).begin <= index)
            piece = middle;
        else
            above = middle;
    }
    const struct range range = range_split(kernel_whole(size), work.pieces, piece);
    const double within = (double)(index - range.begin) / (double)range_length(range);
    return work.until[piece] + (work.until[piece + 1] - work.until[piece]) * within;
}

static double measured(uint64_t size, struct range range, const void *input, void *output,
                       void *partial)
{
    double least = HUGE_VAL;
    for (unsigned i = 0; i < known_count; i++)
        if (known[i].range.begin == range.begin && known[i].range.end == range.end)
            return known[i].seconds;
    for (unsigned i = 0; i < TRIES; i++) {
        const double start = processor_s();
        real->compute(size, range, input, output, partial);
        least = fmin(least, processor_s() - start);
    }
    if (known_count < KNOWN_MAX) {
        known[known_count].range = range;
        known[known_count++].seconds = least;
    }
    return least;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    real->compute(size, range, input, output, partial);
    smpi_execute(work.until ? work.seconds *
                                  (part_before(size, range.end) - part_before(size, range.begin))
                            : work.rate * measured(size, range, input, output, partial));
}

static void combine(void *into, const void *from)
{
    const double start = processor_s();
    real->combine(into, from);
    smpi_execute(work.rate * (processor_s() - start));
}

static bool read_work(void)
{
    const char *path = getenv("PARBENCH_WORK");
    json_t *told = path ? json_load_file(path, 0, NULL) : NULL;
    const json_t *until = json_object_get(told, "until");
    work.seconds = json_number_value(json_object_get(told, "seconds"));
    work.rate = json_number_value(json_object_get(told, "rate"));
    if (json_array_size(until) > 1) {
        work.pieces = json_array_size(until) - 1;
        work.until = memory_new(work.pieces + 1, sizeof *work.until);
        for (size_t i = 0; i <= work.pieces; i++)
            work.until[i] = json_number_value(json_array_get(until, i));
    }
    json_decref(told);
    if (work.seconds > 0 && (work.until || work.rate > 0))
        return true;
    status_say("PARBENCH_WORK names no file of a kernel's work: parbench simulate starts this");
    return false;
}

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker has these names */
const struct kernel *__real_kernel_find(const char *name);
const struct kernel *__wrap_kernel_find(const char *name);

const struct kernel *__wrap_kernel_find(const char *name)
{
    real = __real_kernel_find(name);
    if (!real || !read_work())
        return NULL;
    charged = *real;
    charged.compute = compute;
    if (kernel_grows(real))
        charged.combine = combine;
    return &charged;
}
/* NOLINTEND(bugprone-reserved-identifier) */
