#!/usr/bin/env bats
#
# Programs of cells that cannot be used here, such as where a library cannot be loaded: told with their
# last words, and in nobody's way.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

setup()
{
    PARBENCH=$(realpath "${PARBENCH:?}")
    build="$BATS_TEST_TMPDIR/a build"
    mkdir "$build" "$BATS_TEST_TMPDIR/work"
    cp -d "$PARBENCH" "${PARBENCH%/*}"/parbench-cell-{serial,pool} "${PARBENCH%/*}/plots" "$build"
    PARBENCH=$build/parbench
    cd "$BATS_TEST_TMPDIR/work" || return 1
    # shellcheck disable=SC2016 # the script's own
    breaks broken 'echo "$0: error while loading shared libraries: libx.so.1: no such file" >&2; exit 127'
}

# Puts a program in place of a model's.
breaks() # MODEL COMMAND
{
    printf '#!/bin/sh\n%s\n' "$2" >"$build/parbench-cell-$1"
    chmod +x "$build/parbench-cell-$1"
}

@test "a program that cannot be loaded is listed with the loader's words" {
    parbench list
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    says '^  serial '
    says '^  broken +cannot be used: error while loading shared libraries: libx.so.1: no$'
    run awk 'length > 80' <<<"$output"
    [ -z "$output" ]
    parbench doctor
    [ "$status" -eq 0 ]
    says '^-- +broken +error while loading shared libraries: libx.so.1: no such$'
    says '^ +file$'
    says 'marked -- is missing'
    parbench list broken
    says '^  broken '
}

@test "it is an error only where it is asked for by name" {
    parbench measure pi serial --size 1e5 --samples 1
    ended_with 0 PASS
    [ -z "$stderr" ]
    parbench measure pi broken --size 1e5
    complained 1 'the model broken cannot be used: error while loading .*: libx.so.1: no such file'
    parbench run strong --alone --kernels pi --models serial,broken --size 1e5 --no-figures
    complained 1 'the model broken cannot be used: '
    parbench affinity pool broken --workers 1
    [ "$status" -eq 1 ]
    [[ $stderr == *'the model broken cannot be used: '* ]]
    says '^pool '
    parbench measure pi brokn
    complained 2 'no model "brokn": did you mean "broken"\?'
}

@test "runs of all models say once which are left out, and why" {
    parbench run strong --alone --kernels pi --size 1e5 --workers 1 --rounds 1 --no-figures --out run
    ended_with 0 PASS
    [ "$(grep -c 'broken' <<<"$stderr")" -eq 1 ]
    [[ $stderr == *'broken is left out, it cannot be used: error while loading'* ]]
    grep -q '"model": "pool"' run/manifest.json
    parbench affinity --workers 1
    [ "$status" -eq 0 ]
    [[ $stderr == *'broken is left out, it cannot be used: '* ]]
    says '^pool '
}

@test "where no base can be used, a run says so" {
    breaks serial 'exit 1'
    parbench run strong --alone --kernels pi --models pool --size 1e5 --no-figures
    complained 1 'no model here can be what speedups are over: parbench doctor tells why'
}

@test "where no model at all can be used, to list them fails" {
    rm "$build"/parbench-cell-{serial,pool}
    parbench list
    [ "$status" -eq 1 ]
    [ "$stderr" = "parbench: no model can be used here, such as broken: error while loading shared \
libraries: libx.so.1: no such file" ]
    says '^  broken +cannot be used: '
    parbench list kernels
    [ "$status" -eq 0 ]
}

@test "a folder that cannot be read is no build to be made anew" {
    local -a as=()
    # Root reads it all the same, unless it gives that up.
    [ "$EUID" -ne 0 ] || as=(setpriv "--bounding-set=-dac_override,-dac_read_search" --)
    chmod 0111 "$build"
    run --separate-stderr "${as[@]}" "$PARBENCH" list
    chmod 0755 "$build"
    complained 1 'cannot look for programs of models in .*/a build: Permission denied'
}

@test "measure asks every program once what it is" {
    local model
    for model in serial pool; do
        mv "$build/parbench-cell-$model" "$build/real-$model"
        # shellcheck disable=SC2016 # the script's own
        breaks "$model" 'echo "'"$model"' $1" >>asked; exec "${0%/*}/real-'"$model"'" "$@"'
    done
    parbench measure pi pool --size 1e5 --samples 1 --workers 1
    [ "$status" -eq 0 ]
    [ "$(grep -c ' --describe$' asked)" -eq 2 ]
    [ "$(grep -c '^pool --describe$' asked)" -eq 1 ]
}

@test "programs are asked only where that is needed" {
    parbench run strong --alone --kernels pi --models serial --size 1e5 --rounds 1 --no-figures --out run
    [ "$status" -eq 0 ]
    local asked="$BATS_TEST_TMPDIR/asked"
    breaks broken "touch '$asked'; exit 1"
    parbench list kernels
    parbench report run --no-figures
    [ "$status" -eq 0 ]
    parbench compare run run
    parbench export run --format csv
    parbench measure pi serial --size 1e5 --samples 1
    [ "$status" -eq 0 ]
    parbench affinity pool --workers 1
    [ "$status" -eq 0 ]
    [ ! -e "$asked" ]
    parbench list models
    [ -e "$asked" ]
    rm "$asked"
    parbench list experiments # whose cells are those of the models that are here
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    says '^ +[0-9]+ cells, about '
    [ -e "$asked" ]
}
