# shellcheck shell=bash disable=SC2034,SC2154 # variables of bats, and for the tests
#
# What the tests of the command line have in common. They are run as `bats tests/cli` with PARBENCH,
# the front door, and EXTENDED, the same with the model `mock` and the kernel `ordered` beside it.
#
# Texts that people read stand in expected/. After a change that is meant, write them anew with
#     UPDATE_EXPECTED=1 PARBENCH=build/parbench EXTENDED=… bats tests/cli
# and look at the difference.
#
# PARBENCH_TSAN set: no test uses OpenMP, whose barriers look like data races.

bats_require_minimum_version 1.5.0

# Every test works in a folder of its own, which is empty.
setup()
{
    PARBENCH=$(realpath "${PARBENCH:?}")
    EXTENDED=$(realpath "${EXTENDED:?}")
    expected=$BATS_TEST_DIRNAME/expected
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
}

# Whether the front door has the model.
built() # MODEL
{
    "$PARBENCH" list models | grep -Eq "^  $1 " && ! "$PARBENCH" list models |
        grep -Eq "^  $1 +not built"
}

# What the model tells of itself, where it can be used.
usable() # MODEL
{
    "$PARBENCH" list models --json |
        jq -e --arg model "$1" '.models[] | select(.name == $model and .unusable == null)'
}

# Models of ranks that can be used; peers, which have tests of their own, are others.
rank_models() # [and-peers]
{
    "$PARBENCH" list models --json | jq -r --arg peers "${1:-}" '.models[] |
        select(.unusable == null and (.mirrors == null or $peers != "") and
               (.launch | startswith("ranks"))).name'
}

# The processes of a cell of that model with so many ranks: helpers of theirs are some, too.
processes_of() # MODEL RANKS
{
    "$PARBENCH" list models --json |
        jq --arg model "$1" --argjson ranks "$2" \
            '.models[] | select(.name == $model) | $ranks + (.helpers // 0)'
}

without_openmp()
{
    [[ -n ${PARBENCH_TSAN:-} ]]
}

# The program that starts ranks of the MPI that was built with.
rank_starter()
{
    if "$(dirname "$PARBENCH")/parbench-cell-mpi" --describe | grep -q '"MPICH Version'; then
        echo mpiexec.hydra
    else
        echo mpirun
    fi
}

# Models whose workers are on this node without MPI.
local_models()
{
    echo serial gil pool
    without_openmp || echo threads
}

# Runs the front door; what it says is in $output, what it says beside in $stderr.
parbench() # ARGUMENT…
{
    run --separate-stderr "$PARBENCH" "$@"
}

# The same where no file may become longer than so many blocks of 1,024 bytes.
limited() # BLOCKS ARGUMENT…
{
    # shellcheck disable=SC2016 # the inner shell is to expand this
    run --separate-stderr bash -c 'ulimit -f "$1"; exec "$0" "${@:2}"' "$PARBENCH" "$@"
}

extended() # ARGUMENT…
{
    run --separate-stderr "$EXTENDED" "$@"
}

# What a test looked at, for the reader of its failure.
show()
{
    printf 'status: %s\n--- standard output\n%s\n--- standard error\n%s\n' "$status" "$output" \
        "${stderr:-}"
}

# The lines of the last command match.
says() # REGULAR-EXPRESSION
{
    grep -Eq -- "$1" <<<"$output" || { echo "does not say: $1" && show && return 1; }
}

never_says() # REGULAR-EXPRESSION
{
    ! grep -Eq -- "$1" <<<"$output" || { echo "says: $1" && show && return 1; }
}

# No line that people read is longer than 80 columns; but for intervals, which are as wide as what was
# measured is odd.
fits() # TEXT
{
    ! awk 'length > 80 && !/^FOM/ && !/ \[[0-9]/' <<<"$1" | grep .
}

# The last command ended so, with one verdict, which is its last line.
ended_with() # STATUS PASS|FAIL
{
    [[ $status -eq $1 ]] || { echo "status is not $1" && show && return 1; }
    [[ $(grep -c '^VALIDATION: ' <<<"$output") -eq 1 && ${lines[-1]} == "VALIDATION: $2" ]] ||
        { echo "the last line is not the only verdict, $2" && show && return 1; }
}

# The last command said one line on standard error, and nothing else.
complained() # STATUS REGULAR-EXPRESSION
{
    [[ $status -eq $1 ]] || { echo "status is not $1" && show && return 1; }
    [[ -z $output ]] || { echo "not silent" && show && return 1; }
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == parbench:\ * ]] ||
        { echo "not one line of complaint" && show && return 1; }
    grep -Eq -- "$2" <<<"$stderr" || { echo "does not complain: $2" && show && return 1; }
    [[ -z $(ls -A) ]] || { echo "leaves behind: $(ls -A)" && return 1; }
}

# The front door refuses these arguments as wrong, says so, and leaves nothing behind.
refuses() # REGULAR-EXPRESSION ARGUMENT…
{
    parbench "${@:2}"
    complained 2 "$1" || { echo "for: parbench ${*:2}" && return 1; }
}

# The text on standard input is that of the file in expected/.
expected() # FILE
{
    if [[ -n ${UPDATE_EXPECTED:-} ]]; then
        cat >"$expected/$1"
    else
        diff -u "$expected/$1" -
    fi
}

# The result of one measured cell, which must verify.
result() # FRONT-DOOR ARGUMENT…
{
    local json
    json=$("$1" measure "${@:2}" --alone --json)
    grep -q '"verified": true' <<<"$json" || { echo "not verified: $json" >&2 && return 1; }
    sed -n 's/.*"result": "\(.*\)",*$/\1/p' <<<"$json"
}

# Standard input is one JSON value.
is_json()
{
    if perl -MJSON::PP -e 1 2>/dev/null; then
        perl -MJSON::PP -0777 -e 'JSON::PP->new->decode(<STDIN>)'
    elif type -P jq >/dev/null; then
        jq --slurp --exit-status 'length == 1' >/dev/null
    else
        skip "neither perl's JSON::PP nor jq"
    fi
}

# An option to run small and quickly: one round of one sweep, without figures.
quickly=(strong --profile smoke --size 100k --workers 1 --rounds 1 --no-figures)
