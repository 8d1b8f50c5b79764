#define _GNU_SOURCE
#include "arguments.h"

#include "json.h"
#include "quantities.h"
#include "text.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { ARGUMENTS_MAX = 30, EXPECTED_MAX = 64 };

enum status argument_wrong(const char *name, const char *value, const char *expected)
{
    return status_fail(STATUS_USAGE, "--%s must be %s, not \"%s\"", name, expected, value);
}

enum status argument_unknown(const char *what, const char *word, const char *const *names,
                             unsigned count)
{
    char known[512] = "";
    const char *nearest = text_nearest(word, names, count);
    if (nearest)
        return status_fail(STATUS_USAGE, "there is no %s \"%s\": did you mean \"%s\"?", what, word,
                           nearest);
    for (unsigned i = 0; i < count; i++)
        text_append(known, sizeof known, "%s%s", i ? ", " : "", names[i]);
    return status_fail(STATUS_USAGE, "there is no %s \"%s\": take one of %s", what, word, known);
}

enum status argument_choose(const char *what, const char *word, const char *const *names,
                            unsigned count, unsigned *chosen)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(word, names[i]) == 0) {
            *chosen = i;
            return STATUS_OK;
        }
    return argument_unknown(what, word, names, count);
}

/* ---- values ---- */

static const size_t sizes[] = {
    [ARGUMENT_SWITCH] = sizeof(bool),    [ARGUMENT_TEXT] = sizeof(const char *),
    [ARGUMENT_COUNT] = sizeof(unsigned), [ARGUMENT_NUMBER] = sizeof(uint64_t),
    [ARGUMENT_SIZE] = sizeof(uint64_t),  [ARGUMENT_PERCENT] = sizeof(double),
    [ARGUMENT_MARGIN] = sizeof(double),  [ARGUMENT_DURATION] = sizeof(double),
};

/* Any of these values; where it is put are the first bytes of it. */
union value {
    bool given;
    const char *text;
    unsigned count;
    uint64_t number;
    double real;
};

static union value value_of(const struct argument *argument, const void *options)
{
    union value value = {.number = 0};
    memcpy(&value, (const char *)options + argument->place, sizes[argument->kind]);
    return value;
}

static void put(const struct argument *argument, union value value, void *options)
{
    memcpy((char *)options + argument->place, &value, sizes[argument->kind]);
}

bool argument_is_given(const struct argument *argument, const void *options)
{
    return value_of(argument, options).number != 0;
}

void argument_copy(const struct argument *argument, const void *from, void *options)
{
    put(argument, value_of(argument, from), options);
}

static bool is_count(const struct argument *argument, uint64_t count)
{
    return count >= argument->least && count <= argument->most;
}

/* Parses the value. What was expected, for a wrong one; NULL for one that is right. */
static const char *parse(const struct argument *argument, const char *text, union value *value,
                         char expected[EXPECTED_MAX])
{
    uint64_t count;
    switch (argument->kind) {
    case ARGUMENT_SWITCH:
        value->given = true;
        return NULL;
    case ARGUMENT_TEXT:
        value->text = text;
        return NULL;
    case ARGUMENT_COUNT:
        (void)snprintf(expected, EXPECTED_MAX, "a whole number from %u to %u", argument->least,
                       argument->most);
        if (!count_parse(text, &count) || !is_count(argument, count))
            return expected;
        value->count = (unsigned)count;
        return NULL;
    case ARGUMENT_NUMBER:
        return count_parse(text, &value->number) && value->number <= INT64_MAX
                   ? NULL
                   : "a whole number > 0";
    case ARGUMENT_SIZE:
        return text_parse_size(text, &value->number)
                   ? NULL
                   : "a whole number from 1 to 2^64 - 1, such as 1000000, 1e6 or 1M";
    case ARGUMENT_PERCENT:
        return text_parse_percent(text, &value->real) ? NULL : "a share such as 2%";
    case ARGUMENT_MARGIN:
        return text_parse_margin(text, &value->real) ? NULL
                                                     : "more than 0% and at most 100%, such as 2%";
    case ARGUMENT_DURATION:
        return duration_parse(text, &value->real) ? NULL : "a time such as 60s or 5m";
    }
    return "known";
}

static enum status take(const struct argument *argument, const char *text, void *options)
{
    union value value = {.number = 0};
    char words[EXPECTED_MAX];
    const char *expected = parse(argument, text, &value, words);
    if (expected)
        return argument_wrong(argument->name, text, expected);
    put(argument, value, options);
    return argument->check ? argument->check(options) : STATUS_OK;
}

json_t *argument_json(const struct argument *argument, const void *options)
{
    const union value value = value_of(argument, options);
    switch (argument->kind) {
    case ARGUMENT_SWITCH:
        return json_boolean(value.given);
    case ARGUMENT_TEXT:
        return value.text ? json_text(value.text) : json_null();
    case ARGUMENT_COUNT:
        return json_integer(value.count);
    case ARGUMENT_NUMBER:
    case ARGUMENT_SIZE:
        return json_integer((json_int_t)value.number);
    case ARGUMENT_PERCENT:
    case ARGUMENT_MARGIN:
    case ARGUMENT_DURATION:
        return json_real(value.real);
    }
    return NULL;
}

