/*
 * Pieces of an HTML page that stands alone.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* The text so that a browser shows it letter by letter, in elements and in quoted attributes. */
void html_text(FILE *page, const char *text);

/*
 * As printf(), with each "%s" written by html_text(). Of conversions there are %s, %u and %zu
 * without flags, and %f and %g of a double, without a *.
 */
void html_print(FILE *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What stands in prose for {name}. */
struct html_word {
    const char *name, *text;
};

/* The prose, which is HTML, with its words in their places by html_text(); `words` end by a name
 * that is NULL. A place whose word is not among them stays empty. */
void html_fill(FILE *page, const char *prose, const struct html_word *words);

/*
 * The value as JSON that may stand in <script type="application/json">: all of it is ASCII, and no
 * string of it can end the element, begin a comment, or control anything. False without memory.
 */
bool html_json(FILE *page, const json_t *value);

/* The page as far as <body>, with the style sheet, and its end. */
void html_begin(FILE *page, const char *title);
void html_end(FILE *page);

/*
 * <img> with the SVG file inside, in a <div class="card">; `alt` says what it shows to those who do
 * not see it. `narrow` is another file that narrow screens show in its place; NULL: none. False,
 * and nothing written, when there is no file of that path.
 */
bool html_svg(FILE *page, const char *path, const char *narrow, const char *alt);
