#!/usr/bin/env bats
#
# The model `queue`: what it counts, and what becomes of a process that does not come back.
#
# shellcheck disable=SC2030,SC2031,SC2154 # variables of helper.bash, and of each test its own

load helper
load processes

who='worker [01] \(process [0-9]+\)'
ways=('' :channel=pair :join=each :channel=pair:join=each)

# Each sample counted so many an execution.
counted() # NAME NUMBER
{
    local n
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    [ "$(grep -c "\"queue::$1\": $(($2 * n)).0" <<<"$output")" -eq 2 ] || { show && return 1; }
}

@test "there are as many forks, and as many frames, as chunks" {
    local way chunks
    for way in "${ways[@]}"; do
        for chunks in 9:7 5:9 1:41 41:1; do # a chunk's items, of 41: how many
            parbench measure primes "queue:chunk=${chunks%:*}$way" --workers 3 --size 41 \
                --samples 2 --oversubscribe --alone --json
            [ "$status" -eq 0 ]
            counted forks $(((41 + ${chunks%:*} - 1) / ${chunks%:*}))
            counted frames $(((41 + ${chunks%:*} - 1) / ${chunks%:*}))
        done
        parbench measure primes "queue$way" --workers 2 --size 20 --samples 2 --oversubscribe \
            --alone --json
        counted forks 7 # as Pool.map cuts it
    done
}

@test "results larger than any pipe come back" {
    local way
    for way in "${ways[@]}"; do
        parbench measure squares "queue:chunk=3000000$way" --workers 2 --size 6e6 --samples 1 \
            --oversubscribe --alone
        [ "$status" -eq 0 ] || { show && return 1; }
    done
}

# The busy times of all workers are as long as the execution at most, but for the clock.
@test "with join=each one process at a time is busy, and each worker has its share" {
    parbench measure primes queue:join=each --workers 2 --size 1e6 --samples 1 --oversubscribe \
        --alone --json
    [ "$status" -eq 0 ]
    awk -F'[:,]' '/"watched_s"/ { wall = $2 } /"busy_s"/ { sum += $2; busy += $2 > 0 }
        END { exit !(sum > 0 && sum <= 1.001 * wall && busy == 2) }' <<<"$output" ||
        { show && return 1; }
}

@test "a task that fails fails its cell, which names the item" {
    local way
    for way in "${ways[@]}"; do
        parbench measure primes "queue$way" --workers 2 --size 1000 --samples 1 --oversubscribe \
            --alone --fail-task 777
        [ "$status" -eq 1 ]
        [[ $stderr =~ 'item 777 failed, as --fail-task told it, with its piece: items '[0-9]+ ]] ||
            { show && return 1; }
    done
}

# Starts a cell that takes for ever, and waits until its processes compute.
begin() # KERNEL SPEC SIZE
{
    start "$PARBENCH" measure "$1" "$2" --alone --workers 2 --oversubscribe --size "$3" \
        --samples 1 --cell-timeout 300s
    await have_forked 1 queue
}

@test "a process that is killed at its task ends the cell, which names the signal and the task" {
    local way kind
    for way in "${ways[@]}"; do
        for kind in '9 (Killed)' '11 (Segmentation fault)'; do
            begin pi "queue$way" 1e12
            kill "-${kind%% *}" "$(forked_by queue | head -1)"
            kind=${kind/(/\\(}
            fails_with "$who was killed by signal ${kind/)/\\)} at chunk [01] of 8"
        done
    done
}

# Stops the parent while a process of it waits for it with its result. Where none does the parent
# goes on.
caught_amid_a_result()
{
    local parent
    parent=$(cell_of queue)
    [ -n "$parent" ] || return 1
    kill -STOP "$parent"
    ! grep -q '^State:[[:space:]]*T' "/proc/$parent/status" || # it may run on for a moment
        ! have_forked 1 queue S || return 0
    kill -CONT "$parent"
    return 1
}

@test "a process that is killed in the middle of its result ends the cell" {
    local way process
    for way in '' :channel=pair; do
        start "$PARBENCH" measure squares "queue:chunk=20000000$way" --alone --workers 2 \
            --oversubscribe --size 4e7 --samples 10000 --cell-timeout 300s
        await caught_amid_a_result
        for process in $(forked_by queue S); do kill -KILL "$process"; done
        kill -CONT "$(cell_of queue)"
        fails_with "$who was killed by signal 9 \(Killed\) at chunk [01] of 2"
    done
}

# Stops a process at its task; one that has just ended is none.
stop_one()
{
    kill -STOP "$(forked_by queue | head -1)" 2>/dev/null || return 1
    have_forked 1 queue T || have_forked 1 queue T
}

# Each task takes two seconds or so, whatever the build and the machine are.
@test "a process that is stopped and continued loses nothing" {
    local chunk
    chunk=$("$PARBENCH" measure pi serial --size 1e8 --samples 1 --alone --json |
        jq '2e8 / .median_s | floor')
    start "$PARBENCH" measure pi "queue:chunk=$chunk" --alone --workers 2 --oversubscribe \
        --size $((2 * chunk)) --samples 1 --cell-timeout 300s
    await stop_one
    kill -CONT "$(forked_by queue T | head -1)"
    ended
    [ "$status" -eq 0 ] || { cat err && return 1; }
    none_left
}

@test "its processes die with a cell that is killed" {
    begin pi queue 1e12
    kill -KILL "$(cell_of queue)"
    ended
    [ "$status" -eq 1 ]
    await none_left
}
