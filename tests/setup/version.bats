#!/usr/bin/env bats
#
# What the build takes for a library's version, of all that comes when it is asked.
#
# shellcheck disable=SC2016 # CMake is to expand what is in the text

line() # TEXT NAME
{
    printf '%s\n' "include($BATS_TEST_DIRNAME/../../cmake/VersionLine.cmake)" \
        "parbench_version_line(line [[$1]] $2)" \
        'file(WRITE line "${line}")' >ask.cmake
    cmake -P ask.cmake
    cat line
}

@test "a version is the line that names what it is of" {
    cd "$BATS_TEST_TMPDIR"
    local preload="ERROR: ld.so: object 'libMPI.so.1' from LD_PRELOAD cannot be preloaded"
    [ "$(line 'Open MPI v4.1.4, package: Debian, ident: 4.1.4' MPI)" = \
        'Open MPI v4.1.4, package: Debian, ident: 4.1.4' ]
    [ "$(line "$preload"$'\nOpen MPI v4.1.4' MPI)" = 'Open MPI v4.1.4' ]
    [ "$(line $'MPICH Version:\t4.0.2\nMPICH Release date:\tThu' MPI)" = 'MPICH Version: 4.0.2' ]
    [ "$(line 'a warning; 3 of them' MPI)" = '' ]
}
