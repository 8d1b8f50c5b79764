#include "build_info.h"

#include "counters.h"
#include "json.h"

#include <string.h>

static json_t *papi(void)
{
    char version[64];
    counters_version(version, sizeof version);
    return strcmp(version, "none") == 0 ? json_null() : json_known_text(version);
}

json_t *build_info_object(void)
{
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "parbench", PARBENCH_VERSION,
                     "commit", build_info_commit, "modified",
                     build_info_modified < 0 ? json_null() : json_boolean(build_info_modified),
                     "compiler", PARBENCH_COMPILER, "flags", PARBENCH_FLAGS, "openmp",
                     json_known_text(PARBENCH_OPENMP), "openmp_library",
                     json_known_text(PARBENCH_OPENMP_LIBRARY), "mpi_library",
                     json_known_text(PARBENCH_MPI_LIBRARY), "papi", papi());
}
