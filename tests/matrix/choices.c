#include "choices.h"

#include "options.h"
#include "text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { VALUES_MAX = MODEL_VALUES_MAX + 4 };

/* What a number is set to, beside its initial value: some pieces more than there are workers, a
 * time that is soon over, none, half and all. */
static const char *const numbers[][4] = {[OPTION_CHOICE] = {NULL},
                                         [OPTION_COUNT] = {"3", NULL},
                                         [OPTION_DURATION] = {"1ms", NULL},
                                         [OPTION_FRACTION] = {"0", "0.5", "1", NULL}};

/* Values of an option, and which of them its turn is. */
struct wheel {
    const char *values[VALUES_MAX];
    unsigned count, turn;
};

static void add(struct wheel *wheel, const char *value)
{
    for (unsigned i = 0; i < wheel->count; i++)
        if (strcmp(wheel->values[i], value) == 0)
            return;
    wheel->values[wheel->count++] = value;
}

static struct wheel wheel_of(const struct model_option *option)
{
    struct wheel wheel = {.count = 0};
    add(&wheel, option->initial);
    for (const struct option_value *value = option->values; value->word; value++)
        add(&wheel, value->word);
    for (const char *const *number = numbers[option->kind]; *number; number++)
        add(&wheel, *number);
    return wheel;
}

/* False: all turns are over. */
static bool turn(struct wheel *wheels, unsigned count)
{
    for (unsigned i = count; i-- > 0;) {
        if (++wheels[i].turn < wheels[i].count)
            return true;
        wheels[i].turn = 0;
    }
    return false;
}

/* As a user writes it, without what is as it is anyway: MODEL:OPTION=VALUE… */
static void write_spec(const struct model *model, const struct wheel *wheels, char *spec,
                       size_t length)
{
    *spec = '\0';
    text_append(spec, length, "%s", model->name);
    for (unsigned i = 0; i < options_count(model->options); i++)
        if (wheels[i].turn > 0)
            text_append(spec, length, ":%s=%s", model->options[i].name,
                        wheels[i].values[wheels[i].turn]);
}

/* Without what the front door says of a refusal. */
static enum status read_quietly(const struct catalog *catalog, const char *spec,
                                struct model_spec *choice)
{
    const int said = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    (void)dup2(nowhere, STDERR_FILENO);
    const enum status status = model_spec_read(catalog, spec, choice);
    (void)dup2(said, STDERR_FILENO);
    (void)close(nowhere);
    (void)close(said);
    return status;
}

unsigned long choices_walk(struct model_entry *entry, choices_take *take, void *context)
{
    const struct model *model = &entry->model;
    const unsigned count = options_count(model->options);
    struct model_entry entries[] = {*entry, {.program = NULL}};
    const struct catalog catalog = {.count = 1, .total = 1, .entries = entries};
    struct wheel wheels[MODEL_OPTIONS_MAX] = {{.count = 0}};
    unsigned long refused = 0;
    for (unsigned i = 0; i < count; i++)
        wheels[i] = wheel_of(&model->options[i]);
    do {
        char spec[MODEL_SPEC_LABEL_MAX];
        struct model_spec choice;
        write_spec(model, wheels, spec, sizeof spec);
        if (read_quietly(&catalog, spec, &choice) == STATUS_OK)
            take(context, &choice);
        else
            refused++;
    } while (turn(wheels, count));
    return refused;
}
