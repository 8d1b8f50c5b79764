/*
 * What the fuzz targets have in common. Each reads bytes that nobody chose with one of parbench's
 * readers, and checks what comes of it. With libFuzzer it is a search (make fuzz); with corpus.c it
 * reads the inputs in corpus/ once more, those that broke it in the past among them (make test).
 */
#pragma once

#include "record.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The target, by the name that libFuzzer wants. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Ends the program, which is what libFuzzer looks for, when it does not hold. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))

_Noreturn static inline void fuzz_fail(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

/* The bytes as a text that the caller frees. */
char *fuzz_text(const uint8_t *bytes, size_t length);

/* The text holds nothing that a terminal would not show, but ends of lines. */
void fuzz_check_printable(const char *text);

/* Makes of a run that was read all that is printed of it, and checks that. */
void fuzz_present(const struct record *record);
