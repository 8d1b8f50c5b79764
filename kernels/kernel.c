#include "kernel.h"

#include <string.h>

const struct kernel *kernel_find(const char *name)
{
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++) {
        if (strcmp((*kernel)->name, name) == 0)
            return *kernel;
    }
    return NULL;
}
