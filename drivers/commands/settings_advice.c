#include "settings_advice.h"

#include "text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct settings_advice *add(struct settings_advice *pieces, size_t *count, const char *what)
{
    struct settings_advice *piece = &pieces[(*count)++];
    *piece = (struct settings_advice){.what = what};
    return piece;
}

static void advise_virtual_machine(const struct settings *settings, struct settings_advice *piece)
{
    const char *by = *settings->product ? settings->product : settings->hypervisor;
    (void)snprintf(piece->text, sizeof piece->text,
                   "this is one%s%s%s: its host may take time away, which a run records as stolen",
                   *by ? " (" : "", by, *by ? ")" : "");
}

static void advise_unknown(const struct settings *settings, struct settings_advice *pieces,
                           size_t *count)
{
    const struct {
        bool known;
        const char *name;
    } libraries[] = {{*settings->governor, "governor"},
                     {settings->turbo != ANSWER_UNKNOWN, "turbo"},
                     {settings->virtual_machine != ANSWER_UNKNOWN, "virtual machine"},
                     {settings->smt != ANSWER_UNKNOWN, "SMT"},
                     {*settings->huge_pages, "huge pages"}};
    struct settings_advice *piece = NULL;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        if (libraries[i].known)
            continue;
        if (!piece)
            piece = add(pieces, count, "unknown");
        text_append(piece->text, sizeof piece->text, "%s%s", *piece->text ? ", " : "",
                    libraries[i].name);
    }
    if (piece)
        text_append(piece->text, sizeof piece->text, ": Linux does not tell here");
}

size_t settings_advice_make(const struct settings *settings,
                            struct settings_advice pieces[SETTINGS_ADVICE_MAX])
{
    size_t count = 0;
    if (*settings->governor && strcmp(settings->governor, "performance") != 0)
        (void)snprintf(add(pieces, &count, "governor")->text, sizeof pieces->text,
                       "%s: the clock follows the load; cpupower frequency-set -g performance",
                       settings->governor);
    if (settings->turbo == ANSWER_YES)
        (void)snprintf(add(pieces, &count, "turbo")->text, sizeof pieces->text,
                       "on: cores slow down as more of them work, which looks like lost speedup");
    if (settings->virtual_machine == ANSWER_YES)
        advise_virtual_machine(settings, add(pieces, &count, "virtual machine"));
    if (settings->smt == ANSWER_YES)
        (void)snprintf(add(pieces, &count, "SMT")->text, sizeof pieces->text,
                       "on: what runs on a core's other hardware threads slows its worker down");
    if (strcmp(settings->huge_pages, "always") == 0)
        (void)snprintf(add(pieces, &count, "huge pages")->text, sizeof pieces->text,
                       "always: when memory gets them is left to chance; madvise or never is "
                       "steadier");
    advise_unknown(settings, pieces, &count);
    return count;
}
