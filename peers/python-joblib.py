#!/usr/bin/python3
"""joblib.Parallel itself, on loky's processes or on threads.

It mirrors the model futures, as loky is an executor. Tasks are pieces of `chunk` items, each a call
that is delayed(); batch_size='auto' has joblib put several into one message where they are short, and
pre_dispatch keeps two for each worker waiting, as both are by default. Workers of loky are new
interpreters that share nothing: a task brings its inputs as bytes, and takes its partial and outputs
home so; no array is mapped (max_nbytes=None). With workers=threads kernels give the interpreter's lock
up. The workers are kept from execution to execution, as joblib's context manager does.
"""
import contextlib
import os
import signal
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs

import cell


class Joblib(cell.Peer):
    name = "python-joblib"
    title = "joblib.Parallel itself"
    python = "joblib: Parallel(n_jobs)(delayed(f)(x) for x in ...)"
    mirrors = "futures"
    traits = ("chunks",)
    copies = 3
    leaves_files = True  # loky's semaphores and joblib's folder, in /dev/shm
    needs = {"joblib": "python3-joblib"}
    options = (
        cell.option("workers", "choice", "processes", "who runs the tasks", (
            cell.value("threads", "backend='threading'", traits=("shared-memory",)),
            cell.value("processes", "backend='loky'"))),
        cell.CHUNK)
    parallel = None

    def start(self, job):
        import joblib
        self.job = job
        self.is_loky = job.values["workers"] == "processes"
        self.pieces = job.pieces()
        cell.kernels.hold(0)
        self.fold = cell.Fold(0, job.size)
        self.delayed = joblib.delayed(compute if self.is_loky else cell.compute_seated)
        self.parallel = joblib.Parallel(job.workers, max_nbytes=None,
                                        backend="loky" if self.is_loky else "threading")
        self.parallel.__enter__()
        if self.is_loky:
            self.parallel(joblib.delayed(cell.arrive)(job.spec) for _ in range(4 * job.workers))

    def tasks(self):
        if not self.is_loky:
            return (self.delayed(piece) for piece in self.pieces)
        spec, item, watched = self.job.spec, self.job.facts.output_item, cell.accounts.words[0]
        return (self.delayed(spec, watched, *piece, self.job.inputs(*piece), item)
                for piece in self.pieces)

    def execute(self):
        results = self.parallel(self.tasks())
        if self.is_loky and cell.accounts.words[0]:
            results = cell.take_notes(results)
        cell.fold_results(self.fold, self.pieces, enumerate(results))
        return self.fold.result()

    def stop(self):
        self.parallel.__exit__(None, None, None)
        if self.is_loky:
            from joblib.externals.loky import get_reusable_executor
            get_reusable_executor().shutdown(wait=True, kill_workers=True)

    def abandon(self):
        if self.parallel and self.is_loky:
            # Whom nobody talks to any more clears away what all have left, and ends.
            from joblib.externals.loky import reusable_executor
            from joblib.externals.loky.backend.resource_tracker import _resource_tracker as tracker
            workers = getattr(reusable_executor._executor, "_processes", None) or ()
            for worker in list(workers):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            os.close(tracker._fd)
            os.waitpid(tracker._pid, 0)


def compute(spec, watched, *task):
    cell.arrive(spec)
    return cell.compute_far(watched, *task)


if __name__ == "__main__":
    sys.exit(cell.run(Joblib()))
