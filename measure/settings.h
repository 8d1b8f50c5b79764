/*
 * How firmware, kernel and host have set the machine up: what a reader must know before he compares
 * two machines, and what makes times vary. Nothing is guessed: what cannot be read is unknown.
 */
#pragma once

#include "placement.h"

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

/* Texts are empty when unknown. */
struct settings {
    char governor[64];         /* of the frequency; "a,b" where processors differ */
    enum answer turbo;         /* whether the clock may rise above its nominal frequency */
    char huge_pages[16];       /* transparent ones: always, madvise or never */
    char clocksource[32];      /* what CLOCK_MONOTONIC reads */
    unsigned threads_per_core; /* online hardware threads; 0: unknown */
    enum answer smt;           /* whether cores have more than one of them */
    enum answer virtual_machine;
    char hypervisor[32]; /* as Linux names it in /sys/hypervisor */
    char product[128];   /* maker and name of the machine, by its firmware */
    char fabric[32]; /* an adapter that MPI may use beside TCP: mlx5_0, cxi0, …; "" none is seen */
    char container[32]; /* hint of one that this process is in: docker, podman, lxc, … */
    double paranoid;    /* perf_event_paranoid: who may count what; NAN: unknown */
    double load[3];     /* average over the last 1, 5 and 15 minutes; NAN: unknown */
};

/* Reads those of the processors. `root` is prepended to every path, for tests; "" is here. */
void settings_read(const char *root, struct processors processors, struct settings *settings);

/* The adapter alone, as in settings. */
void settings_read_fabric(const char *root, char *fabric, size_t length);

/* That of transparent huge pages alone, as in settings; nothing is written when it is unknown. */
void settings_read_huge_pages(const char *root, char *chosen, size_t length);
