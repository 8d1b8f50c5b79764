#!/usr/bin/env bats
#
# Peers, programs of cells in Python: each computes what the models do, is refused what it cannot do,
# and leaves nothing behind.
#
# shellcheck disable=SC2154 # stderr is of bats

load helper
load processes

setup_file()
{
    export PARBENCH_TEST=$BATS_FILE_TMPDIR
}

# Skips where the build has none, or what they take is not installed.
needs_peers() # PEER…
{
    local peer
    for peer; do
        usable "$peer" >"$BATS_TEST_TMPDIR/peer.json" || skip "$peer cannot be used here"
    done
}

# What the peer itself says of so many executions, all of them right.
verifies() # PEER KERNEL SIZE WORKERS THREADS OPTION…
{
    local program=${PARBENCH%/*}/parbench-peer-$1
    run --separate-stderr timeout 60 "$program" "$2" "$3" "$4" 1 "$5" 2 2 --oversubscribe "${@:6}"
    [ "$status" -eq 0 ] || { show && return 1; }
    [ "$(grep -c '"verified":true' <<<"$output")" -eq 3 ]
    [ "$(grep -c '"event":"worker"' <<<"$output")" -eq "$4" ]
    [ "$(grep -c '"event":"result"' <<<"$output")" -eq 1 ]
}

# A peer of one process or of processes that it makes, with all kernels, few items and many.
verifies_all() # PEER OPTION…
{
    local kernel cut threads
    for kernel in factorial primes squares; do
        for cut in '1 2' '7 3' '1003 2'; do
            threads=1
            [ "$1" != python-threads ] || threads=${cut#* }
            # shellcheck disable=SC2086 # size and workers
            verifies "$1" "$kernel" $cut "$threads" "${@:2}"
        done
    done
}

@test "python-serial" {
    needs_peers python-serial
    for kernel in factorial pi primes squares; do
        for size in 1 7 1003; do verifies python-serial "$kernel" "$size" 1 1; done
    done
    verifies python-serial pi 1003 1 1 body=python
    verifies python-serial primes 1003 1 1 body=python
    run --separate-stderr "${PARBENCH%/*}/parbench-peer-python-serial" factorial 10 1 1 1 1 1 body=python
    [ "$status" -eq 2 ]
    [[ $stderr == 'parbench-peer-python-serial: body=python has the loops of pi and primes, not of '* ]]
}

@test "python-threads" {
    needs_peers python-threads
    verifies_all python-threads
    verifies python-threads primes 1003 2 2 release=1 interval=1ms
}

@test "python-pool" {
    needs_peers python-pool
    verifies_all python-pool
    for option in transport=pipe dispatch=imap dispatch=imap-unordered dispatch=async dispatch=apply \
        reuse=no tasks-per-child=2; do
        verifies python-pool factorial 1003 2 1 "$option" chunk=100
    done
}

@test "python-executor" {
    needs_peers python-executor
    verifies_all python-executor workers=processes
    for option in workers=threads workers=gil order=completed wait=all wait=first wait=exception; do
        [[ $option != workers=* ]] || verifies python-executor squares 1003 2 1 "$option"
        verifies python-executor factorial 1003 2 1 "$option" workers=processes
    done
}

# What joblib makes outside of its process.
joblib_files()
{
    find /dev/shm /tmp -maxdepth 1 -name '*loky*' -o -maxdepth 1 -name 'joblib*' | sort
}

nothing_of_joblib_is_new() # than in the file "before"
{
    joblib_files >after
    comm -13 before after >new
    [ ! -s new ] || { cat new && return 1; }
}

@test "python-joblib leaves no process and nothing in shared memory" {
    needs_peers python-joblib
    joblib_files >before
    verifies python-joblib squares 1003 2 1
    verifies python-joblib factorial 7 3 1
    verifies python-joblib primes 1003 2 1 workers=threads chunk=10
    verifies python-joblib pi 1003 1 1
    nothing_of_joblib_is_new
    await are_called 0 parbench-peer-python-joblib
}

a_worker_of_loky()
{
    local process
    for process in $(marked); do
        tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null | grep -q LokyProcess || continue
        echo "$process"
        return
    done
    return 1
}

@test "python-joblib leaves nothing where it is ended, nor where its worker is killed" {
    needs_peers python-joblib
    local -a endless=("$PARBENCH" measure pi python-joblib --workers 2 --size 1e12 --samples 1 --alone
        --oversubscribe)
    joblib_files >before
    start "${endless[@]}" --cell-timeout 10s
    await a_worker_of_loky
    fails_with 'failed: it did not end within 10 s' 12
    nothing_of_joblib_is_new
    start "${endless[@]}" --cell-timeout 300s
    await a_worker_of_loky
    sleep 1 # it computes
    kill -KILL "$(a_worker_of_loky)"
    fails_with 'failed: .*Terminated' 30
    nothing_of_joblib_is_new
    start "${endless[@]}" --cell-timeout 300s
    await a_worker_of_loky
    kill -INT "$front"
    ended_soon 5
    [ "$status" -eq 130 ]
    none_left
    nothing_of_joblib_is_new
}

@test "python-dask" {
    needs_peers python-dask
    verifies python-dask squares 1003 2 1
    verifies python-dask factorial 7 3 1
    verifies python-dask factorial 1003 2 1 workers=processes
    verifies python-dask squares 1 2 1 workers=processes
}

@test "peers with ranks" {
    needs_peers python-mpi python-mpi-pool
    for model in python-mpi{,:transport=object,:inputs=bcast,:inputs=bcast:transport=object} \
        python-mpi{:combine=gather,:combine=gather:transport=object} python-mpi-pool{,:chunk=1}; do
        parbench measure squares "$model" --workers 2 --size 103 --samples 2 --alone --oversubscribe
        [ "$status" -eq 0 ] || { show && return 1; }
        says '^VALIDATION: PASS$'
    done
    parbench measure squares python-mpi --workers 3 --size 1 --samples 1 --alone --oversubscribe
    says '^VALIDATION: PASS$'
}

@test "peers are measured only where they are named, and told as what they mirror" {
    needs_peers python-pool
    jq -e '.mirrors == "pool" and (.traits | index("peer")) and (.traits | index("on-request"))' \
        "$BATS_TEST_TMPDIR/peer.json"
    parbench list models
    says '^peers: models that are Python'
    says '^  python-pool multiprocessing.Pool itself$'
    parbench run strong --profile smoke --dry-run
    never_says 'parbench-peer-'
    parbench run strong --profile smoke --dry-run --models python-pool,pool --kernels pi
    says 'parbench-peer-python-pool pi '
    parbench doctor
    never_says 'python-pool'
    parbench measure pi python-pool --size 100000 --workers 1 --samples 2
    [ "$status" -eq 0 ]
    says '^FOM kernel=pi model=python-pool workers=1 '
    never_says 'nan'
}

@test "an interpreter of one's own starts them, and what it lacks is told" {
    needs_peers python-pool python-joblib
    # shellcheck disable=SC2016 # what is printed is a script
    printf '#!/bin/sh\necho "$1" >>%s\nexec /usr/bin/python3 -S "$@"\n' "$PWD/started" >bare
    chmod +x bare
    PARBENCH_PYTHON=$PWD/bare parbench list models
    says '^  python-joblib cannot be used: it needs the Python module joblib: install'
    says '^  python-pool multiprocessing.Pool itself$'
    rm started
    PARBENCH_PYTHON=$PWD/bare parbench measure pi python-pool --size 1000 --workers 1 --samples 1 --alone
    [ "$status" -eq 0 ]
    grep -q 'parbench-peer-python-pool$' started
    PARBENCH_PYTHON=$PWD/bare parbench measure pi python-joblib --size 1000 --workers 1
    [ "$status" -eq 1 ]
    [[ $stderr == *'the model python-joblib cannot be used: it needs the Python module joblib'* ]]
    PARBENCH_PYTHON=$PWD/none parbench measure pi python-pool --size 1000 --workers 1
    [ "$status" -ne 0 ]
}

# A process that the peer forked.
peer_worker() # PEER
{
    local all process parent
    all=$(marked)
    for process in $all; do
        tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline" | grep -q "parbench-peer-$1 primes" || continue
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status" 2>/dev/null)
        [ -n "$parent" ] || continue
        tr '\0' ' ' 2>/dev/null <"/proc/$parent/cmdline" | grep -q "^[^ ]*python3 .*parbench-peer-$1 primes" ||
            continue
        echo "$process"
        return
    done
    return 1
}

kill_a_worker() # MODEL TIMEOUT
{
    PARBENCH_TEST=$BATS_TEST_TMPDIR "$PARBENCH" measure primes "$1" --workers 2 --size 20000000 \
        --samples 100 --alone --oversubscribe --cell-timeout "$2" >out 2>err 3>&- &
    front=$!
    await peer_worker "${1%%:*}"
    kill -9 "$(peer_worker "${1%%:*}")"
    wait "$front" && return 1
    [ -z "$(marked)" ]
}

@test "a pool whose worker is killed hangs, and is ended by the time limit" {
    needs_peers python-pool
    kill_a_worker python-pool:tasks-per-child=100000 20s
    grep -q 'primes under python-pool.* failed: it did not end within 20 s' err
}

@test "an executor whose worker is killed is broken, and says so" {
    needs_peers python-executor
    kill_a_worker python-executor:workers=processes 60s
    grep -q 'failed: BrokenProcessPool: ' err
}

@test "a piece that is to fail raises its exception where the caller waits" {
    needs_peers python-pool python-executor
    for model in python-pool python-executor:workers=processes python-threads python-serial; do
        parbench measure pi "$model" --size 1000 --workers 1 --samples 1 --alone --fail-task 777
        [ "$status" -eq 1 ]
        [[ $stderr == *'item 777 failed, as --fail-task told it'* ]] || { show && return 1; }
    done
}
