#!/usr/bin/env bats
#
# What the front door makes of the nodes of a job, and of hosts that it is told: where cells run,
# and what it says of what cannot be.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
}

# Runs the script on standard input as a job of two nodes; what it says is in the file `said`.
in_job() # OPTION-OF-SBATCH…
{
    cat - <(echo "touch '$PWD/finished'") >job
    cluster in head sbatch --quiet --nodes=2 --output=said "$@" job
    await test -e finished
}

@test "a job's nodes are used as they were asked for" {
    needs_cluster slurm
    cluster start 2 slurm
    in_job --ntasks-per-node=1 --cpus-per-task=1 <<END
#!/bin/bash
one='--size 1e7 --samples 2 --alone'
# A step that has the node's processors, as one that Slurm does not know yet to have ended.
srun --nodes=1 --ntasks=1 --nodelist=n2 sleep 1000 &
until scontrol show steps | grep -q '^StepId=.*\.0 '; do sleep 0.1; done
'$BUILD/parbench' measure pi mpi --nodes 2 --ppn 1 \$one
kill \$!
'$BUILD/parbench' measure pi hybrid --nodes 2 --ppn 1 --threads 2 --oversubscribe \$one
'$BUILD/parbench' run strong --kernels pi,squares --models threads,mpi --workers 1,2 --nodes 1,2 \\
    --oversubscribe --size 1e6 --profile smoke --rounds 1 --alone --no-figures --out run
'$BUILD/parbench' measure squares mpi --nodes 2 --ppn 1 --launcher srun \$one
'$BUILD/parbench' measure pi mpi --workers 1 --launcher srun \$one
srun --ntasks=2 '$BUILD/parbench' measure pi serial
'$BUILD/parbench' run messages --oversubscribe --profile smoke --rounds 1 --no-figures --out messages
END
    run cat said
    says '^FOM kernel=pi model=mpi:nodes=2 workers=2 ranks=2 threads=1 nodes=2 .*median_s='
    says '^FOM kernel=pi model=hybrid:nodes=2 workers=4 ranks=2 threads=2 nodes=2 .*median_s='
    says '^FOM kernel=squares model=mpi:nodes=2 workers=2 ranks=2 threads=1 nodes=2 .*median_s='
    [ "$(grep -c '^VALIDATION: PASS$' said)" -eq 6 ] || { cat said && false; }
    says '^parbench: 2 nodes x [0-9]+ cores?( by .*)?, from Slurm job [0-9]+$'
    says 'parbench: this is one of 2 tasks that were started together'
    # A rank on each of two nodes, in both ways, of three sizes.
    [ "$(grep -Ec '^FOM kernel=copy model=mpi(-p2p)?:nodes=2 workers=2 ranks=2 .*median_s=' said)" -eq 6 ]
    # What is on several nodes is measured there, and all else here.
    jq --slurp --exit-status '[.[] | select(.workers_busy) |
        [.nodes, .ranks, ([.workers_busy[].node] | unique)]] | unique ==
        [[1, 1, ["n1"]], [1, 2, ["n1"]], [2, 2, ["n1", "n2"]]]' run/samples.jsonl
}

@test "hosts that it is told have their ranks, and no single process from elsewhere" {
    local model hosts=n1:1,n2:1
    cluster start 2
    run cluster in head "$BUILD/parbench" measure pi mpi --nodes 2 --hosts "$hosts" --size 1e7 \
        --samples 2
    [ "$status" -eq 0 ] || { echo "$output" && false; }
    says '^FOM kernel=pi model=mpi:nodes=2 workers=2 .*median_s='
    says 'there is no speedup: serial would run on this host, head, which is none of the nodes$'
    run cluster in head "$BUILD/parbench" affinity mpi --nodes 2 --ppn 1 --hosts "$hosts"
    says '^mpi:nodes=2 +n1 +0 '
    says '^mpi:nodes=2 +n2 +1 '
    run cluster in head "$BUILD/parbench" affinity --nodes 2 --ppn 1 --threads 2 --oversubscribe \
        --hosts "$hosts"
    [ "$status" -eq 0 ]
    says "left out, as they have no ranks: $("$BUILD/parbench" list models --json |
        jq -r '[.models[] | select(.mirrors == null and (.launch | startswith("ranks") | not)).name] | join(", ")')\$"
    for model in mpi mpi-p2p mpi-pool; do
        [ "$(sed -n "s/^$model:nodes=2 *//p" <<<"$output" | awk '{ print $1, $2, $3 }' | paste -sd,)" = \
            'n1 0 0,n1 1 0,n2 2 0,n2 3 0' ]
    done
    [ "$(sed -n 's/^hybrid:nodes=2 *//p' <<<"$output" | awk '{ print $1, $2, $3 }' | paste -sd,)" = \
        'n1 0 0,n1 0 1,n2 1 0,n2 1 1' ]
    run cluster in head "$BUILD/parbench" doctor --launch --hosts "$hosts"
    [ "$status" -eq 0 ]
    says '^ok +nodes +n1, n2: .* cores?,'
    says '(, |^ +)Linux [0-9]' # behind the processor's name, which may be long
    says '^ +each has the suite.s programs, of this build; one launch$'
    says '^ok +launch of hybrid +2 ranks started, computed and ended in '
    run cluster in head "$BUILD/parbench" measure pi threads --hosts "$hosts"
    [ "$status" -eq 1 ]
    says 'this host, head, is none of the nodes of --hosts \(n1, \.\.\.\)'
    run cluster in head "$BUILD/parbench" measure pi mpi --nodes 2 --hosts n1:1,n3:1
    [ "$status" -eq 1 ]
    says '^parbench: --hosts: no host is called n3: '
}

