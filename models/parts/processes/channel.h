/*
 * Frames between two processes, through a pipe each way or a pair of sockets. There:
 * multiprocessing.Pipe, and what carries the arguments and results of a Pool, pickled.
 *
 * A frame is a head and `bytes` behind it, of any length. A pipe holds 64 KiB: where each of two
 * sends more than that before it reads, both wait for ever (there, two Connection.send do). So
 * nothing here waits in a write: a loop steps, which moves what can be moved both ways, and waits
 * for all its ends at once.
 *
 *     channel_pair(kind, &here, &there);     before the fork
 *     parent: channel_free(there);           at once, and before it forks another: an end that
 *     child: channel_free(here);             somebody else holds, too, never seems to be gone
 *
 * Who is at the other end only the caller knows, so it is the caller who says that it is gone.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum channel_kind { CHANNEL_PIPES, CHANNEL_SOCKETS };

/* What kinds there are, and which piece it is about, is between the two that use the channel. */
struct frame {
    uint64_t kind, piece, bytes;
};

struct channel; /* one end */

/*
 * Fails where there are no more descriptors, and says so. From then on this process and what it
 * forks ignore SIGPIPE: to write to an end that is gone is no reason to die. Of a process that
 * forks, each end is to be used in one process only. The caller frees both; NULL may be freed.
 */
MUST_USE enum status channel_pair(enum channel_kind kind, struct channel **here,
                                  struct channel **there);
void channel_free(struct channel *end);

/* In a process that was forked, of an end that another one uses: lets go of it, and leaves its
 * memory as it is, since each page that is written is copied. NULL is fine as well. */
void channel_leave(const struct channel *end);

/* Queues a frame for writing; `payload` stays the caller's, unchanged, until channel_flush() or an
 * answer tells that it is sent, and may be NULL for no bytes. STATUS_FAILED: the other end is gone,
 * which nobody has said. */
MUST_USE enum status channel_put(struct channel *end, const struct frame *frame,
                                 const void *payload);

/*
 * Moves what can be moved without waiting. Where a whole frame has `came`, it is there, with its
 * payload, aligned for any type, until the next call with this end. What came before the other end
 * was gone is handed over first; then STATUS_FAILED, which nobody has said, also for half a frame.
 */
MUST_USE enum status channel_step(struct channel *end, struct frame *frame, void **payload,
                                  bool *came);

/*
 * Waits until one of the ends can go on, NULL ones passed over, or one of `processes` has ended:
 * descriptors of processes, of pidfd_open(), where -1 is none. Returns which: an index into `ends`,
 * or `count` + one into `processes`; or -1 after `timeout_ns` (0: never), or when a signal came.
 */
int channel_wait(struct channel *const *ends, size_t count, const int *processes,
                 size_t process_count, uint64_t timeout_ns);

/* For who has one channel only, such as a worker. Waits for a frame; as channel_step(). */
MUST_USE enum status channel_take(struct channel *end, struct frame *frame, void **payload);

/* Waits until all that was put is sent. Frames that come meanwhile are for later steps. */
MUST_USE enum status channel_flush(struct channel *end);
