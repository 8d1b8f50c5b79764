#include "cell_options.h"

#include "options.h"

#include <limits.h>
#include <string.h>

enum status cell_options_take_number(const char *name, const char *value, unsigned *number)
{
    uint64_t count;
    if (!count_parse(value, &count) || count > INT_MAX)
        return argument_wrong(name, value, "a whole number from 1 to 2147483647");
    *number = (unsigned)count;
    return STATUS_OK;
}

enum status cell_options_take(struct single *single, double *timeout_s, const char *name,
                              const char *value)
{
    if (strcmp(name, "workers") == 0)
        return cell_options_take_number(name, value, &single->workers);
    if (strcmp(name, "ranks") == 0)
        return cell_options_take_number(name, value, &single->ranks);
    if (strcmp(name, "threads") == 0)
        return cell_options_take_number(name, value, &single->threads);
    if (strcmp(name, "cell-timeout") == 0)
        return duration_parse(value, timeout_s)
                   ? STATUS_OK
                   : argument_wrong(name, value, "a time such as 60s or 5m");
    if (strcmp(name, "oversubscribe") == 0)
        single->oversubscribe = true;
    return STATUS_OK;
}
