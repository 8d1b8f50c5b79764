#!/usr/bin/env bats
#
# The suite's own counters, as PAPI's tools list them.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

@test "papi_native_avail lists the suite's own counters" {
    local list event
    list=$(dirname "$PARBENCH")/parbench-events.so
    [ -e "$list" ] || skip "built without PAPI's software-defined events"
    type -P papi_native_avail >/dev/null || skip "papi_native_avail is not in PATH"
    run papi_native_avail -sde "$list"
    for event in gil::acquisitions gil::handoffs gil::forced_handoffs gil::waited_s pool::chunks \
        mpi::messages mpi::bytes; do
        says "sde:::parbench::$event "
    done
}

@test "each model counts what it says that it counts" {
    local model
    for model in $("$PARBENCH" list models | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
        built "$model" || continue
        ! without_openmp || [[ ! $model =~ ^(threads|hybrid|tasks)$ ]] || continue
        parbench measure pi "$model" --workers 1 --size 1e7 --samples 1 --alone --json
        [ "$status" -eq 0 ]
        [ "$(sed -n '/"counts": \[/,/\]/s/^ *"\([a-z_]*::[a-z_]*\)":.*/\1/p' <<<"$output" | sort)" = \
            "$("$PARBENCH" list "$model" | sed -n 's/^ *counts //p' | sort)" ]
    done
}
