#!/usr/bin/env bats
#
# A rank that dies, in each model of ranks, before, in and after a message: its cell ends soon, and
# says which rank it was and how; nothing is left of it; and a run goes on. Run with PARBENCH, the
# front door, and DYING_LIBRARY, which lets a rank die: see dying_rank.c.
#
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats, and of each test its own

bats_require_minimum_version 1.5.0
load ../cli/processes

setup()
{
    PARBENCH=$(realpath "${PARBENCH:?}")
    DYING_LIBRARY=$(realpath "${DYING_LIBRARY:?}")
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    # MPICH does not say which rank it was.
    a_rank="rank 1 on $(hostname)"
    [[ $(mpirun --version 2>/dev/null) == *'Open MPI'* ]] || a_rank='a rank'
}

rank_models()
{
    "$PARBENCH" list models --json |
        jq -r '.models[] | select(.unusable == null and .mirrors == null and (.launch | startswith("ranks"))).name'
}

# Ways of models that send in other calls than they do by default.
rank_cells()
{
    rank_models
    ! rank_models | grep -qx mpi-p2p ||
        printf 'mpi-p2p:%s\n' mode=ready call=nonblocking mode=synchronous:call=persistent
}

# Starts a front door whose rank 1 dies at one of its calls.
start_dying() # BY WHEN CALL ARGUMENT…
{
    rm -f note
    start env LD_LIBRARY_PATH="${DYING_LIBRARY%/*}" LD_PRELOAD="${DYING_LIBRARY##*/}" DYING_RANK=1 \
        DYING_BY="$1" DYING_WHEN="$2" DYING_CALL="$3" DYING_NOTE="$PWD/note" "$PARBENCH" "${@:4}"
}

# None of the files that the rank shared is there any more, nor what they lay in.
no_file_is_left()
{
    local file left=0
    while read -r file; do
        file=${file% (deleted)}
        [[ $file == /tmp/* || $file == /dev/shm/* ]] || continue
        [ ! -e "$file" ] || { echo "left: $file" && left=1; }
    done <note
    return "$left"
}

# The cell of each model ends within 3 s, once its rank has, and says this.
dies() # BY REGULAR-EXPRESSION
{
    local cell moment
    for cell in $(rank_cells); do
        for moment in before in after; do
            # Long after its start.
            start_dying "$1" "$moment" 200 measure squares "$cell" --ranks 2 --threads 1 \
                --size 100000 --samples 100000 --alone --oversubscribe --cell-timeout 300s
            await test -s note
            ended_soon 3 || { echo "$cell, $moment" && false; }
            [ "$status" -eq 1 ] || { echo "$cell, $moment" && cat out err && false; }
            grep -Eq "^parbench: squares under $cell failed: $2\$" err || { cat err && false; }
            [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
            none_left
            no_file_is_left
        done
    done
}

@test "a rank that is killed at its messages is named with its signal, and nothing is left" {
    dies kill "$a_rank was killed by signal 9 \(Killed\)"
}

@test "a rank that crashes at its messages is named with its signal, and nothing is left" {
    dies segv "$a_rank was killed by signal 11 \(Segmentation fault\)"
}

@test "a rank that ends at its messages is named with its status, and nothing is left" {
    [[ $a_rank == 'rank 1 '* ]] || a_rank=it
    dies exit "$a_rank ended with exit status 3"
}

@test "a run goes on with its next cell, whichever model's rank died" {
    local model models
    models=$(rank_models | sed 's/^hybrid$/hybrid:ranks=2/')
    start_dying kill after 5 run strong --profile smoke --size 1e5 --workers 2 --oversubscribe \
        --alone --kernels squares --models "$(paste -sd, <<<"$models"),pool" --rounds 1 \
        --no-figures --out run
    ended
    none_left
    [ "$status" -eq 1 ] || { cat out err && false; }
    for model in $models; do
        grep -Eq "^FOM .* model=$model .* samples=0\$" out || { cat out err && false; }
    done
    grep -q '^FOM .* model=pool .* median_s=' out
    [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
}
