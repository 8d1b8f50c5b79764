#!/usr/bin/env bats
#
# How cells are started, and what becomes of a run when their processes end as they should not.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load processes

# MPICH does not say which rank it was.
here=$(hostname)
a_rank="(rank [0-2] on $here|a rank)"

@test "a rank that is killed ends its cell, which names it and the signal" {
    local model rank
    for model in $(rank_models); do
        start "$PARBENCH" measure pi "$model" --ranks 2 --threads 1 --size 1e12 --samples 1 --alone \
            --oversubscribe --cell-timeout 300s
        await are_called "$(processes_of "$model" 2)" "parbench-cell-$model"
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
        --cell-timeout 15s
    await are_called 2 parbench-cell-mpi
    kill -STOP "$(called parbench-cell-mpi | head -1)"
    ended
    [ "$status" -eq 1 ]
    grep -q '^parbench: pi under mpi failed: it did not end within 15 s' err
    await none_left
}

# It only waits, so that a sample takes as long whatever else runs here; and it is stopped now and then
# until it ends, so that some of them are delayed.
@test "a rank that is stopped for a while delays a sample, which is an outlier, and nothing hangs" {
    local model rank
    for model in $(rank_models); do
        start "$PARBENCH" measure wait "$model" --ranks 2 --threads 1 --size 40 --samples 40 \
            --alone --oversubscribe --cell-timeout 300s --json
        await are_called "$(processes_of "$model" 2)" "parbench-cell-$model"
        rank=$(called "parbench-cell-$model" | tail -1)
        while kill -STOP "$rank" 2>/dev/null; do
            sleep 0.7
            kill -CONT "$rank" 2>/dev/null || break
            sleep 0.7
        done
        ended
        [ "$status" -eq 0 ] || { echo "$model" && cat out err && false; }
        jq -e '.verified and .outliers >= 1 and (.seconds | max) >= 0.6' out >said ||
            { echo "$model" && jq -c '[.verified, .outliers, .seconds]' out && false; }
        none_left
    done
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
    local words="(rank 1 on $here|a rank|it) was killed by signal 9 \(Killed\)"
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
    # Each did not start, and was tried again.
    printf '%s\n' 'cm /own' 'cm /own' ' /own' ' /own' ' /own' ' /own' | diff - got
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
    # What ends in its first execution has started.
    run "${EXTENDED%/*}/parbench-cell-mock" primes 1000 1 1 1 1 1 break=exit
    [ "$status" -eq 3 ]
    [[ $output == '@parbench {'*'"event":"started"}' ]]
    extended measure primes mock:break=exit --size 1000 --workers 1 --samples 1 --alone
    [ "$stderr" = "parbench: primes under mock:break=exit failed: it ended with exit status 3" ]
}

@test "the job that this is part of is named" {
    run --separate-stderr env SLURM_JOB_ID=4711 "$PARBENCH" measure primes serial --size 1000 --samples 1
    ended_with 0 PASS
    [[ $stderr =~ ^'parbench: 1 node x '[0-9]+' core'.*', from Slurm job 4711'$ ]]
}

@test "of several nodes those that are left unused are told, and their slots are kept to" {
    parbench measure primes threads --size 1000 --samples 1 --alone --hosts "n1:1,$HOSTNAME:1"
    ended_with 0 PASS
    [[ $output =~ 'workers=1 ranks=1 threads=1 nodes=1 ' ]]
    [ "$stderr" = "parbench: 2 nodes x 1 core, from --hosts; cells are on one node, others take part by --nodes" ]
    refuses '2 workers and 1 core allowed here' measure primes threads --workers 2 --hosts "$HOSTNAME:1"
    refuses 'needs a value|--hosts' measure primes threads --hosts a:0
    refuses '--hosts and --hostfile both name the nodes' run --hosts a --hostfile b
}

