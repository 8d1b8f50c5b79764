#!/usr/bin/python3
"""One worker, and no mechanism: the kernel called from Python, or its loop written in Python.

body=c calls the kernel of the suite once, which mirrors the model serial: what is beside it is one
call. body=python is the loop of pi (midpoint) or of primes (trial division) as Python has it, and
tells how much of a program's time is the interpreter.
"""
import sys
sys.dont_write_bytecode = True  # nothing is left beside the programs
import ctypes
import struct

import cell


def pi(size):
    step = 1 / size
    total = lost = 0.0
    for i in range(size):
        x = (i + 0.5) * step
        term = 4 / (1 + x * x) - lost
        following = total + term
        lost = (following - total) - term
        total = following
    return struct.pack("d", total * step)


def is_prime(n):
    if n <= 3:
        return n > 1
    if n % 2 == 0 or n % 3 == 0:
        return False
    i = 5
    while i * i <= n:
        if n % i == 0 or n % (i + 2) == 0:
            return False
        i += 6
    return True


def primes(size):
    return struct.pack("Q", sum(n for n in range(1, size + 1) if is_prime(n)))


BODIES = {"pi": pi, "primes": primes}


class Serial(cell.Peer):
    name = "python-serial"
    title = "one call from Python, or the loop in Python itself"
    python = "a plain loop"
    mirrors = "serial"
    launch = "alone"
    traits = ("shared-memory",)
    takes_faults = True
    options = (cell.option("body", "choice", "c", "the kernel in C, called by ctypes; or its loop in "
                           "Python, of pi and primes", ("c", cell.value("python", "a plain loop",
                                                                     kernels=",".join(BODIES)))),)

    def refuse(self, job):
        if job.values["body"] == "python" and (job.kernel not in BODIES or job.tasks):
            raise cell.Wrong(f"body=python has the loops of {' and '.join(BODIES)}, not of "
                             f"{job.kernel}{' with tasks' if job.tasks else ''}: take body=c", 2)

    def start(self, job):
        self.job = job
        self.body = BODIES[job.kernel] if job.values["body"] == "python" else None
        cell.sit(0)
        cell.kernels.hold(0)
        self.partial = ctypes.create_string_buffer(cell.kernels.room(0, job.size))
        self.whole = (0, job.size, cell.kernels.input(0), cell.kernels.output(0), self.partial)

    def interpret(self, *_):
        made = self.body(self.job.size)
        ctypes.memmove(self.partial, made, len(made))
        return 0

    def execute(self):
        cell.attempt(self.interpret if self.body else cell.kernels.compute, *self.whole)
        return ctypes.addressof(self.partial)


if __name__ == "__main__":
    sys.exit(cell.run(Serial()))
