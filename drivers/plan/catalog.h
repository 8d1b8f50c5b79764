/*
 * The models that can be run: the programs parbench-cell-* beside a front door, each asked for its
 * description, and those that were not built, with the reason. Beside them peers, the programs
 * parbench-peer-* in other languages, which are slow to answer and so asked only where somebody
 * wants to know.
 */
#pragma once

#include "description.h"
#include "status.h"

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct unbuilt {
    const char *name, *reason;
};

/* Ended by one without a name. CMake writes it. */
extern const struct unbuilt catalog_unbuilt[];

struct model_entry {
    struct model model; /* without functions */
    char *program;
    struct model_lists *lists;
    json_t *description;
    bool is_asked;      /* for its description */
    char unusable[256]; /* why it cannot be used, in its own last words; empty: it can */
};

enum { STARTER_CHOSEN_MAX = 4 };

/* A program outside the suite that starts cells. */
struct starter {
    const char *program;
    bool answers;
    char told[256]; /* its version; else, behind its name, why it cannot be used and what to do */
    /* What cells get in their environment where neither user nor site has set it, such as
     * "OMPI_MCA_pml=ob1"; ended by NULL. */
    const char *chosen[STARTER_CHOSEN_MAX + 1];
};

struct catalog {
    json_t *versions; /* what another build says that it was built from; NULL: this one's */
    json_t *kernels;  /* the names of those that it has; NULL: this one's, or it does not tell */
    size_t count;     /* those that can be used */
    size_t total;     /* and behind them those that cannot, of which there is but the name */
    struct model_entry *entries; /* ended by one without a name */
    size_t starter_count;
    struct starter *starters; /* those that were asked for their version; see launch_limit() */
};

/*
 * Finds all programs, and asks those of the `count` models that a user named, with options or
 * without; with none named, all but peers. One that cannot be started, does not answer or is none
 * of ours is there as unusable, and no failure before it is asked for by name. The caller frees,
 * but for a failure.
 */
MUST_USE enum status catalog_load(char *const *models, size_t count, struct catalog *catalog);

/* Asks those as well that catalog_load() did not, but for peers. */
void catalog_ask_others(struct catalog *catalog);

/* Asks all peers that were not asked yet, or those models of a list that were not,
 * "python-pool:chunk=1,pi". What starts them is to be looked for anew: see launch_limit(). */
void catalog_ask_peers(struct catalog *catalog);
void catalog_ask_named(struct catalog *catalog, const char *list);

/* Whether its program is that of a peer; and the interpreter that a user has for those, or NULL:
 * each finds its own. */
bool catalog_is_peer(const struct model_entry *entry);
const char *catalog_interpreter(const struct model_entry *entry);

/* The same of another build, whose front door is asked as well; see --beside. */
MUST_USE enum status catalog_load_beside(const char *front, struct catalog *catalog);
void catalog_free(struct catalog *catalog);

/* Asks programs side by side for their descriptions, or notes why they are unusable. */
void catalog_ask(struct model_entry *entries, size_t count, double limit_s);

/* Brings those that cannot be used, for which a reason has been noted, behind the others. */
void catalog_sort(struct catalog *catalog);

/* The program of that name that starts cells; NULL: it was not asked for its version. */
const struct starter *catalog_starter(const struct catalog *catalog, const char *program);

/* Says which models are left out, where nobody named any. */
void catalog_say_unusable(const struct catalog *catalog);

/* The folder of the gnuplot scripts. */
MUST_USE enum status catalog_plots(char folder[PATH_MAX]);

/* The model of that name; an error that suggests another, or says why it is unusable or not
 * built. */
MUST_USE enum status catalog_find(const struct catalog *catalog, const char *name,
                                  const struct model_entry **entry);

/* Likewise for a kernel, which may be named with an algorithm, "primes:algorithm=sieve". */
MUST_USE enum status catalog_find_kernel(const char *name, const struct kernel **kernel);

/* The names of all kernels, a new array. */
json_t *catalog_kernels(void);

/* Writes what a kernel's algorithms are called, its own first: "trial|sieve". Nothing for one that
 * has no others. */
void catalog_algorithms(const struct kernel *kernel, char *words, size_t length);
