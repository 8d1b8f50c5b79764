# Files that programs carry inside: texts that are easier to write, and to read, outside of C.
#
# parbench_embed(TARGET FILE …) gives the target each file, say method.html, as the text
# `const char method_html[]`, which "embedded.h" declares. A file that changed is embedded anew.
#
#   cmake -DFILE=file -DNAME=name -DOUTPUT=file.c -P Embed.cmake       what the build runs for each

if(CMAKE_SCRIPT_MODE_FILE)
  cmake_minimum_required(VERSION 3.22)
  file(READ ${FILE} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(REGEX REPLACE "('[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,)" "    \\1\n"
    bytes "${bytes}")
  file(WRITE ${OUTPUT} "#include \"embedded.h\"\n\nconst char ${NAME}[] = {\n${bytes}    '\\0'};\n")
  return()
endif()

function(parbench_embed target)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded)
  set(declarations "")
  foreach(file IN LISTS ARGN)
    cmake_path(GET file FILENAME name)
    string(MAKE_C_IDENTIFIER ${name} name)
    string(APPEND declarations "extern const char ${name}[];\n")
    add_custom_command(OUTPUT ${folder}/${name}.c VERBATIM
      DEPENDS ${file} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
      COMMAND ${CMAKE_COMMAND} -DFILE=${file} -DNAME=${name} -DOUTPUT=${folder}/${name}.c
        -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE})
    target_sources(${target} PRIVATE ${folder}/${name}.c)
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/embedded.h @ONLY CONTENT
"#pragma once

@declarations@")
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
