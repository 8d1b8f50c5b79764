#include "kernel.h"

#include "contract.h"

#include <string.h>

/* Whether the text is ":algorithm=" and that word; NULL: any. */
static bool is_algorithm(const char *text, const char *word)
{
    const size_t length = strlen(KERNEL_ALGORITHM);
    return strncmp(text, KERNEL_ALGORITHM, length) == 0 &&
           (word ? strcmp(text + length, word) == 0
                 : text[length] != '\0' && !strpbrk(text + length, ":="));
}

const struct kernel *kernel_find(const char *name)
{
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++) {
        const size_t length = strlen((*kernel)->name);
        const char *own = (*kernel)->algorithm;
        if (strcmp((*kernel)->name, name) == 0 ||
            (own && strncmp(name, (*kernel)->name, length) == 0 &&
             is_algorithm(name + length, own)))
            return *kernel;
    }
    return NULL;
}

const char *kernel_algorithm(const struct kernel *kernel)
{
    return kernel->of ? kernel->name + strlen(kernel->of->name) + strlen(KERNEL_ALGORITHM)
                      : kernel->algorithm;
}

/* Whether an algorithm is called as what it is of, and a word; another kernel is a word. */
static bool is_well_named(const struct kernel *kernel)
{
    const size_t length = strcspn(kernel->name, ":");
    const char *of = kernel->of ? kernel->of->name : kernel->name;
    return strlen(of) == length && strncmp(kernel->name, of, length) == 0 &&
           (kernel->of ? is_algorithm(kernel->name + length, NULL) : !kernel->name[length]);
}

static bool are_enough(const char *const *columns)
{
    int count = 0;
    while (columns[count] && count <= KERNEL_COLUMNS_MAX)
        count++;
    return count >= 3 && count <= KERNEL_COLUMNS_MAX;
}

static bool shows_all_or_nothing(const struct kernel *kernel)
{
    return !kernel->row == !kernel->columns && !kernel->row == !kernel->plot &&
           !kernel->row == !kernel->shows;
}

const char *kernel_missing(const struct kernel *kernel)
{
    const bool map = kernel_is_map(kernel);
    const struct kernel *of = kernel->of;
    const struct kernel_limit *limit = &kernel->limit;
    const struct kernel *other = limit->kernel ? kernel_find(limit->kernel) : NULL;
    const struct contract_field needed[] = {
        {"name", kernel->name},
        {"an of that is no algorithm itself", !of || !of->of},
        {"the algorithm of what it is of", !of || of->algorithm},
        {"a name that is a word, or that of what it is of, " KERNEL_ALGORITHM " and a word",
         kernel->name && is_well_named(kernel)},
        {"an algorithm's name in its name alone", !of || !kernel->algorithm},
        {"inputs and outputs as what it is of",
         !of || (kernel->input_item_size == of->input_item_size &&
                 kernel->output_item_size == of->output_item_size)},
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
        {"verify", kernel->verify},
        {"wrong", !map || kernel->wrong},
        {"print", kernel->print},
        {"tick", kernel->tick > 0},
        {"all of columns, row, plot and shows, or none", shows_all_or_nothing(kernel)},
        {"outputs to show, as of a map", map || !kernel->row},
        {"three columns or more, at most as many as there is room for",
         !kernel->columns || are_enough(kernel->columns)},
        {"limit.what", !limit->kernel || (limit->what && strlen(limit->what) < KERNEL_WHAT_MAX)},
        {"limit.kind", !limit->kernel == (limit->kind == LIMIT_NONE)},
        {"a limit.kernel whose is_limit holds", !limit->kernel || (other && other->is_limit)},
    };
    return CONTRACT_MISSING(needed);
}