# An mpirun that writes down its words, and runs the cell in its last ones as its only rank. Asked
# what the nodes are, it answers for two.
mpirun_runs_one_rank()
{
    bin=$BATS_TEST_TMPDIR/bin
    mkdir "$bin"
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/bash' '[[ $1 != --version ]] || { echo "mpirun (Open MPI) 4.1.4" && exit; }' \
        'printf "%s " "$@" >>"${0%/*}/words" && echo >>"${0%/*}/words"' \
        'while [[ $1 != */parbench && $1 != */parbench-cell-* ]]; do shift; done' \
        '[[ $1 == */parbench ]] || exec "$@"' \
        '"$@" && "$@" | sed "s/\"host\":\"[^\"]*/&-2/"' >"$bin/mpirun"
    chmod +x "$bin/mpirun"
    PATH=$bin:$PATH
}

@test "ranks over nodes are told all, and are where they were asked for or have failed" {
    built mpi && [[ $(mpirun --version) == *'Open MPI'* ]] || skip "mpi is not built with Open MPI"
    mpirun_runs_one_rank
    local hosts=localhost:2,127.0.0.2:2
    parbench measure pi mpi --nodes 2 --size 1000 --samples 1 --hosts "$hosts" --alone \
        --launch-args '--mca btl_tcp_if_include eth0'
    [ "$status" -eq 1 ]
    grep -q -- ' --host localhost:2,127.0.0.2:2 -n 4 --map-by ppr:2:node --bind-to none ' "$bin/words"
    grep -Eq -- '--mca btl_tcp_if_include eth0 [^ ]*/parbench-cell-mpi pi 1000 4 4 1 ' "$bin/words"
    says 'FOM .*model=mpi:nodes=2 workers=4 ranks=4 threads=1 nodes=2 '
    parbench measure pi mpi --nodes 2 --size 1000 --hosts localhost:1,no-such-host.invalid:1 --alone
    [ "$status" -eq 1 ]
    [[ $stderr == *'--hosts: no host is called no-such-host.invalid: '* ]]
    refuses '3 workers of mpi cannot be spread over 2 nodes' \
        measure pi mpi --nodes 2 --hosts "$hosts" --workers 3
    refuses '3 nodes and there are 2: ' measure pi mpi --nodes 3 --hosts "$hosts"
    refuses 'threads has no ranks, and stays on one node' measure pi threads --nodes 2 --hosts "$hosts"
    refuses 'nodes differ: 127.0.0.2 has 3 slots and localhost 2' \
        measure pi mpi --nodes 2 --hosts localhost:2,127.0.0.2:3
    refuses 'no number of workers here can be spread over 2 nodes' \
        run strong --models mpi --workers 1 --nodes 1,2 --hosts "$hosts"
}

# An mpirun that is asked what the nodes are, and of which these hosts answer; `here`: this one. What
# else it is to start fails.
mpirun_answers_of() # HOST…
{
    bin=$BATS_TEST_TMPDIR/bin
    mkdir -p "$bin"
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/bash' '[[ $1 != --version ]] || { echo "mpirun (Open MPI) 4.1.4" && exit; }' \
        'while [[ $1 != */parbench && $1 != */parbench-cell-* ]]; do shift; done' \
        '[[ $1 == */parbench ]] || exit 3' \
        "for host in $*; do" \
        '[[ $host == here ]] && "$@" || "$@" | sed "s/\"host\":\"[^\"]*/\"host\":\"$host/"' \
        'done' >"$bin/mpirun"
    chmod +x "$bin/mpirun"
    [[ $PATH == "$bin:"* ]] || PATH=$bin:$PATH
}

