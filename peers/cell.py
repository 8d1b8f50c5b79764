"""What all peers share: a cell's program in Python, which speaks with parbench as those in C do.

A peer is a class with what it is (see Peer) and how it starts, executes and stops. This module reads
the cell, opens it in libparbench-kernels.so, times it as models/sample.c does, and writes the lines
that drivers/cell/cell.c writes. A peer reads no clock.

Kernels run in C, the objects that the models of the suite execute. `kernels` gives the interpreter's
lock up around each call, `locked` keeps it.
"""
import concurrent.futures as futures
import ctypes
import fcntl
import importlib
import importlib.metadata
import importlib.util
import itertools
import json
import mmap
import multiprocessing
import os
import signal
import sys
import threading
import time

PREFIX = "@parbench "
HOST_BYTES = 65
CLOCKS = 5  # clocked executions beside the samples, as INSTRUMENTATION_CLOCKS
TOGETHER_MAX = 2**31 - 1

now_ns = time.perf_counter_ns  # CLOCK_MONOTONIC


# ---- the library -----------------------------------------------------------------------------------

class Facts(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in
                ("protocol", "size", "input_item", "output_item", "tick")] + [
                    ("commutative", ctypes.c_int), ("grows", ctypes.c_int)]


NUMBER, INTEGER, ADDRESS, TEXT = ctypes.c_uint64, ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p
FUNCTIONS = {  # what it returns, what it takes
    "open": (INTEGER, TEXT, TEXT, NUMBER, INTEGER, TEXT),
    "facts": (None, ctypes.POINTER(Facts)),
    "host": (None, TEXT),
    "has_cores": (INTEGER, INTEGER),
    "seats": (None, INTEGER, INTEGER),
    "seat": (None, INTEGER),
    "room": (NUMBER, NUMBER, NUMBER),
    "used": (NUMBER, ADDRESS),
    "fill": (None, NUMBER, NUMBER, ADDRESS),
    "compute": (INTEGER, NUMBER, NUMBER, ADDRESS, ADDRESS, ADDRESS),
    "combine": (None, ADDRESS, ADDRESS),
    "hold": (None, INTEGER),
    "input": (ADDRESS, NUMBER),
    "output": (ADDRESS, NUMBER),
    "slots_new": (None, NUMBER, NUMBER),
    "compute_slot": (INTEGER, NUMBER),
    "fold_new": (ADDRESS, NUMBER, NUMBER),
    "fold_free": (None, ADDRESS),
    "fold_reset": (None, ADDRESS),
    "fold_push": (None, ADDRESS, NUMBER, NUMBER, ADDRESS),
    "fold_compute": (INTEGER, ADDRESS, NUMBER, NUMBER),
    "fold_slots": (None, ADDRESS, NUMBER, NUMBER),
    "fold_result": (ADDRESS, ADDRESS),
    "verify": (INTEGER, ADDRESS, ADDRESS, INTEGER, TEXT, ctypes.c_size_t),
    "print": (None, ADDRESS, TEXT, ctypes.c_size_t),
    "fault": (None, NUMBER, NUMBER),
    "fault_say": (None,),
}
LIBRARY = os.path.join(os.path.dirname(os.path.realpath(__file__)), "libparbench-kernels.so")


