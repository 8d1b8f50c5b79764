/*
 * What one launch of a cell gave.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

enum { LAUNCH_EXECUTIONS_MAX = 1000000 }; /* of a sample */

struct sample {
    double seconds;
    bool verified;
    json_t *counts; /* the model's own figures, an object */
    json_t *start; /* how its ranks began, an object, see results/README.md; NULL for one process */
};

/* What one launch gave. Samples that came before a failure are there, too. */
struct launch_result {
    unsigned executions; /* of each sample */
    json_t *too_short;   /* launches before this one, whose samples had too few; NULL: none */
    unsigned count;
    struct sample *samples;
    double startup_s;
    json_t *libraries; /* that its model ran with, see runtime_libraries.h: an object, or NULL */
    double wall_s;     /* the execution in which workers were busy for so long; 0: there was none */
    json_t *counters_absent; /* an object: why those have no value; NULL without passes */
    json_t *workers;         /* what each said of that execution, see instrumented.h; or NULL */
    bool understood;         /* it began in this version of the protocol */
    bool ended;              /* normally, with all samples verified */
    char result[128];        /* as people write it */
    char failure[320];       /* why not, in one line */
    /* The last lines that its processes wrote beside the protocol, for a failure that they have
     * not explained themselves. */
    char last_words[2048];
    bool explained;
};

void launch_result_free(struct launch_result *launched);
