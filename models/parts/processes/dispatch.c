#include "dispatch.h"

#include <string.h>

static void fold(const struct staff *staff, uint64_t piece)
{
    partials_fold_one(&staff->space.partials, piece);
}

enum status dispatch_map(struct staff *staff)
{
    staff_submit(staff, 0, staff->plan.pieces);
    TRY(staff_wait_all(staff));
    return staff_combine(staff);
}

/* One that failed ends it, once all are done: staff_wait_all() tells. */
enum status dispatch_imap(struct staff *staff)
{
    const uint64_t pieces = staff->plan.pieces;
    staff_submit(staff, 0, pieces);
    for (uint64_t piece = 0; piece < pieces && staff_wait(staff, piece) == STATUS_OK; piece++)
        fold(staff, piece);
    return staff_wait_all(staff);
}

enum status dispatch_imap_unordered(struct staff *staff)
{
    const uint64_t pieces = staff->plan.pieces;
    uint64_t piece, folded = 0;
    memset(staff->arrived, 0, pieces * sizeof *staff->arrived);
    staff_submit(staff, 0, pieces);
    while (folded < pieces && staff_next(staff, &piece) == STATUS_OK) {
        staff->arrived[piece] = true;
        while (folded < pieces && staff->arrived[folded])
            fold(staff, folded++);
    }
    return staff_wait_all(staff);
}

enum status dispatch_apply(struct staff *staff)
{
    for (uint64_t piece = 0; piece < staff->plan.pieces; piece++) {
        staff_submit(staff, piece, 1);
        TRY(staff_wait_all(staff));
        fold(staff, piece);
    }
    return STATUS_OK;
}
