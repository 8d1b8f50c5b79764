/*
 * The beginning of a page that stands alone and looks as all pages of this suite do.
 */
#pragma once

#include <stdio.h>

/* Its policy, by which it asks nobody for anything, its style and its script, up to <body>. */
void page_begin(FILE *page, const char *title);
