#include "page.h"

#include "embedded.h"
#include "html.h"
#include "json.h"

void page_begin(FILE *page, const char *title)
{
    json_t *words = json_pack("{s:s, s:o}", "script", page_js_sha256, "title", json_text(title));
    html_fill(page, begin_html, words);
    json_decref(words);
    (void)fputs(style_css, page);
    (void)fprintf(page, "</style>\n<script>%s</script>\n</head>\n<body>\n", page_js);
}
