# Writes OUTPUT, a C file with the commit of the source in SOURCE and whether it was modified, for
# drivers/record/build_info.h. It is run by every build, and leaves a file that would not change as it is.
#
#   cmake -DSOURCE=folder -DOUTPUT=file.c -P Commit.cmake

cmake_minimum_required(VERSION 3.22)

set(commit unknown)
set(modified -1)

# Another project's tree that the source was unpacked into says nothing of it.
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --show-prefix HEAD
    RESULT_VARIABLE failed OUTPUT_VARIABLE answer ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed AND answer MATCHES "^\n([0-9a-f]+)$")
    set(commit ${CMAKE_MATCH_1})
    execute_process(COMMAND ${GIT} --no-optional-locks -C ${SOURCE} status --porcelain
      RESULT_VARIABLE failed OUTPUT_VARIABLE changes ERROR_QUIET)
    if(NOT failed)
      string(COMPARE NOTEQUAL "${changes}" "" modified)
    endif()
  endif()
endif()

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#include \"build_info.h\"

const char build_info_commit[] = \"@commit@\";
const int build_info_modified = @modified@;
")
