#include "kernel.h"

#include "contract.h"

#include <string.h>

const struct kernel *kernel_find(const char *name)
{
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++) {
        if (strcmp((*kernel)->name, name) == 0)
            return *kernel;
    }
    return NULL;
}

const char *kernel_missing(const struct kernel *kernel)
{
    const bool map = kernel_is_map(kernel);
    const struct contract_field needed[] = {
        {"name", kernel->name},
        {"title", kernel->title},
        {"item", kernel->item},
        {"default_size", kernel->default_size > 0},
        {"max_size", kernel->max_size >= kernel->default_size},
        {"is_linear or weak_size", kernel->is_linear || kernel->weak_size},
        {"partial_bytes or partial_size", kernel->partial_bytes > 0 || kernel->partial_size},
        {"partial_bytes or used", kernel->partial_bytes > 0 || kernel->used},
        {"output_item_size", !map || kernel->output_item_size > 0},
        {"input_item_size", map || kernel->output_item_size == 0},
        {"fill", !map || kernel->fill},
        {"compute", kernel->compute},
        {"combine", kernel->combine},
        {"best_name", !kernel->best || kernel->best_name},
        {"a best_name that is shorter",
         !kernel->best_name || strlen(kernel->best_name) < KERNEL_BEST_MAX},
        {"verify", kernel->verify},
        {"print", kernel->print},
        {"tick", kernel->tick > 0},
    };
    return CONTRACT_MISSING(needed);
}
