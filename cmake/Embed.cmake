# Files that programs carry inside: texts that are easier to write, and to read, outside of C.
#
# parbench_embed(TARGET FILE …) gives the target each file, say method.html, as the text
# `const char method_html[]`, which "embedded.h" declares. A file that changed is embedded anew. Of a
# script, say page.js, there is page_js_sha256[], too: its SHA-256 in base64, by which the policy of
# a page allows it and no other.
#
#   cmake -DFILE=file -DNAME=name -DOUTPUT=file.c -P Embed.cmake       what the build runs for each

if(CMAKE_SCRIPT_MODE_FILE)
  cmake_minimum_required(VERSION 3.22)
  file(READ ${FILE} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(REGEX REPLACE "('[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,'[^,]*,)" "    \\1\n"
    bytes "${bytes}")
  set(hash "")
  if(FILE MATCHES "\\.js$")
    set(digits ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
    file(SHA256 ${FILE} left)
    string(APPEND left 00) # three hexadecimal digits are two of base64
    while(left)
      string(SUBSTRING ${left} 0 3 three)
      string(SUBSTRING ${left} 3 -1 left)
      math(EXPR first "0x${three} >> 6")
      math(EXPR second "0x${three} & 63")
      string(SUBSTRING ${digits} ${first} 1 first)
      string(SUBSTRING ${digits} ${second} 1 second)
      string(APPEND hash ${first}${second})
    endwhile()
    string(REGEX REPLACE ".$" "=" hash ${hash})
    set(hash "\nconst char ${NAME}_sha256[] = \"${hash}\";\n")
  endif()
  file(WRITE ${OUTPUT} "#include \"embedded.h\"\n\nconst char ${NAME}[] = {\n${bytes}    '\\0'};\n${hash}")
  return()
endif()

function(parbench_embed target)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded)
  set(declarations "")
  foreach(file IN LISTS ARGN)
    cmake_path(GET file FILENAME name)
    string(MAKE_C_IDENTIFIER ${name} name)
    string(APPEND declarations "extern const char ${name}[];\n")
    if(name MATCHES "_js$")
      string(APPEND declarations "extern const char ${name}_sha256[];\n")
    endif()
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
