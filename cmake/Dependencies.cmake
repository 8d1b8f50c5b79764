# What the suite links to. What is optional and missing leaves its target undefined; the models
# that need it are then listed as not built.

find_package(Threads REQUIRED)
find_package(OpenMP COMPONENTS C)
if(PARBENCH_WITH_MPI)
  if(NOT CMAKE_CROSSCOMPILING) # it is run
    set(MPI_DETERMINE_LIBRARY_VERSION ON)
  endif()
  # It takes all that mpicc's loader says for options, and so finds none where a preload is in vain.
  set(preload "$ENV{LD_PRELOAD}")
  unset(ENV{LD_PRELOAD})
  find_package(MPI COMPONENTS C)
  set(ENV{LD_PRELOAD} "${preload}")
  if(MPI_C_LIBRARY_VERSION_STRING AND
     NOT MPI_C_LIBRARY_VERSION_STRING MATCHES "Open MPI|MPICH Version")
    message(WARNING "Models with ranks will not run: they are started by Open MPI or MPICH, and "
      "${MPI_C_COMPILER} is of another MPI")
  endif()
endif()

# parbench_library(TARGET header.h library [REQUIRED "how to get it"]) defines an imported target,
# which CMAKE_PREFIX_PATH leads to, as Spack sets it, or CPATH and LIBRARY_PATH, as modules do.
function(parbench_library target header library)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "REQUIRED" "")
  find_path(${library}_INCLUDE_DIR ${header} HINTS ENV CPATH ENV C_INCLUDE_PATH)
  find_library(${library}_LIBRARY ${library} HINTS ENV LIBRARY_PATH ENV LD_LIBRARY_PATH)
  mark_as_advanced(${library}_INCLUDE_DIR ${library}_LIBRARY)
  if(${library}_INCLUDE_DIR AND ${library}_LIBRARY)
    add_library(${target} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES
      IMPORTED_LOCATION "${${library}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${${library}_INCLUDE_DIR}")
  elseif(arg_REQUIRED)
    message(FATAL_ERROR "${library} was not found: run scripts/setup, or ${arg_REQUIRED}")
  endif()
endfunction()

parbench_library(GMP::gmp gmp.h gmp REQUIRED "install GMP (libgmp-dev)")
parbench_library(Jansson::jansson jansson.h jansson REQUIRED "install jansson (libjansson-dev)")
parbench_library(ZLIB::zlib zlib.h z REQUIRED "install zlib (zlib1g-dev)")
parbench_library(primesieve::primesieve primesieve.h primesieve) # what `overhead` compares with
if(PARBENCH_WITH_SIMGRID)
  parbench_library(SimGrid::simgrid smpi/smpi.h simgrid) # simulates MPI; it has an mpi.h of its own
  find_path(SimGrid_MPI smpi_helpers.h PATH_SUFFIXES smpi HINTS ${simgrid_INCLUDE_DIR})
  mark_as_advanced(SimGrid_MPI)
endif()
if(PARBENCH_WITH_HWLOC)
  parbench_library(hwloc::hwloc hwloc.h hwloc)
endif()
if(PARBENCH_WITH_PAPI)
  parbench_library(PAPI::papi papi.h papi)
  parbench_library(PAPI::sde sde_lib.h sde) # software-defined events, for the suite's own counters
endif()

# Whether one function can be compiled for several instruction sets, from which the loader picks. It
# needs gcc 12, and glibc. Sanitizers cannot instrument the resolver.
include(CheckCSourceCompiles)
check_c_source_compiles("
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#error resolvers run before the sanitizer does
#endif
__attribute__((target_clones(\"default\", \"arch=x86-64-v3\", \"arch=x86-64-v4\")))
int twice(int x) { return 2 * x; }
int main(void) { return twice(0); }" PARBENCH_HAS_CLONES)

# Warnings that every target of the suite is built with.
add_library(parbench_warnings INTERFACE)
target_compile_options(parbench_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes
  $<$<BOOL:${PARBENCH_WERROR}>:-Werror>)
