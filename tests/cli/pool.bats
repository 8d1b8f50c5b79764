#!/usr/bin/env bats
#
# The model `pool`: what each of its options does, by what it counts.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load processes

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

@test "what is sent through pipes comes back, a task and a result for each chunk" {
    local dispatch
    for dispatch in map imap imap-unordered apply; do
        pool squares "transport=pipe:dispatch=$dispatch" --size 20
        counted sent 7
        counted received 7
        says '"verified": true'
    done
    pool squares transport=shared --size 20
    counted sent 0
    # 24 MB each way, more than a pipe holds
    pool squares transport=pipe:chunk=3000000 --size 6e6
    counted sent 2
    says '"verified": true'
}

@test "batches are as many as were sent, and exclude what would cut them" {
    pool primes dispatch=auto --size 20000
    says '"verified": true'
    local batches
    batches=$(grep -o '"pool::batches": [0-9.]*' <<<"$output" | sed 's/.*: //' | paste -sd' ')
    [[ $batches =~ ^[1-9][0-9]*\.0\ [1-9] ]]
    for name in chunks sent received; do
        [ "$(grep -o "\"pool::$name\": [0-9.]*" <<<"$output" | sed 's/.*: //' | paste -sd' ')" = \
            "$batches" ]
    done
    refuses 'it chooses the batch itself' measure pi pool:dispatch=auto:chunk=3
    refuses 'only messages are worth batching' measure pi pool:dispatch=auto:transport=shared
}

@test "a worker that ends after so many chunks is replaced after each time" {
    local dispatch
    for dispatch in map imap imap-unordered apply; do
        pool squares "dispatch=$dispatch:chunk=7:tasks-per-child=1" --size 100
        counted chunks 15
        counted replaced 15
        counted forks 0
        says '"verified": true'
    done
    # A life goes over executions: of 12 chunks each between 4 and 7.
    pool squares chunk=3:tasks-per-child=2 --size 36
    local replaced
    while read -r replaced; do
        ((replaced >= (12 * n - 2 + 1) / 2 && replaced <= (12 * n + 2) / 2)) ||
            { show && return 1; }
    done < <(sed -n 's/.*"pool::replaced": \([0-9]*\).*/\1/p' <<<"$output")
}

@test "a pool is started once, or in each execution" {
    pool squares reuse=no --size 100
    counted forks 2
    counted replaced 0
    says '"verified": true'
    pool squares reuse=yes --size 100
    counted forks 0
    refuses 'one pool a chunk would be measured' measure pi pool:dispatch=apply:reuse=no
}

@test "a piece that fails fails its cell, which names the item, in each dispatch" {
    local dispatch
    for dispatch in map imap imap-unordered async apply auto map:transport=pipe; do
        pool primes "dispatch=$dispatch" --size 1000 --fail-task 777
        [ "$status" -eq 1 ]
        [[ $stderr =~ 'item 777 failed, as --fail-task told it, with its piece: items '[0-9]+ ]] ||
            { show && return 1; }
        [ "$(grep -c '^parbench: primes' <<<"$stderr")" -eq 1 ]
    done
}

@test "whole tasks have their results in order in each dispatch" {
    local dispatch
    for dispatch in imap imap-unordered async apply auto map:transport=pipe; do
        pool primes "dispatch=$dispatch" --tasks 100000,2e5,300000
        [ "$status" -eq 0 ]
        says '"result": "454396537, 1709600813, 3709507114"'
    done
}

# Starts to measure pi under pool with these options, until one of its workers is there.
start_pool() # OPTIONS [ARGUMENT…]
{
    start "$PARBENCH" measure pi "pool:$1" --alone --workers 2 --oversubscribe --samples 1 \
        --cell-timeout 200s "${@:2}"
    await pool_worker
}

@test "a worker that dies ends the cell in each dispatch, which says how and at what" {
    local dispatch number=9
    for dispatch in map imap imap-unordered async apply map:tasks-per-child=2 map:reuse=no \
        map:transport=pipe imap-unordered:transport=pipe apply:transport=pipe auto; do
        number=$((number == 9 ? 11 : 9))
        start_pool "dispatch=$dispatch" --size 1e12
        kill "-$number" "$(pool_worker)"
        fails_with "worker [01] \(process [0-9]+\) was killed by signal $number \([A-Za-z ]+\) \
(at chunk [0-9]+( of [0-9]+)?|while it waited for work)"
    done
}

# Whether that worker is there no more, and as many as before are.
is_replaced() # PROCESS
{
    ! forked_by pool | grep -qx "$1" && have_forked 2 pool
}

@test "a worker that dies is replaced where it is to be, and the result is right" {
    local dispatch worker
    for dispatch in map imap-unordered apply map:reuse=no map:transport=pipe auto; do
        start_pool "dispatch=$dispatch:on-death=respawn" --size 4e9
        worker=$(pool_worker)
        kill -KILL "$worker"
        await is_replaced "$worker"
        for _ in 1 2; do
            ! worker=$(pool_worker) || kill -KILL "$worker" || true
            sleep 0.2
        done
        ended
        [ "$status" -eq 0 ] || { cat err && return 1; }
        [ "$(tail -1 out)" = "VALIDATION: PASS" ]
        none_left
    done
}

@test "a worker that is stopped for a while is no dead one" {
    local dispatch worker
    for dispatch in map imap-unordered:on-death=respawn apply map:transport=pipe auto; do
        start_pool "dispatch=$dispatch" --size 1e9
        worker=$(pool_worker)
        kill -STOP "$worker"
        sleep 0.5
        kill -CONT "$worker"
        ended
        [ "$status" -eq 0 ] || { cat err && return 1; }
        [ "$(tail -1 out)" = "VALIDATION: PASS" ]
        run ! grep -q 'worker [01]' err
        none_left
    done
}

@test "no worker outlives a parent that is killed" {
    local dispatch
    for dispatch in map imap apply map:tasks-per-child=1 map:transport=pipe auto; do
        start_pool "dispatch=$dispatch" --size 1e12
        kill -KILL "$(cell_of pool)"
        ended
        [ "$status" -eq 1 ]
        await none_left
    done
}