class Library:
    """Its functions, called by ctypes.CDLL or PyDLL."""

    def __init__(self, kind):
        loaded = kind(LIBRARY)
        for name, (result, *arguments) in FUNCTIONS.items():
            function = getattr(loaded, "peer_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)


try:
    kernels, locked = Library(ctypes.CDLL), Library(ctypes.PyDLL)
except OSError as error:
    sys.exit(f"{os.path.basename(sys.argv[0])}: {error}")


# ---- what is said ----------------------------------------------------------------------------------

PROGRAM = os.path.basename(sys.argv[0])


class Wrong(Exception):
    """Ends the program with one line and a status: 2 where the words are wrong, else 1."""

    def __init__(self, message, status=1):
        super().__init__(message)
        self.status = status


class Done(Exception):
    """Ends a process that has served another one until its end."""


class PieceFailed(Exception):
    """A piece failed as --fail-task told it."""


def say(event, **said):
    said["event"] = event
    sys.stdout.write(PREFIX + json.dumps(said, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def complain(message):
    line = " ".join(str(message).split())
    sys.stderr.write(f"{PROGRAM}: {line}\n")
    sys.stderr.flush()


# ---- a peer ----------------------------------------------------------------------------------------

def value(word, python=None, traits=(), lacks=(), copies=0, max_bytes=0, kernels=None):
    """A word that an option takes: see models/model.h. `kernels`: the only ones, "pi,primes"."""
    told = {"word": word, "traits": list(traits), "lacks": list(lacks), "copies": copies,
            "max_bytes": max_bytes}
    if kernels:
        told["kernels"] = kernels
    return told if python is None else {**told, "python": python}


def option(name, kind, initial, help, values=(), python=None):
    told = {"name": name, "kind": kind, "values": [v if isinstance(v, dict) else value(v)
                                                   for v in values],
            "initial": initial, "help": help}
    return told if python is None else {**told, "python": python}


CHUNK = option("chunk", "count", "auto",
               "most items of a task; auto: a quarter of a worker's share, rounded up, as Pool.map "
               "does", ("auto",), "chunksize")


class Peer:
    """What a peer is, and what it does. Each defines what it has; all else is as here."""

    name = title = python = mirrors = ""
    launch = "processes"
    traits = ()
    helpers = 0
    copies = 1
    options = ()
    refusals = ()  # (setting, other, reason)
    needs = {}     # modules, each with the package of Debian that has it
    own_workers = 0  # that computed in this process and those it has forked; 0: all
    takes_faults = False  # whether workers are forked by this process, or its threads
    leaves_files = False  # whether abandon() must be called, too, where this process is told to end

    def libraries(self):
        """What it runs with, by names such as "joblib"."""
        return {module: importlib.metadata.version(module) for module in self.needs}

    def refuse(self, job):
        """Raises Wrong for a cell that it cannot do."""

    def start(self, job):
        """Makes workers, and puts inputs in place. Its time is the start-up."""

    def ready(self):
        """Before a sample's clock."""

    def execute(self):
        """One execution: the address of the whole partial, or None in who does not own it."""
        raise NotImplementedError

    def stop(self):
        """Ends all workers, which are well."""

    def abandon(self):
        """After a failure, before this process ends at once: leaves nothing behind. Processes that it
        has forked end with it."""

    # Those with ranks are several processes, which call all of these together.
    def owns(self):
        return True

    def meet(self):
        """All have come here."""

    def longest(self, seconds):
        return seconds

    def collect(self, told):
        """What each worker tells, of all, with the owner."""
        return told

    def output(self):
        """Where the outputs are; None: in what is held."""
        return None


class Ranks(Peer):
    """One whose workers are ranks of MPI, each of which runs the program."""

    launch = "ranks"
    needs = {"mpi4py": "python3-mpi4py"}
    own_workers = 1

    def libraries(self):
        import mpi4py
        if "mpi4py.MPI" not in sys.modules:
            mpi4py.rc.initialize = mpi4py.rc.finalize = False
        from mpi4py import MPI
        library = " ".join(MPI.Get_library_version().split("\n")[0].split()).rstrip("\0")
        return {**super().libraries(), "mpi_library": library}

    def start(self, job):
        from mpi4py import MPI
        self.job, self.comm = job, MPI.COMM_WORLD
        self.rank, size = self.comm.rank, self.comm.size
        if size != job.ranks + self.helpers:
            raise Wrong(f"{job.ranks + self.helpers} ranks were asked for and MPI started {size}: is it "
                        "launched by the mpirun of the library that mpi4py was built with?")
        node = self.comm.Split_type(MPI.COMM_TYPE_SHARED)
        helps = self.rank < self.helpers
        helpers, own_mask = node.allreduce(helps), os.sched_getaffinity(0)
        masks = node.allgather(own_mask)
        workers = node.size - helpers
        bound = any(mask != own_mask for mask in masks)
        if not bound and not job.oversubscribed and kernels.has_cores(workers):
            raise Wrong("too many ranks for this node")
        if not helps:
            kernels.seats(node.rank - helpers, workers)
            sit(0)
        node.Free()

    def owns(self):
        return self.rank == 0

    def meet(self):
        self.comm.Barrier()

    def longest(self, seconds):
        from mpi4py import MPI
        return self.comm.allreduce(seconds, MPI.MAX)

    def collect(self, told):
        return self.comm.gather((host(), *told[0]))


def describe(peer):
    told = Facts()
    kernels.facts(told)
    for module, package in peer.needs.items():
        if importlib.util.find_spec(module) is None:
            raise Wrong(f"it needs the Python module {module}: install {package} "
                        "(scripts/setup peers), or name an interpreter that has it in "
                        "PARBENCH_PYTHON")
    say("description", protocol=told.protocol, takes=["--uncounted", "--limit="], name=peer.name,
        title=peer.title, python=peer.python, mirrors=peer.mirrors, launch=peer.launch,
        traits=["peer", "on-request", *peer.traits], helpers=peer.helpers, copies=peer.copies,
        max_map_size=0, options=list(peer.options),
        refusals=[dict(zip(("setting", "other", "reason"), row)) for row in peer.refusals],
        counts=[], libraries={"python": sys.version.split()[0], **peer.libraries()})


# ---- a cell ----------------------------------------------------------------------------------------

def number(text, what):
    if not text.isdecimal() or not 0 < int(text) <= TOGETHER_MAX:
        raise Wrong(f'{what} must be a whole number from 1 to {TOGETHER_MAX}, not "{text}"', 2)
    return int(text)


def open_cell(spec):
    """Opens it in this process, and tells of it."""
    global facts
    program, kernel, size, workers, tasks = spec
    status = kernels.open(program.encode(), kernel.encode(), size, workers, tasks.encode())
    if status:
        sys.exit(status)
    facts = Facts()
    kernels.facts(facts)
    return facts


class Job:
    """What a peer is to do: as struct job of the suite, with its ranges cut in the same way."""

    def __init__(self, peer, arguments):
        kernel, size, *counts = arguments[:7]
        self.kernel = kernel
        self.size = int(size) if size.isdecimal() else 0
        names = ("workers", "ranks", "threads", "samples", "executions")
        for name, text in zip(names, counts):
            setattr(self, name, number(text, name))
        self.values = {row["name"]: row["initial"] for row in peer.options}
        self.oversubscribed = self.cold = False
        self.tasks = ""
        fault = None
        for word in arguments[7:]:
            name, _, text = word.partition("=")
            if word == "--oversubscribe":
                self.oversubscribed = True
            elif word == "--cold":
                self.cold = True
            elif word == "--uncounted":
                pass  # there is no pass that counts
            elif name == "--limit":
                signal.alarm(number(text, "a limit"))
            elif name == "--tasks":
                self.tasks = text
            elif name == "--fail-task" and peer.takes_faults:
                fault = [int(part) for part in text.split(":")]
            elif name == "--fail-task":
                raise Wrong(f"{peer.name} cannot have a piece fail: its workers are other programs", 2)
            elif name in self.values:
                self.values[name] = text
            else:
                raise Wrong(f'"{word}" is no option of {peer.name}', 2)
        if self.tasks and self.values.get("chunk") == "auto":
            self.values["chunk"] = "1"
        ranks = self.ranks * self.threads if peer.launch in ("ranks", "threads") else self.workers
        if ranks != self.workers or (self.ranks > 1 and peer.launch != "ranks"):
            raise Wrong(f"{peer.name} has no such workers: {self.workers} as {self.ranks}x"
                        f"{self.threads} (ranks x threads)", 2)
        self.spec = PROGRAM, kernel, self.size, self.workers, self.tasks
        self.facts = open_cell(self.spec)
        self.is_map = self.facts.input_item > 0
        if fault:
            kernels.fault(*fault)

    def split(self, pieces, index):
        """As range_split()."""
        each, longer = divmod(self.size, pieces)
        begin = index * each + min(index, longer)
        return begin, begin + each + (index < longer)

    def cut(self, pieces):
        return [self.split(pieces, index) for index in range(pieces)]

    def pieces(self):
        """By the option "chunk", as all models cut them."""
        chunk = self.values["chunk"]
        count = int(chunk) if chunk != "auto" else -(-self.size // (4 * self.workers))
        return self.cut(-(-self.size // count))

    def shares(self):
        """One a worker."""
        return self.cut(self.workers)

    def inputs(self, begin, end):
        """Bytes of what is held, to be sent; None where there are none."""
        if not self.is_map:
            return None
        return ctypes.string_at(kernels.input(begin), (end - begin) * self.facts.input_item)


# ---- what workers do -------------------------------------------------------------------------------

class Accounts:
    """Who computed when, in executions that are watched: memory that processes forked later share."""

    def __init__(self, workers):
        self.workers = workers
        self.words = memoryview(mmap.mmap(-1, 8 * (1 + 3 * workers))).cast("q")
        self.sums = []

    def watch(self, is_on):
        self.words[0] = is_on
        self.sums = [[0, 0, 0, 0] for _ in range(self.workers)]

    def note(self, worker, begin, end):
        at = 1 + 3 * worker
        self.words[at] += end - begin
        self.words[at + 1] = min(self.words[at + 1] or begin, begin)
        self.words[at + 2] = max(self.words[at + 2], end)

    def end_execution(self, began):
        for worker, sums in enumerate(self.sums):
            at = 1 + 3 * worker
            busy, first, last = self.words[at:at + 3]
            if last:
                for i, part in enumerate((busy, first - began, last - began, 1)):
                    sums[i] += part
            self.words[at:at + 3] = memoryview(bytes(24)).cast("q")

    def told(self, executions):
        """Of an execution: busy, and from when to when, which is of those in which it computed."""
        return [(busy / executions / 1e9, *((part / count / 1e9 if count else None)
                                            for part in (first, last)))
                for busy, first, last, count in self.sums]


accounts = None
facts = None  # of the cell that is open
numbers, numbers_lock = itertools.count(), threading.Lock()
own = threading.local()  # .worker: the number of the thread, or of the only one of a process


def sit(worker):
    """The calling thread is that worker, on its core."""
    own.worker = worker
    kernels.seat(worker)


def attempt(function, *arguments):
    """Has a piece computed, and notes by whom while that is watched."""
    if accounts.words[0]:
        begin = now_ns()
        status = function(*arguments)
        accounts.note(own.worker, begin, now_ns())
    else:
        status = function(*arguments)
    if status:
        raise PieceFailed


def compute_slot(piece):
    """A piece of what all share."""
    attempt(kernels.compute_slot, piece)
    return piece, None


def compute_sent(task):
    """One that came with its number and its inputs, and goes home with its number."""
    return task[0], compute_bytes(*task[1:])


def compute_bytes(begin, end, inputs, sizes):
    """A piece whose inputs came as bytes: its partial and its outputs as bytes. `sizes` has those of
    the outputs' items, 0 where there are none."""
    room = kernels.room(begin, end)
    partial = ctypes.create_string_buffer(room)
    output = ctypes.create_string_buffer((end - begin) * sizes) if sizes else None
    attempt(kernels.compute, begin, end, inputs, output, partial)
    used = kernels.used(partial)
    return partial.raw if used == room else partial[:used], output.raw if output else None


def compute_held(piece):
    """A piece of what threads share, which is what holds its outputs: its partial."""
    begin, end = piece
    partial = ctypes.create_string_buffer(kernels.room(begin, end))
    attempt(kernels.compute, begin, end, kernels.input(begin), kernels.output(begin), partial)
    return partial, None


def compute_ticks(piece):
    """The same with the interpreter's lock kept, but for between two ticks."""
    begin, end = piece
    fold, tick = Fold(begin, end), facts.tick
    for first in range(begin, end, tick):
        attempt(locked.fold_compute, fold.fold, first, min(first + tick, end))
    used = kernels.used(fold.result())
    partial = ctypes.string_at(fold.result(), used)
    fold.free()
    return partial, None


def compute_here(piece):
    """A piece of what a process was forked with: its partial and its outputs as bytes."""
    begin, end = piece
    return compute_bytes(begin, end, kernels.input(begin), facts.output_item)


def compute_seated(piece):
    """The same by a thread that nobody has told which worker it is."""
    if not hasattr(own, "worker"):
        with numbers_lock:
            sit(next(numbers) % accounts.workers)
    return compute_held(piece)


def arrive(spec):
    """By a process that shares nothing with the one that asks it, before its first task."""
    global accounts
    if facts is None:
        open_cell(spec)
        accounts = Accounts(spec[3])
        kernels.seats(0, spec[3])
    if not hasattr(own, "worker"):
        name = multiprocessing.current_process().name.rpartition("-")[2]  # LokyProcess-1
        sit((int(name) - 1) % spec[3] if name.isdecimal() else 0)


def compute_far(watched, *task):
    """A piece that such a process computes; where that is watched with who did it when."""
    if not watched:
        return compute_bytes(*task)
    begin = now_ns()
    result = compute_bytes(*task)
    return own.worker, begin, now_ns(), result


def take_notes(results):
    """Of what compute_far() made while it is watched."""
    for worker, begin, end, result in results:
        accounts.note(worker, begin, end)
        yield result


def fold_results(fold, pieces, results, in_slots=False):
    """Combines what comes with the number of its piece, as soon as all before it are there."""
    fold.reset()
    following, early = 0, {}
    if in_slots and isinstance(results, list):
        kernels.fold_slots(fold.fold, 0, len(pieces))
        return
    for number, result in results:
        early[number] = result
        while following in early:
            result = early.pop(following)
            if in_slots:
                kernels.fold_slots(fold.fold, following, following + 1)
            else:
                fold.take(*pieces[following], result)
            following += 1


class Fold:
    """Partials of neighbouring ranges, combined in index order."""

    def __init__(self, begin, end):
        self.fold = kernels.fold_new(begin, end)

    def free(self):
        kernels.fold_free(self.fold)

    def reset(self):
        kernels.fold_reset(self.fold)

    def take(self, begin, end, result):
        """What compute_bytes() made; outputs go to where they are held."""
        partial, output = result
        kernels.fold_push(self.fold, begin, end, partial)
        if output is not None:
            ctypes.memmove(kernels.output(begin), output, len(output))

    def result(self):
        return kernels.fold_result(self.fold)


class Crew:
    """Processes that are forked: each takes the seat of one that is no more, and ends with its parent.

    The parent alone keeps a pipe's other end. Once it is gone the kernel kills whoever has asked for
    that; it could as well tell when the thread that forked a process has ended, as a Pool's does
    before the processes do."""

    def __init__(self, workers, context):
        self.parent = os.getpid()
        self.reads, self.writes = os.pipe()
        self.pids = memoryview(mmap.mmap(-1, 8 * workers)).cast("q")
        self.lock = context.Lock()
        self.arrived = context.Semaphore(0)

    def enter(self):
        os.close(self.writes)
        fcntl.fcntl(self.reads, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(self.reads, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(self.reads, fcntl.F_SETFL, os.O_ASYNC)
        if os.getppid() != self.parent:
            os._exit(1)
        with self.lock:
            worker = next(i for i, pid in enumerate(self.pids) if not pid or not is_alive(pid))
            self.pids[worker] = os.getpid()
        sit(worker)
        self.arrived.release()

    def wait(self):
        for _ in self.pids:
            self.arrived.acquire()

    def end(self):
        """When all of them have ended."""
        os.close(self.reads)
        os.close(self.writes)


def threads(workers):
    """An executor of so many, which are there, each on its core."""
    met = threading.Barrier(workers)
    seats = itertools.count()
    executor = futures.ThreadPoolExecutor(workers, initializer=lambda: sit(next(seats)))
    list(executor.map(lambda _: met.wait(), range(workers)))
    return executor


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# ---- all of it -------------------------------------------------------------------------------------

class Measurement:
    def __init__(self, peer, job):
        self.peer, self.job, self.right = peer, job, True

    def judge(self, event, partial, seconds, only_partial=False):
        reason = ctypes.create_string_buffer(256)
        verified = kernels.verify(partial, self.peer.output(), only_partial, reason, 256) == 0
        self.right = self.right and verified
        if event:
            why = {} if verified else {"reason": reason.value.decode(errors="replace")}
            say(event, seconds=seconds, verified=verified, counts={}, **why)

    def take(self, executions):
        """A sample, as sample_take() takes it: seconds of one execution, and the partial."""
        peer = self.peer
        peer.ready()
        peer.meet()
        watched = accounts.words[0]
        start = began = now_ns()
        for execution in range(executions):
            if execution > 0:
                peer.meet()
                began = now_ns()
            partial = peer.execute()
            if watched:
                accounts.end_execution(began)
        seconds = (now_ns() - start) / 1e9
        return peer.longest(seconds) / executions, partial

    def sample(self):
        job, peer = self.job, self.peer
        if not job.cold:
            seconds, partial = self.take(1)
            if peer.owns():
                self.judge("warm", partial, seconds)
        for taken in range(job.samples):
            seconds, partial = self.take(job.executions)
            if peer.owns():
                self.judge("sample", partial, seconds)
        if peer.owns() and self.right:
            text = ctypes.create_string_buffer(256)
            kernels.print(partial, text, 256)
            say("result", result=text.value.decode(errors="replace"))

    def watch(self):
        """Clocked executions that are no samples, of which the median one is told."""
        job, peer = self.job, self.peer
        clocks = 1 if job.samples < CLOCKS else CLOCKS
        passes = []
        for clock in range(clocks):
            accounts.watch(1)
            seconds, partial = self.take(job.executions)
            told = peer.collect(accounts.told(job.executions))
            accounts.watch(0)
            if peer.owns():
                passes.append((seconds, told))
                self.judge(None, partial, seconds, clock == clocks - 1)
        if not peer.owns():
            return
        seconds, told = sorted(passes, key=lambda one: one[0])[(clocks - 1) // 2]
        say("passes", wall_s=seconds, **({"helpers": peer.helpers} if peer.helpers else {}))
        for worker, (node, busy, first, last) in enumerate(told):
            rank, thread = divmod(worker, 1 if peer.launch == "ranks" else job.workers)
            say("worker", node=node, rank=rank, thread=thread, busy_s=busy, first_s=first,
                last_s=last)


def host():
    name = ctypes.create_string_buffer(HOST_BYTES)
    kernels.host(name)
    return name.value.decode(errors="replace")


def measure(peer, job):
    global accounts
    ranks = peer.launch == "ranks"
    if not job.oversubscribed and not ranks and kernels.has_cores(job.workers):
        return 1
    accounts = Accounts(peer.own_workers or job.workers)
    measurement = Measurement(peer, job)
    if not ranks:
        kernels.seats(0, job.workers)
        peer.collect = lambda told: [(host(), *worker) for worker in told]
    for module in peer.needs:
        importlib.import_module(module)
    start = now_ns()
    peer.start(job)
    if peer.owns():
        say("started", protocol=job.facts.protocol, startup_s=(now_ns() - start) / 1e9,
            libraries={"python": sys.version.split()[0], **peer.libraries()})
    measurement.sample()
    measurement.watch()
    return 0 if measurement.right else 1


def give_up(peer, status):
    """Ends at once: whoever waits for this process, or is waited for, would do so for ever."""
    sys.stdout.flush()
    peer.abandon()
    os._exit(status)


def run(peer):
    """The main of each peer."""
    status = 1
    if peer.leaves_files:
        signal.signal(signal.SIGTERM, lambda *_: give_up(peer, status))
    try:
        if sys.argv[1:] == ["--describe"]:
            describe(peer)
            return 0
        if len(sys.argv) < 8:
            raise Wrong(f"usage: {PROGRAM} KERNEL SIZE WORKERS RANKS THREADS SAMPLES EXECUTIONS "
                        "[OPTION=VALUE ...] [--oversubscribe] [--cold] [--uncounted] [--tasks=A+B] "
                        "[--fail-task=ITEM:TIMES] [--limit=SECONDS], or --describe", 2)
        job = Job(peer, sys.argv[1:])
        peer.refuse(job)
        status = measure(peer, job)
    except Wrong as wrong:
        complain(wrong)
        status = wrong.status
    except Done:
        return 0
    except PieceFailed:
        kernels.fault_say()
    except BrokenPipeError:
        pass
    except Exception as error:  # whatever a mechanism raises, its last words are one line
        complain(f"{type(error).__name__}: {error}")
    if status:
        give_up(peer, status)
    peer.stop()
    return 0
