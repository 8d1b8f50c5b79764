/*
 * Loaded before MPI, ends a rank in the midst of its messages. The environment says which and how:
 *
 *   DYING_RANK=1  DYING_BY=kill|segv|exit  DYING_WHEN=before|in|after  DYING_CALL=N
 *   DYING_NOTE=FILE
 *
 * It ends before or after the Nth of the calls below; or in one that takes long, since the other
 * ranks stop making any. FILE then has the files that it shares with them.
 */
#include <fcntl.h>
#include <mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { SOON_US = 200000, EXIT_STATUS = 3 };

static unsigned long calls;
static volatile sig_atomic_t ends_by; /* which signal; 0: by its exit */

static bool is(const char *name, const char *value)
{
    const char *set = getenv(name);
    return set && strcmp(set, value) == 0;
}

static bool is_victim(void)
{
    const char *of_open_mpi = getenv("OMPI_COMM_WORLD_RANK"), *wanted = getenv("DYING_RANK");
    const char *rank = of_open_mpi ? of_open_mpi : getenv("PMI_RANK");
    return rank && wanted && strcmp(rank, wanted) == 0;
}

static bool is_its_turn(void)
{
    const char *call = getenv("DYING_CALL");
    return call && calls == strtoul(call, NULL, 10);
}

static void end_now(int signal_number)
{
    (void)signal_number;
    if (ends_by == 0)
        _exit(EXIT_STATUS);
    (void)signal(SIGSEGV, SIG_DFL);
    (void)raise(ends_by);
}

/* The last field of a line of /proc/self/maps whose second one ends in "s". */
static void note_shared_files(FILE *note)
{
    char line[4096], mode[8], path[4096];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%*s %7s %*s %*s %*s %4095s", mode, path) == 2 && mode[3] == 's' &&
            path[0] == '/')
            (void)fprintf(note, "%s\n", path);
    if (maps)
        (void)fclose(maps);
}

/* Others look for the file: they see it once it is whole. */
static void write_note(void)
{
    char unfinished[4096];
    const char *path = getenv("DYING_NOTE");
    (void)snprintf(unfinished, sizeof unfinished, "%s.unfinished", path);
    FILE *note = fopen(unfinished, "w");
    if (!note)
        return;
    note_shared_files(note);
    (void)fclose(note);
    (void)rename(unfinished, path);
}

static void before_call(void)
{
    if (!is_victim()) {
        const char *note = getenv("DYING_NOTE");
        if (is("DYING_WHEN", "in") && note && access(note, F_OK) == 0)
            (void)pause();
        return;
    }
    calls++;
    if (!is_its_turn())
        return;
    write_note();
    ends_by = is("DYING_BY", "segv") ? SIGSEGV : is("DYING_BY", "kill") ? SIGKILL : 0;
    if (is("DYING_WHEN", "before"))
        end_now(0);
    if (is("DYING_WHEN", "in")) {
        (void)signal(SIGALRM, end_now);
        (void)setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = SOON_US}, NULL);
    }
}

static int after_call(int status)
{
    if (is_victim() && is_its_turn() && is("DYING_WHEN", "after"))
        end_now(0);
    return status;
}

#define CALL(name, parameters, arguments)                                                          \
    int MPI_##name parameters                                                                      \
    {                                                                                              \
        before_call();                                                                             \
        return after_call(PMPI_##name arguments);                                                  \
    }

CALL(Barrier, (MPI_Comm ranks), (ranks))
CALL(Bcast, (void *data, int count, MPI_Datatype type, int root, MPI_Comm ranks),
     (data, count, type, root, ranks))
CALL(Scatterv,
     (const void *from, const int counts[], const int offsets[], MPI_Datatype sent, void *to,
      int count, MPI_Datatype received, int root, MPI_Comm ranks),
     (from, counts, offsets, sent, to, count, received, root, ranks))
CALL(Gatherv,
     (const void *from, int count, MPI_Datatype sent, void *to, const int counts[],
      const int offsets[], MPI_Datatype received, int root, MPI_Comm ranks),
     (from, count, sent, to, counts, offsets, received, root, ranks))
CALL(Reduce,
     (const void *from, void *to, int count, MPI_Datatype type, MPI_Op operation, int root,
      MPI_Comm ranks),
     (from, to, count, type, operation, root, ranks))
CALL(Send, (const void *message, int count, MPI_Datatype type, int to, int tag, MPI_Comm ranks),
     (message, count, type, to, tag, ranks))
CALL(Recv,
     (void *message, int count, MPI_Datatype type, int from, int tag, MPI_Comm ranks,
      MPI_Status *status),
     (message, count, type, from, tag, ranks, status))
CALL(Isend,
     (const void *message, int count, MPI_Datatype type, int to, int tag, MPI_Comm ranks,
      MPI_Request *request),
     (message, count, type, to, tag, ranks, request))
CALL(Irecv,
     (void *message, int count, MPI_Datatype type, int from, int tag, MPI_Comm ranks,
      MPI_Request *request),
     (message, count, type, from, tag, ranks, request))
CALL(Wait, (MPI_Request * request, MPI_Status *status), (request, status))
CALL(Waitall, (int count, MPI_Request requests[], MPI_Status *statuses),
     (count, requests, statuses))
CALL(Waitsome,
     (int count, MPI_Request requests[], int *ended, int indices[], MPI_Status statuses[]),
     (count, requests, ended, indices, statuses))
CALL(Startall, (int count, MPI_Request requests[]), (count, requests))
CALL(Fetch_and_op,
     (const void *from, void *to, MPI_Datatype type, int rank, MPI_Aint place, MPI_Op operation,
      MPI_Win window),
     (from, to, type, rank, place, operation, window))
