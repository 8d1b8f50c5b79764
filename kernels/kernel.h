/*
 * The contract of a kernel: a piece of work over the indices 0 … size-1 that can compute the
 * partial result of any sub-range and combine the partials of two neighbouring ranges.
 *
 * A kernel knows no threads, no processes and no ranks. Every model executes the same object code
 * of it, so that a speedup compares models and not two compilations.
 *
 * To add a kernel:
 *   1. Write kernels/NAME.c. At its foot put one `const struct kernel kernel_NAME = { … };` with
 *      designated initialisers. pi.c is the simplest example, squares.c one that is a map,
 *      factorial.c one whose partials grow.
 *   2. Build. CMake finds the file; every model runs the kernel, and the tests of the matrix
 *      cover it.
 *
 * To add what limits a kernel, such as memory: a kernel that does nothing else, as copy.c, with
 * `.is_limit`. The other one names it in `.limit`. Its time is measured beside the other's strong
 * scaling, and drawn and told as the least that there can be.
 *
 * To add a map that shows what it has computed: give it `.columns`, `.row`, `.plot` and `.shows`,
 * as grid.c does. `parbench measure --outputs` draws it, and each run of the kernel.
 *
 * To add one that is no part of a run unless it is named: say `.is_on_request`, as wait.c does.
 *
 * To add an algorithm, another way to the result of a kernel that is there:
 *   1. Give that kernel its own way's name, `.algorithm`, where it has none yet.
 *   2. Write kernels/KERNEL_WORD.c, as pi_paired.c is: a kernel kernel_KERNEL_WORD whose name is
 *      "KERNEL:algorithm=WORD" and whose `.of` points at that kernel. What both need, such as
 *      verify() and print(), is declared in kernels/KERNEL.h and defined in KERNEL.c.
 *   3. Build. It is a kernel like any other. A run of the kernel measures its algorithms with one
 *      worker as well, and absolute speedups are over the fastest of them.
 */
#pragma once

#include "range.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Put before a hot function: compiles it for several instruction sets into one portable binary,
 * from which the loader picks. CMake tells whether the compiler can. For 64-bit Arm gcc 12 cannot;
 * there every processor has vectors of two doubles and fused multiply-add, which are taken.
 */
#ifdef KERNEL_HAS_CLONES
#define KERNEL_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define KERNEL_CLONES
#endif

/* Why a result is wrong, in words for people. */
struct verdict {
    char reason[160];
};

/* Says so, and is false: for verify(). */
#define verdict_wrong(verdict, ...)                                                                \
    ((void)snprintf((verdict)->reason, sizeof(verdict)->reason, __VA_ARGS__), false)

/* What a kernel shows of its outputs: lines of a table, their length and numbers in each. */
enum { KERNEL_ROWS_MAX = 12500, KERNEL_ROW_MAX = 128, KERNEL_COLUMNS_MAX = 8 };

/* Long enough for what a limit is called. */
enum { KERNEL_WHAT_MAX = 32 };

/* Long enough for every kernel's printed result. */
enum { KERNEL_RESULT_MAX = 128 };

/* How a limit's own time tells the least time of a kernel with so many workers. */
enum limit_kind {
    LIMIT_NONE,
    LIMIT_OF_MACHINE, /* it is what the limit takes with as many workers: they share what it uses */
    LIMIT_OF_CORES,   /* what one worker takes for it, over the workers: each has its own */
    /* One worker has to do it alone, and the rest of the kernel's work is shared. G. M. Amdahl,
     * Validity of the single processor approach, AFIPS, 1967. */
    LIMIT_OF_SERIAL_PART
};

/* What keeps a kernel from being faster: the time of another one, of the same size. */
struct kernel_limit {
    const char *kernel; /* by its name; NULL: nothing but the number of workers */
    enum limit_kind kind;
    const char *what; /* as a sentence names it: "memory". Shorter than KERNEL_WHAT_MAX. */
};

/*
 * A partial is plain bytes without pointers, aligned to 16, so that it can cross a pipe, shared
 * memory or MPI unchanged. All functions are pure and may be called from any thread at once.
 *
 * `input` and `output` always point at the first item of the range they come with.
 */
