#include "arguments.h"

#include "json.h"
#include "names.h"
#include "quantities.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { ARGUMENTS_MAX = 40 };

enum status argument_wrong(const char *name, const char *value, const char *expected)
{
    return status_fail(STATUS_USAGE, "--%s must be %s, not \"%s\"", name, expected, value);
}

/* ---- values ---- */

static const struct kind {
    size_t size;
    const char *expected; /* instead of a wrong one; NULL: as its row limits it */
    bool (*parse_whole)(const char *text, uint64_t *number);
    bool (*parse_real)(const char *text, double *number);
    double most; /* of a real number that is read */
} kinds[] = {
    [ARGUMENT_SWITCH] = {.size = sizeof(bool)},
    [ARGUMENT_TEXT] = {.size = sizeof(const char *)},
    [ARGUMENT_COUNT] = {sizeof(unsigned), NULL, .parse_whole = count_parse},
    [ARGUMENT_NUMBER] = {sizeof(uint64_t), "a whole number > 0", .parse_whole = count_parse},
    [ARGUMENT_SIZE] = {sizeof(uint64_t),
                       "a whole number from 1 to 2^64 - 1, such as 1000000, 1e6 or 1M",
                       .parse_whole = size_parse},
    [ARGUMENT_PERCENT] = {sizeof(double),
                          "more than 0% and at most 100%, such as 2%, below 0.1 with the sign",
                          .parse_real = percent_parse, .most = 1},
    [ARGUMENT_DURATION] = {sizeof(double), "a time such as 60s or 5m, or a number of seconds",
                           .parse_real = seconds_parse, .most = DURATION_MAX_S},
};

bool argument_is_given(const struct argument *argument, const void *options)
{
    static const char nothing[sizeof(uint64_t)];
    const char *place = (const char *)options + argument->place;
    return memcmp(place, nothing, kinds[argument->kind].size) != 0;
}

void argument_copy(const struct argument *argument, const void *from, void *options)
{
    memcpy((char *)options + argument->place, (const char *)from + argument->place,
           kinds[argument->kind].size);
}

/* Within the limits of its kind. */
static bool put_whole(const struct argument *argument, uint64_t number, void *place)
{
    if (argument->kind == ARGUMENT_COUNT) {
        *(unsigned *)place = (unsigned)number;
        return number >= argument->least && number <= argument->most;
    }
    *(uint64_t *)place = number;
    return argument->kind == ARGUMENT_SIZE || number <= INT64_MAX;
}

static bool parse(const struct argument *argument, const char *text, void *place)
{
    const struct kind *kind = &kinds[argument->kind];
    uint64_t number;
    if (kind->parse_whole)
        return kind->parse_whole(text, &number) && put_whole(argument, number, place);
    if (kind->parse_real)
        return kind->parse_real(text, place);
    if (argument->kind == ARGUMENT_TEXT)
        *(const char **)place = text;
    else
        *(bool *)place = true;
    return true;
}

enum status argument_size(const char *name, const char *value, uint64_t *size)
{
    return size_parse(value, size) ? STATUS_OK
                                   : argument_wrong(name, value, kinds[ARGUMENT_SIZE].expected);
}

/* "1,2", or "1-2". */
static bool is_list(const char *text)
{
    const size_t first = strspn(text, "0123456789");
    const char *last = text + first + 1;
    return strchr(text, ',') ||
           (first > 0 && text[first] == '-' && *last && strlen(last) == strspn(last, "0123456789"));
}

static enum status take(const struct argument *argument, const char *text, void *options)
{
    const char *expected = kinds[argument->kind].expected;
    char limits[64];
    (void)snprintf(limits, sizeof limits, "a whole number from %u to %u", argument->least,
                   argument->most);
    expected = expected ? expected : limits;
    const bool parsed = parse(argument, text, (char *)options + argument->place);
    if (!parsed && is_list(text))
        return status_fail(STATUS_USAGE, "--%s must be %s, not the list \"%s\"%s%s", argument->name,
                           expected, text, argument->of_several ? ": " : "",
                           argument->of_several ? argument->of_several : "");
    if (!parsed)
        return argument_wrong(argument->name, text, expected);
    return argument->check ? argument->check(options) : STATUS_OK;
}

json_t *argument_json(const struct argument *argument, const void *options)
{
    const void *place = (const char *)options + argument->place;
    switch (argument->kind) {
    case ARGUMENT_SWITCH:
        return json_boolean(*(const bool *)place);
    case ARGUMENT_TEXT:
        return json_text(*(const char *const *)place);
    case ARGUMENT_COUNT:
        return json_integer(*(const unsigned *)place);
    case ARGUMENT_NUMBER:
    case ARGUMENT_SIZE:
        return json_integer((json_int_t) * (const uint64_t *)place);
    default:
        return json_real(*(const double *)place);
    }
}

