#!/usr/bin/env bats
#
# Peers beside the models that they mirror: run peers, and what a run makes of both.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

setup_file()
{
    export PARBENCH_TEST=$BATS_FILE_TMPDIR
}

# Skips where the build has none, or Python is not there.
needs_pool()
{
    "$PARBENCH" list models --json |
        jq -e '.models[] | select(.name == "python-pool" and .unusable == null)' >pool.json ||
        skip 'python-pool cannot be used here'
}

@test "a peer is measured beside the model that it mirrors, and held against it" {
    needs_pool
    parbench run peers --profile smoke --kernels pi --models python-pool --workers 1 --alone \
        --rounds 6 --precision 100% --no-figures --out run
    ended_with 0 PASS
    [ "$(jq -r '.cells[] | select(.mirrors == "pool") | "\(.label) \(.python)"' run/manifest.json)" = \
        'python-pool multiprocessing.Pool
python-pool:chunk=1 multiprocessing.Pool, chunksize 1' ]
    # Each has one with the same size beside it, of which the base is measured, too.
    [ "$(jq -r '.cells[] | select(.mirrors) | .size' run/manifest.json)" = \
        "$(jq -r '.cells[] | select(.model == "pool") | .size' run/manifest.json)" ]
    [ "$(jq '[.cells[] | select(.model == "serial")] | length' run/manifest.json)" -eq 2 ]
    says '^model  on  *size  *median  *a task  *to C$'
    says '^python-pool:chunk=1$'
    says '^ *1  *1 000 .* [mun]s( \[[^]]*\])?  *[0-9.]+$'
    grep -q 'multiprocessing.Pool, chunksize 1' run/report.html
}

@test "peers are left out of experiments that nobody asked for them" {
    needs_pool
    parbench run strong --kernels pi --size 1000 --workers 1 --alone --dry-run
    [ "$status" -eq 0 ]
    run ! grep -q python <<<"$output"
    parbench run strong --kernels pi --size 1000 --workers 1 --alone --models python-pool --dry-run
    [ "$status" -eq 0 ]
    says '^# pi/python-pool/'
}
