/*
 * A run, gathered and analysed once: all that is drawn, written, compared and exported of it.
 *
 * What is told kernel by kernel goes through `kernels`, and through the cells of each:
 *
 *     for (size_t k = 0; k < run->kernel_count; k++)
 *         for (size_t i = 0; i < run->kernels[k].count; i++)
 *             tell(run->kernels[k].cells[i]);
 */
#pragma once

#include "analysis.h"
#include "findings.h"
#include "fits.h"
#include "manifest.h"
#include "noise_verdict.h"
#include "overview.h"
#include "run_folder.h"
#include "sources.h"

/*
 * What a kernel's speedups are over: a speedup says nothing without its base and the time that this
 * takes. `relative` is serial, which executes what all models do; `absolute` the fastest algorithm
 * of the kernel that was measured under serial. Source: D. H. Bailey, Twelve Ways to Fool the
 * Masses When Giving Performance Results on Parallel Computers, Supercomputing Review, 1991, number
 * 8.
 */
struct baselines {
    /* NULL where there is none that was measured and verified; the same cell twice where serial
     * executes the fastest algorithm. */
    const struct analysis_of_cell *relative, *absolute;
    size_t others; /* algorithms that were measured and verified under serial beside it */
};

struct analysed_run;

/* A kernel's cells. */
struct analysed_kernel {
    const struct analysed_run *run; /* that it is of */
    const char *name;
    size_t count;                          /* at least 1 */
    const struct analysis_of_cell **cells; /* in the order of the plan */
    struct baselines bases;
    /* The middle of its verified cells' medians, as far from the least as from the greatest: by it
     * a unit is chosen for all. Of other algorithms, which may take times of quite another order,
     * only where there is nothing else. INFINITY: there is none. */
    double middle_s;
};

/* What is told of all cells together. */
struct totals {
    size_t verified, failed;       /* cells; the others were not measured, */
    size_t with_losses;            /* or lost updates as expected, */
    size_t repeated;               /* cells whose samples are several executions, */
    unsigned most_executions;      /* and the most of them */
    size_t samples, late;          /* that are valid, and that are not */
    size_t outliers, far_outliers; /* among the former */
    size_t rounds;                 /* in which a cell was measured, at most */
    unsigned experiments;          /* that they are of, as cells have them */
    /* Whether there is one whose interval is wider than asked for, that has an interval or none,
     * more workers than cores, a speedup, a base of its own for absolute ones, or a limit, or that
     * was perturbed. */
    bool too_wide, with_interval, without_interval, oversubscribed, speedup, absolute, limited,
        perturbed;
    /* Of cells with several ranks those that began least and most apart; NULL: there are none. */
    const struct analysis_of_cell *closest, *widest;
};

/* What is to be said of a whole run, the worst one last. */
enum run_verdict {
    RUN_PASS,        /* all was measured, verified, and came to its end */
    RUN_INTERRUPTED, /* nothing is wrong with what there is, which is not all */
    RUN_FAIL         /* a cell failed, or a result is wrong */
};

/* As people and tools read it: "PASS". */
extern const char *const run_verdict_name[];

struct analysed_run {
    const char *folder;     /* NULL: it is in memory only */
    const json_t *manifest; /* NULL: one launch by itself, which nothing was asked of */
    const struct record *record;
    const struct plan *plan; /* the record's */
    struct sources sources;  /* the runs that it was put together of, if it was */

    /* See analysis_make(). */
    size_t count;
    struct analysis_of_cell *cells; /* one each of the plan, in its order */
    size_t rounds;                  /* of the record, measured or not */
    double *times;                  /* those of all cells, as what follows */
    unsigned *turns;                /* which launch of a round is the round's */
    const struct row **rows;
    const struct instrumented **executions;

    /* See analysed_run_group(). */
    unsigned nodes_most; /* that a cell spans */
    size_t kernel_count;
    struct analysed_kernel *kernels; /* in the order of their first cells */

    struct totals totals;
    struct noise_verdict noise;
    struct fits fits;
    struct overview overview;
    struct findings findings;
    enum run_verdict verdict;

    /* What was asked for when the run was last resumed, else in its manifest; 0: nothing was. */
    double precision, budget_s, budget_most_s;
    unsigned allowed; /* workers at once on the run's machine */

    /* What a folder was read into. */
    struct side stored;
};

/* Analyses the record, which stays the caller's, as `folder` and `manifest` do, and must outlive
 * the run, which is zeroed before. The caller frees it. */
void analysed_run_make(const char *folder, const json_t *manifest, const struct record *record,
                       struct analysed_run *run);

/*
 * Reads the folder and analyses what it holds. Says what of it cannot be used. `owns`: nobody else
 * writes there until it is freed, see run_folder_own(). The caller frees the run, unless it could
 * not be read; it stays where it was read, and `folder` is the caller's.
 */
MUST_USE enum status analysed_run_read(const char *folder, bool owns, struct analysed_run *run);
void analysed_run_free(struct analysed_run *run);

/* The machines in one line, see manifest_machine_line(); and of how many runs, if they are
 * several. Of several kinds of machines it says so first, and names them. */
struct machine_line analysed_run_machine(const struct analysed_run *run);

/* The command that takes a run as far as so many rounds, whatever ended it: with a budget and a
 * precision that do not end it before. Folder and other build are DIR and OTHER. One that was put
 * together takes another run. */
struct analysed_run_command {
    char text[160];
};
struct analysed_run_command analysed_run_to_rounds(const struct analysed_run *run, double rounds);

/* Says how to go on with a run that did not come to its end, or with those that it was put together
 * of, behind all else that is said. */
void analysed_run_say_cut(const struct analysed_run *run);

/* Fills in `kernels` from `cells`; a part of analysed_run_make(). */
void analysed_run_group(struct analysed_run *run);
