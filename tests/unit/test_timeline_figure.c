/*
 * Unit tests of drivers/figures/timeline_figure.h, with made-up pieces: what gnuplot is told of
 * them, and what is said beside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "memory.h"
#include "timeline_figure.h"

#include <stdlib.h>
#include <string.h>

enum { PIECES = 200 };

/* Each worker has as many pieces of 1 µs, with as much between them, and one in between that
 * combines. */
static struct lanes make(unsigned workers, unsigned lanes, bool has_unseated)
{
    struct lanes made = {.wall_s = 1e-3,
                         .workers = workers,
                         .count = lanes + has_unseated,
                         .all = memory_new(lanes + 1, sizeof *made.all)};
    for (unsigned i = 0; i < made.count; i++) {
        struct lane *lane = &made.all[i];
        *lane = (struct lane){.rank = (int)(i / 2),
                              .thread = i < lanes ? (int)(i % 2) : LANE_UNSEATED,
                              .processor = (int)i,
                              .count = PIECES,
                              .pieces = memory_new(PIECES, sizeof *lane->pieces)};
        for (uint64_t k = 0; k < PIECES; k++)
            lane->pieces[k] = (struct timeline_piece){.begin_ns = 2000 * k,
                                                      .end_ns = 2000 * k + 1000,
                                                      .items = {k, k + 1},
                                                      .computed = 1,
                                                      .worked_ns = 1000,
                                                      .combines = k == PIECES / 2};
    }
    return made;
}

static void assert_has(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("\"%s\" is not in: %s", wanted, text);
}

/* What one of the two functions of a drawing writes; the caller frees it. */
static char *written(void write(FILE *stream, const void *what),
                     const struct timeline_picture *picture)
{
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    write(stream, picture);
    memory_close(stream, &text);
    return text;
}

static size_t count_rows(const char *text)
{
    size_t rows = 0;
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        rows += strncmp(line, "0.", 2) == 0;
    return rows;
}

static void names_workers_ranks_and_threads(void **state)
{
    struct cell cell = {.label = "hybrid", .size = 200, .workers = 4, .ranks = 2, .threads = 2};
    struct lanes lanes = make(4, 4, true);
    struct timeline_picture picture = {
        .heading = "it's", .count = 1, .panels = {{.cell = &cell, .lanes = &lanes}}};
    const struct drawing drawing = timeline_drawing(&picture, "plots", "name");
    (void)state;
    char *told = written(drawing.tell, &picture);
    assert_has(told, "heading = 'it''s'");
    assert_has(told, "titles = titles.'\"hybrid, 4 workers\" '");
    assert_has(told, "names = names.'\"rank 1.1\" '\ncores = cores.'\", core 3\" '");
    assert_has(told, "names = names.'\"rank 2, no worker\" '");
    assert_has(told, "shares = shares.'\"20 %\" '");
    assert_has(told, "unit = 'ms'");
    assert_has(told, "combines = 1");
    free(told);
    cell.ranks = 1;
    told = written(drawing.tell, &picture);
    assert_has(told, "names = names.'\"worker 1\" '");
    free(told);
    lanes_free(&lanes);
}

/* One that is no worker and did next to nothing is not shown. */
static void leaves_out_what_nobody_could_see(void **state)
{
    const struct cell cell = {.label = "gil", .size = 200, .workers = 1, .ranks = 1, .threads = 1};
    struct lanes lanes = make(1, 1, true);
    struct timeline_picture picture = {.count = 1, .panels = {{.cell = &cell, .lanes = &lanes}}};
    const struct drawing drawing = timeline_drawing(&picture, "plots", "name");
    (void)state;
    lanes.all[1].count = 1;
    char *told = written(drawing.tell, &picture), *numbers = written(drawing.write, &picture);
    assert_has(told, "lanes = lanes.'1 '");
    assert_null(strstr(told, "no worker"));
    assert_null(strstr(numbers, "no worker"));
    assert_int_equal(count_rows(numbers), PIECES);
    free(told);
    free(numbers);
    lanes_free(&lanes);
}

/* So that no page is too large for a browser; none of the items is lost. */
static void many_lanes_have_fewer_pieces(void **state)
{
    const struct cell cell = {.label = "mpi", .size = 200, .workers = 100, .ranks = 100};
    struct lanes lanes = make(100, TIMELINE_LANES_MAX, false);
    struct timeline_picture picture = {.count = 1, .panels = {{.cell = &cell, .lanes = &lanes}}};
    const struct drawing drawing = timeline_drawing(&picture, "plots", "name");
    (void)state;
    lanes.apart_s = 2e-6;
    char *numbers = written(drawing.write, &picture);
    assert_true(count_rows(numbers) <= 4000 && count_rows(numbers) >= TIMELINE_LANES_MAX);
    free(numbers);
    timeline_caption(&picture, "here");
    assert_has(picture.caption, "here\nsize 200; ");
    assert_has(picture.caption, "; ranks began within 2.00 ");
    assert_has(picture.caption, "; the first 64 of 100 workers");
    lanes_free(&lanes);
}

static void says_how_busy_workers_were(void **state)
{
    const struct analysed_kernel kernel = {.name = "primes"};
    const struct cell cell = {.label = "pool", .size = 200, .workers = 2};
    struct lanes one = make(2, 2, true), other = make(2, 2, false);
    struct timeline_figure figure = {
        .kernel = &kernel,
        .picture = {.count = 2,
                    .panels = {{.rank = "fastest", .cell = &cell, .lanes = &one},
                               {.rank = "slowest", .cell = &cell, .lanes = &other}}}};
    char text[TIMELINE_WORDS_MAX];
    (void)state;
    one.all[1].count = PIECES / 2;
    timeline_figure_describe(&figure, text);
    assert_string_equal(text,
                        "Who computed what when in one execution of primes under pool, the "
                        "fastest: workers were busy 10 to 20 % of 1.00 ms; pool, the slowest: "
                        "workers were busy 20 % of 1.00 ms.");
    lanes_free(&one);
    lanes_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_workers_ranks_and_threads),
        cmocka_unit_test(leaves_out_what_nobody_could_see),
        cmocka_unit_test(many_lanes_have_fewer_pieces),
        cmocka_unit_test(says_how_busy_workers_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
