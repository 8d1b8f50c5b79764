/* strong: the same work with more workers. */
#include "experiment.h"

const struct experiment experiment_strong = {
    .name = "strong",
    .question = "how much faster is the same work with more workers?",
};
