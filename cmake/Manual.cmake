# Installs the pages of the manual, one for parbench and one for each command, as help2man makes them
# of what --help says. It runs within `cmake --install`, with these set before:
#
#   help2man   the program that makes the pages
#   program    parbench
#   work       a folder to write them to
#   folder     where they are installed

execute_process(COMMAND ${program} help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${program} --version OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^[^ ]+ |\n" "" version "${version}")
string(REGEX MATCHALL "\n  [a-z]+ +[^\n]+" rows "${help}")

function(page command name summary see)
  file(WRITE "${work}/see" "[see also]\n${see}\n")
  execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${help2man} --no-info --include "${work}/see"
    --name ${summary} --version-string "${name} ${version}" --output "${work}/${name}.1"
    "'${program}' ${command}")
  file(INSTALL "${work}/${name}.1" DESTINATION "${folder}")
endfunction()

set(commands "")
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^\n  ([a-z]+) +" "" summary "${row}")
  set(command ${CMAKE_MATCH_1})
  page(${command} parbench-${command} "${summary}" ".BR parbench (1)")
  list(APPEND commands ".BR parbench-${command} (1)")
endforeach()
list(JOIN commands ",\n" commands)
page("" parbench "runs the same kernel under every parallel model" "${commands}")
