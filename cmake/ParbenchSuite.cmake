# The functions that turn kernels and models into programs. The tests use the same ones, to build
# a kernel and a model that live elsewhere.

# parbench_model(NAME [TARGET …]) declares the model in NAME.c, of this folder, of those that are
# listed in PARBENCH_MODEL_FOLDERS, or of models/, and what it links to. If a target is missing, the
# model is listed as not built, with the reason.
function(parbench_model name)
  set(missing "")
  foreach(library IN LISTS ARGN)
    if(NOT TARGET ${library})
      string(REGEX REPLACE "::.*" "" package ${library})
      set(missing "needs ${package}, which was not there when parbench was built: install it, then make clean")
      break()
    endif()
  endforeach()
  set_property(GLOBAL PROPERTY PARBENCH_MISSING_${name} "${missing}")
  set(PARBENCH_MODELS ${PARBENCH_MODELS} ${name} PARENT_SCOPE)
  if(missing)
    message(STATUS "Model ${name} is not built: ${missing}")
    return()
  endif()

  find_file(source ${name}.c PATHS ${CMAKE_CURRENT_SOURCE_DIR} ${PARBENCH_MODEL_FOLDERS}
            ${PROJECT_SOURCE_DIR}/models NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH NO_CACHE REQUIRED)
  add_library(model_${name} OBJECT ${source})
  target_link_libraries(model_${name} PUBLIC parbench::models ${ARGN} PRIVATE parbench_warnings)
  # Ranks without threads, which can be simulated.
  if("MPI::MPI_C" IN_LIST ARGN AND NOT "OpenMP::OpenMP_C" IN_LIST ARGN)
    set(PARBENCH_RANK_MODELS ${PARBENCH_RANK_MODELS} ${name} PARENT_SCOPE)
  endif()
endfunction()

# parbench_table(OUTPUT HEADER STRUCT PREFIX FILE …) writes the table PREFIX_table of what the files
# define, ended by NULL: NAME.c ends in its `const struct STRUCT PREFIX_NAME`. Files without one are
# passed over. This is how a new file is found: no list names it.
function(parbench_table output header struct prefix)
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS ARGN)
    cmake_path(GET file STEM name)
    file(STRINGS ${file} found REGEX "^const struct ${struct} ${prefix}_${name} =")
    if(found)
      string(APPEND declarations "extern const struct ${struct} ${prefix}_${name};\n")
      string(APPEND entries "    &${prefix}_${name},\n")
    else() # which may get one
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"#include \"@header@\"

#include <stddef.h>

@declarations@
const struct @struct@ *const @prefix@_table[] = {
@entries@    NULL,
};
")
endfunction()

# parbench_kernels(TARGET FILE …) makes a library of kernels with the table of all of them.
function(parbench_kernels target)
  set(table ${CMAKE_CURRENT_BINARY_DIR}/${target}_table.c)
  parbench_table(${table} kernel.h kernel kernel ${ARGN})
  add_library(${target} STATIC ${ARGN} ${PROJECT_SOURCE_DIR}/kernels/kernel.c ${table})
  target_compile_options(${target} PRIVATE -fopenmp-simd)
  # The same objects make programs and a library, see peers/; what is hidden is called as directly
  # there as here.
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden)
  target_compile_definitions(${target} PRIVATE
    $<$<BOOL:${PARBENCH_HAS_CLONES}>:KERNEL_HAS_CLONES>)
  target_link_libraries(${target} PUBLIC parbench::kernel GMP::gmp PRIVATE parbench_warnings m)
endfunction()

# parbench_experiments(TARGET FILE …) makes a library of experiments, and TARGET_table.c, the table of
# all of them, which each program compiles itself: rooms below experiments/ look them up.
function(parbench_experiments target)
  list(LENGTH ARGN count)
  if(count GREATER 32) # a cell carries a bit for each: see experiment.h
    message(FATAL_ERROR "${target} has ${count} experiments, and 32 are the most")
  endif()
  parbench_table(${CMAKE_CURRENT_BINARY_DIR}/${target}_table.c
    experiment.h experiment experiment ${ARGN})
  add_library(${target} STATIC ${ARGN})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/experiments)
  target_link_libraries(${target} PUBLIC parbench::plan parbench::analysis parbench::figures
    PRIVATE parbench_warnings)
endfunction()

# The models that are not built, and why, for the front door to tell.
function(parbench_unbuilt_models file)
  set(entries "")
  foreach(name IN LISTS ARGN)
    get_property(missing GLOBAL PROPERTY PARBENCH_MISSING_${name})
    if(missing)
      string(APPEND entries "    {\"${name}\", \"${missing}\"},\n")
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT
"#include \"catalog.h\"

