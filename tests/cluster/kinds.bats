#!/usr/bin/env bats
#
# What becomes of nodes that are not what cells need: of another kind, without the suite's programs
# or with those of another build, named twice, or with fewer cores than was said.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
}

# From then on a file on the node is one that the commands on standard output wrote.
replace() # NODE FILE COMMAND…
{
    cluster in "$1" sh -c "${*:3} >/tmp/replaced && mount --bind /tmp/replaced '$2'"
}

# Ranks on two nodes; nothing is measured unless all is said that is asked for.
measured() # OPTION…
{
    run cluster in head "$BUILD/parbench" measure pi mpi --nodes 2 --hosts "${hosts:-n1:1,n2:1}" \
        --size 1e5 --samples 2 --alone "$@"
}

# A run as a job of two nodes, whose words are in the file `said`.
sweep() # WORD-OF-RUN…
{
    rm -f finished
    printf '#!/bin/bash\n%q run "$@" --no-figures\necho "status $?"\ntouch finished\n' \
        "$BUILD/parbench" >job
    cluster in head sbatch --quiet --nodes=2 --output=said job "$@"
    await test -e finished
    run cat said
}

@test "nodes that differ are named and refused, unless they may be mixed" {
    cluster start 2
    replace n2 /proc/cpuinfo sed "'s/^model name.*/model name : Another one/'" /proc/cpuinfo
    measured
    [ "$status" -eq 2 ]
    says '^parbench: nodes differ: n2 has Another one and n1 .*: take nodes that are the same, or --mixed$'
    run ! grep -q '^FOM' <<<"$output"
    measured --mixed
    [ "$status" -eq 0 ]
    says '^VALIDATION: PASS$'
    run cluster in head "$BUILD/parbench" affinity mpi --nodes 2 --hosts n1:1,n2:1 --mixed
    says '^nodes +n1: .* cores?,'
    says '(, |^ +)Linux [0-9]'
    says '^ +n2: Another one, '
    cluster in n2 umount /proc/cpuinfo
    replace n2 /proc/meminfo sed "'s/^MemTotal:.*/MemTotal: 1000000 kB/'" /proc/meminfo
    measured
    [ "$status" -eq 2 ]
    says '^parbench: nodes differ: n2 has 976.6 MiB of memory and n1 '
}

@test "a run tells its nodes, and goes on on others of their kind alone" {
    needs_cluster slurm
    cluster start 2 slurm
    sweep strong --kernels pi --models mpi --nodes 2 --workers 2 --size 1e5 --profile smoke \
        --precision 0.0001% --out run --rounds 1
    says '^VALIDATION: PASS$'
    jq --exit-status '[.nodes[] | [.host, .cpu != "", .allowed >= 1, .memory > 0, .system != ""]] ==
        [["n1", true, true, true, true], ["n2", true, true, true, true]]' run/manifest.json
    grep -q '<dt>Nodes</dt><dd>n1, n2: ' run/report.html
    replace n2 /proc/cpuinfo sed "'s/^model name.*/model name : Another one/'" /proc/cpuinfo
    cp run/samples.jsonl before
    sweep --resume run --rounds 2
    says '^parbench: nodes differ: n2 has Another one and n1 '
    says '^status 2$'
    sweep --resume run --rounds 2 --mixed
    says '^parbench: run was measured on nodes of another kind \(n2 has Another one and n1 '
    says '^status 2$'
    diff run/samples.jsonl before
    cluster in n2 umount /proc/cpuinfo
    sweep --resume run --rounds 2
    says '^VALIDATION: PASS$'
}

@test "a node without the suite's programs, or with another build of them, is named" {
    cluster start 2
    cluster in n2 mount -t tmpfs tmpfs "$BUILD"
    measured
    [ "$status" -eq 1 ]
    says '^parbench: 2 nodes were asked what they are, in vain: a program of the suite cannot be started on n2: install the suite there, at the same path$'
    cluster in n2 umount "$BUILD"
    replace n2 "$BUILD/parbench-cell-mpi" echo other
    measured
    [ "$status" -eq 1 ]
    says '^parbench: .*/parbench-cell-mpi on n2 is of another build than here: install the same build on each node$'
    run ! grep -q '^FOM' <<<"$output"
    run cluster in head "$BUILD/parbench" doctor --hosts n1:1,n2:1
    [ "$status" -eq 1 ]
    says '^parbench: .*/parbench-cell-mpi on n2 is of another build than here'
    says '^-- +nodes +ranks cannot be on all of them, as was said$'
    says '^What is marked -- is missing; the rest works\.$'
}

