/*
 * Loaded before the C library, binds every worker of a cell to the first processor of its mask,
 * whatever it asks for. (In the front door hwloc binds itself, and back again.)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int sched_setaffinity(pid_t process, size_t bytes, const cpu_set_t *mask)
{
    cpu_set_t all, one;
    if (!strstr(program_invocation_short_name, "-cell-"))
        return (int)syscall(SYS_sched_setaffinity, process, bytes, mask);
    if (sched_getaffinity(process, sizeof all, &all) != 0)
        return -1;
    CPU_ZERO(&one);
    for (size_t processor = 0; processor < CPU_SETSIZE && CPU_COUNT(&one) == 0; processor++)
        if (CPU_ISSET(processor, &all))
            CPU_SET(processor, &one);
    return (int)syscall(SYS_sched_setaffinity, process, sizeof one, &one);
}
