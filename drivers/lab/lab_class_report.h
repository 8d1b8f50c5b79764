/*
 * Puts a class's records on one page: parbench lab report.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stddef.h>

struct class_asked {
    char *const *folders; /* each with a record.json */
    size_t count;
    const char *out; /* the page; NULL: lab-report.html */
    bool json;       /* prints what is on it as one object in place of a summary */
};

/* STATUS_FAILED where a record was left out, or something of one, or the page could not be written,
 * which was said: the others are on it. */
MUST_USE enum status lab_class_report(const struct class_asked *asked);