struct kernel {
    /* "pi": on the command line and in file names. Of an algorithm "primes:algorithm=sieve". */
    const char *name;
    /* The kernel whose result this one computes in another way: of the same size the same result,
     * though an index need not be the same piece of work. NULL: it is none of another's algorithms.
     */
    const struct kernel *of;
    /* What the own way is called beside the algorithms of this kernel: "trial". NULL: there are
     * none, or it is one. */
    const char *algorithm;
    const char *title; /* one line for people */
    const char *item;  /* what one index is, singular: "step" */

    /* Takes a current core 0.03 to 0.5 s in the serial model. */
    uint64_t default_size;
    /* Beyond it the result would not be exact, or overflow. */
    uint64_t max_size;
    /* Twice the size is twice the work. */
    bool is_linear;
    /* Else the size whose work is `workers` times as much as that of `size`. */
    uint64_t (*weak_size)(uint64_t size, unsigned workers);

    /* Bytes of every partial. 0: they grow with the range, and the next two functions tell. */
    size_t partial_bytes;
    /* Bytes that compute() and combine() may need for the partial of a range: an upper bound that
     * never shrinks when the range grows. */
    size_t (*partial_size)(uint64_t size, struct range range);
    /* Bytes of this partial that matter; the first ones, at most partial_size. */
    size_t (*used)(const void *partial);

    /* Both > 0 for a map, which reads one input and writes one output per index; else both 0. */
    size_t input_item_size, output_item_size;
    /* Writes the inputs of `range`. NULL unless it is a map. */
    void (*fill)(uint64_t size, struct range range, void *input);

    /* The partial of `range`, which may be empty: the neutral element of combine() then. */
    void (*compute)(uint64_t size, struct range range, const void *input, void *output,
                    void *partial);
    /* Appends `from`, the partial of the range that follows that of `into`. Associative. `into`
     * has room for the partial of the joint range and does not overlap `from`. */
    void (*combine)(void *into, const void *from);
    /* Partials may be combined in any order, of ranges that are no neighbours, too. The room for
     * the partial of the whole range is then enough for any of them. */
    bool commutative;

    /* Checks the partial of the whole range by another method than compute(), and is not fooled by
     * NaN. False: wrong, and `verdict` says why. */
    bool (*verify)(uint64_t size, const void *partial, struct verdict *verdict);
    /* How many outputs of `range` are wrong, by the same rules; `first` says what the first of them
     * is. NULL unless it is a map. */
    uint64_t (*wrong)(uint64_t size, struct range range, const void *output, struct verdict *first);
    /* The result of the whole range as people write it, at most KERNEL_RESULT_MAX bytes. */
    void (*print)(const void *partial, char *text, size_t length);

    /* A map may show its outputs, as a table and a picture of that; NULL, all four, where it does
     * not. Row by row, the same number of points in each, so that it is a grid. First what stands
     * above the table's columns, with their units, ended by NULL: where a point is in its row, in
     * which row, and the value that is drawn there; then what else there is. */
    const char *const *columns;
    /* Writes an output as a line of the table, numbers with a space between. False: it is left out,
     * so that there are at most KERNEL_ROWS_MAX. */
    bool (*row)(uint64_t size, uint64_t index, const void *output, char *text, size_t length);
    const char *plot;  /* the script in plots/ that draws it, without .gp */
    const char *shows; /* what is to be seen, as "turnovers of a site over two pressures" */

    /* Items between two safe points of a thread that holds a global lock: 10 to 20 µs of work, or
     * more where shorter pieces would make more work than they cut. */
    uint64_t tick;

    /* At most two presets of PAPI that tell what holds this kernel up, such as "PAPI_L3_TCM", the
     * more telling one first. They are counted beside instructions and cycles, as far as the
     * processor has them and counters are left. NULL: no more. */
    const char *events[2];

