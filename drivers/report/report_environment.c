#include "embedded.h"
#include "html.h"
#include "json.h"
#include "memory.h"
#include "node_report.h"
#include "report_section.h"

#include <stdlib.h>

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

/* "node1; from round 5 on node2": NULL, which is left out, where it is one. */
static json_t *said_hosts(const struct record *record)
{
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    for (size_t i = 0; i < record->host_count; i++)
        if (i == 0)
            (void)fputs(record->hosts[i].name, stream);
        else
            (void)fprintf(stream, "; from round %u on %s", record->hosts[i].from + 1,
                          record->hosts[i].name);
    memory_close(stream, &text);
    json_t *said = record->host_count > 1 ? json_string(text) : NULL;
    free(text);
    return said;
}

/* Of a run on several: a line for each kind of them; NULL, which is left out, of others. */
static json_t *said_nodes(const json_t *nodes)
{
    char *text;
    size_t length, i;
    const json_t *line;
    json_t *lines = node_report_lines(nodes);
    FILE *stream = memory_open(&text, &length);
    json_array_foreach(lines, i, line)
    {
        (void)fprintf(stream, "%s%s", i > 0 ? "; " : "", json_string_value(line));
    }
    memory_close(stream, &text);
    json_t *said = json_array_size(lines) > 0 ? json_text(text) : NULL;
    json_decref(lines);
    free(text);
    return said;
}

/* What the manifest lacks, or has as null, is left out. */
static void write_environment(FILE *page, const struct analysed_run *run)
{
    const char *model;
    json_t *libraries;
    json_t *words = json_copy((json_t *)run->manifest);
    (void)json_object_set_new(words, "hosts", said_hosts(run->record));
    (void)json_object_del(words, "nodes");
    (void)json_object_set_new(words, "nodes", said_nodes(json_object_get(run->manifest, "nodes")));
    html_fill(page, environment_html, words);
    json_decref(words);
    json_object_foreach(json_object_get(run->manifest, "models"), model, libraries)
        write_names(page, model, libraries);
    write_names(page, NULL, json_object_get(run->manifest, "environment"));
    (void)fputs("</dl>\n", page);
}

const struct report_section section_report_environment = {.place = 70,
                                                          .heading = "What was run, and where",
                                                          .is_folded = true,
                                                          .write = write_environment};