const struct unbuilt catalog_unbuilt[] = {
@entries@    {NULL, NULL},
};
")
endfunction()

# The list of what all models count, for papi_native_avail, which loads a library to ask it, and cannot
# load a program: the cells' programs tell it when they are built.
function(parbench_events suite directory)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${suite}_counts.c)
  list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE programs)
  add_custom_command(OUTPUT ${file} VERBATIM DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/Counts.cmake
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${file} "-DPROGRAMS=${programs}"
      -P ${PROJECT_SOURCE_DIR}/cmake/Counts.cmake)
  add_library(${suite}-events MODULE ${PROJECT_SOURCE_DIR}/drivers/cell/events_sde.c ${file})
  target_include_directories(${suite}-events PRIVATE ${PROJECT_SOURCE_DIR}/drivers/cell)
  target_link_libraries(${suite}-events PRIVATE parbench::models parbench_warnings PAPI::sde)
  set_target_properties(${suite}-events PROPERTIES PREFIX "" OUTPUT_NAME parbench-events
    LIBRARY_OUTPUT_DIRECTORY ${directory})
endfunction()

# parbench_suite(NAME KERNELS file … EXPERIMENTS file … MODELS name … [LAUNCHERS file …]
# [DIRECTORY dir] [INSTALL]) builds the front door, which is always called parbench, and a program
# for each model, into one directory. Launchers are those of drivers/launch/, and these.
function(parbench_suite suite)
  cmake_parse_arguments(PARSE_ARGV 1 arg "INSTALL" "DIRECTORY"
    "KERNELS;EXPERIMENTS;MODELS;LAUNCHERS")
  if(NOT arg_DIRECTORY)
    set(arg_DIRECTORY ${PROJECT_BINARY_DIR})
  endif()
  set(kernels ${suite}_kernels)
  set(experiments ${suite}_experiments)
  parbench_kernels(${kernels} ${arg_KERNELS})
  parbench_experiments(${experiments} ${arg_EXPERIMENTS})

  # The front door without its main, which tests link to as well.
  set(unbuilt ${CMAKE_CURRENT_BINARY_DIR}/${suite}_unbuilt.c)
  parbench_unbuilt_models(${unbuilt} ${arg_MODELS})
  set(launchers ${CMAKE_CURRENT_BINARY_DIR}/${suite}_launchers.c)
  get_target_property(own launch SOURCES)
  parbench_table(${launchers} launcher.h launcher launcher ${own} ${arg_LAUNCHERS})
  add_library(${suite}_front OBJECT ${unbuilt} ${CMAKE_CURRENT_BINARY_DIR}/${experiments}_table.c
    ${launchers} ${arg_LAUNCHERS})
  target_link_libraries(${suite}_front PUBLIC parbench::drivers ${experiments} ${kernels})
  set(front ${suite})
  add_executable(${front} ${PROJECT_SOURCE_DIR}/drivers/parbench.c)
  target_link_libraries(${front} PRIVATE parbench_warnings ${suite}_front)
  set_target_properties(${front} PROPERTIES
    OUTPUT_NAME parbench RUNTIME_OUTPUT_DIRECTORY ${arg_DIRECTORY})

  set(programs "")
  foreach(name IN LISTS arg_MODELS)
    if(TARGET model_${name})
      set(cell ${suite}-cell-${name})
      add_executable(${cell} $<TARGET_OBJECTS:model_${name}>)
      target_link_libraries(${cell} PRIVATE parbench::cell model_${name} ${kernels})
      set_target_properties(${cell} PROPERTIES
        OUTPUT_NAME parbench-cell-${name} RUNTIME_OUTPUT_DIRECTORY ${arg_DIRECTORY})
      list(APPEND programs ${cell})
    endif()
  endforeach()
  add_dependencies(${front} ${programs})
  set(installed ${front} ${programs})
  if(TARGET PAPI::sde)
    parbench_events(${suite} ${arg_DIRECTORY} ${programs})
    list(APPEND installed ${suite}-events)
  endif()

  # Where the front door looks for its gnuplot scripts.
  add_custom_command(TARGET ${front} POST_BUILD VERBATIM COMMAND
    ${CMAKE_COMMAND} -E create_symlink ${PROJECT_SOURCE_DIR}/plots ${arg_DIRECTORY}/plots)

  if(arg_INSTALL)
    parbench_install(${installed})
  endif()
endfunction()
