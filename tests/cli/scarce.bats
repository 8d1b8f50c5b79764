#!/usr/bin/env bats
#
# What processes take and there is no more of: processes, by a limit of a user or of a control
# group, from the start on or once some are there; room in /dev/shm; and standard streams. A cell
# that cannot go on says so in one line, and leaves no process behind.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load processes

# To look for leaks a sanitizer makes a process of its own.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

# Models that make processes, and what each says when it can make none.
makers()
{
    cat <<'MAKERS'
pool cannot start worker process 1 of 2
pool:transport=pipe cannot start worker process 1 of 2
futures:workers=processes cannot start worker process 1 of 2
queue cannot start a process for chunk 0 of 8
queue:channel=pair cannot start a process for chunk 0 of 8
manager cannot start the manager process
shared:workers=processes cannot start worker process 1 of 2
MAKERS
}

# Those that go on making processes while they are measured.
replacers=(pool:tasks-per-child=1 pool:tasks-per-child=1:transport=pipe pool:reuse=no
    pool:reuse=no:transport=pipe pool:dispatch=imap-unordered:tasks-per-child=1 queue
    queue:channel=pair queue:join=each)

why=': Resource temporarily unavailable; use fewer workers'
cannot="cannot start (worker process [12] of 2|a process for chunk [0-7] of 8)$why"

teardown()
{
    local process
    for process in $(marked); do
        kill -KILL "$process" 2>/dev/null || true
    done
    [ -z "${group:-}" ] || await rmdir "$group" 2>/dev/null
}

# Makes a control group whose processes can be limited, in $group.
make_group()
{
    local controllers path mounted
    while IFS=: read -r _ controllers path; do
        case $controllers in
        pids) mounted=$(findmnt -n -t cgroup -O pids -o TARGET | head -1) ;;
        '') mounted=$(findmnt -n -t cgroup2 -o TARGET | head -1) ;;
        *) continue ;;
        esac
        group=$mounted${path%/}/parbench-$$
        if [ -n "$mounted" ] && mkdir "$group" 2>/dev/null; then
            [ ! -e "$group/pids.max" ] || return 0
            rmdir "$group"
        fi
        group=''
    done </proc/self/cgroup
    skip "no control group of processes can be made here"
}

# Runs the front door in a group of so many processes.
grouped() # COUNT ARGUMENT…
{
    echo "$1" >"$group/pids.max"
    # shellcheck disable=SC2016 # the inner shell is to expand this
    run --separate-stderr env PARBENCH_TEST="$BATS_TEST_TMPDIR" \
        bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$PARBENCH" "${@:2}"
}

# The last command failed with that reason, in one line, and none of its processes is left.
failed_with() # REASON
{
    ended_with 1 FAIL
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == *" failed: $1" ]] || { show && return 1; }
    none_left
}

@test "a control group that is full from the start on is an error" {
    local spec says
    [[ -z ${PARBENCH_TSAN:-} ]] || skip "the sanitizer has threads of its own"
    make_group
    while read -r spec says; do
        grouped 2 measure primes "$spec" --size 1000 --workers 2 --samples 1 --oversubscribe --alone
        failed_with "$says$why"
    done < <(makers)
}

@test "a control group with room for one worker of two is an error that leaves none behind" {
    local spec
    [[ -z ${PARBENCH_TSAN:-} ]] || skip "the sanitizer has threads of its own"
    make_group
    for spec in pool pool:transport=pipe futures:workers=processes shared:workers=processes; do
        grouped 3 measure primes "$spec" --size 1000 --workers 2 --samples 1 --oversubscribe --alone
        failed_with "cannot start worker process 2 of 2$why"
    done
    grouped 3 measure primes manager --size 1000 --workers 2 --samples 1 --oversubscribe --alone
    failed_with "cannot start worker process 1 of 2$why"
}

has_cell() # MODEL
{
    cell=$(cell_of "$1")
    [ -n "$cell" ]
}

# Starts a cell that goes on making processes; it is $cell.
begin() # SPEC
{
    start "$PARBENCH" measure primes "$1" --size 1e5 --samples 1000000 --workers 2 \
        --oversubscribe --alone --cell-timeout 300s
    await has_cell "${1%%:*}"
}

# That is all that what was started said beside.
says_alone() # REGULAR-EXPRESSION
{
    [[ $(cat err) =~ ^$1$ ]] || { cat err && return 1; }
}

