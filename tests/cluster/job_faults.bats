#!/usr/bin/env bats
#
# What becomes of a measurement in a job when a rank, a node's daemon, a link or the job does not
# last: it ends in time, says what happened and where, can go on, and leaves nothing on any node.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
    needs_cluster slurm
}

@test "a run whose job is cancelled is gone on with" {
    local job
    (($(nproc) > 1)) || skip 'there is one core'
    CLUSTER_CORES=2 cluster start 2 slurm
    cat >measure <<END
#!/bin/bash
#SBATCH --ntasks=1 --cpus-per-task=2 --nodelist=n2 --output=said.%j
what=(strong --kernels divide --size 1e8 --models pool,mpi --workers 2 --rounds 1000 --out run)
[[ ! -e run ]] || what=(--resume run)
exec '$BUILD/parbench' run "\${what[@]}" --no-figures "\$@"
END
    job=$(cluster in head sbatch --parsable measure)
    await test -s run/samples.jsonl
    cluster in head scancel "$job"
    await nothing_runs
    run cat "said.$job"
    says '^VALIDATION: INTERRUPTED$'
    says '^parbench: run was ended by a signal: go on with parbench run --resume run$'
    job=$(cluster in head sbatch --parsable measure --rounds 1)
    await grep -qs '^VALIDATION: ' "said.$job"
    grep -q '^VALIDATION: PASS$' "said.$job"
    await nothing_runs
}

# Starts a job of two nodes that runs this line, with what it says in the file said.
submit() # COMMAND
{
    printf '#!/bin/bash\nexec %s\n' "$1" >job
    cluster in head sbatch --quiet --nodes=2 --ntasks-per-node=1 --output=said job
}

# Slurm has more patience than what starts ranks, as in production, before a node is gone to it; and
# finds out sooner that it does not reach one.
slurm_is_patient()
{
    sed -i 's/^SlurmdTimeout=.*/SlurmdTimeout=300/; s/^MessageTimeout=.*/MessageTimeout=2/' \
        "$folder/slurm/slurm.conf"
    cluster in head scontrol reconfigure
}

# Waits for a rank on n2, and stops it, so that its cell does not end: on the node itself, and often,
# since ranks of a small size do not last. By a second later all words have come that those of its start
# have for each other: what is under way delays that a link is missed.
stop_rank()
{
    cluster in n2 timeout 240 bash -c 'until pkill -STOP -x parbench-cell-m; do sleep 0.01; done'
    sleep 1
}

# Whole launches of cells, all or those that match.
launches() # RUN [REGULAR-EXPRESSION]
{
    grep '"sample":1[,}]' "$1/samples.jsonl" | grep -Ec -- "${2:-}" || true
}

@test "a link taken down in run nodes and brought back leaves a run that is completed" {
    local cells
    cluster start 2 slurm
    slurm_is_patient
    submit "'$BUILD/parbench' run nodes --nodes 1,2 --kernels pi --models mpi --size 1e9 \
        --profile smoke --rounds 1 --alone --no-figures --cell-timeout 25s --out run"
    stop_rank
    cluster in n2 ip link set eth0 down
    await grep -Eq '^parbench: (pi|copy)/mpi/.*/nodes:2/.* failed: (mpirun lost its daemon on n2: |it did not end within 25 s: .* n1, n2)' said
    cluster in n2 ip link set eth0 up
    await grep -q '^VALIDATION: FAIL$' said
    cells=$(jq '.cells | length' run/manifest.json)
    [ "$cells" -ge 10 ]
    # Those on one node are not hindered by that, nor are those on two once they can.
    [ "$(launches run '"nodes":1,')" -eq "$(jq '[.cells[] | select(.nodes == 1)] | length' run/manifest.json)" ]
    [ "$(launches run '"nodes":2,')" -ge 1 ]
    await nothing_runs
    submit "'$BUILD/parbench' run --resume run --no-figures"
    await grep -q '^VALIDATION: PASS$' said
    # One whose rank was stopped behind its last sample has been launched again.
    [ "$(jq -s '[.[] | select(.sample == 1).cell] | unique | length' run/samples.jsonl)" -eq "$cells" ]
    await nothing_runs
}

