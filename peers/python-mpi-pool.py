#!/usr/bin/python3
"""mpi4py.futures itself: MPICommExecutor, the MPIPoolExecutor of ranks that are there already.

It mirrors the model mpi-pool: rank 0 hands out chunks and computes nothing, and a worker has one at a
time. Tasks and results are pickled; a task has its inputs as bytes, and answers with its partial and
outputs. A rank that is killed ends the whole job.
"""
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs

import cell


class MpiPool(cell.Ranks):
    name = "python-mpi-pool"
    title = "MPIPoolExecutor itself, on ranks that mpirun started"
    python = "mpi4py.futures.MPIPoolExecutor, MPICommExecutor"
    mirrors = "mpi-pool"
    traits = ("chunks",)
    helpers = 1
    copies = 3
    own_workers = 0
    options = (cell.CHUNK,)

    def start(self, job):
        super().start(job)
        from mpi4py.futures import MPICommExecutor
        if self.rank > 0:
            cell.own.worker = self.rank - 1
        self.hosts = self.comm.gather(cell.host())
        self.pieces = job.pieces()
        if self.owns():
            cell.kernels.hold(0)
            self.fold = cell.Fold(0, job.size)
        self.pool = MPICommExecutor(self.comm, 0)
        self.executor = self.pool.__enter__()
        if self.executor is None:  # a worker, which has served until the end
            raise cell.Done
        self.executor.bootup()

    def meet(self):
        pass

    def longest(self, seconds):
        return seconds

    def collect(self, told):
        return [(host, *worker) for host, worker in zip(self.hosts[1:], told)]

    def execute(self):
        watched, item = cell.accounts.words[0], self.job.facts.output_item
        tasks = [(watched, *piece, self.job.inputs(*piece), item) for piece in self.pieces]
        results = self.executor.starmap(cell.compute_far, tasks)
        if watched:
            results = cell.take_notes(results)
        cell.fold_results(self.fold, self.pieces, enumerate(results))
        return self.fold.result()

    def stop(self):
        self.pool.__exit__(None, None, None)


if __name__ == "__main__":
    sys.exit(cell.run(MpiPool()))
