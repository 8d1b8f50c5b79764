/*
 * cut_probe: names all kernels, a line each, with their default sizes.
 * cut_probe KERNEL SIZE PIECES: computes a kernel in so many pieces, in order, and folds them, as
 * every model does in the end. All of it happens in cut_work(), where tests/cut/run counts the
 * instructions. The exit status is 1 if the result does not verify.
 */
#include "fold.h"
#include "kernel.h"

#include <stdio.h>
#include <stdlib.h>

struct probe {
    const struct kernel *kernel;
    uint64_t size, pieces;
    const void *input;
    void *output;
    struct fold *fold;
};

__attribute__((noinline)) static const void *cut_work(const struct probe *probe)
{
    const struct kernel *kernel = probe->kernel;
    for (uint64_t i = 0; i < probe->pieces; i++) {
        struct range piece = range_split(kernel_whole(probe->size), probe->pieces, i);
        void *partial = fold_slot(probe->fold);
        kernel->compute(probe->size, piece, kernel_input_at(kernel, probe->input, piece.begin),
                        kernel_output_at(kernel, probe->output, piece.begin), partial);
        fold_push(probe->fold, piece, partial);
    }
    return fold_result(probe->fold);
}

/* Whether the result is right. It is not printed: the digits of a factorial would take as long
 * as all else, under valgrind. */
static bool verify(const struct probe *probe, const void *partial)
{
    const struct kernel *kernel = probe->kernel;
    const struct range whole = kernel_whole(probe->size);
    struct verdict verdict;
    bool right =
        (!kernel->wrong || kernel->wrong(probe->size, whole, probe->output, &verdict) == 0) &&
        kernel->verify(probe->size, partial, &verdict);
    if (!right)
        (void)fprintf(stderr, "cut_probe: %s\n", verdict.reason);
    return right;
}

/* The buffers of a map; NULL for others. */
static bool allocate(const struct kernel *kernel, uint64_t size, void **input, void **output)
{
    if (!kernel_is_map(kernel))
        return true;
    *input = calloc(size, kernel->input_item_size);
    *output = calloc(size, kernel->output_item_size);
    if (!*input || !*output)
        return false;
    kernel->fill(size, kernel_whole(size), *input);
    return true;
}

int main(int argc, char **argv)
{
    for (const struct kernel *const *kernel = kernel_table; argc == 1 && *kernel; kernel++)
        printf("%s %llu\n", (*kernel)->name, (unsigned long long)(*kernel)->default_size);
    if (argc == 1)
        return 0;
    if (argc != 4) {
        (void)fprintf(stderr, "usage: cut_probe KERNEL SIZE PIECES\n");
        return 2;
    }
    const struct kernel *kernel = kernel_find(argv[1]);
    uint64_t size = strtoull(argv[2], NULL, 10);
    uint64_t pieces = strtoull(argv[3], NULL, 10);
    if (!kernel || size == 0 || size > kernel->max_size || pieces == 0) {
        (void)fprintf(stderr, "cut_probe: no such kernel, size or number of pieces\n");
        return 2;
    }

    bool right = false;
    struct fold *fold = NULL;
    void *input = NULL;
    void *output = NULL;
    if (!allocate(kernel, size, &input, &output))
        goto done;
    fold = fold_new(kernel, size, kernel_whole(size), false);
    struct probe probe = {kernel, size, pieces, input, output, fold};
    right = verify(&probe, cut_work(&probe));

done:
    fold_free(fold);
    free(output);
    free(input);
    return right ? 0 : 1;
}
