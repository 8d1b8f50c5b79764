#include "experiment.h"

const struct experiment_info experiment_info[EXPERIMENT_COUNT] = {
    [EXPERIMENT_GIL] = {"gil",
                        "what do threads under a global lock gain, against true parallelism?"},
    [EXPERIMENT_STRONG] = {"strong", "how much faster is the same work with more workers?"},
    [EXPERIMENT_WEAK] = {"weak", "how much more work do more workers do in the same time?"},
};
