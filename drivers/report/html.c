#define _GNU_SOURCE
#include "html.h"

#include "printable.h"
#include "safe_file.h"

#include <stdint.h>
#include <string.h>

/* More is none of this suite's figures. */
enum { SVG_BYTES_MAX = 1 << 24 };

static const char style[] =
    ":root { --ink: #1c1c1e; --soft: #5c5f66; --page: #fbfbfa; --card: #fff; --line: #dcdcdc;\n"
    "  --good: #0a6b3d; --bad: #b3261e; --badge: #fff; }\n"
    "/* Figures are drawn on white: turned about, with their hues kept, white is the card's "
    "shade. */\n"
    "@media screen and (prefers-color-scheme: dark) {\n"
    "  :root { color-scheme: dark; --ink: #e8e8ea; --soft: #a3a7ae; --page: #17181b;\n"
    "    --card: #212121; --line: #3a3d43; --good: #5fd39a; --bad: #ff8a80; --badge: #17181b; }\n"
    "  .card img { filter: invert(.9) hue-rotate(180deg) brightness(1.3); } }\n"
    "* { box-sizing: border-box; }\n"
    "body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; color: var(--ink);\n"
    "  background: var(--page); font: 1rem/1.5 system-ui, 'Liberation Sans', sans-serif; }\n"
    "h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }\n"
    "h2 { font-size: 1.3rem; margin: 2.8rem 0 .4rem; padding-top: .8rem;\n"
    "  border-top: 1px solid var(--line); }\n"
    "h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }\n"
    "p, ul { max-width: 46rem; margin: .5rem 0; }\n"
    "p, li, dt, dd, td, h1, h2 { overflow-wrap: anywhere; }\n"
    "code { font: .9em ui-monospace, 'Liberation Mono', monospace; }\n"
    ".soft { color: var(--soft); }\n"
    ".verdict { display: inline-block; margin: .8rem 0 .2rem; padding: .15rem .8rem;\n"
    "  border-radius: .3rem; font-weight: 700; color: var(--badge); background: var(--good); }\n"
    ".fail { background: var(--bad); }\n"
    ".bad { color: var(--bad); }\n"
    ".verdict.fail { color: var(--badge); }\n"
    "dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .6rem "
    "0; }\n"
    "dt { color: var(--soft); }\n"
    "dd { margin: 0; }\n"
    ".figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), "
    "1fr));\n"
    "  gap: 1rem; margin: 1rem 0; align-items: start; }\n"
    ".figures > :only-child { max-width: 37rem; }\n"
    ".figures.one > .card { max-width: 60rem; }\n"
    ".card { padding: .4rem; background: var(--card); border: 1px solid var(--line);\n"
    "  border-radius: .4rem; }\n"
    ".card img { display: block; width: 100%; height: auto; }\n"
    ".scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem;\n"
    "  background: var(--card); }\n"
    ".scroll + .scroll { margin-top: .6rem; }\n"
    "table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .92rem;\n"
    "  font-variant-numeric: tabular-nums; }\n"
    "th, td { padding: .3rem .6rem; text-align: right; white-space: nowrap; }\n"
    "th { font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line);\n"
    "  white-space: normal; vertical-align: bottom; }\n"
    "th:first-child, td:first-child, td.reason { text-align: left; }\n"
    "td.reason { white-space: normal; min-width: 16rem; }\n"
    "tr.group td { border-top: 1px solid var(--line); }\n"
    "@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; }\n"
    "  th, td { padding: .3rem .5rem; } ul { padding-left: 1.3rem; }\n"
    "  th:first-child, td:first-child { position: sticky; left: 0; min-width: 6.5rem;\n"
    "    white-space: normal; background: var(--card); } }\n"
    "@media print { @page { margin: 14mm; }\n"
    "  body { max-width: none; padding: 0; font-size: 10pt; background: #fff; }\n"
    "  h2 { margin-top: 1.6rem; }\n"
    "  .figures { grid-template-columns: 1fr 1fr; } .figures.one { grid-template-columns: 1fr; }\n"
    "  .card img { max-height: 23cm; object-fit: contain; }\n"
    "  .card, tr, li, dd { break-inside: avoid; } h2, h3, h2 + p, dt { break-after: avoid; }\n"
    "  table { font-size: 8pt; } th, td { padding: .15rem .4rem; }\n"
    "  .scroll { overflow: visible; border: 0; } }\n";

static const char *entity(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_text(FILE *page, const char *text)
{
    size_t bytes;
    for (bool shown; (bytes = printable_next(text, &shown)) > 0; text += bytes) {
        const char *instead = shown ? entity(*text) : "?";
        if (instead)
            (void)fputs(instead, page);
        else
            (void)fwrite(text, 1, bytes, page);
    }
}

/* Outside of strings JSON has none of the characters that are escaped here. */
static int write_escaped(const char *bytes, size_t count, void *page)
{
    for (size_t i = 0; i < count; i++)
        if (strchr("<>&\x7f", bytes[i]))
            (void)fprintf(page, "\\u%04x", (unsigned)bytes[i]);
        else
            (void)fputc(bytes[i], page);
    return 0;
}

bool html_json(FILE *page, const json_t *value)
{
    return json_dump_callback(value, write_escaped, page, JSON_COMPACT | JSON_ENSURE_ASCII) == 0;
}

void html_begin(FILE *page, const char *title)
{
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                /* Whatever a folder made it into the page, nothing is run and nothing fetched. */
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "img-src data:; style-src 'unsafe-inline'\">\n"
                "<title>",
                page);
    html_text(page, title);
    (void)fprintf(page, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

void html_end(FILE *page)
{
    (void)fputs("</body>\n</html>\n", page);
}

static void write_base64(FILE *page, FILE *file)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[3];
    size_t count;
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0) {
        uint32_t group = (uint32_t)bytes[0] << 16;
        if (count > 1)
            group |= (uint32_t)bytes[1] << 8;
        if (count > 2)
            group |= bytes[2];
        for (unsigned i = 0; i < 4; i++)
            (void)fputc(i <= count ? digits[group >> (18 - 6 * i) & 63] : '=', page);
    }
}

/* As an image and not inline: gnuplot's SVGs all use the same ids. */
static void write_svg(FILE *page, FILE *file)
{
    (void)fputs("\"data:image/svg+xml;base64,", page);
    write_base64(page, file);
    (void)fputs("\"", page);
    (void)fclose(file);
}

bool html_svg(FILE *page, const char *path, const char *narrow, const char *alt)
{
    FILE *file = NULL, *narrow_file = NULL;
    if (safe_file_open(path, SVG_BYTES_MAX, &file))
        return false;
    (void)fputs("<div class=\"card\"><picture>", page);
    if (narrow && !safe_file_open(narrow, SVG_BYTES_MAX, &narrow_file)) {
        (void)fputs("<source media=\"screen and (max-width: 40rem)\" srcset=", page);
        write_svg(page, narrow_file);
        (void)fputs(">", page);
    }
    (void)fputs("<img alt=\"", page);
    html_text(page, alt);
    (void)fputs("\" src=", page);
    write_svg(page, file);
    (void)fputs("></picture></div>\n", page);
    return true;
}
