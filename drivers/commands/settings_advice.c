#include "settings_advice.h"

#include "text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Pieces as they are added. */
struct list {
    struct settings_advice *pieces;
    size_t count;
};

__attribute__((format(printf, 3, 4))) static void add(struct list *list, const char *what,
                                                      const char *format, ...)
{
    struct settings_advice *piece = &list->pieces[list->count++];
    va_list values;
    piece->what = what;
    va_start(values, format);
    (void)vsnprintf(piece->text, sizeof piece->text, format, values);
    va_end(values);
}

static void add_unknown(const struct settings *settings, struct list *list)
{
    const struct {
        bool known;
        const char *name;
    } all[] = {{*settings->governor, "governor"},
               {settings->turbo != ANSWER_UNKNOWN, "turbo"},
               {settings->virtual_machine != ANSWER_UNKNOWN, "virtual machine"},
               {settings->smt != ANSWER_UNKNOWN, "SMT"},
               {*settings->huge_pages, "huge pages"}};
    char names[128] = "";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!all[i].known)
            text_append(names, sizeof names, "%s%s", *names ? ", " : "", all[i].name);
    if (*names)
        add(list, "unknown", "%s: Linux does not tell here", names);
}

size_t settings_advice_make(const struct settings *settings,
                            struct settings_advice pieces[SETTINGS_ADVICE_MAX])
{
    struct list list = {pieces, 0};
    const char *by = *settings->product ? settings->product : settings->hypervisor;
    if (*settings->governor && strcmp(settings->governor, "performance") != 0)
        add(&list, "governor",
            "%s: the clock follows the load; cpupower frequency-set -g performance",
            settings->governor);
    if (settings->turbo == ANSWER_YES)
        add(&list, "turbo",
            "on: cores slow down as more of them work, which looks like lost speedup");
    if (settings->virtual_machine == ANSWER_YES)
        add(&list, "virtual machine",
            "this is one%s%s%s: its host may take time away, which a run records as stolen",
            *by ? " (" : "", by, *by ? ")" : "");
    if (settings->smt == ANSWER_YES)
        add(&list, "SMT", "on: what runs on a core's other hardware threads slows its worker down");
    if (strcmp(settings->huge_pages, "always") == 0)
        add(&list, "huge pages",
            "always: when memory gets them is left to chance; madvise or never is steadier");
    add_unknown(settings, &list);
    return list.count;
}
