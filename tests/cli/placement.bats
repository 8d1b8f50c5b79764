#!/usr/bin/env bats
#
# As many workers as were asked for, each on a core of its own, or an error: also of a cell's program
# that somebody else starts than the front door.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $PARBENCH

load helper

# Runs a cell's program, behind the words of a command that starts it.
cell() # MODEL [WORD…] -- ARGUMENT…
{
    local program before=()
    program=$(dirname "$PARBENCH")/parbench-cell-$1
    shift
    for (( ; $# > 0; )); do
        [[ $1 != -- ]] || break
        before+=("$1")
        shift
    done
    run --separate-stderr "${before[@]}" "$program" "${@:2}"
}

# The last cell took no sample, and said why in one line of its own.
failed() # REGULAR-EXPRESSION
{
    [[ $status -eq 1 && -z $output ]] || { echo "it did not fail" && show && return 1; }
    [[ $(grep -c "^parbench-cell-" <<<"$stderr") -eq 1 ]] ||
        { echo "not one line" && show && return 1; }
    grep -Eq "^parbench-cell-[a-z]+: $1" <<<"$stderr" ||
        { echo "it does not say: $1" && show && return 1; }
}

# The first of the processors that may be used.
first_processor()
{
    taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/'
}

# The words in $mpi start ranks, and neither place nor count them.
choose_mpirun()
{
    mpi=("$(rank_starter)")
    if [[ ${mpi[0]} != mpirun ]]; then
        mpi+=(-launcher fork -bind-to none)
        return
    fi
    mpi+=(--oversubscribe --bind-to none)
    [[ $(id -u) -ne 0 ]] || mpi+=(--allow-run-as-root)
}

@test "a process with more workers than cores measures nothing, unless it is told to" {
    local model threads
    for model in $(local_models); do
        [[ $model != serial ]] || continue
        threads=2
        [[ $model != pool ]] || threads=1
        cell "$model" taskset -c "$(first_processor)" -- pi 1000 2 1 $threads 1 1
        failed '2 workers and 1 core allowed here \(mask [0-9]+\): take fewer, or --oversubscribe$'
        cell "$model" taskset -c "$(first_processor)" -- pi 1000 2 1 $threads 1 1 --oversubscribe
        [ "$status" -eq 0 ]
        [ "$(grep -c '"event":"sample"' <<<"$output")" -eq 1 ]
    done
}

@test "the front door tells a cell that its workers share cores, and only then" {
    local program=$BATS_TEST_TMPDIR/bin
    mkdir "$program"
    cp "$PARBENCH" "$(dirname "$PARBENCH")"/parbench-cell-* "$program"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nif [ "$1" != --describe ]; then echo "$@" >>%q; fi\nexec %q "$@"\n' \
        "$BATS_TEST_TMPDIR/told" "$(dirname "$PARBENCH")/parbench-cell-pool" \
        >"$program/parbench-cell-pool"
    PARBENCH=$program/parbench
    parbench measure pi pool --workers 1 --size 1e7 --samples 1 --oversubscribe --alone
    ended_with 0 PASS
    parbench measure pi pool --workers 64 --size 1e7 --samples 1 --oversubscribe --alone
    ended_with 0 PASS
    [ "$(grep -c . "$BATS_TEST_TMPDIR/told")" -eq 2 ]
    [[ $(sed -n 1p "$BATS_TEST_TMPDIR/told") != *--oversubscribe* ]]
    [[ $(sed -n 2p "$BATS_TEST_TMPDIR/told") == *' --oversubscribe' ]]
}

@test "ranks with more workers than the cores of their node measure nothing" {
    built mpi || skip "mpi is not built"
    choose_mpirun
    cell mpi taskset -c "$(first_processor)" "${mpi[@]}" -n 2 -- pi 1000 2 2 1 1 1
    failed '2 workers in 2 ranks and 1 core allowed on .+: take fewer, or --oversubscribe$'
    cell mpi taskset -c "$(first_processor)" "${mpi[@]}" -n 2 -- pi 1000 2 2 1 1 1 --oversubscribe
    [ "$status" -eq 0 ]
    [ "$(grep -c '"event":"sample"' <<<"$output")" -eq 1 ]
}

@test "a rank whose mask has fewer cores than it has threads measures nothing" {
    built hybrid || skip "hybrid is not built"
    ! without_openmp || skip "OpenMP"
    choose_mpirun
    cell hybrid "${mpi[@]}" -n 1 taskset -c "$(first_processor)" -- pi 1000 2 1 2 1 1
    failed "rank 0 on .+ has 2 threads and a mask of 1 core \($(first_processor)\): launch it with"
    cell hybrid "${mpi[@]}" -n 1 taskset -c "$(first_processor)" -- pi 1000 2 1 2 1 1 --oversubscribe
    [ "$status" -eq 0 ]
}

@test "ranks that the launcher gave masks of their own are measured where these are wide enough" {
    built mpi || skip "mpi is not built"
    local masks
    # Each of its threads has a share of its own, so that none is without work and unknown.
    mapfile -t masks < <(sed -n 's/.*"processors":"\([^"]*\)".*/\1/p' <<<"$(
        "$(dirname "$PARBENCH")/parbench-cell-gil" pi 1000000 2 1 2 1 1)")
    [ "${#masks[@]}" -eq 2 ] || skip "one core"
    choose_mpirun
    # shellcheck disable=SC2016
    cell mpi "${mpi[@]}" -n 2 sh -c 'if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 0 ]
        then mask=$0; else mask=$1; fi; shift; exec taskset -c "$mask" "$@"' "${masks[@]}" -- \
        pi 1000 2 2 1 1 1
    [ "$status" -eq 0 ]
    [ "$(grep -c '"event":"sample"' <<<"$output")" -eq 1 ]
    [ "$(grep -c "\"processors\":\"${masks[0]}\"" <<<"$output")" -eq 1 ]
    [ "$(grep -c "\"processors\":\"${masks[1]}\"" <<<"$output")" -eq 1 ]
}

# Runs the command where control groups allow so many microseconds of each 100,000. As root, in a
# namespace of its own.
within_quota() # MICROSECONDS COMMAND…
{
    unshare --mount true 2>/dev/null || skip "nothing can be mounted here"
    # shellcheck disable=SC2016 # the inner shell is to expand this
    run --separate-stderr unshare --mount bash -c 'mount -t tmpfs none /sys/fs/cgroup &&
        touch /sys/fs/cgroup/cgroup.controllers && echo "$0 100000" >/sys/fs/cgroup/cpu.max &&
        exec "$@"' "$@"
}

@test "less than a core measures nothing, unless it is told to" {
    local one bound what refused='a cgroup quota leaves 0.35 of a core here, and even one worker would wait: ask'
    one=$(first_processor)
    within_quota 35000 "$PARBENCH" affinity serial --oversubscribe
    says '^cgroup quota +0.35 cores$' || skip "control groups cannot be made up here"
    bound=(taskset -c "$one" "$PARBENCH")
    "${bound[@]}" run "${quickly[@]}" --kernels pi --models serial --out run
    for what in 'measure pi serial' 'run --kernels pi' 'affinity serial' 'run --resume run'; do
        # shellcheck disable=SC2086 # words
        within_quota 35000 "${bound[@]}" $what
        [ "$status" -eq 2 ]
        [[ $stderr == "parbench: $refused"* ]]
    done
    within_quota 35000 "$PARBENCH" measure pi serial --size 1000 --samples 1 --oversubscribe
    ended_with 0 PASS
    cell serial -- pi 1000 1 1 1 1 1
    [ "$status" -eq 0 ]
    for what in serial mpi; do
        built "$what" || continue
        within_quota 35000 "$(dirname "$PARBENCH")/parbench-cell-$what" pi 1000 1 1 1 1 1
        failed 'a cgroup quota leaves less than a core (here|on .+): ask for a whole one, or '
    done
}

@test "fewer threads than were asked for are an error" {
    ! without_openmp || skip "OpenMP"
    cell threads env OMP_THREAD_LIMIT=1 -- pi 1000 2 1 2 1 1 --oversubscribe
    failed 'OpenMP gave 1 thread and 2 were asked for: raise OMP_THREAD_LIMIT$'
    cell threads env OMP_MAX_ACTIVE_LEVELS=0 OMP_THREAD_LIMIT=64 -- \
        pi 1000 2 1 2 1 1 --oversubscribe
    failed 'OpenMP gave 1 thread and 2 were asked for: OMP_MAX_ACTIVE_LEVELS is 0: unset it$'
    OMP_THREAD_LIMIT=2 parbench measure pi threads --workers 3 --size 1e5 --samples 1 \
        --oversubscribe --alone
    ended_with 1 FAIL
    [[ $stderr == *'pi under threads failed: OpenMP gave 2 threads and 3 were asked for'* ]]
    built hybrid || return 0
    OMP_THREAD_LIMIT=1 parbench measure pi hybrid --ranks 2 --threads 2 --size 1e5 --samples 1 \
        --oversubscribe --alone
    ended_with 1 FAIL
    [[ $stderr == *'pi under hybrid failed: OpenMP gave 1 thread and 2 were asked for'* ]]
}

@test "nothing of the environment changes how many threads there are" {
    ! without_openmp || skip "OpenMP"
    # Under a load that is higher than this OpenMP would take fewer.
    cell threads env OMP_DYNAMIC=true OMP_NUM_THREADS=1 OMP_MAX_ACTIVE_LEVELS=1 -- \
        pi 1000000 3 1 3 2 1 --oversubscribe
    [ "$status" -eq 0 ]
    [ "$(grep -c '"event":"worker"' <<<"$output")" -eq 3 ]
    [ "$(grep -c '"processor":-1' <<<"$output")" -eq 0 ]
}

@test "fewer ranks than the launcher was told are an error" {
    built mpi || skip "mpi is not built"
    local model starter
    starter=$(rank_starter)
    mkdir "$BATS_TEST_TMPDIR/bin"
    # As a launcher of another library does: each process is the only one of its world.
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/bash' '[[ $1 != --version ]] || exec echo "${0##*/} 4"' \
        'until [[ $1 =~ /parbench-(cell|peer)- ]]; do shift; done' 'exec "$@"' \
        >"$BATS_TEST_TMPDIR/bin/$starter"
    chmod +x "$BATS_TEST_TMPDIR/bin/$starter"
    for model in $(rank_models and-peers); do
        PATH=$BATS_TEST_TMPDIR/bin:$PATH parbench measure pi "$model" --ranks 2 --threads 1 \
            --size 1e5 --oversubscribe --alone
        ended_with 1 FAIL
        [[ $stderr == *"failed: "[23]" ranks were asked for and MPI started 1: is it launched by"* ]]
        says ' samples=0'
    done
}

# The lines of workers in the last affinity: model, node, rank, thread, mask, core.
workers_of() # MODEL
{
    sed -n '/^model /,$p' <<<"$output" | grep -E "^$1 "
}

@test "affinity prints a line for each worker of each model, which has a core of its own" {
    local models model allowed
    read -ra models <<<"$(local_models | tr '\n' ' ')"
    ! built mpi || models+=(mpi)
    ! built hybrid || without_openmp || models+=(hybrid)
    parbench affinity "${models[@]}"
    [ "$status" -eq 0 ]
    [ "$(grep -cv 'this is root' <<<"$stderr")" -eq 0 ] || [ -z "$stderr" ]
    says '^model +node +rank +thread +mask +core$'
    never_says '.{81}'
    never_says '[*!]$'
    allowed=$(sed -n 's/^allowed workers *//p' <<<"$output")
    for model in "${models[@]}"; do
        local expected=$allowed
        [[ $model != serial ]] || expected=1
        [ "$(workers_of "$model" | grep -Ec "^$model +$(hostname) +[0-9]+ +[0-9]+ +[-0-9,]+ +[0-9]+$")" \
            -eq "$expected" ]
        # Neither two workers of one number, nor two on one core.
        [ "$(workers_of "$model" | awk '{ print $3, $4 }' | sort -u | wc -l)" -eq "$expected" ]
        [ "$(workers_of "$model" | awk '{ print $6 }' | sort -u | wc -l)" -eq "$expected" ]
    done
}

@test "affinity takes all models that are built, and those that can have such ranks and threads" {
    ! without_openmp || skip "OpenMP"
    local model
    parbench affinity --workers 1
    [ "$status" -eq 0 ]
    for model in serial gil threads pool mpi hybrid; do
        ! built $model || [ "$(workers_of $model | wc -l)" -eq 1 ]
    done
    built hybrid || return 0
    parbench affinity --ranks 2 --threads 2 --oversubscribe
    [ "$status" -eq 0 ]
    [ "$(workers_of hybrid | awk '{ print $3, $4 }')" = $'0 0\n0 1\n1 0\n1 1' ]
    # Where ranks have no threads there is one for each.
    [ "$(workers_of mpi | awk '{ print $3, $4 }')" = $'0 0\n1 0\n2 0\n3 0' ]
    never_says '^(serial|gil|threads|pool) '
    [[ $stderr =~ 'left out, as they have no ranks: serial, ' ]]
    parbench affinity --threads 2 --oversubscribe
    [ "$status" -eq 0 ]
    [ "$(workers_of threads | awk '{ print $3, $4 }')" = $'0 0\n0 1' ]
    [ "$(workers_of mpi | awk '{ print $3, $4 }')" = $'0 0\n1 0' ]
    never_says '^(serial|pool) '
    [[ $stderr =~ 'left out, as they have no threads: serial' ]]
}

@test "affinity marks workers of whom there are more than cores" {
    local workers=$(($(nproc) + 3))
    parbench affinity pool gil --workers "$workers" --oversubscribe
    [ "$status" -eq 0 ]
    [ "$(workers_of gil | grep -c '[0-9]\*$')" -eq "$workers" ]
    [ "$(workers_of pool | grep -c '[-0-9]\*$')" -eq "$workers" ]
    says '^\* more workers than cores\.$'
    never_says '!$'
}

@test "affinity as JSON" {
    parbench affinity pool:dispatch=imap --workers 1 --json
    [ "$status" -eq 0 ]
    is_json <<<"$output"
    local key
    for key in host processors hardware_threads cores cgroup_quota_cores allowed workers model \
        label ranks threads oversubscribed node rank thread processor shares_core; do
        says "^ +\"$key\": "
    done
    says '"label": "pool:dispatch=imap"'
    says '"processor": [0-9]'
    says '"shares_core": false'
}

@test "affinity looks at the other models when one fails" {
    run --separate-stderr "$EXTENDED" affinity mock:break=start serial
    [ "$status" -eq 1 ]
    [[ $stderr == *'pi under mock:break=start failed: it was told to fail at its start' ]]
    [ "$(workers_of serial | wc -l)" -eq 1 ]
    built mpi || return 0
    mkdir "$BATS_TEST_TMPDIR/bin"
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$PARBENCH" affinity mpi serial
    [ "$status" -eq 1 ]
    [[ $stderr == *'the model mpi cannot be used: '"$(rank_starter)"' is not in PATH'* ]]
    [ "$(workers_of serial | wc -l)" -eq 1 ]
}

@test "a cell's program takes no arrangement of workers that its model does not make" {
    local arguments
    for arguments in "serial 2 1 1" "serial 1 2 1" "pool 2 2 1" "pool 2 1 2" "gil 2 1 1" \
        "gil 2 2 1" "mpi 2 1 1" "mpi 2 1 2" "mpi 1 2 1" "hybrid 4 2 1" "hybrid 2 2 2"; do
        # shellcheck disable=SC2086
        set -- $arguments
        built "$1" || continue
        cell "$1" -- pi 1000 "$2" "$3" "$4" 1 1
        [ "$status" -eq 2 ]
        [[ $stderr == *"$1 has no such workers: $2 as $3x$4 (ranks x threads)" ]]
    done
}
