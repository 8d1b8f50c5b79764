#define _GNU_SOURCE
#include "lab_class_page.h"

#include "html.h"
#include "lab_class_figure.h"
#include "lab_units.h"
#include "memory.h"
#include "page.h"

#include <stdlib.h>
#include <string.h>

/* Longer tables scroll; of more reasons the first ones are told. */
enum { ROWS_MAX = 25, REASONS_MAX = 8, ID_MAX = LAB_NAME_MAX + 16 };

static void begin_table(FILE *page, size_t rows, const char *class)
{
    html_print(page, "<div class=\"scroll%s\" tabindex=\"0\">\n<table class=\"%s\">\n",
               rows > ROWS_MAX ? " glance" : "", class);
}

static void end_table(FILE *page)
{
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
}

static const char *plural_of(size_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- where the class is ---- */

static void write_summary(FILE *page, const struct lab_class *class)
{
    const unsigned stuck = lab_class_stuck(class);
    const struct class_question *wrong = lab_class_wrong(class);
    html_print(page, "<p>%zu student%s, of whom %u ha%s finished.", class->student_count,
               plural_of(class->student_count), lab_class_finished(class),
               lab_class_finished(class) == 1 ? "s" : "ve");
    if (stuck > 0)
        html_print(page, " Of the others, %u %s at step %u of %u, <b>%s</b>: at no step are more.",
                   class->steps[stuck].here, class->steps[stuck].here == 1 ? "is" : "are", stuck,
                   class->lab.steps, lab_class_step_title(class, stuck));
    if (wrong) {
        html_print(page, " Most wrong answers, %u of %u, were given to <a href=\"#on-lab-%u-",
                   wrong->count[CLASS_WRONG], wrong->answered, class->lab.number);
        html_id(page, wrong->question->name);
        html_print(page, "\">%s</a>.", wrong->question->name);
    }
    (void)fputs("</p>\n", page);
}

static void write_bar(FILE *page, unsigned count, size_t of)
{
    html_print(page, "<td class=\"bar\" style=\"--share: %.1f%%\">%u</td>",
               of > 0 ? 100.0 * count / (double)of : 0.0, count);
}

static void write_steps(FILE *page, const struct lab_class *class)
{
    begin_table(page, 0, "steps");
    (void)fputs("<thead><tr><th scope=\"col\">step</th><th scope=\"col\">have reached it</th>"
                "<th scope=\"col\">are at it, not finished</th></tr></thead>\n<tbody>\n",
                page);
    for (unsigned step = 0; step <= class->lab.steps; step++) {
        const struct class_step *at = &class->steps[step];
        if (step == 0 && at->here == 0)
            continue;
        if (step == 0)
            (void)fputs("<tr><td>not begun</td>", page);
        else
            html_print(page, "<tr><td>%u. %s</td>", step, lab_class_step_title(class, step));
        write_bar(page, at->reached, class->student_count);
        write_bar(page, at->here, class->student_count);
        (void)fputs("</tr>\n", page);
    }
    end_table(page);
}

static void write_student(FILE *page, const struct lab_class *class,
                          const struct class_student *student)
{
    html_print(page, "<tr><td>%s</td><td class=\"reason\">%u of %u: %s</td><td>%s</td>",
               student->name, student->step, class->lab.steps,
               student->step > 0 ? lab_class_step_title(class, student->step) : "not begun",
               student->is_finished ? "yes" : "no");
    for (unsigned i = 0; i < CLASS_TALLIES; i++)
        html_print(page, "<td>%u</td>", student->count[i]);
    (void)fputs("</tr>\n", page);
}

static void write_students(FILE *page, const struct lab_class *class)
{
    char id[ID_MAX];
    (void)snprintf(id, sizeof id, "lab-%u", class->lab.number);
    html_fold(page, id, "Who is where", true);
    begin_table(page, class->student_count, "students");
    (void)fputs("<thead><tr><th scope=\"col\">student</th><th scope=\"col\">step</th>"
                "<th scope=\"col\">finished</th>",
                page);
    for (unsigned i = 0; i < CLASS_TALLIES; i++)
        html_print(page, "<th scope=\"col\">%s</th>", class_tally_name[i]);
    (void)fputs("</tr></thead>\n<tbody>\n", page);
    for (size_t i = 0; i < class->student_count; i++)
        write_student(page, class, &class->students[i]);
    end_table(page);
    (void)fputs("<p class=\"soft\">Each of the lab's questions is counted once: compared are "
                "predictions, which are never judged. Inconclusive is what a student's own "
                "measurements do not decide; to come is what was not asked yet, or not "
                "measured.</p>\n",
                page);
    html_fold_end(page);
}

/* ---- what stays open ---- */

static void write_reasons(FILE *page, const struct class_question *question)
{
    if (question->reason_count == 0)
        return;
    (void)fputs("<p>Why it stays open:</p>\n<ul>\n", page);
    for (size_t i = 0; i < question->reason_count && i < REASONS_MAX; i++)
        html_print(page, "<li>%s <span class=\"soft\">(%u)</span></li>\n",
                   question->reasons[i].text, question->reasons[i].count);
    if (question->reason_count > REASONS_MAX) {
        unsigned others = 0;
        for (size_t i = REASONS_MAX; i < question->reason_count; i++)
            others += question->reasons[i].count;
        html_print(page, "<li>other reasons <span class=\"soft\">(%u)</span></li>\n", others);
    }
    (void)fputs("</ul>\n", page);
}

/* ---- a prediction ---- */

static void write_prediction(FILE *page, const struct lab_class *class,
                             const struct class_prediction *prediction)
{
    const struct measured predicted = measured_exactly(prediction->predicted);
    const struct measured *measured = &prediction->measured;
    char text[512];
    measured_print(&predicted, NULL, text, sizeof text);
    html_print(page, "<tr><td>%s</td><td>%s</td>", class->students[prediction->student].name, text);
    struct measured shown = *measured;
    shown.why[0] = '\0';
    text[0] = '\0';
    if (measured->median == measured->median)
        measured_print(&shown, NULL, text, sizeof text);
    html_print(page, "<td>%s</td><td class=\"reason\">%s%s%s</td></tr>\n", *text ? text : "–",
               class_outcome_name[prediction->outcome], *measured->why ? ": " : "", measured->why);
}

static void write_predictions(FILE *page, const struct lab_class *class,
                              const struct class_question *question, bool is_open)
{
    const char *unit = lab_unit_text(question->question->predicts->unit);
    char id[ID_MAX];
    (void)snprintf(id, sizeof id, "lab-%u-%s", class->lab.number, question->question->name);
    html_fold(page, id, "Each student's", is_open);
    begin_table(page, question->prediction_count, "predictions");
    html_print(page,
               "<thead><tr><th scope=\"col\">student</th><th scope=\"col\">predicted%s%s</th>"
               "<th scope=\"col\">measured%s%s [95 %% interval]</th><th scope=\"col\">the "
               "prediction is</th></tr></thead>\n<tbody>\n",
               *unit ? ", " : "", unit, *unit ? ", " : "", unit);
    for (size_t i = 0; i < question->prediction_count; i++)
        write_prediction(page, class, &question->predictions[i]);
    end_table(page);
    html_fold_end(page);
}

static void write_figure(FILE *page, const struct class_question *question,
                         const struct gnuplot_pair *figure)
{
    char text[CLASS_WORDS_MAX + LAB_NAME_MAX];
    const size_t used = (size_t)snprintf(text, sizeof text, "Predictions and measurements of %s. ",
                                         question->question->name);
    if (!figure->wide)
        return;
    class_figure_describe(question, text + used);
    FILE *wide = fmemopen(figure->wide, strlen(figure->wide), "r"),
         *narrow = fmemopen(figure->narrow, strlen(figure->narrow), "r");
    (void)fputs("<div class=\"figures one\">\n", page);
    html_picture(page, &(struct html_picture){text, wide, narrow, false});
    (void)fputs("</div>\n", page);
    (void)fclose(wide);
    (void)fclose(narrow);
}

static void write_predicted(FILE *page, const struct class_shown *shown, size_t place)
{
    const struct class_question *question = &shown->class.questions[place];
    char text[CLASS_WORDS_MAX];
    if (question->prediction_count == 0) {
        (void)fputs("<p class=\"soft\">Nobody has predicted this yet.</p>\n", page);
        return;
    }
    write_figure(page, question, &shown->figures[place]);
    class_figure_describe(question, text);
    html_print(page, "<p>%s</p>\n", text);
    write_reasons(page, question);
    write_predictions(page, &shown->class, question, !shown->figures[place].wide);
}

/* ---- a check ---- */

static void write_choices(FILE *page, const struct class_question *question)
{
    begin_table(page, 0, "choices");
    (void)fputs("<thead><tr><th scope=\"col\">choice</th><th scope=\"col\">chosen by</th>"
                "<th scope=\"col\">right</th><th scope=\"col\">wrong</th>"
                "<th scope=\"col\">inconclusive</th>"
                "<th scope=\"col\">holds for</th></tr></thead>\n<tbody>\n",
                page);
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct class_choice *choice = &question->choices[i];
        html_print(page, "<tr><td>%s) %s</td>", (char[]){choice->letter, '\0'}, choice->text);
        write_bar(page, choice->taken, question->answered);
        for (unsigned tally = CLASS_RIGHT; tally <= CLASS_INCONCLUSIVE; tally++)
            html_print(page, "<td>%u</td>", choice->count[tally]);
        if (choice->letter == GRADE_UNDECIDED)
            (void)fputs("<td>–</td></tr>\n", page);
        else
            html_print(page, "<td>%u</td></tr>\n", choice->holds);
    }
    end_table(page);
}

