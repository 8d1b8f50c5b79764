#!/usr/bin/python3
"""mpi4py itself: Scatterv, Reduce and Gatherv on buffers, or their lower-case kin on objects.

It mirrors the model mpi, whose options it has under the same names. Rank 0 owns inputs and outputs.
transport=buffer moves memory as it lies, with an operation for Reduce that is a function in Python and
combines as the kernel does; transport=object pickles bytes, and combines them so.
"""
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs
import ctypes

import cell


def memory(address, size):
    return (ctypes.c_char * size).from_address(address) if address else bytearray(size)


class Mpi(cell.Ranks):
    name = "python-mpi"
    title = "mpi4py itself: Scatterv, Reduce, Gatherv"
    python = "mpi4py"
    mirrors = "mpi"
    copies = 3
    options = (
        cell.option("transport", "choice", "buffer", "how data move: as they lie in memory, or pickled", (
            cell.value("buffer", "upper-case calls, on buffers"),
            cell.value("object", "lower-case calls, pickled", copies=1, max_bytes=2**31 - 1))),
        cell.option("inputs", "choice", "scatter", "what a rank gets: its share, or all", (
            cell.value("scatter", "comm.Scatterv, scatter"),
            cell.value("bcast", "comm.Bcast, bcast, of which each takes its slice",
                       traits=("all-inputs",)))),
        cell.option("combine", "choice", "reduce", "who combines partials: all ranks on their way to rank "
                    "0, or rank 0 alone", (
                        cell.value("reduce", "comm.Reduce, reduce"),
                        cell.value("gather", "comm.gather, and sum at the root",
                                   traits=("all-partials",)))))

    def start(self, job):
        super().start(job)
        from mpi4py import MPI
        facts = job.facts
        self.shares, self.own = job.shares(), job.split(job.workers, self.rank)
        self.objects = job.values["transport"] == "object"
        self.room = cell.kernels.room(0, job.size)
        self.partial, self.scratch, self.whole = (ctypes.create_string_buffer(self.room)
                                                  for _ in range(3))
        self.all = [ctypes.create_string_buffer(self.room) for _ in self.shares]
        self.fold = cell.Fold(0, job.size)
        self.append = MPI.Op.Create(self.append_buffers, commute=False)
        if self.owns():
            cell.kernels.hold(0)
        if job.is_map:
            self.input_type, self.output_type = (MPI.BYTE.Create_contiguous(item).Commit()
                                                 for item in (facts.input_item, facts.output_item))
            items, (begin, end) = job.size, self.own
            is_all = job.values["inputs"] == "bcast"
            held = items if is_all else end - begin
            self.inputs = memory(cell.kernels.input(0) if self.owns() and is_all else None,
                                 held * facts.input_item)
            self.outputs = bytearray((end - begin) * facts.output_item)
            self.counts = [e - b for b, e in self.shares], [b for b, _ in self.shares]
            self.sent = memory(cell.kernels.input(0), items * facts.input_item)
            self.gathered = memory(cell.kernels.output(0), items * facts.output_item)
        self.comm.Barrier()

    def append_buffers(self, left, right, _):
        """An operation of MPI: what comes first, and what follows it and becomes both."""
        ctypes.memmove(self.scratch, bytes(left), self.room)
        cell.kernels.combine(self.scratch, bytes(right))
        memoryview(right).cast("B")[:] = memoryview(self.scratch).cast("B")

    def append_objects(self, left, right):
        ctypes.memmove(self.scratch, left, len(left))
        cell.kernels.combine(self.scratch, right)
        return ctypes.string_at(self.scratch, cell.kernels.used(self.scratch))

    def receive(self):
        """The address of the first of this rank's inputs."""
        comm, job, item = self.comm, self.job, self.job.facts.input_item
        is_all = job.values["inputs"] == "bcast"
        if self.objects:
            own = self.owns()
            if is_all:
                self.inputs = comm.bcast(bytes(self.sent) if own else None)
            else:
                self.inputs = comm.scatter([job.inputs(*s) for s in self.shares] if own else None)
        elif is_all:
            comm.Bcast([self.inputs, job.size, self.input_type])
        else:
            comm.Scatterv([self.sent, *self.counts, self.input_type] if self.owns() else None,
                          [self.inputs, self.own[1] - self.own[0], self.input_type])
        first = self.own[0] * item if is_all else 0
        if isinstance(self.inputs, bytes):
            return self.inputs[first:] if first else self.inputs
        return ctypes.addressof((ctypes.c_char * len(self.inputs)).from_buffer(self.inputs)) + first

    def combine(self):
        comm, gathers = self.comm, self.job.values["combine"] == "gather"
        made = ctypes.string_at(self.partial, cell.kernels.used(self.partial))
        if self.objects and not gathers:
            whole = comm.reduce(made, op=self.append_objects)
            if self.owns():
                ctypes.memmove(self.whole, whole, len(whole))
        elif not gathers:
            from mpi4py import MPI
            kind = MPI.BYTE.Create_contiguous(self.room).Commit()
            comm.Reduce([self.partial, 1, kind], [self.whole, 1, kind], self.append)
            kind.Free()
        else:
            parts = comm.gather(made)
            if self.owns():
                cell.fold_results(self.fold, self.shares, enumerate((part, None) for part in parts))
                return self.fold.result()
        return ctypes.addressof(self.whole)

    def execute(self):
        comm, job = self.comm, self.job
        is_map = job.is_map
        inputs = self.receive() if is_map else None
        outputs = None
        if is_map:
            outputs = (ctypes.c_char * len(self.outputs)).from_buffer(self.outputs)
        cell.attempt(cell.kernels.compute, *self.own, inputs, outputs, self.partial)
        whole = self.combine()
        if is_map and self.objects:
            parts = comm.gather(bytes(self.outputs))
            if self.owns():
                joined = b"".join(parts)
                ctypes.memmove(self.gathered, joined, len(joined))
        elif is_map:
            comm.Gatherv([self.outputs, len(self.outputs) // job.facts.output_item, self.output_type],
                         [self.gathered, *self.counts, self.output_type] if self.owns() else None)
        return whole if self.owns() else None


if __name__ == "__main__":
    sys.exit(cell.run(Mpi()))
