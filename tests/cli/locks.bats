#!/usr/bin/env bats
#
# What a global lock counts, by the kernel `ordered`, whose tick is 1000 items. Nothing is a time.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# Of one execution of so many items under that lock: its acquisitions, handoffs, forced handoffs and
# vain wakeups, of each sample on a line.
counts() # MODEL WORKERS ITEMS
{
    extended measure ordered "$1" --workers "$2" --size "$3" --samples 3 --alone --oversubscribe \
        --json
    [ "$status" -eq 0 ]
    jq -r '.executions as $n | .counts[] | [."gil::acquisitions", ."gil::handoffs",
        ."gil::forced_handoffs", ."gil::vain_wakeups"] | map(. / $n) | @tsv' <<<"$output"
}

@test "each tick that computes without the lock takes it once more" {
    local release lines acquired handed forced
    for release in 0.001 0.5 1; do
        [ "$(counts "gil:release=$release" 1 100000 | sort -u)" = $'101\t0\t0\t0' ]
        lines=$(counts "gil:release=$release" 3 100000)
        [ "$(wc -l <<<"$lines")" -eq 3 ]
        while read -r acquired handed forced _; do
            # 3 threads begin, and each hand-over at a safe point is an acquisition more.
            jq -en "$acquired >= 105 and $acquired <= 105 + $handed and $forced <= $handed and
                $handed <= $acquired"
        done <<<"$lines"
    done
}

@test "the older lock is given up after so many ticks of all threads" {
    local lines acquired handed forced vain
    [ "$(counts gil:kind=ticks:every=10 1 100000 | sort -u)" = $'11\t0\t0\t0' ]
    [ "$(counts gil:kind=ticks 1 100000 | sort -u)" = $'2\t0\t0\t0' ]
    [ "$(counts gil:kind=ticks:every=10:release=0.5 1 100000 | sort -u)" = $'111\t0\t0\t0' ]
    lines=$(counts gil:kind=ticks:every=10 3 99000)
    [ "$(wc -l <<<"$lines")" -eq 3 ]
    while read -r acquired handed forced vain; do
        jq -en "$acquired >= 3 + 10 - 3 and $acquired <= 3 + 10 + 3 and $forced == 0 and
            $handed + $vain <= $acquired"
    done <<<"$lines"
}

@test "an option of the one lock does not go with the other" {
    refuses 'gil: kind=ticks does not go with interval: the older lock has no interval' \
        measure pi gil:kind=ticks:interval=1ms
    refuses 'gil: kind=interval does not go with every: the newer lock counts no ticks' \
        measure pi gil:every=7
    refuses 'release of gil must be a number from 0 to 1, not "2"' measure pi gil:release=2
}