@test "a node's slurmd that is killed ends no cell that runs, and the next one names the node" {
    local launcher left='(slurmstepd|/tmp/spmix_[^ ]*)'
    local -A words=([mpirun]="mpirun's daemon on a node ended at once: .*; it was to start on n2"
        [srun]='srun: .* on node n2: ')
    cluster start 2 slurm
    slurm_is_patient
    for launcher in mpirun srun; do
        local measure="'$BUILD/parbench' run strong --kernels pi --models mpi --workers 2 --nodes 2"
        measure+=" --ppn 1 --size 1e9 --profile smoke --rounds 2 --budget 5m --precision 0.0001%"
        measure+=" --alone --no-figures --launcher $launcher --continue --out $launcher"
        submit "$measure"
        stop_rank
        cluster in n2 pkill -KILL -x slurmd
        cluster in n2 pkill -CONT -x parbench-cell-m
        await grep -q '^VALIDATION: FAIL$' said
        grep -Eq "^parbench: pi/mpi/.*/nodes:2/.* failed: ${words[$launcher]}" said
        [ "$(launches "$launcher" '"nodes":2,.*"round":0,')" -eq 1 ]
        [ "$(launches "$launcher" '"model":"serial"')" -eq 2 ]
        # Slurm itself waits a minute for what should have started there.
        await nothing_runs "$left( $left)*"
        cluster in n2 slurmd -N n2
        submit "$measure"
        await grep -q '^VALIDATION: PASS$' said
        [ "$(launches "$launcher" '"nodes":2,')" -eq 2 ]
        await nothing_runs "$left( $left)*"
    done
}

@test "ranks that srun has started are named as well, or their nodes at the cell's limit" {
    local measure="'$BUILD/parbench' measure pi mpi --nodes 2 --launcher srun"
    measure+=' --size 1e12 --samples 1 --alone'
    cluster start 2 slurm
    submit "$measure"
    await computes_on n2
    cluster in n2 pkill -KILL -x parbench-cell-m
    await grep -q '^VALIDATION: FAIL$' said
    grep -q '^parbench: pi under mpi:nodes=2 failed: rank 1: Killed on n2$' said
    await nothing_runs
    # Who looks after ranks on a node, without whom Slurm does not know of their end.
    submit "$measure --cell-timeout 20s"
    await computes_on n2
    cluster in n2 pkill -KILL -x slurmstepd
    await grep -q '^VALIDATION: FAIL$' said
    grep -q ' failed: it did not end within 20 s: .* all is well on its nodes: n1, n2$' said
    await nothing_runs '/tmp/spmix_[^ ]*'
    # Nobody tells Slurm of a node without power, either, nor does it end the other ranks as long as
    # there is the job: they do so themselves.
    slurm_is_patient
    submit "$measure --cell-timeout 12s & wait; exec sleep 1000"
    await computes_on n2
    cluster in head kill -KILL "$(<"$folder/n2/number")"
    await grep -q '^VALIDATION: FAIL$' said
    grep -q ' failed: it did not end within 12 s: .* all is well on its nodes: n1, n2$' said
    await nothing_runs '(ended|sleep slurmd slurmstepd( slurmstepd)?( /tmp/spmix_[^ ]*)?)'
}

@test "a job over two nodes that is cancelled leaves nothing on them, and is gone on with" {
    local measure="'$BUILD/parbench' run strong --kernels pi --models mpi --workers 2 --nodes 2"
    measure+=' --ppn 1 --size 1e9 --profile smoke --rounds 1 --alone --no-figures --continue --out run'
    cluster start 2 slurm
    submit "$measure"
    stop_rank
    cluster in head scancel --name job
    # An mpirun that Slurm kills leaves its own folder, too.
    await nothing_runs '/tmp/ompi\.n1\.0'
    grep -q '^VALIDATION: INTERRUPTED$' said
    submit "$measure"
    await grep -q '^VALIDATION: PASS$' said
    [ "$(launches run '"nodes":2,')" -eq 1 ]
    await nothing_runs '/tmp/ompi\.n1\.0'
}
