#!/usr/bin/env bats
#
# Helpers that hang, as on a file system that does not answer: each has its time, which is over as
# soon as it hangs, and numbers come first. Run with PARBENCH, the front door, and LATE_LIBRARY, which
# puts its clock ahead: see late_clock.c.
#
# shellcheck disable=SC2154 # variables of bats

bats_require_minimum_version 1.5.0

setup()
{
    PARBENCH=$(realpath "${PARBENCH:?}")
    LATE_LIBRARY=$(realpath "${LATE_LIBRARY:?}")
    load ../cli/made_up_runs
    mkdir -p "$BATS_TEST_TMPDIR/work/bin"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    export LATE_CLOCK=$PWD/hours PATH=$PWD/bin:$PATH
}

# A program that hangs, unless it is asked for a version that it has.
hangs() # FILE [VERSION]
{
    # shellcheck disable=SC2016 # what is printed is a script
    printf '#!/bin/sh\n[ "$1" != --version ] || [ -z "%s" ] || { echo "%s"; exit; }\n%s\n' \
        "${2:-}" "${2:-}" 'echo $$ >>left; while sleep 0.1; do printf x >>"$LATE_CLOCK"; done' >"$1"
    chmod +x "$1"
}

# Nothing that hung is left.
late() # FRONT-DOOR ARGUMENT…
{
    local process
    run --separate-stderr timeout 60 env LD_LIBRARY_PATH="$(dirname "$LATE_LIBRARY")" \
        LD_PRELOAD="$(basename "$LATE_LIBRARY")" "$@"
    [ -s left ]
    while read -r process; do
        [ ! -e "/proc/$process" ]
    done <left
    rm left
}

@test "programs that do not tell their version" {
    local program
    hangs bin/mpirun
    hangs bin/mpiexec.hydra
    hangs bin/gnuplot
    late "$PARBENCH" doctor
    [ "$status" -eq 0 ]
    grep -Eq '^-- +gnuplot +does not answer within 10 s: see what gnuplot --version' <<<"$output"
    program=$(sed -n 's/^-- *mpi  *\(mp[^ ]*\) .*/\1/p' <<<"$output")
    [ -z "$program" ] || grep -Eq "^-- +$program +does not answer within 10 s: see what" <<<"$output"

    # What there is to say is said before.
    make_run run 6 1
    late "$PARBENCH" report run
    [ "$status" -eq 0 ]
    [[ $stderr == 'parbench: figures are left out: gnuplot does not answer within 10 s: '* ]]
    late bash -c '"$@" 2>&1' bash "$PARBENCH" report run
    [[ $output == *$'\nthreads '*'figures are left out: gnuplot does not answer'*$'\nreport '* ]]
}

@test "a gnuplot that does not draw" {
    hangs bin/gnuplot 'gnuplot 5.4'
    make_run run 6 1
    late "$PARBENCH" report run
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: gnuplot did not draw '*' within 120 s: see why, or take --no-figures' ]]
    grep -q '^threads ' <<<"$output"
    [[ $output != *$'\nfigures '* ]]
    [ -z "$(find run -name '*.part')" ]
}

@test "a program of a model, or another build, that does not tell what it is" {
    cp "$PARBENCH" "$(dirname "$PARBENCH")/parbench-cell-serial" bin
    hangs bin/parbench-cell-odd
    late bin/parbench list models
    grep -Eq '^  odd +cannot be used: it does not answer$' <<<"$output"
    hangs other
    late "$PARBENCH" run strong --alone --kernels pi --beside ./other --no-figures --out run
    [ "$status" -eq 1 ]
    [ "$stderr" = 'parbench: ./other cannot be used: it does not answer' ]
}