@test "nodes that are silent are named, and this host is the first whatever it is called" {
    built mpi && [[ $(mpirun --version) == *'Open MPI'* ]] || skip "mpi is not built with Open MPI"
    local asked=(pi mpi --size 1000 --samples 1 --alone)
    mpirun_answers_of here
    parbench measure "${asked[@]}" --nodes 2 --hosts 127.0.0.2:1,localhost:1
    [ "$status" -eq 1 ]
    [[ $stderr == *'; there is no word from 127.0.0.2' ]]
    parbench measure "${asked[@]}" --nodes 6 \
        --hosts localhost:1,127.0.0.2:1,127.0.0.3:1,127.0.0.4:1,127.0.0.5:1,127.0.0.6:1
    [[ $stderr == *'; there is no word from 127.0.0.2, 127.0.0.3, 127.0.0.4 and 2 more' ]]
    # Where nobody answers, of those that are not this host the ones that ssh names.
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/bash' '[[ $1 != --version ]] || { echo "mpirun (Open MPI) 4.1.4" && exit; }' \
        'echo "ssh: connect to host 127.0.0.3 port 22: No route to host" >&2' \
        'echo "ORTE was unable to reliably start one or more daemons." >&2' \
        'echo "  target node:  127.0.0.2" >&2' 'exit 1' >"$bin/mpirun"
    parbench measure "${asked[@]}" --nodes 3 --hosts localhost:1,127.0.0.2:1,127.0.0.3:1
    [ "$status" -eq 1 ]
    [[ $stderr == *' mpirun could not start its daemon on a node: '*'; there is no word from 127.0.0.3' ]]
    mpirun_answers_of # nobody, silently
    parbench measure "${asked[@]}" --nodes 3 --hosts localhost:1,127.0.0.2:1,127.0.0.3:1
    [[ $stderr == *'; there is no word from 127.0.0.2, 127.0.0.3' ]]
    mpirun_answers_of 127.0.0.2 here
    parbench run strong --profile smoke --kernels pi --models mpi --nodes 2 --size 1000 --alone \
        --hosts 127.0.0.2:1,localhost:1 --rounds 1 --no-figures --out run
    ended_with 1 FAIL # no cell was started
    [ "$(sed -n '/"nodes": \[/,/\]/s/.*"host": "\(.*\)".*/\1/p' run/manifest.json | paste -sd' ')" = \
        "$HOSTNAME 127.0.0.2" ]
}

@test "a dry run prints the command line of each cell, and starts none" {
    parbench run strong --dry-run --kernels primes --models threads --workers 1,2 --size 1000 \
        --oversubscribe --alone --profile smoke
    [ "$status" -eq 0 ]
    [ "$(ls -A)" = '' ]
    [ "$(grep -c '^# process: env -u OMP_PLACES .* OMP_DYNAMIC=false' <<<"$output")" -eq 1 ]
    says '^# primes/threads/workers:2/ranks:1/threads:2/nodes:1/n:1000$'
    says '^/[^ ]*/parbench-cell-threads primes 1000 2 1 2 2 1 schedule=static chunk=auto( --oversubscribe)?$'
    [ "$(grep -c '^# primes/' <<<"$output")" -eq 3 ]
    # They are right as they stand.
    bash -c "$(sed -n '/^[^#]*parbench-cell-serial/p' <<<"$output")" | grep -q '"event": *"result"'
    refuses 'leave --resume out' run --dry-run --resume nothing
    refuses 'leave --beside out' run --dry-run --beside "$PARBENCH"
    ! built mpi || [[ $(mpirun --version) != *'Open MPI'* ]] || {
        parbench run strong --dry-run --kernels primes --models mpi --workers 4 --nodes 2 --size 1000 \
            --hosts localhost:2,127.0.0.2:2
        says '^# mpirun-nodes: env -u .* OMP_DYNAMIC=false .* SLURM_OVERLAP=1( |$)'
        says '^mpirun .*--host localhost:2,127.0.0.2:2 -n 4 --map-by ppr:2:node .*/parbench-cell-mpi '
        # Of nodes that differ, several are full with as many on each as there is room for on all.
        parbench run nodes --dry-run --kernels primes --models mpi --nodes 1,2 --size 1000 \
            --mixed --hosts localhost:2,127.0.0.2:1
        [ "$status" -eq 0 ]
        says '^mpirun .*--host localhost:1,127.0.0.2:1 -n 2 --map-by ppr:1:node .*/parbench-cell-mpi '
    }
}

