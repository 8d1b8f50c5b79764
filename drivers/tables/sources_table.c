#include "sources_table.h"

#include "differences.h"
#include "memory.h"
#include "text.h"

#include <stdlib.h>

struct short_text sources_table_rounds(const struct source *source)
{
    struct short_text text = {"no rounds"};
    if (source->rounds == 1)
        (void)snprintf(text.text, sizeof text.text, "round %zu", source->first + 1);
    else if (source->rounds > 1)
        (void)snprintf(text.text, sizeof text.text, "rounds %zu to %zu", source->first + 1,
                       source->first + source->rounds);
    return text;
}

json_t *sources_table_difference(const json_t *difference)
{
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    const char *value, *separator = ": ";
    json_t *runs;
    (void)fputs(json_string_value(json_object_get(difference, "what")), stream);
    json_object_foreach(json_object_get(difference, "values"), value, runs)
    {
        (void)fprintf(stream, "%s%s (run %s)", separator, value, json_string_value(runs));
        separator = ", ";
    }
    memory_close(stream, &text);
    json_t *string = json_string(text);
    free(text);
    return string;
}

static void print_differences(FILE *stream, const struct sources *sources)
{
    enum { LISTED_MAX = 8 };
    json_t *differences = differences_of_sources(sources);
    const size_t count = json_array_size(differences);
    if (count > 0)
        (void)fputs("They differ, which may be why times do:\n", stream);
    for (size_t i = 0; i < count && i < LISTED_MAX; i++) {
        json_t *text = sources_table_difference(json_array_get(differences, i));
        text_wrapped(stream, "- ", "%s", json_string_value(text));
        json_decref(text);
    }
    if (count > LISTED_MAX)
        (void)fprintf(stream, "- and by %zu more: the page has them\n", count - LISTED_MAX);
    json_decref(differences);
}

void sources_table_print(FILE *stream, const struct analysed_run *run)
{
    enum { LISTED_MAX = 12 };
    const struct sources *sources = &run->sources;
    if (sources->count == 0)
        return;
    (void)fprintf(stream, "\nPut together of these runs:\n");
    for (size_t i = 0; i < sources->count && i < LISTED_MAX; i++) {
        const struct source *source = &sources->all[i];
        char mark[16];
        (void)snprintf(mark, sizeof mark, "%2zu  ", i + 1);
        text_wrapped(stream, mark, "%s: %s, on %s%s", source->folder,
                     sources_table_rounds(source).text, source->host,
                     ending_is_whole(source->ending) ? "" : "; it did not come to its end");
    }
    if (sources->count > LISTED_MAX)
        (void)fprintf(stream, "    and %zu more: the page has them\n", sources->count - LISTED_MAX);
    print_differences(stream, sources);
    (void)fputc('\n', stream);
}

json_t *sources_table_json(const struct sources *sources)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->all[i];
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:s}", "folder", source->folder, "host",
                            source->host, "round", (json_int_t)source->first, "rounds",
                            (json_int_t)source->rounds, "samples", (json_int_t)source->samples,
                            "ended", ending_name[source->ending]));
    }
    return list;
}