bool argument_read(const struct argument *argument, const json_t *object, void *options)
{
    const json_t *json = json_object_get(object, argument->key);
    void *place = (char *)options + argument->place;
    if (!json)
        return argument->may_lack;
    switch (argument->kind) {
    case ARGUMENT_SWITCH:
        *(bool *)place = json_is_true(json);
        return json_is_boolean(json);
    case ARGUMENT_TEXT:
        *(const char **)place = json_string_value(json);
        return json_is_string(json) || json_is_null(json);
    case ARGUMENT_COUNT:
    case ARGUMENT_NUMBER:
    case ARGUMENT_SIZE:
        return json_is_integer(json) &&
               put_whole(argument, (uint64_t)json_integer_value(json), place);
    default:
        *(double *)place = json_number_value(json);
        return *(double *)place > 0 && *(double *)place <= kinds[argument->kind].most;
    }
}

/* ---- the command line ---- */

/* The options of a command as getopt wants them: one for each of its rows, and --help. */
static void describe(const struct command_line *line, struct option *options)
{
    unsigned i = 0;
    for (const struct argument *row = line->arguments; row && row[i].name && i < ARGUMENTS_MAX; i++)
        options[i] =
            (struct option){row[i].name, row[i].value ? required_argument : no_argument, NULL, 0};
    options[i] = (struct option){"help", no_argument, NULL, 'h'};
}

void arguments_help(const struct command_line *line)
{
    printf("Usage: parbench %s\n%s\n", line->synopsis, line->summary);
    if (line->describe)
        line->describe();
    puts("");
    for (const struct argument *row = line->arguments; row && row->name; row++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", row->name, row->value ? " " : "",
                       row->value ? row->value : "");
        printf("  %-24s %s\n", left, row->help);
    }
    printf("  %-24s %s\n\nExamples:\n  parbench %s\n", "-h, --help", "print this", line->example);
}

static enum status unknown_option(const struct option *options, const char *word)
{
    char name[64];
    const char *start = word + strspn(word, "-");
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(start, "="), start);
    const char *nearest = names_nearest(name, options, sizeof *options);
    if (nearest && strcmp(nearest, name) == 0 && start[strlen(name)] == '=')
        return status_fail(STATUS_USAGE, "--%s takes no value: leave \"%s\" out", name,
                           start + strlen(name));
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

/* A switch may be given again, which changes nothing. */
static enum status take_once(const struct argument *argument, unsigned index, const char *text,
                             uint64_t *given, void *options)
{
    if (argument->value && *given >> index & 1)
        return status_fail(STATUS_USAGE,
                           "--%s is given twice, the second time as \"%s\": give it once",
                           argument->name, text);
    *given |= UINT64_C(1) << index;
    return take(argument, text, options);
}

enum status arguments_parse(const struct command_line *line, int argc, char **argv, void *options,
                            struct words *words)
{
    struct option described[ARGUMENTS_MAX + 2] = {{NULL, 0, NULL, 0}};
    describe(line, described);
    *words = (struct words){.all = argv + 1};
    opterr = 0;
    optind = 0;
    uint64_t given = 0; /* a bit for each row */
    for (int found = 0, index = 0; found != -1;) {
        const char *word = argv[optind ? optind : 1];
        /* The dash hands over words that are no options in their place; the colon tells apart an
         * option that is unknown from one that lacks its value. */
        found = getopt_long(argc, argv, "-:h", described, &index);
        if (found == ':')
            return status_fail(STATUS_USAGE, "%s needs a value: see --help", word);
        if (found == '?' ||
            (found != -1 && found != 1 && is_short_for(word, described[index].name)))
            return unknown_option(described, word);
        if (found == 'h') {
            arguments_help(line);
            words->helped = true;
            return STATUS_OK;
        }
        if (found == 1)
            TRY(take_word(line, argv, optarg, words));
        if (found == 0)
            TRY(take_once(&line->arguments[index], (unsigned)index, optarg, &given, options));
    }
    /* All that follows "--" are words. */
    for (int i = optind; i < argc; i++)
        TRY(take_word(line, argv, argv[i], words));
    return words->count >= line->words_least ? STATUS_OK
                                             : status_fail(STATUS_USAGE, "%s", line->words_needed);
}
