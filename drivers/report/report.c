#include "report.h"

#include "embedded.h"
#include "html.h"
#include "json.h"
#include "manifest.h"
#include "report_section.h"

static void write_head(FILE *page, const struct analysed_run *run)
{
    const struct totals *has = &run->totals;
    const size_t failed = has->failed > 0 ? has->failed : run->count - has->verified;
    json_t *words =
        json_pack("{s:o, s:O*, s:b, s:o, s:b, s:b, s:I, s:I, s:I}", "machine",
                  json_text(manifest_machine_line(run->manifest).text), "command",
                  json_object_get(run->manifest, "command"), "noisy", (int)run->noise.noisy,
                  "notices", noise_verdict_notices(&run->noise), "passes", run->verdict == RUN_PASS,
                  "cut", run->verdict == RUN_INTERRUPTED, "samples", (json_int_t)has->samples,
                  "cells", (json_int_t)run->count, "failed", (json_int_t)failed);
    html_fill(page, begin_html, words);
    (void)fputs(style_css, page);
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

void report_write(FILE *page, const void *what)
{
    const struct analysed_run *run = what;
    write_head(page, run);
    for (const struct report_section *section = next_section(0); section;
         section = next_section(section->place))
        section->write(page, run);
    (void)fputs("</main>\n</body>\n</html>\n", page);
}
