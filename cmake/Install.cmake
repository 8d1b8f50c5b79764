# What `cmake --install` puts where. Programs find what belongs to them by its place beside them, so
# that the installed tree works from any prefix, and can be moved.

set(PARBENCH_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)

# parbench_install_beside(TARGET …) installs programs and modules that the front door starts. They keep
# the folders of libraries that lie outside of the system's, as modules and Spack have them.
function(parbench_install_beside)
  set_target_properties(${ARGN} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  set(cells ${CMAKE_INSTALL_LIBEXECDIR}/parbench)
  install(TARGETS ${ARGN} RUNTIME DESTINATION ${cells} LIBRARY DESTINATION ${cells})
endfunction()

# parbench_install(FRONT CELL …) installs the front door and what it starts.
function(parbench_install front)
  set_target_properties(${front} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS ${front} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  parbench_install_beside(${ARGN})
  install(DIRECTORY ${PARBENCH_ROOT}/plots/ DESTINATION ${CMAKE_INSTALL_DATADIR}/parbench/plots
    FILES_MATCHING PATTERN "*.gp")

  set(completion ${PARBENCH_ROOT}/scripts/completion)
  install(FILES ${completion}/parbench.bash RENAME parbench
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${completion}/_parbench DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  find_program(HELP2MAN help2man)
  mark_as_advanced(HELP2MAN)
  if(HELP2MAN AND NOT CMAKE_CROSSCOMPILING) # it runs the program
    install(CODE "set(help2man [[${HELP2MAN}]])
      set(program [[$<TARGET_FILE:${front}>]])
      set(work [[${CMAKE_CURRENT_BINARY_DIR}/manual]])
      cmake_path(APPEND CMAKE_INSTALL_PREFIX [[${CMAKE_INSTALL_MANDIR}/man1]] OUTPUT_VARIABLE folder)")
    install(SCRIPT ${PARBENCH_ROOT}/cmake/Manual.cmake)
  endif()
endfunction()

# Puts the paths that a document links to, from the top of the tree, behind those in the list.
function(parbench_linked document list)
  cmake_path(GET document PARENT_PATH folder)
  file(READ ${PARBENCH_ROOT}/${document} text)
  string(REGEX REPLACE "(src|href|srcset)=\"|\\]\\(" "\n>" text "${text}")
  string(REGEX REPLACE "[][;]" "" text "${text}") # which lists do not survive
  string(REGEX MATCHALL "\n>[^)\"#: \n]+" links "${text}")
  foreach(link IN LISTS links)
    string(SUBSTRING ${link} 2 -1 link)
    cmake_path(APPEND folder ${link} OUTPUT_VARIABLE path)
    cmake_path(NORMAL_PATH path)
    list(APPEND ${list} ${path})
  endforeach()
  set(${list} ${${list}} PARENT_SCOPE)
endfunction()

# Puts the documents and the data of a folder behind those in the list: not what is drawn of them,
# and nothing that is there besides.
function(parbench_kept folder list)
  list(TRANSFORM PARBENCH_KEPT PREPEND ${PARBENCH_ROOT}/${folder}/ OUTPUT_VARIABLE patterns)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE ${PARBENCH_ROOT} ${patterns})
  set(${list} ${${list}} ${found} PARENT_SCOPE)
endfunction()
set(PARBENCH_KEPT *.md *.json *.jsonl *.csv *.tsv)

# parbench_install_documents(FILE …), with paths from the top of the tree, installs documents, and
# beside them what they link to: their links hold there as they do here.
function(parbench_install_documents)
  set(paths ${ARGN})
  foreach(document IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PARBENCH_ROOT}/${document})
    parbench_linked(${document} paths)
  endforeach()
  foreach(path IN LISTS paths)
    if(IS_DIRECTORY ${PARBENCH_ROOT}/${path})
      parbench_kept(${path} files)
    elseif(EXISTS ${PARBENCH_ROOT}/${path}) # tests find the links that lead nowhere
      list(APPEND files ${path})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES files)
  foreach(file IN LISTS files)
    cmake_path(GET file PARENT_PATH folder)
    install(FILES ${PARBENCH_ROOT}/${file} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder})
  endforeach()
endfunction()
