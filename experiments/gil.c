/* gil: threads that must hold one lock to compute, beside true parallelism on one node. */
#include "experiment.h"

const struct experiment experiment_gil = {
    .name = "gil",
    .question = "what do threads under a global lock gain, against true parallelism?",
    .traits = TRAIT_SHARED_MEMORY,
    .oversubscription = 2, /* whether more threads than cores help is what many ask */
};