bool argument_read(const struct argument *argument, const json_t *object, void *options)
{
    const json_t *json = json_object_get(object, argument->key);
    const double real = json_number_value(json);
    union value value = {.number = 0};
    bool is_right = false;
    if (!json)
        return argument->may_lack;
    switch (argument->kind) {
    case ARGUMENT_SWITCH:
        value.given = json_is_true(json);
        is_right = json_is_boolean(json);
        break;
    case ARGUMENT_TEXT:
        value.text = json_string_value(json);
        is_right = value.text || json_is_null(json);
        break;
    case ARGUMENT_COUNT:
        value.count = (unsigned)json_integer_value(json);
        is_right = json_is_integer(json) && json_integer_value(json) >= 0 &&
                   is_count(argument, (uint64_t)json_integer_value(json));
        break;
    case ARGUMENT_NUMBER:
    case ARGUMENT_SIZE:
        value.number = (uint64_t)json_integer_value(json);
        is_right = json_is_integer(json);
        break;
    case ARGUMENT_PERCENT:
    case ARGUMENT_MARGIN:
    case ARGUMENT_DURATION:
        value.real = real;
        is_right = real > 0 && real <= (argument->kind == ARGUMENT_DURATION ? duration_max_s : 1);
        break;
    }
    if (is_right)
        put(argument, value, options);
    return is_right;
}

/* ---- the command line ---- */

/* The options of a command as getopt wants them, each with its row, --help first and without. */
struct described {
    struct option options[ARGUMENTS_MAX + 2];
    const struct argument *rows[ARGUMENTS_MAX + 2];
    unsigned count;
};

static void describe(const struct command_line *line, struct described *described)
{
    described->options[described->count++] = (struct option){"help", no_argument, NULL, 'h'};
    for (const struct argument *row = line->arguments;
         (row->name || row->key) && described->count <= ARGUMENTS_MAX; row++)
        if (row->name) {
            described->rows[described->count] = row;
            described->options[described->count++] =
                (struct option){row->name, row->value ? required_argument : no_argument, NULL, 0};
        }
}

static void print_help(const struct command_line *line, const struct described *described)
{
    printf("usage: parbench %s\n%s\n\n", line->synopsis, line->summary);
    for (unsigned i = 1; i < described->count; i++) {
        const struct argument *row = described->rows[i];
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", row->name, row->value ? " " : "",
                       row->value ? row->value : "");
        printf("  %-24s %s\n", left, row->help);
    }
    printf("  %-24s %s\n", "--help", "print this");
}

static enum status unknown_option(const struct described *described, const char *word)
{
    const char *names[ARGUMENTS_MAX + 1];
    char name[64];
    const char *start = word + strspn(word, "-");
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(start, "="), start);
    for (unsigned i = 0; i < described->count; i++) {
        names[i] = described->options[i].name;
        if (strcmp(names[i], name) == 0 && start[strlen(name)] == '=')
            return status_fail(STATUS_USAGE, "--%s takes no value: leave \"%s\" out", name,
                               start + strlen(name));
    }
    const char *nearest = text_nearest(name, names, described->count);
    return status_fail(STATUS_USAGE, "there is no option \"%s\": %s%s%s", word,
                       nearest ? "did you mean --" : "see --help", nearest ? nearest : "",
                       nearest ? "?" : "");
}

/* getopt takes "--size" for "--si"; a script that says so breaks with the next option "--since". */
static bool is_short_for(const char *word, const char *name)
{
    return strncmp(word, "--", 2) == 0 && strcspn(word + 2, "=") < strlen(name);
}

/* To the front of argv, where all has been looked at. */
static enum status take_word(const struct command_line *line, char **argv, char *word,
                             struct words *words)
{
    if (words->count == line->words_most && !line->words_enough)
        return status_fail(STATUS_USAGE, "%s takes no argument, such as \"%s\"", argv[0], word);
    if (words->count == line->words_most)
        return status_fail(STATUS_USAGE, "%s; \"%s\" is too much", line->words_enough, word);
    argv[1 + words->count++] = word;
    return STATUS_OK;
}

enum status arguments_parse(const struct command_line *line, int argc, char **argv, void *options,
                            struct words *words, bool *helped)
{
    struct described described = {.count = 0};
    int found = 0;
    enum status status = STATUS_OK;
    describe(line, &described);
    *words = (struct words){0, argv + 1};
    *helped = false;
    opterr = 0;
    optind = 0;
    while (status == STATUS_OK && !*helped) {
        int index = 0;
        const char *word = argv[optind ? optind : 1];
        /* The dash hands over words that are no options in their place; the colon tells apart an
         * option that is unknown from one that lacks its value. */
        found = getopt_long(argc, argv, "-:h", described.options, &index);
        if (found == -1)
            break;
        if (found == 1)
            status = take_word(line, argv, optarg, words);
        else if (found == ':')
            status = status_fail(STATUS_USAGE, "%s needs a value: see --help", word);
        else if (found == '?' || is_short_for(word, described.options[index].name))
            status = unknown_option(&described, word);
        else if (found == 'h')
            print_help(line, &described);
        else
            status = take(described.rows[index], optarg, options);
        *helped = status == STATUS_OK && found == 'h';
    }
    /* All that follows "--" are words. */
    for (int i = optind; found == -1 && i < argc && status == STATUS_OK; i++)
        status = take_word(line, argv, argv[i], words);
    return status;
}
