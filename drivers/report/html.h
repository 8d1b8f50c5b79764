/*
 * Pieces of an HTML page that stands alone.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * As printf(), with each "%s" written so that a browser shows it letter by letter, in elements and
 * in quoted attributes, and breaks no line within a number such as "125 000" or before its "%". Of
 * conversions there are %s, %u and %zu without flags, and %f and %g of a double, without a *.
 */
void html_print(FILE *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes a heading as what its section is linked to by: "what-failed". */
void html_id(FILE *page, const char *text);

/* Begins and ends what a reader may fold, a part of the section `of`. It is folded away at first
 * unless it `is_open`. */
void html_fold(FILE *page, const char *of, const char *heading, bool is_open);
void html_fold_end(FILE *page);

/*
 * A picture that the page carries, by streams of SVG, which stay the caller's. As an image and not
 * inline, since gnuplot's SVGs all use the same ids.
 */
struct html_picture {
    const char *alternative; /* what one who does not see it should know */
    FILE *wide, *narrow;     /* the latter, unless NULL, is what narrow screens show */
    bool is_map; /* its colours tell more and less, and stay as they are on a dark page */
};
void html_picture(FILE *page, const struct html_picture *picture);

/* Writes the label of a model so that a narrow column breaks it behind a colon. */
void html_label(FILE *page, const char *label);

/*
 * Writes the prose, which is HTML, with the words that JSON has for the places in it:
 *
 *     {a.b.0}      a text as by %s, a number, or on or off: by keys and places in arrays
 *     {a:bytes}    a number of bytes with a unit; {a:ns} seconds in nanoseconds, {a:time} as
 *                  text_duration() has them; {a:.2} a number with so many digits behind the point
 *     {a:cell}     a number and a noun: "1 cell", "2 cells"
 *     {a?} {a!}    nothing; it is there where the word is true, and where it is false
 *     [A|B|C]      the first of A, B and C of which no word is absent, null, or an empty text
 */
void html_fill(FILE *page, const char *prose, const json_t *words);

/*
 * The value as JSON that may stand in <script type="application/json">: all of it is ASCII, and no
 * string of it can end the element, begin a comment, or control anything.
 */
void html_json(FILE *page, const json_t *value);
