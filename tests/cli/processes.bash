# shellcheck shell=bash disable=SC2034,SC2154 # variables of helper.bash, and for the tests
#
# What tests of front doors in the background have in common, and of what they leave behind.

# The processes that descend from what this test started: they all have its mark. (To read the
# environment of another's process is not allowed: those are skipped.)
marked()
{
    grep -lsz "^PARBENCH_TEST=$BATS_TEST_TMPDIR\$" /proc/[0-9]*/environ |
        sed 's|/proc/\([0-9]*\)/.*|\1|'
}

# Those among them that are a program of that name, and measure a cell.
called() # PROGRAM
{
    local process words
    for process in $(marked); do
        words=$(tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline")
        [[ ${words%% *} != "$1" && ${words%% *} != */"$1" || $words == *--describe* ]] ||
            echo "$process"
    done
}

# The one of a cell's program that forked the others: they are called the same, and may have smaller
# numbers.
cell_of() # MODEL
{
    local process parent all
    all=$(called "parbench-cell-$1")
    for process in $all; do
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status" 2>/dev/null) || continue
        [ -z "$parent" ] || grep -qx "$parent" <<<"$all" || echo "$process"
    done
}

# Whether so many of them are there.
are_called() # COUNT PROGRAM
{
    [ "$(called "$2" | wc -l)" -eq "$1" ]
}

# Whether a cell's program is among them.
cell_runs()
{
    local process words
    for process in $(marked); do
        words=$(tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline")
        [[ ${words%% *} != */parbench-cell-* || $words == *--describe* ]] || return 0
    done
    return 1
}

# The processes that a cell's program of that model has forked, and of these in which state: R it
# runs, S it waits, T it is stopped.
forked_by() # MODEL [STATE]
{
    local process parent state
    for process in $(marked); do
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status" 2>/dev/null)
        state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$process/status" 2>/dev/null)
        [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$parent/cmdline") != */"parbench-cell-$1 "* ||
            $state != "${2:-$state}" ]] || echo "$process"
    done
}

# A process of the pool that computes.
pool_worker()
{
    local process
    process=$(forked_by pool | head -1)
    [ -z "$process" ] || echo "$process"
    [ -n "$process" ]
}

# Whether there are so many of them.
have_forked() # COUNT MODEL [STATE]
{
    [ "$(forked_by "${@:2}" | wc -l)" -ge "$1" ]
}

# Runs a cell's program where there can be no more processes than this one. Limits of a user do not
# bind root.
without_processes() # MODEL ARGUMENT…
{
    local as=()
    [ "$EUID" -ne 0 ] || as=(setpriv --reuid 65534 --clear-groups --)
    run --separate-stderr "${as[@]}" prlimit --nproc=1 "${PARBENCH%/*}/parbench-cell-$1" "${@:2}"
}

# Waits until a condition holds, for at most four minutes.
await() # COMMAND…
{
    local until=$((SECONDS + 240))
    while ((SECONDS < until)); do
        ! "$@" || return 0
        sleep 0.1
    done
    echo "never: $*"
    return 1
}

none_left()
{
    [ -z "$(marked)" ]
}

# Starts a front door in the background, its process id in $front. A shell would have it ignore
# SIGINT.
start() # FRONT-DOOR ARGUMENT…
{
    env --default-signal=INT PARBENCH_TEST="$BATS_TEST_TMPDIR" "$@" >out 2>err 3>&- &
    front=$!
}

# The status with which the front door ended.
ended()
{
    status=0
    wait "$front" || status=$?
}

# Microseconds since some time.
now_us()
{
    echo "${EPOCHREALTIME/[.,]/}"
}

# What was started ends, of itself, within that time, or two seconds. Where it does not, the machine
# may be slow: then it may take longer by what twenty of the smallest cells take.
ended_soon() # [SECONDS]
{
    local begun took limit=$((${1:-2} * 1000000))
    begun=$(now_us)
    ended
    took=$(($(now_us) - begun))
    ((took > limit)) || return 0
    begun=$(now_us)
    "$PARBENCH" measure pi serial --size 1000 --samples 1 --alone >/dev/null
    ((took <= limit + 20 * ($(now_us) - begun))) || {
        echo "it ended after $took microseconds"
        return 1
    }
}

# What was started fails, soon, and says why; nothing of it is left.
fails_with() # REGULAR-EXPRESSION [SECONDS]
{
    ended_soon "${@:2}"
    [ "$status" -eq 1 ]
    grep -Eq "$1" err || { cat err && return 1; }
    [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
    none_left
}

teardown()
{
    local process
    for process in $(marked); do
        kill -KILL "$process" 2>/dev/null || true
    done
}
