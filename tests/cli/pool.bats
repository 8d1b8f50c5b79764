#!/usr/bin/env bats
#
# The model `pool`: what each of its options does, by what it counts.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# Measures a kernel under pool with these options, 2 workers, 3 samples; n: executions a sample.
pool() # KERNEL OPTIONS [ARGUMENT…]
{
    parbench measure "$1" "pool:$2" --workers 2 --samples 3 --oversubscribe --alone --json "${@:3}"
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
}

# Each sample counted so many an execution.
counted() # NAME NUMBER
{
    [ "$(grep -c "\"pool::$1\": $(($2 * n)).0" <<<"$output")" -eq 3 ] || { show && return 1; }
}

@test "each dispatch hands out as many chunks as it does in Python" {
    local dispatch chunks
    while read -r dispatch chunks; do
        pool pi "dispatch=$dispatch" --size 20
        counted chunks "$chunks"
    done <<<"map 7
imap 7
imap-unordered 7
async 2
apply 7
async:chunk=3 7"
}

@test "a piece that fails fails its cell, which names the item, in each dispatch" {
    local dispatch
    for dispatch in map imap imap-unordered async apply; do
        pool primes "dispatch=$dispatch" --size 1000 --fail-task 777
        [ "$status" -eq 1 ]
        [[ $stderr =~ 'item 777 failed, as --fail-task told it, with its piece: items '[0-9]+ ]] ||
            { show && return 1; }
        [ "$(grep -c '^parbench: primes' <<<"$stderr")" -eq 1 ]
    done
}

@test "whole tasks have their results in order in each dispatch" {
    local dispatch
    for dispatch in imap imap-unordered async apply; do
        pool primes "dispatch=$dispatch" --tasks 100000,2e5,300000
        [ "$status" -eq 0 ]
        says '"result": "454396537, 1709600813, 3709507114"'
    done
}
