#include "grade.h"

#include "lab_units.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const grade_name[] = {"none", "compared", "right", "wrong", "inconclusive"};

char grade_right(const struct lab_question *question, const struct values_by_name *values,
                 char why[CONDITION_WHY_MAX])
{
    enum truth most = TRUTH_NO;
    char otherwise = 0, right = 0;
    why[0] = '\0';
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct lab_choice *choice = &question->choices[i];
        char open[CONDITION_WHY_MAX];
        if (strcmp(choice->condition, "otherwise") == 0) {
            otherwise = choice->letter;
            continue;
        }
        const enum truth truth = condition_holds(choice->condition, values, open);
        if (truth == TRUTH_YES)
            right = choice->letter;
        if (truth == TRUTH_OPEN && !*why)
            (void)snprintf(why, CONDITION_WHY_MAX, "%s", open);
        most = truth > most ? truth : most;
    }
    if (most == TRUTH_NO && !otherwise)
        (void)snprintf(why, CONDITION_WHY_MAX, "none of the choices holds");
    return most == TRUTH_NO ? otherwise : right;
}

enum grade grade_of(char answer, char right)
{
    if (!answer)
        return GRADE_NONE;
    if (!right)
        return GRADE_INCONCLUSIVE;
    return answer == right ? GRADE_RIGHT : GRADE_WRONG;
}

static void say_factor(double factor, const char *what, char *text, size_t length)
{
    text_append(text, length, factor < 10 ? "%.2g times %s" : "%.0f times %s", factor, what);
}

void grade_compare(double predicted, const struct measured *measured, const char *unit, char *text,
                   size_t length)
{
    const double scale = lab_unit_scale(unit), least = measured->low / scale,
                 most = measured->high / scale, middle = measured->median / scale;
    text[0] = '\0';
    if (!measured->is_known)
        text_append(text, length, "nothing to compare with for certain");
    else if (predicted >= least && predicted <= most)
        text_append(text, length, "within the interval");
    else if (predicted >= 0.9 * middle && predicted <= 1.1 * middle)
        text_append(text, length, "within a tenth");
    else if (!(predicted > 0) || !(middle > 0))
        text_append(text, length, predicted > most ? "too high" : "too low");
    else if (predicted > most)
        say_factor(predicted / middle, "too high", text, length);
    else
        say_factor(middle / predicted, "too low", text, length);
}
