#include "options.h"
#include "sample.h"

#include <inttypes.h>
#include <string.h>

/* Of outputs that are gone through at once, and of a line of a cache. And what is said of the first
 * wrong one, beside what is said of all. */
enum { PIECE_BYTES = 4 << 10, LINE_BYTES = 64, FIRST_CHARS = 80 };

/* Whether a result is no longer than the room that all models made for it. */
static bool is_in_its_room(const struct job *job, const void *partial, struct verdict *verdict)
{
    const struct kernel *kernel = job->kernel;
    const size_t used = kernel_used(kernel, partial);
    const size_t room = kernel_partial_size(kernel, job->size, kernel_whole(job->size));
    return used <= room || verdict_wrong(verdict,
                                         "used() of %s tells of %zu bytes and partial_size() of "
                                         "%zu: see kernels/kernel.h",
                                         kernel->name, used, room);
}

/* Has a piece of the outputs brought into the second cache meanwhile. Of its own accord a processor
 * does not look so far ahead. */
static void fetch(const struct kernel *kernel, const void *output, struct range piece)
{
    const unsigned char *start = kernel_output_at(kernel, (void *)output, piece.begin);
    for (size_t i = 0; i < range_length(piece) * kernel->output_item_size; i += LINE_BYTES)
        __builtin_prefetch(start + i, 0, 2);
}

/* Verifies and wipes those of a map piece by piece: what was read of a piece is in the cache when
 * it is written, so that memory is gone through once. */
static bool are_right(const struct job *job, void *output, struct verdict *verdict)
{
    const struct kernel *kernel = job->kernel;
    if (!output)
        return verdict_wrong(verdict, "there are no outputs with it");
    const struct range whole = kernel_whole(job->size);
    const uint64_t most = PIECE_BYTES / kernel->output_item_size;
    const uint64_t pieces = range_pieces(whole, most > 0 ? most : 1);
    struct verdict first = {""}, other;
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < pieces; i++) {
        const struct range piece = range_split(whole, pieces, i);
        void *start = kernel_output_at(kernel, output, piece.begin);
        if (i + 1 < pieces)
            fetch(kernel, output, range_split(whole, pieces, i + 1));
        wrong += kernel->wrong(job->size, piece, start, wrong == 0 ? &first : &other);
        memset(start, 0xff, range_length(piece) * kernel->output_item_size);
    }
    return wrong == 0 ||
           verdict_wrong(verdict, "%" PRIu64 " of %" PRIu64 " outputs are wrong; the first: %.*s",
                         wrong, job->size, FIRST_CHARS, first.reason);
}

/* Updates that were lost, where that may be; of none that were, 0. */
static double lost_of(const struct job *job, const struct outcome *outcome)
{
    double lost = 0;
    for (unsigned i = 0; i < outcome->counted; i++)
        if (count_ends_with(outcome->counts[i].name, COUNT_LOST))
            lost += outcome->counts[i].value;
    return job_traits(job) & TRAIT_MAY_LOSE ? lost : 0;
}

static enum sample_verdict say_wrong(const struct verdict *verdict)
{
    status_say("the result is wrong: %s", verdict->reason);
    return SAMPLE_WRONG;
}

enum sample_verdict sample_verify_partial(const struct job *job, const struct outcome *outcome,
                                          struct verdict *verdict)
{
    if (!outcome->partial)
        return SAMPLE_RIGHT;
    if (!is_in_its_room(job, outcome->partial, verdict))
        return say_wrong(verdict);
    const double lost = lost_of(job, outcome);
    if (lost > 0) {
        (void)verdict_wrong(verdict, "%.0f update%s lost", lost, lost > 1 ? "s were" : " was");
        return SAMPLE_LOST;
    }
    return job->kernel->verify(job->size, outcome->partial, verdict) ? SAMPLE_RIGHT
                                                                     : say_wrong(verdict);
}

enum sample_verdict sample_verify(const struct job *job, const struct outcome *outcome,
                                  struct verdict *verdict)
{
    if (outcome->partial && kernel_is_map(job->kernel) && !are_right(job, outcome->output, verdict))
        return say_wrong(verdict);
    return sample_verify_partial(job, outcome, verdict);
}
