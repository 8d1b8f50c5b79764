/*
 * Unit tests of models/parts/ranks/object.h, in two ranks, or as many as `test_object RANKS` says:
 * what was sent as an object comes whole, however long it is, and what it costs is counted.
 */
#include "object.h"

#include "own_ranks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { RANKS = 2, MOST = 100000, ROOM = 16 };

/* What a model defines. */
const int ranks_thread_level = MPI_THREAD_SINGLE;
const struct count_info ranks_counts[] = {RANKS_COUNTS, OBJECT_COUNTS, {0}};

/* None, some, and more than a library sends before its receiver asks. */
static const size_t lengths[] = {0, 1, 777, MOST};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static unsigned char sent[MOST], received[MOST + 1];

static struct ranks all_ranks(void)
{
    struct ranks ranks = {.rank = -1};
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.size);
    return ranks;
}

/* Bytes that no other rank has, nor the same one at another time. */
static void fill(unsigned char *bytes, size_t length, int rank, int time)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(i + 7 * (size_t)rank + 31 * (size_t)time + i / 251);
}

static bool is_filled(const unsigned char *bytes, size_t length, int rank, int time)
{
    unsigned char *expected = memory_bytes(length);
    fill(expected, length, rank, time);
    const bool is = memcmp(bytes, expected, length) == 0;
    free(expected);
    return is;
}

static bool counted(const struct ranks *ranks, uint64_t messages, uint64_t bytes, uint64_t copied)
{
    return ranks->counted[RANKS_MESSAGES] == messages && ranks->counted[RANKS_BYTES] == bytes &&
           ranks->counted[OBJECT_COPIED] == copied;
}

/* Each rank sends to the next one, and the last one to nobody, who
 * receives does not know how long they are. */
static void messages_come_whole_and_in_order(void **state)
{
    struct ranks ranks = all_ranks();
    const bool sends = ranks.rank + 1 < ranks.size, receives = ranks.rank > 0;
    uint64_t bytes = 0;
    bool is_wrong = false;
    (void)state;
    for (int time = 0; time < LENGTHS; time++) {
        const size_t length = lengths[time];
        bytes += length;
        fill(sent, length, ranks.rank, time);
        received[length] = 'x';
        if (receives) {
            is_wrong |= object_receive(&ranks, received, ranks.rank - 1) != length;
            is_wrong |= !is_filled(received, length, ranks.rank - 1, time);
            is_wrong |= received[length] != 'x';
        }
        if (sends)
            object_send(&ranks, sent, length, ranks.rank + 1);
    }
    is_wrong |= !counted(&ranks, sends ? LENGTHS - 1 : 0, sends ? bytes : 0,
                         bytes * (uint64_t)(sends + receives));
    assert_false(own_ranks_any(is_wrong));
}

/* What rank 0 has of each rank: pieces of different lengths, some of them empty, with holes between
 * them. */
struct area {
    unsigned char bytes[8 * ROOM];
    int counts[8], offsets[8];
    struct pieces pieces;
};

static void make_area(struct area *area, const struct ranks *ranks, bool is_full)
{
    *area = (struct area){.pieces = {area->bytes, area->counts, area->offsets, 2}};
    memset(area->bytes, 'x', sizeof area->bytes);
    assert_in_range(ranks->size, 1, 8);
    for (int rank = 0; rank < ranks->size; rank++) {
        area->offsets[rank] = rank * ROOM / 2;
        area->counts[rank] = is_full ? rank % 3 * 2 : -1;
        if (is_full)
            fill(area->bytes + (size_t)rank * ROOM, (size_t)(rank % 3) * 4, rank, 0);
    }
}

/* Bytes of all pieces but rank 0's. */
static uint64_t bytes_of_others(const struct ranks *ranks)
{
    uint64_t bytes = 0;
    for (int rank = 1; rank < ranks->size; rank++)
        bytes += (uint64_t)(rank % 3) * 4;
    return bytes;
}

static void each_rank_gets_its_piece(void **state)
{
    struct ranks ranks = all_ranks();
    struct area area;
    (void)state;
    make_area(&area, &ranks, true);
    memset(received, 'y', ROOM);
    object_scatter(&ranks, ranks.rank == 0 ? &area.pieces : &(struct pieces){NULL}, received);
    const size_t own = (size_t)(ranks.rank % 3) * 4, others = bytes_of_others(&ranks);
    bool is_wrong = ranks.rank > 0 && !is_filled(received, own, ranks.rank, 0);
    is_wrong |= received[own] != 'y'; /* of rank 0 all of it stays where it is */
    is_wrong |= ranks.rank > 0 && !counted(&ranks, 0, 0, own);
    if (ranks.rank == 0) {
        uint64_t pieces = 0;
        for (int rank = 1; rank < ranks.size; rank++)
            pieces += rank % 3 > 0;
        is_wrong |= !counted(&ranks, (uint64_t)ranks.size - 1 + pieces, others, others);
    }
    assert_false(own_ranks_any(is_wrong));
}

static void rank_0_gets_all_pieces_and_their_lengths(void **state)
{
    struct ranks ranks = all_ranks();
    struct area area, expected;
    const size_t own = (size_t)(ranks.rank % 3) * 4, others = bytes_of_others(&ranks);
    (void)state;
    make_area(&area, &ranks, false);
    make_area(&expected, &ranks, true); /* of rank 0 there is none: it has its own */
    fill(sent, own, ranks.rank, 0);
    object_gather(&ranks, sent, own, &area.pieces);
    bool is_wrong = ranks.rank == 0 ? !counted(&ranks, 0, 0, others)
                                    : !counted(&ranks, 1 + (own > 0), own, own);
    for (int rank = 1; ranks.rank == 0 && rank < ranks.size; rank++)
        is_wrong |= area.counts[rank] != expected.counts[rank];
    if (ranks.rank == 0)
        is_wrong |= memcmp(area.bytes, expected.bytes, sizeof area.bytes) != 0;
    assert_false(own_ranks_any(is_wrong));
}

/* Serialised once, however many ranks there are, and unpacked by each of the others. */
static void all_ranks_get_the_same(void **state)
{
    struct ranks ranks = all_ranks();
    const uint64_t others = (uint64_t)ranks.size - 1;
    uint64_t bytes = 0;
    bool is_wrong = false;
    (void)state;
    for (int time = 1; time < LENGTHS; time++) {
        const size_t length = lengths[time];
        bytes += length;
        fill(received, length, ranks.rank, time);
        received[length] = 'x';
        object_bcast(&ranks, received, length);
        is_wrong |= !is_filled(received, length, 0, time) || received[length] != 'x';
    }
    const uint64_t copied = others > 0 ? bytes : 0;
    is_wrong |= ranks.rank == 0
                    ? !counted(&ranks, others * 2 * (LENGTHS - 1), bytes * others, copied)
                    : !counted(&ranks, 0, 0, copied);
    assert_false(own_ranks_any(is_wrong));
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_whole_and_in_order),
        cmocka_unit_test(each_rank_gets_its_piece),
        cmocka_unit_test(rank_0_gets_all_pieces_and_their_lengths),
        cmocka_unit_test(all_ranks_get_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return own_ranks_main(argc, argv, RANKS, run);
}
