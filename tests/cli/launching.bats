#!/usr/bin/env bats
#
# How cells are started, and what becomes of a run when their processes end as they should not.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load processes

# MPICH does not say which rank it was.
a_rank='(rank [01]|a rank)'

@test "a rank that is killed ends its cell, which names it and the signal" {
    local model rank
    for model in mpi hybrid; do
        built "$model" || continue
        start "$PARBENCH" measure pi "$model" --ranks 2 --threads 1 --size 1e12 --samples 1 --alone \
            --oversubscribe --cell-timeout 300s
        await are_called 2 "parbench-cell-$model"
        rank=$(called "parbench-cell-$model" | tail -1)
        kill -KILL "$rank"
        ended
        [ "$status" -eq 1 ] || { cat out err && false; }
        none_left
        grep -Eq "^parbench: pi under $model failed: $a_rank was killed by signal 9 \(Killed\)$" err
        [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
    done
}

@test "an mpirun that is killed ends its cell, and its ranks end, too" {
    built mpi || skip "mpi is not built"
    local starter
    starter=$(rank_starter)
    start "$PARBENCH" measure pi mpi --workers 2 --size 1e12 --samples 1 --alone --oversubscribe \
        --cell-timeout 300s
    await are_called 2 parbench-cell-mpi
    # Open MPI 5's mpirun becomes prterun.
    kill -KILL "$(called "$starter" && called prterun)"
    ended
    [ "$status" -eq 1 ]
    grep -q "^parbench: pi under mpi failed: $starter was killed by signal 9 (Killed)$" err
    [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
    await none_left
}

@test "a rank that is stopped is ended with its cell's time" {
    built mpi || skip "mpi is not built"
    start "$PARBENCH" measure pi mpi --workers 2 --size 1e12 --samples 1 --alone --oversubscribe \
        --cell-timeout 5s
    await are_called 2 parbench-cell-mpi
    kill -STOP "$(called parbench-cell-mpi | head -1)"
    ended
    [ "$status" -eq 1 ]
    grep -q '^parbench: pi under mpi failed: it did not end within 5 s' err
    await none_left
}

# An mpirun whose rank 1 is killed as it starts.
mpirun_kills_a_rank()
{
    local starter
    starter=$(rank_starter)
    mkdir bin
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/sh' '[ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" != 1 ] || kill -KILL $$' 'exec "$@"' \
        >bin/rank
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/bash' 'words=()' \
        'for word; do [[ $word != */parbench-cell-* ]] || words+=("${0%/*}/rank")' \
        '    words+=("$word"); done' \
        "exec $(printf %q "$(command -v "$starter")") \"\${words[@]}\"" >"bin/$starter"
    chmod +x bin/*
}

@test "a run goes on without the cell whose rank is killed" {
    built mpi || skip "mpi is not built"
    mpirun_kills_a_rank
    start env PATH="$PWD/bin:$PATH" "$PARBENCH" run strong --profile smoke --size 1e6 --workers 2 \
        --oversubscribe --alone --kernels pi --models mpi,pool --rounds 2 --no-figures --out run
    ended
    none_left
    output=$(<out)
    [ "$status" -eq 1 ] || { cat out err && false; }
    # Of one that is killed so early mpirun does not always say which it was.
    local words='(rank 1|a rank|it) was killed by signal 9 \(Killed\)'
    [ "$(grep -Ec "^parbench: pi/mpi/.* failed: $words: see run/logs/" err)" -eq 1 ]
    grep -Eq 'process rank 1 |Primary job +terminated|EXIT STRING: Killed' run/logs/*mpi*
    says '^FOM .* model=mpi .* samples=0$'
    says '^FOM .* model=pool .* median_s='
    [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
    [ "$(grep -Ec "\"model\":\"mpi\".*\"failed\":\"$words\"" run/samples.jsonl)" -eq 1 ]
}

# The job has a slot for its only task; the site has its say on what ranks write, and where they go;
# and all of this is a rank of an mpirun.
@test "ranks start here and are heard, whatever a job or a site tells mpirun" {
    built mpi || skip "mpi is not built"
    export SLURM_JOB_ID=1 SLURM_JOBID=1 SLURM_NNODES=1 SLURM_JOB_NUM_NODES=1 SLURM_NTASKS=1 \
        SLURM_TASKS_PER_NODE=1 SLURM_CPUS_PER_TASK=2
    export SLURM_NODELIST=$HOSTNAME SLURM_JOB_NODELIST=$HOSTNAME
    export OMPI_MCA_orte_tag_output=1 OMPI_MCA_orte_xml_output=1 \
        OMPI_MCA_rmaps_base_no_schedule_local=1 OMPI_MCA_rmaps=seq OMPI_MCA_orte_rankfile=/dev/null \
        OMPI_MCA_orte_allocation_required=1 PRTE_MCA_prte_allocation_required=1 PRTE_MCA_rmaps=seq \
        PRTE_MCA_ras_base_launch_orted_on_hn=1 HYDRA_PREPEND_RANK=1
    export OMPI_UNIVERSE_SIZE=2 OMPI_MCA_ess='^singleton' OMPI_MCA_ess_base_jobid=366673921 \
        OMPI_MCA_ess_base_vpid=0 FLUX_JOB_ID=1
    local told=OMPI_MCA_orte_tag_output
    [[ $(rank_starter) == mpirun ]] || told=HYDRA_PREPEND_RANK
    parbench measure pi mpi --workers 2 --size 1000 --samples 1 --oversubscribe --alone
    ended_with 0 PASS
    [[ $stderr =~ 'not as you have set them for cells'.*': '.*$told ]]
}

# An mpirun that writes to a file what was chosen for it, and starts nothing.
mpirun_tells_what_it_gets()
{
    mkdir bin
    printf '%s\n' '#!/bin/bash' "[ \"\$1\" = --version ] && exec $(printf %q "$(command -v mpirun)") --version" \
        "printf '%s\\n' \"\$OMPI_MCA_pml \$HWLOC_PLUGINS_PATH\" >>$(printf %q "$PWD/got"); exit 3" >bin/mpirun
    chmod +x bin/mpirun
    PATH=$PWD/bin:$PATH
}

@test "where no fabric is, and nobody says otherwise, ranks are told not to search" {
    built mpi && [[ $(mpirun --version) == *'Open MPI'* ]] || skip "mpi is not built with Open MPI"
    mpirun_tells_what_it_gets
    mkdir -p home/.openmpi
    export HOME=$PWD/home
    local cell=(measure pi mpi --workers 1 --size 1000 --samples 1 --alone)
    parbench "${cell[@]}"
    if [ -z "$(ls -A /sys/class/infiniband /sys/class/cxi 2>/dev/null)" ]; then
        grep -qx 'ob1 /dev/null' got
        parbench doctor
        says '^ +gets OMPI_MCA_pml=ob1 HWLOC_PLUGINS_PATH=/dev/null: no'
    else
        grep -qx ' ' got
    fi
    rm got
    export HWLOC_PLUGINS_PATH=/own
    OMPI_MCA_pml=cm parbench "${cell[@]}"
    echo 'pml = cm' >home/.openmpi/mca-params.conf
    parbench "${cell[@]}"
    mkdir etc
    mv home/.openmpi/mca-params.conf etc/openmpi-mca-params.conf
    parbench "${cell[@]}"
    printf '%s\n' 'cm /own' ' /own' ' /own' | diff - got
}

@test "what a cell leaves behind does not outlive it" {
    start "$EXTENDED" measure primes mock:break=orphan --size 1000 --samples 1 --workers 1 --alone
    ended
    none_left
    [ "$status" -eq 0 ] || { cat out err && false; }
}

@test "a launcher from elsewhere starts the cells that it suits" {
    export ENCLOSED=$PWD/words
    start "$EXTENDED" run strong --profile smoke --size 1000 --workers 2 --oversubscribe \
        --alone --kernels primes --models serial,pool --rounds 1 --no-figures --out run
    ended
    [ "$status" -eq 0 ] || { cat out err && false; }
    none_left
    local launch
    while read -r launch; do
        [[ $launch =~ ^'a test: --workers '[12]' --of '[0-9]+' /'.*'/parbench-cell-pool primes 1000 ' ]]
    done <words
    [ -s words ]
    [ "$(grep -c parbench-cell-serial words)" -eq 0 ]

    extended measure primes mock:break=crash --size 1000 --workers 1 --samples 1 --alone
    ended_with 1 FAIL
    # A sanitizer takes the signal and ends the program itself.
    [[ ${stderr_lines[0]} == 'parbench: primes under mock:break=crash failed: it was killed in its enclosure' ||
        $stderr == *Sanitizer* ]]
    extended measure primes mock:break=exit --size 1000 --workers 1 --samples 1 --alone
    ended_with 1 FAIL
    [ "$stderr" = "parbench: primes under mock:break=exit failed: the enclosure ended with exit status 3" ]
    unset ENCLOSED
    extended measure primes mock:break=exit --size 1000 --workers 1 --samples 1 --alone
    [ "$stderr" = "parbench: primes under mock:break=exit failed: it ended with exit status 3" ]
}

@test "the job that this is part of is named" {
    run --separate-stderr env SLURM_JOB_ID=4711 "$PARBENCH" measure primes serial --size 1000 --samples 1
    ended_with 0 PASS
    [[ $stderr =~ ^'parbench: in job 4711 of Slurm, cells run on this node alone: '[0-9]+' cores by its '(quota|'affinity mask')$ ]]
}
