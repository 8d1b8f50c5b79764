#include "nodes.h"

#include "memory.h"
#include "quantities.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/param.h>

static const char blanks[] = " \t\r";

void nodes_free(struct nodes *nodes)
{
    free(nodes->all);
    json_decref(nodes->places);
    *nodes = (struct nodes){.count = 0};
}

unsigned node_slots(const struct node *node)
{
    return node->slots > 0 || node->unnumbered > 1 ? node->slots + node->unnumbered : 0;
}

bool node_is(const char *name, const char *other)
{
    const size_t length = strcspn(name, "."), others = strcspn(other, ".");
    return strcasecmp(name, other) == 0 || (length == others && name[length] != other[others] &&
                                            strncasecmp(name, other, length) == 0);
}

bool node_is_told(const char *text, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = text; (at = strstr(at, name)); at += length) {
        const unsigned char before = at > text ? (unsigned char)at[-1] : ' ';
        const unsigned char behind = (unsigned char)at[length];
        if (!isalnum(before) && before != '-' && !isalnum(behind) && behind != '-')
            return true;
    }
    return false;
}

/* Slots of 0: without a number. */
static bool add(struct nodes *nodes, const char *name, size_t length, unsigned slots)
{
    struct node node = {.name = ""};
    (void)snprintf(node.name, sizeof node.name, "%.*s", (int)MIN(length, sizeof node.name), name);
    if (length >= sizeof node.name || !text_is_word(node.name, TEXT_IN_NAMES, sizeof node.name))
        return false;
    if (!nodes->places)
        nodes->places = json_object();
    const json_t *place = json_object_get(nodes->places, node.name);
    if (!place) {
        if (nodes->count == NODES_MAX)
            return false;
        (void)json_object_set_new(nodes->places, node.name, json_integer((json_int_t)nodes->count));
        nodes->all = memory_grow(nodes->all, nodes->count, sizeof node);
        nodes->all[nodes->count++] = node;
    }
    struct node *there =
        &nodes->all[place ? json_integer_value(place) : (json_int_t)nodes->count - 1];
    there->slots += slots;
    there->unnumbered += slots == 0;
    there->named++;
    return there->slots <= NODES_SLOTS_MAX && there->unnumbered <= NODES_SLOTS_MAX;
}

/* The number that `length` bytes are; 0: they are none, or too many. */
static unsigned number(const char *text, size_t length)
{
    char copy[16];
    uint64_t value;
    if (length >= sizeof copy)
        return 0;
    (void)snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    return count_parse(copy, &value) && value <= NODES_SLOTS_MAX ? (unsigned)value : 0;
}

bool nodes_read_hosts(const char *text, struct nodes *nodes)
{
    char item[HOST_BYTES + 16];
    const char *list = text;
    while (text_next(&list, item, sizeof item)) {
        const size_t length = strcspn(item, ":");
        const char *slots = item[length] ? item + length + 1 : NULL;
        const unsigned count = slots ? number(slots, strlen(slots)) : 0;
        if ((slots && count == 0) || !add(nodes, item, length, count))
            return false;
    }
    return nodes->count > 0;
}

bool nodes_read_pairs(const char *text, struct nodes *nodes)
{
    while (*(text += strspn(text, blanks))) {
        const size_t name = strcspn(text, blanks);
        const char *count = text + name + strspn(text + name, blanks);
        const size_t length = strcspn(count, blanks);
        const unsigned slots = number(count, length);
        if (slots == 0 || !add(nodes, text, name, slots))
            return false;
        text = count + length;
    }
    return nodes->count > 0;
}

/* ---- Slurm ---- */

/* A name as far as it is known, and the pattern that tells the rest of it. */
struct partial_name {
    char text[HOST_BYTES];
    const char *pattern, *end;
};

static bool expand(const struct partial_name *name, struct nodes *nodes);

/* "7" or "01-03" of `length` bytes, each before what follows the brackets. */
static bool expand_range(const struct partial_name *name, const char *range, size_t length,
                         const char *behind, struct nodes *nodes)
{
    static const char digits[] = "0123456789";
    const size_t width = strspn(range, digits);
    const char *last = range + width + (width < length);
    const size_t last_width = strspn(last, digits);
    if (width == 0 || width > 9 ||
        (width < length && (range[width] != '-' || width + 1 + last_width != length ||
                            last_width == 0 || last_width > 9)))
        return false;
    const unsigned long first = strtoul(range, NULL, 10);
    const unsigned long to = width < length ? strtoul(last, NULL, 10) : first;
    bool right = first <= to;
    for (unsigned long i = first; right && i <= to; i++) {
        struct partial_name longer = {.pattern = behind, .end = name->end};
        right = snprintf(longer.text, sizeof longer.text, "%s%0*lu", name->text, (int)width, i) <
                    (int)sizeof longer.text &&
                expand(&longer, nodes);
    }
    return right;
}

