#!/usr/bin/env bats
#
# What becomes of ranks over nodes when one of them, a node's daemon, a link or a node does not last:
# they end in time, it is said what happened and where, and nothing is left on any node.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
}

# Starts ranks on two nodes that compute for hours, and waits until they do.
start_over_nodes() # [MODEL]
{
    cluster start 2
    cluster in head "$BUILD/parbench" measure pi "${1:-mpi}" --nodes 2 --hosts n1:1,n2:1 --size 1e12 \
        --samples 1 --alone --cell-timeout 10m >out 2>err 3>&- &
    front=$!
    await computes_on n1
    await computes_on n2
}

# It ends long before its own time is over, as a failure that says this.
fails_in_time() # REGULAR-EXPRESSION
{
    local until=$((SECONDS + 90)) status=0
    while kill -0 "$front" 2>/dev/null && ((SECONDS < until)); do sleep 0.1; done
    ((SECONDS < until))
    wait "$front" || status=$?
    run cat out err
    [ "$status" -eq 0 ] # of cat
    says '^VALIDATION: FAIL$'
    says "$1"
}

@test "a rank that is killed is named, with its node" {
    start_over_nodes
    cluster in n2 pkill -KILL -x parbench-cell-m
    fails_in_time '^parbench: pi under mpi:nodes=2 failed: rank 1 on n2 was killed by signal 9 '
    await nothing_runs
}

@test "a manager and a worker that are killed are named by their ranks, with their nodes" {
    start_over_nodes mpi-pool
    cluster in n2 pkill -KILL -x parbench-cell-m
    fails_in_time '^parbench: pi under mpi-pool:nodes=2 failed: rank 2 on n2 was killed by signal 9 '
    await nothing_runs
    cluster stop
    start_over_nodes mpi-pool
    cluster in n1 pkill -KILL --oldest -x parbench-cell-m # started first
    fails_in_time '^parbench: pi under mpi-pool:nodes=2 failed: rank 0 on n1 was killed by signal 9 '
    await nothing_runs
}

@test "a daemon of mpirun that is killed names its node" {
    start_over_nodes
    cluster in n2 pkill -KILL -x orted
    fails_in_time '^parbench: pi under mpi:nodes=2 failed: mpirun lost its daemon on n2: '
    # A daemon that is killed leaves the folder that it had for itself.
    await nothing_runs '/tmp/ompi\.n2\.0'
}

@test "a link that is taken down names its node, and nothing is left beyond it" {
    start_over_nodes
    cluster in n2 ip link set eth0 down
    fails_in_time '^parbench: pi under mpi:nodes=2 failed: mpirun lost its daemon on n2: '
    await nothing_runs
    cluster in n2 ip link set eth0 up
    run cluster in head "$BUILD/parbench" measure pi mpi --nodes 2 --hosts n1:1,n2:1 --size 1e7 \
        --samples 1 --alone
    says '^VALIDATION: PASS$'
    await nothing_runs
}

@test "a node without power ends its cell" {
    start_over_nodes
    cluster in head kill -KILL "$(<"$folder/n2/number")"
    # What stands in for ssh ends with the node: to mpirun that is a daemon that it could not start.
    fails_in_time '^parbench: pi under mpi:nodes=2 failed: mpirun (lost|could not start) its daemon on '
    await nothing_runs ended
}

@test "of a front door and an mpirun that are killed no process is left" {
    start_over_nodes
    cluster in head pkill -KILL -x parbench
    run ! wait "$front"
    await nothing_runs
    cluster stop
    start_over_nodes
    cluster in head pkill -KILL -x mpirun
    fails_in_time '^parbench: pi under mpi:nodes=2 failed: mpirun was killed by signal 9 '
    # Without it, its daemon on a node leaves its folder there.
    await nothing_runs '/tmp/ompi\.[a-z0-9]+\.0'
}

@test "clocks that are hours apart, ahead or behind, are no part of what is measured" {
    local hosts
    cluster start 2
    for hosts in n1:1,n2:1 n2:1,n1:1; do
        cluster in head "$BUILD/parbench" measure pi mpi --nodes 2 --hosts "$hosts" --size 2e4 \
            --samples 500 --alone --json >measured
        jq --exit-status '.verified and (.starts | length == 500) and
            all(.starts[]; .skew_s >= 0 and .skew_s < 1 and .uncertain_s < 1)' measured >/dev/null
    done
}
