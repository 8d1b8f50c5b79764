#include "options.h"

#include <string.h>

unsigned options_count(const struct model_option *options)
{
    unsigned count = 0;
    while (options && options[count].name)
        count++;
    return count;
}

const struct model_option *options_find(const struct model_option *options, const char *name)
{
    for (unsigned i = 0; i < options_count(options); i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

const struct option_value *options_value(const struct model_option *option, const char *word)
{
    for (const struct option_value *value = option->values; value->word; value++)
        if (strcmp(value->word, word) == 0)
            return value;
    return NULL;
}

bool options_allow(const struct model_option *option, const char *value)
{
    uint64_t count;
    double number;
    switch (option->kind) {
    case OPTION_COUNT:
        return options_value(option, value) || count_parse(value, &count);
    case OPTION_DURATION:
        return duration_parse(value, &number);
    case OPTION_FRACTION:
        return fraction_parse(value, &number);
    default:
        return options_value(option, value);
    }
}

void job_set_defaults(struct job *job, const struct model_option *options)
{
    job->options = options;
    for (unsigned i = 0; i < options_count(options); i++)
        job->values[i] = options[i].initial;
}

bool job_set(struct job *job, const char *text)
{
    const char *equals = strchr(text, '=');
    for (unsigned i = 0; equals && i < options_count(job->options); i++) {
        const struct model_option *option = &job->options[i];
        const size_t length = (size_t)(equals - text);
        if (strlen(option->name) == length && strncmp(option->name, text, length) == 0 &&
            options_allow(option, equals + 1)) {
            job->values[i] = equals + 1;
            return true;
        }
    }
    return false;
}

const char *job_choice(const struct job *job, const char *name)
{
    return job->values[options_find(job->options, name) - job->options];
}

bool job_chose(const struct job *job, const char *name, const char *value)
{
    return strcmp(job_choice(job, name), value) == 0;
}

uint64_t job_count(const struct job *job, const char *name, uint64_t otherwise)
{
    uint64_t count;
    return count_parse(job_choice(job, name), &count) ? count : otherwise;
}

uint64_t job_pieces(const struct job *job)
{
    const struct range whole = kernel_whole(job->size);
    return range_pieces(whole, job_count(job, "chunk", range_chunk(whole, job->workers)));
}

double job_number(const struct job *job, const char *name)
{
    double number = 0;
    if (!duration_parse(job_choice(job, name), &number))
        (void)fraction_parse(job_choice(job, name), &number);
    return number;
}

unsigned job_traits(const struct job *job)
{
    unsigned traits = job->traits, lacks = 0;
    for (unsigned i = 0; i < options_count(job->options); i++) {
        const struct option_value *value = options_value(&job->options[i], job->values[i]);
        traits |= value ? value->traits : 0;
        lacks |= value ? value->lacks : 0;
    }
    return traits & ~lacks;
}
