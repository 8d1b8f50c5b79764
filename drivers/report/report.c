#include "report.h"

#include "differences.h"
#include "embedded.h"
#include "html.h"
#include "json.h"
#include "manifest.h"
#include "memory.h"
#include "page.h"
#include "report_section.h"
#include "sources_table.h"

#include <stdlib.h>

/* Which runs it was put together of, if it was, and in what they differ; the first ones of many. */
static json_t *words_of_sources(const struct analysed_run *run)
{
    enum { LISTED_MAX = 6 };
    const struct sources *sources = &run->sources;
    if (sources->count == 0)
        return json_object();
    char *texts[2];
    size_t lengths[2];
    FILE *together = memory_open(&texts[0], &lengths[0]);
    FILE *differ = memory_open(&texts[1], &lengths[1]);
    json_t *differences = differences_of_sources(sources);
    const size_t count = json_array_size(differences);
    for (size_t i = 0; i < sources->count && i < LISTED_MAX; i++)
        (void)fprintf(together, "%s%zu %s (%s, on %s)", i ? "; " : "", i + 1,
                      sources->all[i].folder, sources_table_rounds(&sources->all[i]).text,
                      sources->all[i].host);
    if (sources->count > LISTED_MAX)
        (void)fprintf(together, "; and %zu more", sources->count - LISTED_MAX);
    for (size_t i = 0; i < count && i < LISTED_MAX; i++)
        (void)fprintf(differ, "%s%s", i ? "; " : "",
                      json_string_value(json_object_get(json_array_get(differences, i), "what")));
    if (count > LISTED_MAX)
        (void)fprintf(differ, "; and %zu more", count - LISTED_MAX);
    memory_close(together, &texts[0]);
    memory_close(differ, &texts[1]);
    json_t *words =
        json_pack("{s:I, s:s, s:o, s:b}", "sources", (json_int_t)sources->count, "together",
                  texts[0], "differ", json_known_text(texts[1]), "mixed", (int)sources->mixed);
    json_decref(differences);
    free(texts[0]);
    free(texts[1]);
    return words;
}

static void write_head(FILE *page, const struct analysed_run *run)
{
    const struct totals *has = &run->totals;
    const size_t failed =
        has->failed > 0 ? has->failed : run->count - has->verified - has->with_losses;
    const struct machine_line machine = analysed_run_machine(run);
    char title[sizeof machine.text + 16];
    json_t *words = json_pack(
        "{s:o, s:O*, s:b, s:o, s:b, s:b, s:I, s:I, s:I}", "machine", json_text(machine.text),
        "command", json_object_get(run->manifest, "command"), "noisy", (int)run->noise.noisy,
        "notices", noise_verdict_notices(&run->noise), "passes", run->verdict == RUN_PASS, "cut",
        run->verdict == RUN_INTERRUPTED, "samples", (json_int_t)has->samples, "cells",
        (json_int_t)run->count, "failed", (json_int_t)failed);
    if (has->with_losses > 0)
        (void)json_object_set_new(words, "lossy", json_integer((json_int_t)has->with_losses));
    json_t *put_together = words_of_sources(run);
    (void)json_object_update(words, put_together);
    json_decref(put_together);
    (void)snprintf(title, sizeof title, "parbench on %s", machine.text);
    page_begin(page, title);
    html_fill(page, head_html, words);
    json_decref(words);
}

/* The first section behind that place; NULL: there is none. */
static const struct report_section *next_section(unsigned place)
{
    const struct report_section *next = NULL;
    for (size_t i = 0; section_table[i]; i++)
        if (section_table[i]->place > place && (!next || section_table[i]->place < next->place))
            next = section_table[i];
    return next;
}

/* NULL: there is no such section in the run. */
static const char *heading_of(const struct report_section *section, const struct analysed_run *run,
                              size_t index)
{
    if (!section->heading)
        return section->heading_of(run, index);
    return index == 0 && (!section->exists || section->exists(run)) ? section->heading : NULL;
}

static void list_section(FILE *page, const struct report_section *section,
                         const struct analysed_run *run, size_t index)
{
    const char *heading = heading_of(section, run, index);
    html_print(page, "<li><a href=\"#on-");
    html_id(page, heading);
    html_print(page, "\">%s</a></li>\n", heading);
}

static void write_section(FILE *page, const struct report_section *section,
                          const struct analysed_run *run, size_t index)
{
    const char *heading = heading_of(section, run, index);
    (void)fputs(section->is_folded ? "<details class=\"section\" id=\"on-" : "<section id=\"on-",
                page);
    html_id(page, heading);
    html_print(page,
               section->is_folded ? "\">\n<summary><h2>%s</h2></summary>\n" : "\">\n<h2>%s</h2>\n",
               heading);
    if (section->heading)
        section->write(page, run);
    else
        section->write_one(page, run, index);
    (void)fputs(section->is_folded ? "</details>\n" : "</section>\n", page);
}

static void for_each_section(FILE *page, const struct analysed_run *run,
                             void (*tell)(FILE *page, const struct report_section *section,
                                          const struct analysed_run *run, size_t index))
{
    for (const struct report_section *section = next_section(0); section;
         section = next_section(section->place))
        for (size_t index = 0; heading_of(section, run, index); index++)
            tell(page, section, run, index);
}

void report_write(FILE *page, const void *what)
{
    const struct analysed_run *run = what;
    write_head(page, run);
    (void)fputs("<nav aria-label=\"Contents\">\n<ul>\n", page);
    for_each_section(page, run, list_section);
    (void)fputs("</ul>\n</nav>\n<main>\n", page);
    for_each_section(page, run, write_section);
    (void)fputs("</main>\n</body>\n</html>\n", page);
}
