#!/usr/bin/python3
"""threading.Thread itself, under the interpreter's lock.

It mirrors the model gil. The threads are started once, and wait for each execution at a barrier, as
those of the model do. Each computes its share tick by tick, as long as there; between two ticks the
interpreter may hand its lock over. With release=0 the lock is kept around each tick (ctypes.PyDLL), as
pure Python and most extensions keep it: then more threads gain nothing, and some time is lost. With
release=1 it is given up around each (CDLL), as NumPy and zlib do.
"""
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs
import threading

import cell

UNITS = {"s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9, "min": 60}


def seconds(text):
    digits = text.rstrip("smnuµi")
    return float(digits) * UNITS[text[len(digits):]]


class Threads(cell.Peer):
    name = "python-threads"
    title = "threading.Thread itself"
    python = "threading.Thread"
    mirrors = "gil"
    launch = "threads"
    traits = ("shared-memory",)
    takes_faults = True
    options = (
        cell.option("interval", "duration", "5ms", "how long a thread waits before it asks for the "
                    "lock", (), "sys.setswitchinterval"),
        cell.option("release", "choice", "0", "whether the lock is given up while the kernel computes",
                    (cell.value("0", "ctypes.PyDLL; pure Python", traits=("locked",)),
                     cell.value("1", "ctypes.CDLL; NumPy, zlib"))))

    def start(self, job):
        sys.setswitchinterval(seconds(job.values["interval"]))
        self.job = job
        self.ending = self.failed = False
        self.begin, self.end = (threading.Barrier(job.workers + 1) for _ in range(2))
        self.library = cell.locked if job.values["release"] == "0" else cell.kernels
        cell.kernels.hold(0)
        self.fold = cell.Fold(0, job.size)
        self.folds = [cell.Fold(*share) for share in job.shares()]
        self.threads = [threading.Thread(target=self.work, args=(worker,))
                        for worker in range(job.workers)]
        for thread in self.threads:
            thread.start()
        self.begin.wait()
        self.end.wait()

    def work(self, worker):
        cell.sit(worker)
        self.begin.wait()
        self.end.wait()
        while True:
            self.begin.wait()
            if self.ending:
                return
            try:
                self.compute(worker)
            except cell.PieceFailed:
                self.failed = True
            self.end.wait()

    def compute(self, worker):
        fold, tick = self.folds[worker], self.job.facts.tick
        begin, end = self.job.split(self.job.workers, worker)
        fold.reset()
        for first in range(begin, end, tick) if begin < end else (begin,):
            cell.attempt(self.library.fold_compute, fold.fold, first, min(first + tick, end))

    def execute(self):
        self.begin.wait()
        self.end.wait()
        if self.failed:
            raise cell.PieceFailed
        self.fold.reset()
        for share, fold in zip(self.job.shares(), self.folds):
            cell.kernels.fold_push(self.fold.fold, *share, fold.result())
        return self.fold.result()

    def stop(self):
        self.ending = True
        self.begin.wait()
        for thread in self.threads:
            thread.join()


if __name__ == "__main__":
    sys.exit(cell.run(Threads()))
