#!/usr/bin/env bats
#
# Ranks on several nodes, started by mpirun with a list of hosts and in jobs of Slurm, there also by
# srun: each kernel under each model of ranks, verified, with the ranks and threads where they should
# be.
#
# shellcheck disable=SC2016,SC2154 # what others expand; variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
    export OMPI_MCA_pml=ob1 # so that ranks do not look for a fabric
}

# Slurm's plugin ends a fence without data before all nodes have reached it, unless it takes the
# ring: messages then come to ranks that are not ready for them.
srun=(env SLURM_PMIX_FENCE=ring srun --mpi=pmix --kill-on-bad-exit=1)

# The head is a node as well to mpirun.
over_hosts() # NODES
{
    local others
    mapfile -t others < <(seq -f 'n%.0f' $(($1 - 1)))
    cluster start $(($1 - 1))
    write_sweep "$1" --hosts "head:1$(printf ',%s:1' "${others[@]}")"
    cluster in head ./sweep
    sweep_was_right mpirun-nodes head "${others[@]}"
}

in_jobs() # NODES
{
    local nodes
    needs_cluster slurm
    mapfile -t nodes < <(seq -f 'n%.0f' "$1")
    cluster start "$1" slurm
    write_sweep "$1"
    cluster in head sbatch --quiet --nodes="$1" --ntasks-per-node=1 --output=job ./sweep
    await test -e finished
    sweep_was_right mpirun-nodes "${nodes[@]}"
    write_sweep "$1" --launcher srun
    rm finished
    cluster in head sbatch --quiet --nodes="$1" --ntasks-per-node=1 --output=job ./sweep
    await test -e finished
    sweep_was_right srun "${nodes[@]}"
}

@test "a run over two hosts" {
    over_hosts 2
}

@test "a run over four hosts" {
    over_hosts 4
}

@test "a run over the two nodes of a job, by mpirun and by srun" {
    in_jobs 2
}

@test "a run over the four nodes of a job, by mpirun and by srun" {
    in_jobs 4
}

@test "cells that others start, by mpirun with hosts, and in jobs by sbatch and mpirun, and by srun" {
    local mpirun=(mpirun --allow-run-as-root --map-by slot --bind-to none)
    needs_cluster slurm
    cluster start 2 slurm
    write_cells 2
    cluster in head ./cells "${mpirun[@]}" --host 'n1:1,n2:1' -n 2
    cells_were_right 2
    rm -r out
    cluster in head sbatch --quiet --nodes=2 --ntasks-per-node=1 --output=job ./cells \
        "${mpirun[@]}"
    await test -e out/all
    cells_were_right 2
    cluster in head salloc --quiet --nodes=2 --ntasks-per-node=1 ./cells "${srun[@]}"
    cells_were_right 2
}

@test "a job of one task with two processors measures every model on its node" {
    needs_cluster slurm
    (($(nproc) > 1)) || skip 'there is one core'
    CLUSTER_CORES=2 cluster start 2 slurm
    cat >measure <<END
#!/bin/bash
#SBATCH --ntasks=1 --cpus-per-task=2 --nodelist=n2 --output=said
for model in gil threads pool mpi hybrid hybrid:ranks=2; do
    '$BUILD/parbench' measure pi "\$model" --workers 2 --size 1e7 --samples 2 --alone
done
touch finished
END
    cluster in head sbatch --quiet measure
    await test -e finished
    run grep -E '^(FOM|VALIDATION|parbench)' said
    [ "$(grep -c '^VALIDATION: PASS$' said)" -eq 6 ] || { echo "$output" && false; }
    says '^FOM .*model=mpi workers=2 ranks=2 threads=1 nodes=1 '
    says '^FOM .*model=hybrid workers=2 ranks=1 threads=2 nodes=1 '
    says '^FOM .*model=hybrid:ranks=2 workers=2 ranks=2 threads=1 nodes=1 '
}

@test "a job that was submitted by one of several tasks is no task itself" {
    needs_cluster slurm
    cluster start 2 slurm
    printf '#!/bin/bash\n%q measure pi serial --size 1e5 --samples 2\ntouch finished\n' \
        "$BUILD/parbench" >inner
    cluster in head srun --nodes=2 --ntasks=2 bash -c \
        '((SLURM_PROCID)) || sbatch --quiet --nodes=1 --output=said inner'
    await test -e finished
    run cat said
    says '^VALIDATION: PASS$'
}

@test "what would not measure the nodes of a job is refused, and says what to do" {
    needs_cluster slurm
    cluster start 2 slurm
    run cluster in head salloc --quiet --nodes=2 "$BUILD/parbench" measure pi threads --workers 1
    [ "$status" -ne 0 ]
    says '^parbench: this host, head, is none of the nodes of Slurm job 1 .*: start parbench on one of them, by srun -N 1 -n 1 -c 1 or in a job.s script$'
    run cluster in head srun --nodes=2 --ntasks=2 "$BUILD/parbench" measure pi serial
    [ "$status" -ne 0 ]
    says '^parbench: this is one of 2 tasks that were started together.* srun -N 1 -n 1 -c 1$'
}
