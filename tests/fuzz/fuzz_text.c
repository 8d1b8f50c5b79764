/* What users type: sizes, shares, durations, lists; and what is made of text from elsewhere. */
#define _GNU_SOURCE
#include "fuzz.h"
#include "names.h"
#include "options.h"
#include "printable.h"
#include "text.h"

#include <math.h>
#include <string.h>

static void check_numbers(const char *text)
{
    uint64_t size = 0, count = 0;
    double share = 0, seconds = 0;
    if (size_parse(text, &size))
        FUZZ_CHECK(size > 0);
    if (count_parse(text, &count)) {
        FUZZ_CHECK(count > 0);
        FUZZ_CHECK((size_parse(text, &size) && size == count));
    }
    if (percent_parse(text, &share))
        FUZZ_CHECK(share > 0 && share <= 1);
    if (duration_parse(text, &seconds))
        FUZZ_CHECK(seconds > 0 && seconds <= 3.6e12);
}

static void check_list(const char *text)
{
    char item[8];
    size_t commas = 0, items = 0;
    for (const char *c = text; *c; c++)
        commas += *c == ',';
    for (const char *list = text; text_next(&list, item, sizeof item); items++)
        FUZZ_CHECK(strlen(item) < sizeof item && !strchr(item, ','));
    FUZZ_CHECK(items == commas + 1);
}

static void check_shown(const char *text)
{
    char shown[64], again[64];
    printable_copy(text, shown, sizeof shown);
    fuzz_check_printable(shown);
    FUZZ_CHECK(!strchr(shown, '\n'));
    printable_copy(shown, again, sizeof again);
    FUZZ_CHECK(strcmp(shown, again) == 0);
    if (text_is_word(text, TEXT_IN_IDS, sizeof shown))
        FUZZ_CHECK(strcmp(shown, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const names[] = {"serial", "threads", "", "pool", NULL};
    char *text = fuzz_text(bytes, length);
    check_numbers(text);
    check_list(text);
    check_shown(text);
    (void)names_nearest(text, names, sizeof *names);
    free(text);
    return 0;
}
