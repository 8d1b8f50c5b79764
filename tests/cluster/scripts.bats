#!/usr/bin/env bats
#
# Job scripts in a real Slurm: that it takes what they say, warns them in time, and that they go on
# when they are submitted again; and by the qsub for scripts of PBS that comes with it.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    needs_cluster slurm
    mkdir -p "$BATS_TEST_TMPDIR/work/build"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    export CLUSTER_SHARED=$BUILD
    # A front door whose cells hang from the second round on, while there is a file that says so.
    cp -d "$BUILD/parbench" build
    cat >build/parbench-cell-serial <<END
#!/bin/bash
[[ ! -e hang || \$1 == --describe ]] || ! grep -q '"noise":{"round":0' results/*/samples.jsonl ||
    { touch hangs && exec sleep 1000; }
exec "$BUILD/parbench-cell-serial" "\$@"
END
    chmod +x build/parbench-cell-serial
}

script() # SYSTEM
{
    build/parbench script "$1" --name sums --time 2m -- strong --profile smoke --kernels pi \
        --models serial --alone --size 1e5 --rounds 3 --precision 0.0001% --no-figures >job
}

# So many jobs have ended with that verdict.
have_ended() # COUNT PASS|INTERRUPTED
{
    [[ $(cat sums-*.out job.o* 2>/dev/null | grep -c "^VALIDATION: $2$") -eq $1 ]]
}

@test "a job that hits its limit goes on when it is submitted again" {
    cluster start 1 slurm
    script slurm
    touch hang
    # Slurm looks for whom to warn every half minute: this is after ten seconds or later.
    cluster in head sbatch --quiet --signal=B:TERM@80 job
    await test -e hangs
    run cluster in head squeue --noheader --format='%D %l %j'
    says '^1 2:00 sums$'
    await have_ended 1 INTERRUPTED
    [ "$(tail -n 1 results/sums/samples.jsonl)" = '{"ended":"signal"}' ]
    rm hang
    cluster in head sbatch --quiet job
    await have_ended 1 PASS
    [ "$(grep -c '^{"resumed":' results/sums/samples.jsonl)" -eq 1 ]
    cp results/sums/samples.jsonl whole
    cluster in head sbatch --quiet job
    await have_ended 2 PASS
    diff results/sums/samples.jsonl whole
    grep -q '^parbench: results/sums is complete: nothing is measured$' sums-3.out
}

@test "qsub takes a script for PBS, and another one goes on with its run" {
    type -P qsub >/dev/null || skip 'there is no qsub'
    cluster start 1 slurm
    script pbs
    touch hang
    cluster in head qsub job
    await test -e hangs
    run cluster in head squeue --noheader --format='%D %l %j'
    says '^1 2:00 sums$'
    cluster in head scancel --batch --signal=TERM 1
    await have_ended 1 INTERRUPTED
    rm hang
    cluster in head qsub job
    await have_ended 1 PASS
    [ "$(grep -c '^{"resumed":' results/sums/samples.jsonl)" -eq 1 ]
}

@test "a job of two nodes that hits its limit goes on on both when it is submitted again" {
    [[ -x $BUILD/parbench-cell-mpi ]] || skip 'the models of ranks are not built'
    if (($(nproc) < 4)); then export OMPI_MCA_mpi_yield_when_idle=1; fi
    ln -s "$BUILD/parbench-cell-mpi" build
    cluster start 2 slurm
    build/parbench script slurm --nodes 2 --name sums --time 2m -- strong --profile smoke \
        --kernels pi --models mpi --alone --size 1e7 --rounds 2 --precision 0.0001% --no-figures >job
    touch hang
    cluster in head sbatch --quiet --signal=B:TERM@110 job
    await have_ended 1 INTERRUPTED
    run cat sums-*.out
    says '^parbench: 2 nodes x [0-9]+ cores?( by .*)?, from Slurm job 1$'
    says '^FOM kernel=pi model=mpi workers=1 .* nodes=1 '
    says '^FOM kernel=pi model=mpi:nodes=2 workers=2 ranks=2 threads=1 nodes=2 '
    rm hang
    cluster in head sbatch --quiet job
    await have_ended 1 PASS
    [ "$(grep -c '^{"resumed":' results/sums/samples.jsonl)" -eq 1 ]
    [ "$(grep -c '"nodes":2,.*"round":0,.*"sample":' results/sums/samples.jsonl)" -eq 2 ]
    [ "$(grep -c '"nodes":2,.*"round":1,.*"sample":' results/sums/samples.jsonl)" -eq 2 ]
}
