#!/usr/bin/python3
"""Dask's task graph on one node itself: its scheduler of threads, or that of processes.

It mirrors the model tasks: a leaf for each chunk, and a task for each pair of neighbours that combines
them, up a binary tree. Inputs and outputs lie where all workers see them, as in a multiprocessing.Array;
partials are what tasks hand on, through the scheduler with workers=processes. The pool is an executor
that is kept from execution to execution, as dask.config.set(pool=...) does.
"""
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs
import concurrent.futures as futures
import ctypes
import multiprocessing

import cell

CONTEXT = multiprocessing.get_context("fork")


def leaf(begin, end):
    partial = ctypes.create_string_buffer(cell.kernels.room(begin, end))
    cell.attempt(cell.kernels.compute, begin, end, cell.kernels.input(begin),
                 cell.kernels.output(begin), partial)
    return partial[:cell.kernels.used(partial)]


def combine(begin, end, left, right):
    joint = ctypes.create_string_buffer(cell.kernels.room(begin, end))
    ctypes.memmove(joint, left, len(left))
    cell.kernels.combine(joint, right)
    return joint[:cell.kernels.used(joint)]


class Dask(cell.Peer):
    name = "python-dask"
    title = "Dask's schedulers of one node themselves"
    python = "dask.delayed, compute(scheduler='threads' or 'processes')"
    mirrors = "tasks"
    traits = ("chunks", "shared-memory")
    takes_faults = True
    needs = {"dask": "python3-dask"}
    options = (
        cell.option("workers", "choice", "threads", "who runs the tasks", (
            cell.value("threads", "scheduler='threads'"),
            cell.value("processes", "scheduler='processes'"))),
        cell.CHUNK)

    def start(self, job):
        import dask.multiprocessing
        import dask.threaded
        self.job, self.pieces = job, job.pieces()
        self.graph = {}
        self.top = self.make_tasks(0, len(self.pieces))
        is_forked = job.values["workers"] == "processes"
        cell.kernels.hold(is_forked)
        if is_forked:
            crew = cell.Crew(job.workers, CONTEXT)
            self.pool = futures.ProcessPoolExecutor(job.workers, CONTEXT, crew.enter)
            self.pool.submit(int).result()
            crew.wait()
        else:
            self.pool = cell.threads(job.workers)
        self.get = dask.multiprocessing.get if is_forked else dask.threaded.get

    def make_tasks(self, first, end):
        begin, behind = self.pieces[first][0], self.pieces[end - 1][1]
        name = f"{first}-{end}"
        if end - first == 1:
            self.graph[name] = leaf, begin, behind
        else:
            middle = first + (end - first + 1) // 2
            self.graph[name] = (combine, begin, behind, self.make_tasks(first, middle),
                                self.make_tasks(middle, end))
        return name

    def execute(self):
        made = self.get(self.graph, self.top, pool=self.pool)
        self.whole = ctypes.create_string_buffer(made, len(made))
        return ctypes.addressof(self.whole)

    def stop(self):
        self.pool.shutdown()


if __name__ == "__main__":
    sys.exit(cell.run(Dask()))
