/*
 * The ways in which a pool's staff can be asked for all pieces: they differ in who waits for what.
 * Whatever the order of arrival, partials are folded in index order; partials_result() of the
 * staff's space is what they made. Fails when a piece did, or a worker died.
 */
#pragma once

#include "staff.h"

typedef enum status dispatch_function(struct staff *staff);

/* Waits for all, then has them combined. There: Pool.map. */
dispatch_function dispatch_map;

/* Folds each as soon as it is there and all before it are. There: Pool.imap; and, of one piece a
 * worker, AsyncResult.get() of one after the other. */
dispatch_function dispatch_imap;

/* Takes whichever is done, and folds those whose turn it is. There: Pool.imap_unordered. */
dispatch_function dispatch_imap_unordered;

/* Batches of items that grow until they take long enough, to such as are sent their tasks
 * (staff_piped), who have space for one piece. There: joblib's batch_size='auto'; see batch.h. */
dispatch_function dispatch_auto;

/* Submits one and waits for it before it submits the next. There: Pool.apply in a loop. */
dispatch_function dispatch_apply;
