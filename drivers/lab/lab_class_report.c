#define _GNU_SOURCE
#include "lab_class_report.h"

#include "catalog.h"
#include "child.h"
#include "json.h"
#include "lab_class.h"
#include "lab_class_figure.h"
#include "lab_class_json.h"
#include "lab_class_page.h"
#include "lab_record.h"
#include "memory.h"
#include "safe_file.h"
#include "signals.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char default_out[] = "lab-report.html";

/* ---- the records ---- */

static const struct lab_text *text_of(const struct lab_record *record)
{
    const struct lab_text *text = lab_texts;
    while (text->name && strcmp(text->name, lab_record_text(record, "name")) != 0)
        text++;
    return text->name ? text : NULL;
}

/* The class of that lab, a new one where there is none: in the order of the labs. */
static enum status class_of(struct class_page *page, const struct lab_text *text,
                            struct lab_class **class)
{
    size_t place = 0;
    while (place < page->count && page->all[place]->class.lab.number < text->number)
        place++;
    if (place < page->count && page->all[place]->class.lab.number == text->number) {
        *class = &page->all[place]->class;
        return STATUS_OK;
    }
    struct class_shown *shown = memory_new(1, sizeof *shown);
    page->all = memory_grow(page->all, page->count, sizeof(struct class_shown *));
    memmove(&page->all[place + 1], &page->all[place],
            (page->count++ - place) * sizeof(struct class_shown *));
    page->all[place] = shown;
    *class = &shown->class;
    return lab_class_begin(text, *class);
}

static enum status add_record(struct class_page *page, const char *folder,
                              const struct lab_record *record)
{
    const struct lab_text *text = text_of(record);
    struct lab_class *class;
    if (!text)
        return status_fail(STATUS_FAILED,
                           "%s is the record of lab %u, %s, which this parbench "
                           "does not have",
                           folder, lab_record_number(record, "lab"),
                           lab_record_text(record, "name"));
    TRY(class_of(page, text, &class));
    return lab_class_add(class, folder, record->json);
}

/* Whether the folder is one of those before it, by whatever name. */
static bool is_again(char *const *folders, size_t place)
{
    char path[PATH_MAX], other[PATH_MAX];
    bool found = false;
    if (!realpath(folders[place], path))
        return false;
    for (size_t i = 0; i < place && !found; i++)
        found = realpath(folders[i], other) && strcmp(path, other) == 0;
    return found;
}

static enum status read_records(const struct class_asked *asked, struct class_page *page)
{
    enum status status = STATUS_OK;
    struct lab_record *record = memory_new(1, sizeof *record);
    for (size_t i = 0; i < asked->count; i++) {
        if (is_again(asked->folders, i)) {
            status_say("%s was named before, and is counted once", asked->folders[i]);
            continue;
        }
        enum status read = lab_record_read(asked->folders[i], record);
        if (read == STATUS_OK)
            read = add_record(page, asked->folders[i], record);
        lab_record_free(record);
        status = status == STATUS_OK ? read : status;
    }
    free(record);
    for (size_t i = 0; i < page->count; i++)
        lab_class_count(&page->all[i]->class);
    return status;
}

/* ---- the figures ---- */

static enum status draw_of(struct class_shown *shown, const char *plots)
{
    const struct lab_class *class = &shown->class;
    for (size_t i = 0; i < class->lab.question_count; i++)
        if (class->questions[i].prediction_count > 0)
            TRY(class_figure_draw(class, &class->questions[i], plots, &shown->figures[i]));
    return STATUS_OK;
}

/* Those behind one that fails are not drawn: why is told once. */
static enum status draw(struct class_page *page)
{
    char version[256], plots[PATH_MAX];
    for (size_t i = 0; i < page->count; i++)
        page->all[i]->figures =
            memory_new(page->all[i]->class.lab.question_count, sizeof *page->all[i]->figures);
    if (!child_version("gnuplot", "install it (scripts/setup), and make the page anew",
                       CHILD_ANSWER_S, version, sizeof version)) {
        status_say("figures are left out: gnuplot %s", version);
        return STATUS_OK;
    }
    TRY(catalog_plots(plots));
    for (size_t i = 0; i < page->count; i++)
        TRY(draw_of(page->all[i], plots));
    page->has_figures = true;
    return STATUS_OK;
}

static void free_page(struct class_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        struct class_shown *shown = page->all[i];
        for (size_t j = 0; shown->figures && j < shown->class.lab.question_count; j++)
            gnuplot_free_pair(&shown->figures[j]);
        free(shown->figures);
        lab_class_free(&shown->class);
        free(shown);
    }
    free(page->all);
}

/* ---- what is said ---- */

static void say_class(const struct lab_class *class)
{
    const unsigned stuck = lab_class_stuck(class);
    const struct class_question *wrong = lab_class_wrong(class);
    text_wrapped(stdout, "", "Lab %u: %s: %zu student%s, %u finished; %zu question%s",
                 class->lab.number, class->lab.title, class->student_count,
                 class->student_count == 1 ? "" : "s", lab_class_finished(class),
                 class->lab.question_count, class->lab.question_count == 1 ? "" : "s");
    if (wrong)
        text_wrapped(stdout, "  ", "Most wrong answers: %s, %u of %u", wrong->question->name,
                     wrong->count[CLASS_WRONG], wrong->answered);
    else
        text_wrapped(stdout, "  ", "No wrong answers");
    if (stuck > 0)
        text_wrapped(stdout, "  ", "Not finished: %u at step %u of %u, %s; at no step are more",
                     class->steps[stuck].here, stuck, class->lab.steps,
                     lab_class_step_title(class, stuck));
}

static void say(const struct class_page *page, const struct class_asked *asked, const char *out)
{
    if (!asked->json) {
        for (size_t i = 0; i < page->count; i++)
            say_class(&page->all[i]->class);
        text_wrapped(stdout, "", "The page: %s", out);
        return;
    }
    json_t *labs = json_array();
    for (size_t i = 0; i < page->count; i++)
        (void)json_array_append_new(labs, lab_class_json(&page->all[i]->class));
    json_print(json_pack("{s:o, s:o}", "page", json_text(out), "labs", labs));
}

enum status lab_class_report(const struct class_asked *asked)
{
    struct class_page page = {.count = 0};
    const char *out = asked->out ? asked->out : default_out;
    signals_outlive_readers();
    enum status status = read_records(asked, &page);
    if (page.count > 0) {
        const enum status drawn = draw(&page);
        status = status == STATUS_OK || drawn == STATUS_INTERRUPTED ? drawn : status;
    }
    if (page.count > 0 && status != STATUS_INTERRUPTED) {
        const char *wrong = safe_file_give(out, class_page_write, &page);
        if (wrong)
            status = status_fail(STATUS_FAILED, "cannot write %s: %s", out, wrong);
        else
            say(&page, asked, out);
    }
    free_page(&page);
    return status;
}
