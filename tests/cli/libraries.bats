#!/usr/bin/env bats
#
# Which MPI and OpenMP libraries a cell really runs with, and the thread level: as its program tells
# it, in a run's manifest, in its samples, and in doctor.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# What a cell's program says of its model.
describe() # MODEL
{
    run --separate-stderr "$(dirname "$PARBENCH")/parbench-cell-$1" --describe
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
}

@test "a cell's program tells its libraries without being launched as a rank" {
    describe serial
    never_says '"libraries"'
    if built threads; then
        describe threads
        says '"libraries":\{"openmp_library":"/[^"]*omp[^"]*"\}'
    fi
    built mpi || skip "mpi is not built"
    describe mpi
    says '"libraries":\{"mpi_library":"[^"]*[0-9]\.[0-9][^"]*","mpi_standard":"[1-9]\.[0-9]",'
    says '"mpi_thread_level":"MPI_THREAD_SINGLE"\}'
    describe hybrid
    says '"mpi_thread_level":"MPI_THREAD_FUNNELED","openmp_library":"/'
}

@test "a run keeps the libraries and the thread level, asked and provided" {
    built hybrid || skip "hybrid is not built"
    ! without_openmp || skip "OpenMP"
    # Ranks of longer samples cannot begin late.
    parbench run "${quickly[@]/100k/1e7}" --alone --kernels pi --models mpi,hybrid --out run
    ended_with 0 PASS
    is_json <run/manifest.json
    grep -q '^  "models": {' run/manifest.json
    local models
    models=$(sed -n '/^  "models": {/,/^  }/p' run/manifest.json)
    grep -q '^    "serial": {}' <<<"$models"
    [ "$(grep -Ec '^      "mpi_library": ".*[0-9]' <<<"$models")" -eq 2 ]
    [ "$(grep -Ec '^      "mpi_standard": "[1-9]\.[0-9]"' <<<"$models")" -eq 2 ]
    [ "$(grep -c '"mpi_thread_level": "MPI_THREAD_SINGLE"' <<<"$models")" -eq 1 ]
    [ "$(grep -c '"mpi_thread_level": "MPI_THREAD_FUNNELED"' <<<"$models")" -eq 1 ]
    [ "$(grep -c '"threads": {' <<<"$models")" -eq 0 ]

    [ "$(grep -c '"libraries":{"mpi_library":"' run/samples.jsonl)" -eq 2 ]
    grep '"model":"mpi"' run/samples.jsonl | grep -q '"mpi_thread_level_provided":"MPI_THREAD_'
    grep '"model":"hybrid"' run/samples.jsonl |
        grep -Eq '"mpi_thread_level_provided":"MPI_THREAD_(FUNNELED|SERIALIZED|MULTIPLE)"'
    [ "$(grep '"model":"serial"' run/samples.jsonl | grep -c '"libraries"')" -eq 0 ]
    grep -q '<dt><code>mpi</code>: mpi_library</dt><dd>' run/report.html
}

@test "doctor tells the libraries" {
    built mpi || skip "mpi is not built"
    parbench doctor
    says '^ +mpi_library: .*[0-9]'
    says '^ +mpi_thread_level: MPI_THREAD_SINGLE$'
}
