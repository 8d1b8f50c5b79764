#!/usr/bin/python3
"""concurrent.futures itself: ThreadPoolExecutor and ProcessPoolExecutor.

It mirrors the model futures, whose options it has under the same names. workers=threads calls kernels
that give the interpreter's lock up (ctypes.CDLL), workers=gil such as keep it, tick by tick (PyDLL);
both share inputs and outputs with the caller, and answer with a partial. With workers=processes a
task's number and its result are pickled, and what is large lies in memory that all share, as in a
multiprocessing.Array: there and here it is forked with it, and outputs come home as bytes.

A worker that is killed breaks the executor: BrokenProcessPool at once, for all that is not done.
"""
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs
import concurrent.futures as futures
import multiprocessing

import cell

CONTEXT = multiprocessing.get_context("fork")
UNTIL = {"all": futures.ALL_COMPLETED, "first": futures.FIRST_COMPLETED,
         "exception": futures.FIRST_EXCEPTION}


class Executor(cell.Peer):
    name = "python-executor"
    title = "ThreadPoolExecutor and ProcessPoolExecutor themselves"
    python = "concurrent.futures"
    mirrors = "futures"
    traits = ("chunks",)
    copies = 2
    takes_faults = True
    options = (
        cell.option("workers", "choice", "threads", "who runs the tasks", (
            cell.value("threads", "ThreadPoolExecutor, of what releases the GIL",
                       traits=("shared-memory",)),
            cell.value("gil", "ThreadPoolExecutor", traits=("shared-memory", "locked")),
            cell.value("processes", "ProcessPoolExecutor"))),
        cell.option("order", "choice", "auto", "which result is taken next; auto: map, or with a wait "
                    "completed", ("auto", cell.value("map", "Executor.map"),
                                  cell.value("completed", "as_completed"))),
        cell.option("wait", "choice", "each", "for what the caller waits, until nothing is left; each: "
                    "for each result", ("each", cell.value("all", "wait(return_when=ALL_COMPLETED)"),
                                        cell.value("first", "wait(return_when=FIRST_COMPLETED)"),
                                        cell.value("exception", "wait(return_when=FIRST_EXCEPTION)"))),
        cell.CHUNK)
    refusals = (("order=map", "wait=first", "map yields in order, wait as they end"),
                ("order=map", "wait=exception", "map yields in order, wait as they end"))
    executor = None

    def start(self, job):
        self.job, self.kind = job, job.values["workers"]
        self.pieces = job.pieces()
        cell.kernels.hold(self.kind == "processes")
        self.fold = cell.Fold(0, job.size)
        if self.kind == "processes":
            crew = cell.Crew(job.workers, CONTEXT)
            self.executor = futures.ProcessPoolExecutor(job.workers, CONTEXT, crew.enter)
            self.executor.submit(int).result()
            crew.wait()
        else:
            self.executor = cell.threads(job.workers)
        self.task = {"threads": cell.compute_held, "gil": cell.compute_ticks,
                     "processes": cell.compute_here}[self.kind]

    def results(self):
        """With the number of the piece that each is of."""
        values, submit = self.job.values, self.executor.submit
        if values["wait"] == "each" and values["order"] != "completed":
            yield from enumerate(self.executor.map(self.task, self.pieces))
            return
        numbers = {submit(self.task, piece): i for i, piece in enumerate(self.pieces)}
        if values["wait"] == "each":
            for future in futures.as_completed(numbers):
                yield numbers[future], future.result()
        else:
            left = set(numbers)
            while left:
                done, left = futures.wait(left, return_when=UNTIL[values["wait"]])
                yield from ((numbers[future], future.result()) for future in done)

    def execute(self):
        cell.fold_results(self.fold, self.pieces, self.results())
        return self.fold.result()

    def stop(self):
        self.executor.shutdown()


if __name__ == "__main__":
    sys.exit(cell.run(Executor()))
