/*
 * For tests of what becomes of a lock whose owner dies: emulators of a processor do not hand such
 * locks on.
 */
#pragma once

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Skips the test where the kernel does not know who holds which lock. Behind cmocka.h. */
static inline void needs_robust_locks(void)
{
    void *head;
    size_t length;
    if (syscall(SYS_get_robust_list, 0, &head, &length) != 0)
        skip();
}
