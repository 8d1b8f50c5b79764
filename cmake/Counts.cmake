# Writes OUTPUT, a C file with what the cells' PROGRAMS count, each name once, as their descriptions have
# it: a model that counts all of it, for drivers/cell/events_sde.c.
#
#   cmake -DOUTPUT=file.c "-DPROGRAMS=program;…" -P Counts.cmake

cmake_minimum_required(VERSION 3.22)

set(names "")
set(rows "")
foreach(program IN LISTS PROGRAMS)
  execute_process(COMMAND ${program} --describe OUTPUT_VARIABLE line COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE ".*@parbench ([^\n]*).*" "\\1" line "${line}")
  string(JSON counts GET "${line}" counts)
  string(JSON count LENGTH "${counts}")
  math(EXPR last "${count} - 1")
  if(last LESS 0)
    continue()
  endif()
  foreach(index RANGE ${last})
    string(JSON name GET "${counts}" ${index} name)
    if(NOT name IN_LIST names)
      string(JSON unit GET "${counts}" ${index} unit)
      string(JSON help GET "${counts}" ${index} help)
      list(APPEND names ${name})
      string(APPEND rows "    {\"${name}\", \"${unit}\", \"${help}\"},\n")
    endif()
  endforeach()
endforeach()

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#include \"model.h\"

static const struct count_info counts[] = {
@rows@    {0},
};

const struct model this_model = {.name = \"all\", .counts = counts};
")