@test "a node that is not there, or whose link is down, is named in time" {
    cluster start 2
    echo 10.77.0.9 n9 >>"$folder/hosts"
    SECONDS=0
    hosts=n1:1,n9:1 measured
    [ "$status" -eq 1 ]
    says '^parbench: 2 nodes were asked what they are, in vain: .*; there is no word from (n1, )?n9$'
    cluster in n2 ip link set eth0 down
    measured
    [ "$status" -eq 1 ]
    says '^parbench: 2 nodes were asked what they are, in vain: .* n2$'
    ((SECONDS < 30)) # for both
    await nothing_runs
}

@test "a node that is named twice, or has fewer cores than it was said to have, is refused" {
    local hosts
    CLUSTER_CORES=1 cluster start 2
    # Another name of the same one.
    echo 10.77.0.1 twin >>"$folder/hosts"
    ln -s n1 "$folder/twin"
    hosts=n1:1,twin:1 measured
    [ "$status" -eq 1 ]
    says '^parbench: 2 nodes were asked what they are, and n1 answered more than once: name each node once$'
    hosts=n1:2,n2:2 measured --ppn 2
    [ "$status" -eq 2 ]
    says '^parbench: n1 has 1 core, and cells have 2 workers on each node: name no more slots than there are cores$'
}

@test "leaders of nodes alone exchange messages, and pages that a node cannot share are refused" {
    local mpirun=(mpirun --allow-run-as-root --host 'n1:2,n2:2' --map-by node --bind-to none -n 4)
    cluster start 2
    # Ranks 0 and 2 on one node, and 1 and 3 on the other: half of the items go there and back.
    run cluster in head "${mpirun[@]}" "$BUILD/parbench-cell-mpi-shared" squares 10000 4 4 1 2 1 \
        --oversubscribe
    [ "$status" -eq 0 ]
    sed -n 's/^@parbench //p' <<<"$output" | jq --slurp --exit-status 'map(select(.event == "sample") |
        [.verified, .counts["mpi::messages"], .counts["mpi::bytes"]]) == [[true, 3, 80016], [true, 3, 80016]]'
    cluster in n2 mount -o remount,size=12m /dev/shm
    run cluster in head "${mpirun[@]}" "$BUILD/parbench-cell-mpi-shared" squares 4000000 4 4 1 2 1 \
        --oversubscribe
    [ "$status" -ne 0 ]
    says '/dev/shm on n2 has [0-9.]+ MiB left, and its ranks share [0-9.]+: free or enlarge it, or take a smaller --size'
    await nothing_runs
}

@test "a build that is measured beside must be the same on each node as well" {
    needs_cluster slurm
    cluster start 2 slurm
    mkdir other
    cp "$BUILD/parbench" "$BUILD/parbench-cell-serial" "$BUILD/parbench-cell-mpi" other
    local words=(strong --kernels pi --models mpi --nodes 2 --workers 2 --size 1e5 --profile smoke
        --precision 0.0001% --beside "$PWD/other/parbench")
    local wrong='^parbench: .*/other/parbench-cell-mpi on n2 is of another build than here: install the same build on each node$'
    replace n2 "$PWD/other/parbench-cell-mpi" echo other
    sweep "${words[@]}" --out run --rounds 1
    says "$wrong"
    says '^status 1$'
    [ ! -e run ]
    cluster in n2 umount "$PWD/other/parbench-cell-mpi"
    sweep "${words[@]}" --out run --rounds 1
    says '^VALIDATION: PASS$'
    replace n2 "$PWD/other/parbench-cell-mpi" echo other
    sweep --resume run --rounds 2 --beside "$PWD/other/parbench"
    says "$wrong"
}