# The cell that was begun ends for want of a process.
wants_a_process()
{
    ended
    [ "$status" -eq 1 ]
    says_alone "parbench: primes under ${1%%:*}\S* failed: $cannot"
    [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
    none_left
}

@test "a control group that is full later is an error when a process is made" {
    local spec
    make_group
    for spec in "${replacers[@]}"; do
        begin "$spec"
        echo "$cell" >"$group/cgroup.procs"
        echo 1 >"$group/pids.max"
        wants_a_process "$spec"
    done
}

@test "a worker that died and that a full control group does not replace is an error" {
    local spec
    make_group
    for spec in pool pool:transport=pipe pool:dispatch=imap-unordered pool:dispatch=auto; do
        spec+=:on-death=respawn
        begin "$spec"
        await have_forked 2 pool
        echo "$cell" >"$group/cgroup.procs"
        echo 1 >"$group/pids.max"
        kill -KILL "$(pool_worker)"
        wants_a_process pool
    done
}

@test "a user that may have no more processes is an error" {
    local spec says options
    while read -r spec says; do
        IFS=: read -r -a options <<<"$spec"
        without_processes "${options[0]}" primes 1000 2 1 1 2 1 --oversubscribe "${options[@]:1}"
        [ "$status" -eq 1 ]
        [[ ${#stderr_lines[@]} -eq 1 && $stderr == *": $says$why" ]] || { show && return 1; }
    done < <(makers)
}

# Limits of a user do not bind root.
@test "a user that may have no more processes later is an error when one is made" {
    local spec options as=()
    [ "$EUID" -ne 0 ] || as=(setpriv --reuid 65534 --clear-groups --)
    for spec in "${replacers[@]}"; do
        IFS=: read -r -a options <<<"$spec"
        start "${as[@]}" "${PARBENCH%/*}/parbench-cell-${options[0]}" \
            primes 100000 2 1 1 1000000 1 --oversubscribe "${options[@]:1}"
        await has_cell "${options[0]}"
        "${as[@]}" prlimit --nproc=1 --pid "$cell"
        ended
        [ "$status" -eq 1 ]
        says_alone "parbench-cell-${options[0]}: $cannot"
        none_left
    done
}

# Whatever a process opens first would be taken for them, and what it says for a worker's result.
@test "a cell whose standard streams are closed ends, and fails" {
    local spec options
    while read -r spec _; do
        IFS=: read -r -a options <<<"$spec"
        # shellcheck disable=SC2016 # the inner shell is to expand this
        run timeout --kill-after=10 100 bash -c 'exec "$@" <&- >&- 2>&-' bash \
            "${PARBENCH%/*}/parbench-cell-${options[0]}" primes 10007 2 1 1 20 1 --oversubscribe \
            "${options[@]:1}"
        [ "$status" -eq 1 ] || { echo "$spec" && show && return 1; }
    done < <(makers)
}

# Runs a shell command, with the front door as $1, where mounts are its own.
unshared() # COMMAND
{
    unshare --mount true 2>/dev/null || skip "nothing can be mounted here"
    run --separate-stderr unshare --mount bash -ec "$1" "" "$PARBENCH"
}

# Models whose memory is all their own: none has a file in /dev/shm.
without_files()
{
    makers | cut -d' ' -f1
    echo gil
    without_openmp || ! built threads || echo threads
}

@test "processes need no /dev/shm: none, a full one, or one that cannot be written" {
    local world spec
    for world in '/dev/shm -o size=4k && head -c 4096 /dev/zero >/dev/shm/full' \
        '/dev/shm -o ro' '/dev/shm -o mode=000' \
        '/dev && mknod -m 666 /dev/null c 1 3 && mknod -m 444 /dev/urandom c 1 9'; do
        for spec in $(without_files); do
            unshared "mount -t tmpfs none $world; \"\$1\" measure squares $spec \
                --workers 2 --size 1e5 --samples 1 --oversubscribe --alone"
            ended_with 0 PASS
            [ -z "$stderr" ] || { show && return 1; }
        done
    done
}

@test "ranks without room in /dev/shm have their result, or say that it is full" {
    local world spec
    built mpi || skip "no ranks are built"
    [ "$(rank_starter)" = mpirun ] || skip "how MPICH ends without it is its own"
    for world in '/dev/shm -o size=4k && head -c 4096 /dev/zero >/dev/shm/full' '/dev/shm -o ro'; do
        for spec in mpi mpi-p2p mpi-pool mpi-rma mpi-shared; do
            built "$spec" || continue
            unshared "mount -t tmpfs none $world; timeout --kill-after=10 100 \"\$1\" measure \
                squares $spec --ranks 2 --size 1e5 --samples 1 --oversubscribe --alone"
            if [ "$status" -eq 0 ]; then
                ended_with 0 PASS
            else
                ended_with 1 FAIL
                [[ $stderr == *"squares under $spec failed: "*/dev/shm* ]] || { show && return 1; }
                [[ $spec != mpi-shared ||
                    $stderr == *' has 0.0 MiB left, and its ranks share 1.5'* ]] ||
                    { show && return 1; }
            fi
        done
    done
}
