#!/usr/bin/env bats
#
# Runs of many nodes, that never took place, and of many workers: what is made of them stays small.
# How long it takes is printed, and decides nothing.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load made_up_runs

# The most memory that the command and its children may have, in KiB. What instruments a build may
# need more of it for itself.
readonly memory=2000000

# Reads a made-up run of so many nodes, and sets `took` to the milliseconds of that.
read_run() # NODES [OPTION…]
{
    local begun
    [ -d "run$1" ] || make_cluster_run "run$1" "$1"
    begun=$(date +%s%N)
    parbench report "run$1" "${@:2}"
    took=$((($(date +%s%N) - begun) / 1000000))
    ended_with 0 PASS
    [ "$stderr" = '' ]
}

@test "a run of 1,024 nodes with 128 ranks each takes little memory, and its page is small" {
    ! nm -D "$PARBENCH" | grep -q '__[at]san_init' || skip "sanitizers take more memory"
    ulimit -v "$memory"
    read_run 128 --no-figures
    local few=$took many
    read_run 1024 --no-figures
    many=$took
    read_run 1024
    echo "# 1,024 nodes took $many ms to read, 128 of them $few ms, and with figures $took ms" >&3
    [ -s run1024/figures/nodes-squares-speedup.png ]
    [ "$(stat -c %s run1024/samples.jsonl)" -lt 20000000 ]
    [ "$(stat -c %s run1024/report.html)" -lt 20000000 ]
    # What the nodes tell is told of all workers.
    jq -R -s -e 'split("\n") | map(split(",")) | .[0] as $names | .[1:] |
        map([., $names] | transpose | map({(.[1] // ""): .[0]}) | add) |
        map(select(.workers == "131072")) |
        length == 12 and all(.load_balance | tonumber | . > 0.8 and . < 1)' run1024/summary.csv
}

@test "1,024 nodes with 128 ranks each are planned in little memory" {
    ! nm -D "$PARBENCH" | grep -q '__[at]san_init' || skip "sanitizers take more memory"
    ulimit -v "$memory"
    # Of loopback, so that all of them have an address.
    awk -v here="$(hostname)" 'BEGIN {
        for (i = 0; i < 1024; i++)
            printf "%s slots=128\n", i ? "127.1." int(i / 250) "." i % 250 + 1 : here
    }' >hosts
    parbench run nodes --hostfile hosts --nodes 1,1024 --workers 128,131072 --oversubscribe \
        --kernels pi --models mpi --size 1e9 --dry-run
    [ "$status" -eq 0 ]
    awk '/^# pi.mpi.workers:131072.ranks:131072.threads:1.nodes:1024.n:1000000000$/ { getline; print }' \
        <<<"$output" >lines
    [ "$(wc -l <lines)" -eq 1 ]
    grep -q -- ' -n 131072 --map-by ppr:128:node ' lines
    [ "$(grep -o ':128[, ]' lines | wc -l)" -eq 1024 ]
}

@test "more workers than are told of one by one are told of node by node" {
    ! without_openmp || skip "it runs OpenMP threads"
    # LeakSanitizer crashes over some thirty threads that live on and began before PAPI was loaded.
    export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
    parbench run strong --kernels pi --models threads --workers 1025 --oversubscribe --size 1e6 \
        --profile smoke --rounds 1 --alone --no-figures --out run
    ended_with 0 PASS
    jq -s -e 'map(select(.workers == 1025 and .wall_s)) | length == 1 and (.[0] |
        .workers_busy == null and .nodes_busy.workers == [1025] and .nodes_busy.ranks == [1] and
        .nodes_busy.busy_max_s[0] < .nodes_busy.busy_s[0])' run/samples.jsonl
    jq -s -e 'map(select(.model == "serial" and .wall_s)) | .[0].workers_busy | length == 1' \
        run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    [ "$stderr" = '' ]
    parbench measure pi threads --workers 1025 --oversubscribe --size 1e6 --samples 2 --alone --json
    [ "$status" -eq 0 ]
    jq -e '.workers_busy | length == 1025' <<<"$output"
}
