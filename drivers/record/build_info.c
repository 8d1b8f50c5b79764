#include "build_info.h"

#include "child.h"
#include "counters.h"

#include <string.h>

/* What was not there when the suite was built is an empty text. */
static json_t *text_or_null(const char *text)
{
    json_t *string = *text ? json_string(text) : NULL;
    return string ? string : json_null();
}

static json_t *program(const char *name)
{
    char version[256];
    return child_version(name, version, sizeof version) ? text_or_null(version) : json_null();
}

static json_t *papi(void)
{
    char version[64];
    counters_version(version, sizeof version);
    return strcmp(version, "none") == 0 ? json_null() : text_or_null(version);
}

json_t *build_info_build(void)
{
    return json_pack("{s:s, s:s, s:o, s:s, s:s}", "parbench", PARBENCH_VERSION, "commit",
                     build_info_commit, "modified",
                     build_info_modified < 0 ? json_null() : json_boolean(build_info_modified),
                     "compiler", PARBENCH_COMPILER, "flags", PARBENCH_FLAGS);
}

json_t *build_info_object(void)
{
    json_t *versions = build_info_build();
    json_t *others = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o}", "openmp", text_or_null(PARBENCH_OPENMP), "openmp_library",
        text_or_null(PARBENCH_OPENMP_LIBRARY), "mpi", program("mpirun"), "mpi_library",
        text_or_null(PARBENCH_MPI_LIBRARY), "gnuplot", program("gnuplot"), "papi", papi());
    if (json_object_update(versions, others) != 0) {
        json_decref(versions);
        versions = NULL;
    }
    json_decref(others);
    return versions;
}
