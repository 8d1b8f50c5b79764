#!/usr/bin/env bats
#
# The model `mpi-pool`: what its manager hands out, what becomes of a chunk that fails, and of a
# rank that dies.
#
# shellcheck disable=SC2030,SC2031,SC2154 # variables of helper.bash, and of each test its own

load helper
load processes

# Measures a kernel under mpi-pool with these options, 2 samples; n: executions a sample.
deal() # KERNEL OPTIONS WORKERS SIZE [ARGUMENT…]
{
    parbench measure "$1" "mpi-pool${2:+:$2}" --workers "$3" --size "$4" --samples 2 \
        --oversubscribe --alone --json "${@:5}"
    n=$(jq .executions <<<"$output")
}

# Each sample counted so many an execution.
counted() # NAME NUMBER
{
    jq -e --arg name "$1" --argjson each "$2" --argjson n "$n" \
        '.counts | length == 2 and all(.[$name] == $each * $n)' <<<"$output" >/dev/null ||
        { show && return 1; }
}

@test "a manager hands out chunks, and is no worker" {
    built mpi-pool || skip "mpi-pool is not built"
    local way workers chunks
    while read -r way workers chunks; do
        deal primes "$way" "$workers" 41
        says '"verified": true'
        counted pool::chunks "$chunks"
        counted pool::retried 0
        jq -e --argjson workers "$workers" '.workers == $workers and .ranks == $workers and
            (.workers_busy | map(.rank)) == [range($workers)]' <<<"$output" >/dev/null
    done <<<"chunk=auto 2 7
chunk=9 1 5
chunk=9 3 5
chunk=1 2 41
chunk=41:ahead=16 3 1
ahead=4 3 11
chunk=1:ahead=1000000000 2 41
assign=direct 2 2
assign=direct 7 7
assign=direct:chunk=1 3 41
assign=direct:chunk=41 3 1"
    parbench run strong --kernels pi --models mpi-pool --workers 2 --size 1000 --profile smoke \
        --rounds 1 --oversubscribe --no-figures --out run
    [ "$status" -eq 0 ]
    jq --slurp -e 'map(select(.model == "mpi-pool" and .wall_s)) |
        map([.ranks, .helpers]) == [[2, 1]]' run/samples.jsonl >/dev/null
}

@test "inputs and outputs are moved whole, however long messages are" {
    built mpi-pool || skip "mpi-pool is not built"
    local way
    for way in '' chunk=100000:ahead=3 assign=direct assign=direct:chunk=1000; do
        deal squares "$way" 2 1e6 # more than is sent before its receiver asks
        says '"verified": true'
        deal factorial "$way" 3 5000
        says '"verified": true'
    done
}

@test "settings that exclude each other are refused" {
    built mpi-pool || skip "mpi-pool is not built"
    parbench measure pi mpi-pool:assign=direct:ahead=2
    [ "$status" -eq 2 ]
    [[ $stderr == *'assign=direct does not go with ahead: all is handed out at once'* ]]
    parbench measure pi mpi-pool:retries=1:assign=direct
    [ "$status" -eq 2 ]
    [[ $stderr == *'assign=direct does not go with retries: a task belongs to its rank'* ]]
}

@test "a chunk that fails goes to another worker, as often as it may, and once to each" {
    built mpi-pool || skip "mpi-pool is not built"
    local retries times workers
    while read -r retries times workers; do
        deal primes "chunk=10:retries=$retries:ahead=2" "$workers" 1000 --fail-task "777:$times" \
            --cold
        [ "$status" -eq 0 ] || { show && return 1; }
        says '"verified": true'
        # All in the first execution.
        jq -e --argjson times "$times" '.counts | map(.["pool::retried"]) | add == $times' \
            <<<"$output" >/dev/null || { show && return 1; }
    done <<<'1 1 2
5 1 2
2 2 3
6 6 7'
    while read -r retries times workers; do
        deal primes "chunk=10:retries=$retries" "$workers" 1000 --fail-task "777:$times" \
            --cell-timeout 120s
        [ "$status" -eq 1 ]
        [[ $stderr == *'item 777 failed, as --fail-task told it, with its piece: items '* ]] ||
            { show && return 1; }
        [ "$(grep -c 'item 777' <<<"$stderr")" -eq 1 ]
    done <<<'0 1 2
1 2 3
9 2 2
9 1 1'
    deal primes assign=direct 2 1000 --fail-task 777
    [ "$status" -eq 1 ]
    [[ $stderr == *'item 777 failed'* ]]
}

# The rank of that number, as MPI counts them.
process_of() # RANK
{
    local process
    for process in $(called parbench-cell-mpi-pool); do
        ! grep -qz "^\(OMPI_COMM_WORLD_RANK\|PMI_RANK\)=$1\$" "/proc/$process/environ" ||
            echo "$process"
    done
}

has_rank() # RANK
{
    [ -n "$(process_of "$1")" ]
}

# The cores that the rank may use.
cores_of() # RANK
{
    sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "/proc/$(process_of "$1")/status"
}

# Whether both are bound to a core, each to another.
are_bound() # RANK RANK
{
    local one other
    one=$(cores_of "$1") other=$(cores_of "$2")
    [[ $one =~ ^[0-9]+$ && $other =~ ^[0-9]+$ && $one != "$other" ]]
}

@test "a manager has a core of its own where workers leave one" {
    built mpi-pool || skip "mpi-pool is not built"
    [ "$("$PARBENCH" affinity serial --json | jq .allowed)" -eq "$(nproc)" ] &&
        [ "$(nproc)" -ge 2 ] || skip "it takes two cores of one hardware thread each"
    start "$PARBENCH" measure pi mpi-pool --alone --size 1e12 --workers 1 --cell-timeout 300s
    await has_rank 1
    await are_bound 0 1
    kill -KILL "$(process_of 0)"
    ended
    await none_left
}

@test "a manager or a worker that is killed ends its cell, which names the rank and the signal" {
    built mpi-pool || skip "mpi-pool is not built"
    local rank
    for rank in 0 2; do
        start "$PARBENCH" measure pi mpi-pool --alone --size 1e12 --workers 2 --oversubscribe \
            --cell-timeout 300s
        await has_rank "$rank"
        sleep 1 # it has joined the others
        kill -KILL "$(process_of "$rank")"
        ended
        [ "$status" -eq 1 ]
        grep -Eq "failed: (rank $rank on $(hostname)|a rank) was killed by signal 9" err || { cat err && false; }
        await none_left
    done
}
