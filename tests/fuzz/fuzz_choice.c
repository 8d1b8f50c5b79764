/* A model with options as a user names it: refused, or taken so that its label names it again. */
#define _GNU_SOURCE
#include "fuzz.h"
#include "model_spec.h"
#include "options.h"
#include "text.h"

#include <string.h>

static struct model_entry entries[] = {
    {.model = {.name = "serial"}},
    {.model = {.name = "gil",
               .options =
                   (const struct model_option[]){
                       {.name = "interval", .kind = OPTION_DURATION, .initial = "5ms"}, {0}}}},
    {.model = {.name = "pool",
               .traits = TRAIT_CHUNKS,
               .options =
                   (const struct model_option[]){{.name = "dispatch",
                                                  .kind = OPTION_CHOICE,
                                                  .values = {{.word = "map"}, {.word = "imap"}},
                                                  .initial = "map"},
                                                 {.name = "chunk",
                                                  .kind = OPTION_COUNT,
                                                  .values = {{.word = "auto"}},
                                                  .initial = "auto"},
                                                 {0}}}},
    {.program = ""},
};
static const struct catalog catalog = {.count = sizeof entries / sizeof *entries - 1,
                                       .total = sizeof entries / sizeof *entries - 1,
                                       .entries = entries};

static void check_choice(const struct model_spec *choice)
{
    struct model_spec again;
    char label[MODEL_SPEC_LABEL_MAX], second[MODEL_SPEC_LABEL_MAX];
    model_spec_label(choice, label, sizeof label);
    /* What a manifest may hold, and what a user may type. */
    FUZZ_CHECK(text_is_word(label, TEXT_IN_LABELS, sizeof label));
    FUZZ_CHECK(model_spec_read(&catalog, label, &again) == STATUS_OK);
    FUZZ_CHECK(again.entry == choice->entry);
    model_spec_label(&again, second, sizeof second);
    FUZZ_CHECK(strcmp(label, second) == 0);
    const struct model_option *options = choice->entry->model.options;
    for (unsigned i = 0; i < options_count(options); i++) {
        FUZZ_CHECK(options_allow(&options[i], choice->values[i]));
        FUZZ_CHECK(strcmp(choice->values[i], again.values[i]) == 0);
        FUZZ_CHECK(text_is_word(choice->values[i], TEXT_IN_NAMES, MODEL_SPEC_VALUE_MAX));
    }
    (void)model_spec_chunk(choice);
    (void)model_spec_traits(choice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct model_spec choice;
    char *text = fuzz_text(bytes, length);
    if (model_spec_read(&catalog, text, &choice) == STATUS_OK)
        check_choice(&choice);
    free(text);
    return 0;
}