@test "a run is gone on with only where its cells have the cores and nodes that they had" {
    local run=$BATS_TEST_TMPDIR/run
    parbench run strong --profile smoke --kernels pi --models serial,pool --workers 1,2 --size 1e5 \
        --rounds 1 --alone --no-figures --oversubscribe --hosts "$HOSTNAME:2" --out "$run"
    ended_with 0 PASS
    cp "$run/samples.jsonl" "$run.before"
    parbench run --resume "$run" --rounds 2 --hosts 127.0.0.2:2
    complained 1 '^parbench: this host, .* is none of the nodes of --hosts'
    if (($(nproc) > 1)); then
        refuses '^parbench: the run has cells of 2 workers on 1 node, and there is 1 core: ' \
            run --resume "$run" --rounds 2 --hosts "$HOSTNAME:1"
    fi
    diff "$run/samples.jsonl" "$run.before"
    parbench run --resume "$run" --rounds 2 --hosts "$HOSTNAME:2" --no-figures
    ended_with 0 PASS
}

@test "doctor goes on where a job does not tell which nodes it has" {
    run --separate-stderr env SLURM_JOB_ID=1 SLURM_JOB_NODELIST='n[1' "$PARBENCH" doctor
    [ "$status" -eq 1 ]
    [[ $stderr == *'SLURM_JOB_NODELIST is no list of nodes'* ]]
    says '^ok +parbench '
    says '^(ok|missing) +gnuplot '
}

@test "where srun has no PMIx for ranks it is refused once, and told what to do" {
    built mpi && [[ $(mpirun --version) == *'Open MPI'* ]] || skip "mpi is not built with Open MPI"
    local cell=(pi mpi --workers 1 --launcher srun --size 1000 --samples 1 --alone)
    local words='leave --launcher srun out, and mpirun starts'
    local fake=$BATS_TEST_TMPDIR/fake
    mkdir "$fake"
    cat >"$fake/srun" <<END
#!/bin/sh
case \$1 in
--version) echo slurm 22.05.8 ;;
--mpi=list) cat '$fake/list' ;;
*) echo 'OPAL ERROR: Unreachable in file ext3x_client.c at line 112' >&2 && exit 1 ;;
esac
END
    chmod +x "$fake/srun"
    export PATH=$fake:$PATH SLURM_JOB_ID=1 SLURM_JOB_NODELIST=$HOSTNAME
    printf 'MPI plugin types are...\n\tnone\n\tpmi2\n' >"$fake/list"
    parbench measure "${cell[@]}"
    complained 1 "mpi cannot be used: srun --mpi=list has no pmix, .*: $words them\$"
    printf '\tpmix\n' >>"$fake/list"
    parbench measure "${cell[@]}"
    [ "$status" -eq 1 ]
    [[ $stderr == *"pi under mpi failed: srun has no PMIx that this Open MPI knows: $words ranks"* ]]
}

# As after salloc on a login node.
@test "a single process does not run on a host that is none of the nodes" {
    run --separate-stderr env SLURM_JOB_ID=1 SLURM_JOB_NODELIST='other[1-2]' \
        SLURM_JOB_CPUS_PER_NODE='2(x2)' "$PARBENCH" measure primes threads --size 1000 --alone
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [[ $stderr == *"is none of the nodes of Slurm job 1 (other1, ...)"*": start parbench on one of them, by srun -N 1 -n 1 -c "* ]]
}

@test "of several that srun has started at once none measures" {
    local command
    for command in 'measure primes serial' 'run strong' 'affinity serial'; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr env SLURM_STEP_NUM_TASKS=2 "$PARBENCH" $command
        [ "$status" -eq 2 ]
        [[ ${stderr_lines[-1]} == 'parbench: this is one of 2 tasks that were started together, '*'srun -N 1 -n 1 -c '* ]]
    done
}
