#!/usr/bin/python3
"""multiprocessing.Pool itself, with the ways to ask it for chunks.

It mirrors the model pool, whose options it has under the same names. With transport=shared inputs,
outputs and partials lie in memory that all share, as in a multiprocessing.Array, and a task is a
number; with transport=pipe a task has its inputs as bytes, and answers with its partial and outputs:
what Pool pickles is the same bytes that the model sends, and some more around them. A Pool has its
tasks in chunks by chunksize; here each task is a chunk, so that one message is one chunk there and here.

A worker that is killed is replaced, and what it was at is lost: then map never returns, and the
cell ends when its time is over. So does a pool whose worker died while it held the queue's lock.
"""
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs
import multiprocessing

import cell

CONTEXT = multiprocessing.get_context("fork")


class Pool(cell.Peer):
    name = "python-pool"
    title = "multiprocessing.Pool itself"
    python = "multiprocessing.Pool"
    mirrors = "pool"
    traits = ("chunks",)
    takes_faults = True
    options = (
        cell.option("dispatch", "choice", "map", "as in pool: wait for all chunks, each in order, any, "
                    "a slice a worker, or one at a time", (
                        cell.value("map", "Pool.map"), cell.value("imap", "Pool.imap"),
                        cell.value("imap-unordered", "Pool.imap_unordered"),
                        cell.value("async", "Pool.apply_async, AsyncResult.get"),
                        cell.value("apply", "Pool.apply in a loop", traits=("by-message",)))),
        cell.option("transport", "choice", "shared", "how chunks reach workers and results come back", (
            cell.value("shared", "multiprocessing.Array", traits=("shared-memory",)),
            cell.value("pipe", "arguments and results, pickled", traits=("by-message",), copies=2))),
        cell.CHUNK,
        cell.option("tasks-per-child", "count", "all", "chunks after which a worker ends, and another "
                    "takes its place", ("all",), "maxtasksperchild"),
        cell.option("reuse", "choice", "yes", "whether workers are started once, or anew in each "
                    "execution", (cell.value("yes", "one Pool for all calls"),
                                  cell.value("no", "with Pool() around each call"))))
    refusals = (("dispatch=apply", "reuse=no", "one pool a chunk would be measured"),)
    pool = None

    def start(self, job):
        self.job = job
        values = job.values
        self.shared = values["transport"] == "shared"
        slices = values["dispatch"] == "async" and values["chunk"] == "auto"
        self.pieces = job.cut(min(job.workers, job.size)) if slices else job.pieces()
        cell.kernels.hold(self.shared)
        if self.shared:
            cell.kernels.slots_new(len(self.pieces), max(cell.kernels.room(*p) for p in self.pieces))
        self.fold = cell.Fold(0, job.size)
        self.task = cell.compute_slot if self.shared else cell.compute_sent
        per_child = values["tasks-per-child"]
        self.per_child = None if per_child == "all" else int(per_child)
        self.hire()
        if values["reuse"] == "no":
            self.dismiss()

    def hire(self):
        self.crew = cell.Crew(self.job.workers, CONTEXT)
        self.pool = CONTEXT.Pool(self.job.workers, self.crew.enter, (), self.per_child)
        self.crew.wait()

    def dismiss(self):
        self.pool.close()
        self.pool.join()
        self.pool = None
        self.crew.end()

    def tasks(self):
        if self.shared:
            return range(len(self.pieces))
        item = self.job.facts.output_item
        return [(i, *piece, self.job.inputs(*piece), item) for i, piece in enumerate(self.pieces)]

    def results(self):
        pool, task, tasks = self.pool, self.task, self.tasks()
        how = self.job.values["dispatch"]
        if how == "map":
            return pool.map(task, tasks, 1)
        if how == "imap":
            return pool.imap(task, tasks)
        if how == "imap-unordered":
            return pool.imap_unordered(task, tasks)
        if how == "apply":
            return (pool.apply(task, (one,)) for one in tasks)
        answers = [pool.apply_async(task, (one,)) for one in tasks]
        return (answer.get() for answer in answers)

    def execute(self):
        again = self.job.values["reuse"] == "no"
        if again:
            self.hire()
        cell.fold_results(self.fold, self.pieces, self.results(), self.shared)
        if again:
            self.dismiss()
        return self.fold.result()

    def stop(self):
        if self.pool:
            self.dismiss()


if __name__ == "__main__":
    sys.exit(cell.run(Pool()))