static void write_checked(FILE *page, const struct class_question *question)
{
    if (question->answered == 0) {
        (void)fputs("<p class=\"soft\">Nobody has answered this yet.</p>\n", page);
        return;
    }
    write_choices(page, question);
    write_reasons(page, question);
}

/* ---- the page ---- */

static void write_question(FILE *page, const struct class_shown *shown, size_t place)
{
    const struct lab_class *class = &shown->class;
    const struct class_question *question = &class->questions[place];
    const char *name = question->question->name;
    html_print(page, "<h3 class=\"question\" id=\"on-lab-%u-", class->lab.number);
    html_id(page, name);
    html_print(page, "\">%s: %s</h3>\n<p>%s</p>\n", name,
               question->choice_count > 0 ? "a check" : "a prediction", question->text);
    html_print(page, "<p class=\"soft\">%s; answered by %u, left out by %u, to come for %u.</p>\n",
               lab_class_step_title(class, question->step), question->answered,
               question->count[CLASS_LEFT_OUT],
               (unsigned)class->student_count - question->answered -
                   question->count[CLASS_LEFT_OUT]);
    if (question->choice_count > 0)
        write_checked(page, question);
    else
        write_predicted(page, shown, place);
}

static void write_section(FILE *page, const struct class_shown *shown)
{
    const struct lab_class *class = &shown->class;
    html_print(page, "<section id=\"on-lab-%u\">\n<h2>Lab %u: %s</h2>\n", class->lab.number,
               class->lab.number, class->lab.title);
    write_summary(page, class);
    (void)fputs("<nav aria-label=\"Questions\">\n<ul>\n", page);
    for (size_t i = 0; i < class->lab.question_count; i++) {
        const char *name = class->questions[i].question->name;
        html_print(page, "<li><a href=\"#on-lab-%u-", class->lab.number);
        html_id(page, name);
        html_print(page, "\">%s</a></li>\n", name);
    }
    (void)fputs("</ul>\n</nav>\n<h3>Where the class is</h3>\n", page);
    write_steps(page, class);
    write_students(page, class);
    for (size_t i = 0; i < class->lab.question_count; i++)
        write_question(page, shown, i);
    (void)fputs("</section>\n", page);
}