@test "a job on one node and one on two are put together" {
    needs_cluster slurm
    local nodes
    cluster start 2 slurm
    for nodes in 1 2; do
        cat >"job-$nodes" <<END
#!/bin/bash
'$BUILD/parbench' run strong --kernels pi --models mpi --workers 2 --nodes $nodes --oversubscribe \\
    --size 1e5 --profile smoke --rounds 2 --budget 5m --precision 0.0001% --alone --no-figures \\
    --out run-$nodes
touch finished-$nodes
END
        cluster in head sbatch --quiet --nodes="$nodes" --ntasks-per-node=1 --cpus-per-task=1 \
            --output="said-$nodes" "job-$nodes"
        await test -e "finished-$nodes"
    done
    run "$BUILD/parbench" report run-1 run-2 --out both --no-figures
    [ "$status" -eq 0 ] || { echo "$output" && cat said-* && false; }
    says '^ 2  run-2: rounds 3 to 4, on n1$'
    says '^FOM kernel=pi model=serial workers=1 '
    says '^FOM kernel=pi model=mpi workers=2 ranks=2 threads=1 nodes=1 '
    says '^FOM kernel=pi model=mpi:nodes=2 workers=2 ranks=2 threads=1 nodes=2 '
    says '^- SLURM_NNODES: 1 \(run 1\), 2 \(run 2\)$'
    says '^VALIDATION: PASS$'
}

@test "overhead has rows over nodes, of hosts that it is told and in a job" {
    needs_cluster slurm
    [[ -x $BUILD/overhead-probes/overhead-mpi ]] || skip 'its probe is not built'
    cluster start 2 slurm
    local row rows=('pi / plain' 'squares / plain' 's, cell - empty')
    run cluster in head "$BUILD/overhead" --try --hosts n1:1,n2:1 mpi
    [ "$status" -eq 0 ] || { echo "$output" && false; }
    says '^nodes     2 with 1 rank on each, for the rows that say so: n1 n2$'
    for row in "${rows[@]}"; do says "^mpi, nodes: $row +<= 1?[0-9.]+ +-?[0-9.]+ "; done
    in_job --ntasks-per-node=1 <<<"#!/bin/bash
        '$BUILD/overhead' --try mpi"
    run cat said
    for row in "${rows[@]}"; do says "^mpi, nodes: $row +<= 1?[0-9.]+ +-?[0-9.]+ "; done
}

# In a job of two nodes as these variables tell it, ranks are on both.
job_spans_both() # BATCH-SYSTEM NAME=VALUE…
{
    cluster in head env "${@:2}" "$BUILD/parbench" measure pi mpi --nodes 2 --ppn 1 --size 1e5 \
        --samples 2 --alone --json >told 2>said || { cat said && false; }
    jq --exit-status '.nodes == 2 and .verified and ([.workers_busy[].node] == ["n1", "n2"])' told
    run cat said
    says "^parbench: 2 nodes x [0-9]+ cores?( by .*)?, from $1 job 7"
}

@test "node files and variables of PBS and LSF name the nodes of ranks" {
    cluster start 2
    printf 'n1\nn2\n' >nodes
    job_spans_both PBS PBS_JOBID=7.head PBS_NODEFILE="$PWD/nodes"
    job_spans_both LSF LSB_JOBID=7 LSB_DJOB_HOSTFILE="$PWD/nodes" LSB_MCPU_HOSTS='n1 1 n2 1'
    job_spans_both LSF LSB_JOBID=7 LSB_MCPU_HOSTS='n1 1 n2 1'
}
