#include "sources.h"

#include "manifest.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static const json_t *list_of(const json_t *manifest)
{
    return json_object_get(manifest, "sources");
}

bool sources_are_there(const json_t *manifest)
{
    return json_array_size(list_of(manifest)) > 0;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "unknown";
}

static enum ending ending_of(const json_t *source)
{
    const char *name = text_of(source, "ended");
    for (enum ending ending = ENDING_SIGNAL; ending < ENDING_COUNT; ending++)
        if (strcmp(name, ending_name[ending]) == 0)
            return ending;
    return ENDING_NONE;
}

void sources_read(const json_t *manifest, struct sources *sources)
{
    const json_t *list = list_of(manifest);
    size_t next = 0;
    *sources = (struct sources){.count = json_array_size(list),
                                .mixed = sources_are_there(manifest) &&
                                         json_is_true(json_object_get(manifest, "mixed"))};
    sources->all = memory_new(sources->count, sizeof *sources->all);
    for (size_t i = 0; i < sources->count; i++) {
        const json_t *object = json_array_get(list, i);
        struct source *source = &sources->all[i];
        *source = (struct source){
            .folder = text_of(object, "folder"),
            .host = text_of(json_object_get(object, "machine"), "host"),
            .first = next,
            .rounds = manifest_whole(object, "rounds", 0, RECORD_ROUNDS_MAX - next),
            .samples = manifest_whole(object, "samples", 0, SIZE_MAX),
            .ending = ending_of(object),
            .manifest = object,
        };
        next += source->rounds;
    }
}

void sources_free(struct sources *sources)
{
    free(sources->all);
    *sources = (struct sources){.count = 0};
}

const struct source *sources_find(const struct sources *sources, size_t round)
{
    for (size_t i = 0; i < sources->count; i++)
        if (round >= sources->all[i].first &&
            round - sources->all[i].first < sources->all[i].rounds)
            return &sources->all[i];
    return NULL;
}