static void list_labs(FILE *page, const struct class_page *of)
{
    (void)fputs("<nav aria-label=\"Contents\">\n<ul>\n", page);
    for (size_t i = 0; i < of->count; i++)
        html_print(page, "<li><a href=\"#on-lab-%u\">Lab %u: %s</a></li>\n",
                   of->all[i]->class.lab.number, of->all[i]->class.lab.number,
                   of->all[i]->class.lab.title);
    (void)fputs("</ul>\n</nav>\n", page);
}

void class_page_write(FILE *page, const void *what)
{
    const struct class_page *of = what;
    page_begin(page, "parbench: a class");
    (void)fputs(
        "<header>\n<h1>A class's labs</h1>\n<p class=\"soft\">What was predicted, measured "
        "and concluded. Each answer is held against its student's own "
        "measurements: a choice holds for those whose measurements show it for certain.</p>\n",
        page);
    if (!of->has_figures)
        (void)fputs("<p>There are tables only: figures are drawn where gnuplot is installed.</p>\n",
                    page);
    (void)fputs("</header>\n", page);
    if (of->count > 1)
        list_labs(page, of);
    (void)fputs("<main>\n", page);
    for (size_t i = 0; i < of->count; i++)
        write_section(page, of->all[i]);
    (void)fputs("</main>\n</body>\n</html>\n", page);
}
