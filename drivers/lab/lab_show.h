/*
 * A lab's text on a terminal.
 */
#pragma once

#include "lab.h"

#include <stdio.h>

/* The text without the marks of Markdown: of a link its words, of `code` and **strong** words those
 * themselves. The caller frees. */
char *lab_plain(const char *text);

/* What a block of text shows: a paragraph, an item, a table, lines of code, a heading. */
void lab_show_text(FILE *stream, const struct lab_block *block);

/* A figure in letters, of lines, bars or lanes, if gnuplot is there, and where its picture is, of
 * which `picture` is the path without the ending. */
void lab_show_figure(FILE *stream, const char *picture, const char *title);
