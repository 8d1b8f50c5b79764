#include "arguments.h"

#include "json.h"
#include "quantities.h"
#include "text.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { ARGUMENTS_MAX = 30 };

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

/* Any value; where it is put are the first bytes of it. */
union value {
    bool given;
    const char *text;
    uint64_t whole;
    double real;
};

enum type { GIVEN, TEXT, WHOLE, REAL };

static const struct kind {
    enum type type;
    size_t size;
    const char *expected; /* instead of a wrong one; NULL: as its row limits it */
    bool (*parse_whole)(const char *text, uint64_t *number);
    bool (*parse_real)(const char *text, double *number);
    double most; /* of a real number that is read */
} kinds[] = {
    [ARGUMENT_SWITCH] = {GIVEN, sizeof(bool), NULL, NULL, NULL, 0},
    [ARGUMENT_TEXT] = {TEXT, sizeof(const char *), NULL, NULL, NULL, 0},
    [ARGUMENT_COUNT] = {WHOLE, sizeof(unsigned), NULL, count_parse, NULL, 0},
    [ARGUMENT_NUMBER] = {WHOLE, sizeof(uint64_t), "a whole number > 0", count_parse, NULL, 0},
    [ARGUMENT_SIZE] = {WHOLE, sizeof(uint64_t),
                       "a whole number from 1 to 2^64 - 1, such as 1000000, 1e6 or 1M",
                       text_parse_size, NULL, 0},
    [ARGUMENT_PERCENT] = {REAL, sizeof(double), "a share such as 2%", NULL, text_parse_percent, 1},
    [ARGUMENT_MARGIN] = {REAL, sizeof(double), "more than 0% and at most 100%, such as 2%", NULL,
                         text_parse_margin, 1},
    [ARGUMENT_DURATION] = {REAL, sizeof(double), "a time such as 60s or 5m", NULL, duration_parse,
                           DURATION_MAX_S},
};

static union value value_of(const struct argument *argument, const void *options)
{
    const void *place = (const char *)options + argument->place;
    union value value = {.whole = 0};
    if (argument->kind == ARGUMENT_COUNT)
        value.whole = *(const unsigned *)place;
    else
        memcpy(&value, place, kinds[argument->kind].size);
    return value;
}

static void put(const struct argument *argument, union value value, void *options)
{
    void *place = (char *)options + argument->place;
    if (argument->kind == ARGUMENT_COUNT)
        *(unsigned *)place = (unsigned)value.whole;
    else
        memcpy(place, &value, kinds[argument->kind].size);
}

bool argument_is_given(const struct argument *argument, const void *options)
{
    return value_of(argument, options).whole != 0;
}

void argument_copy(const struct argument *argument, const void *from, void *options)
{
    put(argument, value_of(argument, from), options);
}

static bool is_within(const struct argument *argument, uint64_t number)
{
    if (argument->kind == ARGUMENT_NUMBER)
        return number <= INT64_MAX;
    return argument->kind == ARGUMENT_SIZE ||
           (number >= argument->least && number <= argument->most);
}

static bool parse(const struct argument *argument, const char *text, union value *value)
{
    const struct kind *kind = &kinds[argument->kind];
    if (kind->type == WHOLE)
        return kind->parse_whole(text, &value->whole) && is_within(argument, value->whole);
    if (kind->type == REAL)
        return kind->parse_real(text, &value->real);
    if (kind->type == TEXT)
        value->text = text;
    else
        value->given = true;
    return true;
}

static enum status take(const struct argument *argument, const char *text, void *options)
{
    const char *expected = kinds[argument->kind].expected;
    union value value = {.whole = 0};
    char limits[64];
    (void)snprintf(limits, sizeof limits, "a whole number from %u to %u", argument->least,
                   argument->most);
    if (!parse(argument, text, &value))
        return argument_wrong(argument->name, text, expected ? expected : limits);
    put(argument, value, options);
    return argument->check ? argument->check(options) : STATUS_OK;
}

json_t *argument_json(const struct argument *argument, const void *options)
{
    const union value value = value_of(argument, options);
    switch (kinds[argument->kind].type) {
    case GIVEN:
        return json_boolean(value.given);
    case TEXT:
        return json_text(value.text);
    case WHOLE:
        return json_integer((json_int_t)value.whole);
    case REAL:
        return json_real(value.real);
    }
    return NULL;
}

bool argument_read(const struct argument *argument, const json_t *object, void *options)
{
    const json_t *json = json_object_get(object, argument->key);
    const struct kind *kind = &kinds[argument->kind];
    union value value = {.whole = 0};
    bool is_right = false;
    if (!json)
        return argument->may_lack;
    if (kind->type == GIVEN) {
        value.given = json_is_true(json);
        is_right = json_is_boolean(json);
    } else if (kind->type == TEXT) {
        value.text = json_string_value(json);
        is_right = value.text || json_is_null(json);
    } else if (kind->type == WHOLE) {
        value.whole = (uint64_t)json_integer_value(json);
        is_right = json_is_integer(json) && is_within(argument, value.whole);
    } else {
        value.real = json_number_value(json);
        is_right = value.real > 0 && value.real <= kind->most;
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
         row && (row->name || row->key) && described->count <= ARGUMENTS_MAX; row++)
        if (row->name) {
            described->rows[described->count] = row;
            described->options[described->count++] =
                (struct option){row->name, row->value ? required_argument : no_argument, NULL, 0};
        }
}

static void print_help(const struct command_line *line, const struct described *described)
{
    printf("usage: parbench %s\n%s\n", line->synopsis, line->summary);
    if (line->describe)
        line->describe();
    puts("");
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
    *words = (struct words){.all = argv + 1};
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
    if (status == STATUS_OK && !*helped && words->count < line->words_least)
        status = status_fail(STATUS_USAGE, "%s", line->words_needed);
    return status;
}
