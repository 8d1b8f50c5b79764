#include "differences.h"
#include "html.h"
#include "json.h"
#include "report_section.h"
#include "sources_table.h"

static bool has_sources(const struct analysed_run *run)
{
    return run->sources.count > 0;
}

static const char *text_of(const struct source *source, const char *key)
{
    const char *text = json_string_value(json_object_get(source->manifest, key));
    return text ? text : "–";
}

static void write_table(FILE *page, const struct sources *sources)
{
    (void)fputs("<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th "
                "scope=\"col\">run</th><th scope=\"col\">rounds</th><th "
                "scope=\"col\">samples</th><th scope=\"col\">host</th><th "
                "scope=\"col\">started</th><th scope=\"col\">ended by</th></tr></thead>\n<tbody>\n",
                page);
    for (size_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->all[i];
        html_print(page, "<tr><td>%zu %s</td><td>", i + 1, source->folder);
        if (source->rounds > 0)
            html_print(page, "%zu – %zu", source->first + 1, source->first + source->rounds);
        html_print(page, "</td><td>%zu</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
                   source->samples, source->host, text_of(source, "started"),
                   ending_name[source->ending]);
    }
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
}

static void write_differences(FILE *page, const struct sources *sources)
{
    json_t *differences = differences_of_sources(sources), *difference;
    size_t i;
    if (json_array_size(differences) > 0)
        (void)fputs("<p>They differ, which may be why times do:</p>\n<ul>\n", page);
    json_array_foreach(differences, i, difference)
    {
        json_t *text = sources_table_difference(difference);
        html_print(page, "<li>%s</li>\n", json_string_value(text));
        json_decref(text);
    }
    if (json_array_size(differences) > 0)
        (void)fputs("</ul>\n", page);
    json_decref(differences);
}

static void write_commands(FILE *page, const struct sources *sources)
{
    (void)fputs("<p>They were begun by these commands:</p>\n<ol>\n", page);
    for (size_t i = 0; i < sources->count; i++)
        html_print(page, "<li><code>%s</code></li>\n", text_of(&sources->all[i], "command"));
    (void)fputs("</ol>\n", page);
}

/* The runs, which rounds are of which, and what they differ by. */
static void write_sources(FILE *page, const struct analysed_run *run)
{
    write_table(page, &run->sources);
    write_differences(page, &run->sources);
    write_commands(page, &run->sources);
}

const struct report_section section_report_sources = {.place = 55,
                                                      .heading = "The runs put together",
                                                      .is_folded = true,
                                                      .exists = has_sources,
                                                      .write = write_sources};
