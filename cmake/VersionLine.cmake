# parbench_version_line(OUTPUT TEXT NAME) sets OUTPUT to the line of a program's output that has NAME and a
# number; empty where none has. What the loader says of a preload that it cannot have is no version, and
# stands before it where both streams are read as one.
function(parbench_version_line output text name)
  set(found "")
  string(REPLACE ";" "," text "${text}")
  string(REGEX REPLACE "[\n\r]+" ";" lines "${text}")
  foreach(line IN LISTS lines)
    if(NOT found AND line MATCHES "${name}.*[0-9]" AND NOT line MATCHES "^ERROR: ld\\.so")
      string(REGEX REPLACE "[\"\\\t]" " " found "${line}")
    endif()
  endforeach()
  set(${output} "${found}" PARENT_SCOPE)
endfunction()
