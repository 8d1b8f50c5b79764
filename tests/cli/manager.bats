#!/usr/bin/env bats
#
# The model `manager`: what it counts, and what becomes of its processes when one of them dies.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load processes

# Each sample counted so many requests an execution.
counted() # NUMBER
{
    local n
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    [ "$(grep -c "\"manager::requests\": $(($1 * n)).0" <<<"$output")" -eq 2 ] ||
        { show && return 1; }
}

@test "there are as many requests as accesses" {
    local kernel each workers chunk chunks
    for kernel in primes:2 squares:3; do # accesses a chunk: a map's inputs are got, too
        each=${kernel#*:}
        for workers in 1 3; do
            for chunk in 9:5 1:41 41:1; do # a chunk's items, of 41: how many
                chunks=${chunk#*:}
                parbench measure "${kernel%:*}" "manager:chunk=${chunk%:*}" --workers $workers \
                    --size 41 --samples 2 --oversubscribe --alone --json
                [ "$status" -eq 0 ]
                counted $((each * chunks + workers + 1))
            done
        done
        parbench measure "${kernel%:*}" manager --workers 2 --size 20 --samples 2 \
            --oversubscribe --alone --json
        counted $((each * 7 + 2 + 1)) # as Pool.map cuts it
    done
}

@test "the server process is no worker" {
    parbench measure primes manager --workers 2 --size 1e5 --samples 1 --oversubscribe --alone \
        --json
    [ "$status" -eq 0 ]
    [ "$(grep -c '"busy_s"' <<<"$output")" -eq 2 ]
}

@test "inputs and results larger than any pipe come through" {
    parbench measure squares manager:chunk=3000000 --workers 2 --size 6e6 --samples 1 \
        --oversubscribe --alone
    [ "$status" -eq 0 ] || { show && return 1; }
}

@test "a chunk that fails fails its cell, which names the item" {
    parbench measure primes manager --workers 2 --size 1000 --samples 1 --oversubscribe --alone \
        --fail-task 777
    [ "$status" -eq 1 ]
    [[ $stderr =~ 'item 777 failed, as --fail-task told it, with its piece: items '[0-9]+ ]] ||
        { show && return 1; }
}

# Starts a cell that takes for ever, and waits until its workers compute and the server waits.
begin()
{
    start "$PARBENCH" measure pi manager --alone --workers 2 --oversubscribe --size 1e12 \
        --samples 1 --cell-timeout 300s
    await have_forked 2 manager R
    await have_forked 1 manager S
}

@test "a server process that is killed ends the cell, which names the signal" {
    local kind
    for kind in '9 (Killed)' '11 (Segmentation fault)'; do
        begin
        kill "-${kind%% *}" "$(forked_by manager S)"
        kind=${kind/(/\\(}
        fails_with "the manager \(process [0-9]+\) was killed by signal ${kind/)/\\)}"
    done
}

@test "a worker that is killed ends the cell, which names the signal and the chunk" {
    begin
    kill -KILL "$(forked_by manager R | head -1)"
    fails_with 'worker [01] \(process [0-9]+\) was killed by signal 9 \(Killed\) at chunk [01] of 8'
}

@test "a server process and a worker that are stopped and continued lose nothing" {
    start "$PARBENCH" measure pi manager --alone --workers 2 --oversubscribe --size 4e9 --samples 1 \
        --cell-timeout 300s
    await have_forked 2 manager R
    local server worker
    server=$(forked_by manager S | head -1)
    worker=$(forked_by manager R | head -1)
    kill -STOP "$server" "$worker"
    await have_forked 2 manager T
    kill -CONT "$server" "$worker"
    ended
    [ "$status" -eq 0 ] || { cat err && return 1; }
    none_left
}

@test "its processes die with a cell that is killed" {
    begin
    kill -KILL "$(cell_of manager)"
    ended
    [ "$status" -eq 1 ]
    await none_left
}
