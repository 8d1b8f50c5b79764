#!/usr/bin/env bats
#
# The model `tasks`: a leaf a chunk, and one task less that combines them.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

@test "a graph has a leaf a chunk, and one combining task less" {
    local chunk leaves
    while read -r chunk leaves; do
        parbench measure primes "tasks:chunk=$chunk" --workers 3 --size 10007 --samples 3 \
            --oversubscribe --alone --json
        [ "$status" -eq 0 ]
        jq -e --argjson c "$leaves" '.verified and (.executions as $n | .counts |
            all(."tasks::leaves" == $c * $n and ."tasks::combines" == ($c - 1) * $n))' <<<"$output"
    done <<<"7 1430
10007 1
auto 12"
}

@test "whole tasks have their results in order, and a leaf that fails fails the cell" {
    parbench measure primes tasks --tasks 100000,2e5,300000 --workers 2 --oversubscribe --alone \
        --json
    [ "$status" -eq 0 ]
    says '"result": "454396537, 1709600813, 3709507114"'
    parbench measure primes tasks:chunk=9 --workers 2 --size 1000 --fail-task 777 --alone \
        --oversubscribe
    [ "$status" -eq 1 ]
    [[ $stderr == *'item 777 failed, as --fail-task told it, with its piece: items '* ]]
}

# The most memory, in bytes, that the cell had after so many samples of ten graphs. A thread that
# found no task does not tell it.
peak() # SAMPLES
{
    "${PARBENCH%/*}/parbench-cell-tasks" pi 100000 4 1 4 "$1" 10 chunk=1000 --oversubscribe |
        sed -n 's/.*"peak_memory_bytes":\([0-9][0-9]*\).*/\1/p' | sort -n | tail -1
}

# With AddressSanitizer, which keeps what is freed, what is not freed is told at the end.
@test "memory does not grow with the number of graphs that were executed" {
    [[ -z ${ASAN_OPTIONS:-} ]] || skip "told at the end"
    local few many
    few=$(peak 1) many=$(peak 600)
    echo "$few bytes, and $many"
    [ "$few" -gt 0 ]
    [ "$many" -lt $((few + few / 2)) ]
}
