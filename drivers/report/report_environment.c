#include "embedded.h"
#include "html.h"
#include "report_section.h"

/* Variables, or the libraries that a model ran with, as these told at run time. */
static void write_names(FILE *page, const char *model, const json_t *names)
{
    const char *name;
    json_t *value;
    /* jansson's loop wants an object that it could change. */
    json_object_foreach((json_t *)names, name, value)
    {
        html_print(page, model ? "<dt><code>%s</code>: %s</dt>" : "<dt><code>%s%s</code></dt>",
                   model ? model : "", name);
        html_print(page, "<dd>%s</dd>\n", json_is_string(value) ? json_string_value(value) : "");
    }
}

/* What the manifest lacks, or has as null, is left out. */
static void write_environment(FILE *page, const struct analysed_run *run)
{
    const char *model;
    json_t *libraries;
    html_fill(page, environment_html, run->manifest);
    json_object_foreach(json_object_get(run->manifest, "models"), model, libraries)
        write_names(page, model, libraries);
    write_names(page, NULL, json_object_get(run->manifest, "environment"));
    (void)fputs("</dl>\n", page);
}

const struct report_section section_report_environment = {.place = 70,
                                                          .heading = "What was run, and where",
                                                          .is_folded = true,
                                                          .write = write_environment};