/* Adds all names that the pattern, which has no comma outside of brackets, has. */
static bool expand(const struct partial_name *name, struct nodes *nodes)
{
    struct partial_name longer = *name;
    const size_t left = (size_t)(name->end - name->pattern);
    const char *open = memchr(name->pattern, '[', left);
    const size_t plain = open ? (size_t)(open - name->pattern) : left;
    if (snprintf(longer.text, sizeof longer.text, "%s%.*s", name->text,
                 (int)MIN(plain, sizeof longer.text), name->pattern) >= (int)sizeof longer.text)
        return false;
    if (!open)
        return add(nodes, longer.text, strlen(longer.text), 0);
    const char *close = memchr(open, ']', left - plain);
    bool right = close;
    for (const char *range = open; right && range != close;) {
        const size_t length = strcspn(range + 1, ",]");
        right = expand_range(&longer, range + 1, length, close + 1, nodes);
        range += 1 + length;
    }
    return right;
}

/* Where an item of the list ends: at a comma outside of brackets. */
static size_t item_length(const char *list)
{
    size_t length = 0;
    for (bool inside = false; list[length] && (inside || list[length] != ','); length++)
        inside = list[length] == '[' || (inside && list[length] != ']');
    return length;
}

/* Gives each node its count. */
static bool apply(const char *counts, unsigned each, struct nodes *nodes)
{
    const char *list = counts;
    char item[32];
    size_t next = 0;
    while (text_next(&list, item, sizeof item)) {
        const size_t length = strcspn(item, "(");
        const size_t times = strcspn(item + length, ")");
        const unsigned slots = number(item, length);
        const unsigned repeat =
            item[length] == '\0' ? 1
            : strncmp(item + length, "(x", 2) == 0 && strcmp(item + length + times, ")") == 0
                ? number(item + length + 2, times - 2)
                : 0;
        if (slots == 0 || repeat == 0 || repeat > nodes->count - next)
            return false;
        for (unsigned i = 0; i < repeat; i++, next++) {
            nodes->all[next].slots = slots * each;
            nodes->all[next].unnumbered = 0;
        }
    }
    return next == nodes->count;
}

bool nodes_read_slurm(const char *list, const char *counts, unsigned each, struct nodes *nodes)
{
    bool right = *list;
    while (right && *list) {
        const size_t length = item_length(list);
        const struct partial_name name = {.pattern = list, .end = list + length};
        right = length > 0 && expand(&name, nodes);
        list += length + (list[length] == ',' && list[length + 1]);
    }
    return right && each <= NODES_SLOTS_MAX / 1024 && (!counts || apply(counts, each, nodes));
}

/* ---- host files ---- */

/* The number of slots that a line's words behind its name tell, or 0; false for other words. */
static bool read_words(const char *words, const char *end, unsigned *slots)
{
    *slots = 0;
    while ((words += strspn(words, blanks)) < end) {
        const size_t key = strcspn(words, "= \t\r\n#");
        const char *value = words + key + strspn(words + key, "= \t");
        const size_t length = strspn(value, "0123456789");
        const bool is_most = strncmp(words, "max", 3) == 0; /* beyond which none are forced on it */
        const unsigned count = number(value, length);
        const bool is_slots = (key == strlen("slots") && strncmp(words, "slots", key) == 0) ||
                              (key == strlen("max_slots") && is_most);
        if (!is_slots || count == 0 || value == words + key)
            return false;
        if (!is_most)
            *slots = count;
        words = value + length;
    }
    return true;
}

unsigned nodes_read_file(const char *text, struct nodes *nodes)
{
    unsigned line = 1;
    for (; *text; line++) {
        const size_t length = strcspn(text, "\n");
        const char *end = text + strcspn(text, "#\n"), *name = text + strspn(text, blanks);
        const size_t named = strcspn(name, " \t\r\n#:");
        unsigned slots = 0;
        if (name < end && (name[named] == ':' || !read_words(name + named, end, &slots) ||
                           !add(nodes, name, named, slots)))
            return line;
        text += length + (text[length] == '\n');
    }
    return nodes->count > 0 ? 0 : line;
}
