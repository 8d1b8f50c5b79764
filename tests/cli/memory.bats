#!/usr/bin/env bats
#
# What all processes of a cell have in memory together: a page that several share counts once. The
# inputs and outputs of 10^7 squares are 153 MiB.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load processes

readonly data=160000000 slack=$((64 << 20)) looks=5

# Skips the test where what is held cannot be known.
needs_to_know()
{
    ! nm -D "$PARBENCH" | grep -q '__[at]san_init' || skip "sanitizers take more memory"
    [ -r /proc/self/smaps_rollup ] || skip "nobody tells what a process shares"
}

# The memory of the cell's processes, in bytes.
held()
{
    local process sum=0 kib
    for process in $(called "parbench-cell-$1"); do
        kib=$(awk '$1 == "Pss:" { print $2 }' "/proc/$process/smaps_rollup" 2>/dev/null) || true
        ((sum += ${kib:-0} * 1024)) || true
    done
    echo "$sum"
}

# Looks so often once all of the data are there; the most that was seen is $most.
looked_often() # MODEL
{
    local now
    now=$(held "$1")
    ((now < data || ++seen)) || true
    ((most = now > most ? now : most)) || true
    ((seen >= looks))
}

# A cell of that model holds so many bytes at most.
holds() # BYTES SPEC
{
    local most=0 seen=0
    start "$PARBENCH" measure squares "$2" --workers 2 --size 1e7 --samples 100000 --oversubscribe \
        --alone --cell-timeout 300s
    await looked_often "${2%%:*}" || { cat err && return 1; }
    kill -INT "$front"
    ended
    await none_left
    ((most <= $1)) || { echo "$2 holds $most bytes" && return 1; }
}

@test "where memory is shared inputs and outputs are there once" {
    local spec
    needs_to_know
    for spec in threads gil tasks futures futures:workers=gil shared shared:workers=processes pool \
        pool:dispatch=imap-unordered mpi-shared; do
        ! built "${spec%%:*}" || holds $((data + slack)) "$spec"
    done
}

@test "where data are sent they are there three times at most" {
    local spec
    needs_to_know
    for spec in futures:workers=processes pool:transport=pipe pool:dispatch=auto queue \
        queue:channel=pair manager mpi-rma; do
        ! built "${spec%%:*}" || holds $((3 * data)) "$spec"
    done
}

@test "messages to workers have no room that they cannot need" {
    built mpi-pool || skip "mpi-pool is not built"
    holds $((2 * data)) mpi-pool:chunk=10000:ahead=1000000
}
