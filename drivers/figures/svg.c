#include "svg.h"

#include "memory.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* What is read, and what has been made of it. */
struct shortening {
    const char *from;
    char *begin, *to; /* its end, where more is written */
};

/* What all groups are within, and what therefore they need not say. */
static const char canvas[] = "<g id=\"gnuplot_canvas\">";
static const char own_canvas[] = "<g id=\"gnuplot_canvas\" fill=\"none\" color=\"black\" "
                                 "font-family=\"Liberation Sans,Arial,sans-serif\">";
static const char *const attributes[] = {" fill=\"none\"",
                                         " color=\"black\"",
                                         " font-family=\"Liberation Sans,Arial,sans-serif\"",
                                         " stroke-linecap=\"butt\"",
                                         " stroke-linejoin=\"miter\"",
                                         " class=\"gridline\"",
                                         " id=\"gnuplot_plot_"};

/* Elements of which nothing is seen. */
static const struct unseen {
    const char *begin, *end;
} unseen[] = {{"<title>", "</title>"}, {"<desc>", "</desc>"}, {"<filter ", "</filter>"}};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void put(struct shortening *svg, const char *text, size_t length)
{
    memcpy(svg->to, text, length);
    svg->to += length;
}

/* ---- between tags ---- */

static bool skip_unseen(struct shortening *svg)
{
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
        const char *end =
            begins(svg->from, unseen[i].begin) ? strstr(svg->from, unseen[i].end) : NULL;
        if (!end)
            continue;
        svg->from = end + strlen(unseen[i].end);
        return true;
    }
    return false;
}

/* Ends a group; one in which nothing is, is as if it had never begun. */
static bool end_group(struct shortening *svg)
{
    static const char end[] = "</g>";
    if (!begins(svg->from, end))
        return false;
    svg->from += strlen(end);
    char *tag = svg->to; /* the last one; behind it there may be text */
    *svg->to = '\0';
    while (tag > svg->begin && *--tag != '<')
        ;
    if ((begins(tag, "<g ") || begins(tag, "<g>")) && svg->to[-1] == '>')
        svg->to = tag;
    else
        put(svg, end, strlen(end));
    return true;
}

/* ---- within a tag ---- */

static bool skip_attribute(struct shortening *svg)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        if (!begins(svg->from, attributes[i]))
            continue;
        svg->from += strlen(attributes[i]);
        if (svg->from[-1] != '"') {
            svg->from += strcspn(svg->from, "\"");
            svg->from += *svg->from == '"';
        }
        return true;
    }
    return false;
}

static bool shorten_colour(struct shortening *svg)
{
    unsigned red, green, blue;
    int length = 0;
    if (*svg->from != 'r' ||
        sscanf(svg->from, "rgb(%3u,%3u,%3u)%n", &red, &green, &blue, &length) < 3 || length == 0)
        return false;
    svg->to +=
        snprintf(svg->to, sizeof "#rrggbb", "#%02x%02x%02x", red & 255, green & 255, blue & 255);
    svg->from += length;
    return true;
}

/* A number has one digit behind its point from 10 on, else two, and no zeros at the end. */
static bool shorten_number(struct shortening *svg)
{
    static const char digits[] = "0123456789";
    const size_t whole = strspn(svg->from, digits);
    const char *behind = svg->from + whole + 1;
    if (whole == 0 || behind[-1] != '.' || !isdigit((unsigned char)*behind))
        return false;
    size_t length = strspn(behind, digits);
    put(svg, svg->from, whole);
    svg->from = behind + length;
    length = length > 1 + (whole < 2) ? 1 + (whole < 2) : length;
    while (length > 0 && behind[length - 1] == '0')
        length--;
    if (length > 0)
        put(svg, behind - 1, length + 1);
    return true;
}

/* One space is enough, and none before an end. */
static bool shorten_space(struct shortening *svg)
{
    const size_t length = strspn(svg->from, " \t\n");
    svg->from += length;
    if (length > 0 && !strchr("'\"/>", *svg->from))
        *svg->to++ = ' ';
    return length > 0;
}

char *svg_shortened(const char *text)
{
    char *made = memory_bytes(strlen(text) + sizeof own_canvas);
    struct shortening svg = {.from = text, .begin = made, .to = made};
    bool is_tag = false;
    while (*svg.from) {
        if (is_tag && (skip_attribute(&svg) || shorten_colour(&svg) || shorten_number(&svg) ||
                       shorten_space(&svg)))
            continue;
        if (!is_tag && (skip_unseen(&svg) || end_group(&svg)))
            continue;
        if (!is_tag && begins(svg.from, canvas)) {
            put(&svg, own_canvas, strlen(own_canvas));
            svg.from += strlen(canvas);
        } else if (!is_tag && strchr("\n\t", *svg.from)) {
            svg.from++;
        } else {
            is_tag = *svg.from == '<' ? svg.from[1] != '?' : is_tag && *svg.from != '>';
            *svg.to++ = *svg.from++;
        }
    }
    *svg.to = '\0';
    return made;
}