    /* What is drawn beside its speedups, and measured in the same rounds. */
    struct kernel_limit limit;
    /* Its work is to move bytes and nothing else: what its time is with ranks tells what messages
     * cost. */
    bool moves_bytes;
    /* An item of it is next to no work, and moves nothing: cut into as many pieces as one likes, it
     * tells what a piece costs. */
    bool is_fine;
    /* It is there to be another's limit: run measures it where it is that, or asked for by name. */
    bool is_limit;
    /* Its items wait, as for a timer or a disk, and compute nothing: a thread that holds a lock
     * gives it up meanwhile, see models/parts/threads/ticks.h; its time is no processor's, of whose
     * speed a profile's size takes account, and so it has its default size in all of them. */
    bool waits;
    /* Its items take different times, so that equal shares of them are none of the work. */
    bool is_uneven;
    /* It is measured only where it is named: see TRAIT_ON_REQUEST of models. */
    bool is_on_request;
};

/* All kernels of the suite, by name, ended by NULL. CMake writes it from the files in kernels/. */
extern const struct kernel *const kernel_table[];

/* What stands between a kernel's name and that of an algorithm of it. */
#define KERNEL_ALGORITHM ":algorithm="

/* The kernel of that name, or NULL. With its own algorithm behind it, "primes:algorithm=trial" is
 * the name of "primes". */
const struct kernel *kernel_find(const char *name);

/* What the kernel's way is called among those of its result: "sieve". NULL: it has no name. */
const char *kernel_algorithm(const struct kernel *kernel);

/* The field that a kernel lacks, as it is called here, or NULL for one that is complete. */
const char *kernel_missing(const struct kernel *kernel);

static inline struct range kernel_whole(uint64_t size)
{
    return (struct range){0, size};
}

/* Whether it is measured where no kernels are named. */
static inline bool kernel_is_default(const struct kernel *kernel)
{
    return !kernel->of && !kernel->is_limit && !kernel->is_on_request;
}

static inline bool kernel_is_map(const struct kernel *kernel)
{
    return kernel->input_item_size > 0;
}

/* Item `index` of a map's inputs or outputs; NULL, for no map, stays NULL. */
static inline const void *kernel_input_at(const struct kernel *kernel, const void *input,
                                          uint64_t index)
{
    return input ? (const unsigned char *)input + index * kernel->input_item_size : NULL;
}

static inline void *kernel_output_at(const struct kernel *kernel, void *output, uint64_t index)
{
    return output ? (unsigned char *)output + index * kernel->output_item_size : NULL;
}

/* Whether the partial of a long range needs more bytes than that of a short one. */
static inline bool kernel_grows(const struct kernel *kernel)
{
    return kernel->partial_bytes == 0;
}

/* What partial_size(), used() and weak_size() tell, where they are needed. */
static inline size_t kernel_partial_size(const struct kernel *kernel, uint64_t size,
                                         struct range range)
{
    return kernel_grows(kernel) ? kernel->partial_size(size, range) : kernel->partial_bytes;
}

static inline size_t kernel_used(const struct kernel *kernel, const void *partial)
{
    return kernel_grows(kernel) ? kernel->used(partial) : kernel->partial_bytes;
}

/* For weak_size(), where `work` tells how much a size is, in any unit, and grows with it: the least
 * size, at most `max_size`, that is no less than `workers` times the work. */
static inline uint64_t kernel_size_of_work(double (*work)(double size), uint64_t size,
                                           unsigned workers, uint64_t max_size)
{
    const double target = workers * work((double)size);
    while (size < max_size) {
        const uint64_t middle = size + (max_size - size) / 2;
        if (work((double)middle) < target)
            size = middle + 1;
        else
            max_size = middle;
    }
    return size;
}

/* Whether it shows its outputs. */
static inline bool kernel_shows(const struct kernel *kernel)
{
    return kernel->row != NULL;
}

/* At most max_size. */
static inline uint64_t kernel_weak_size(const struct kernel *kernel, uint64_t size,
                                        unsigned workers)
{
    if (!kernel->is_linear)
        return kernel->weak_size(size, workers);
    return size > kernel->max_size / workers ? kernel->max_size : size * workers;
}
