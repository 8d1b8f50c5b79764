# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154 # of bats, and for the tests
#
# What the tests on a cluster have in common. They are run by tests/cluster/run, with BUILD, the
# folder of what was built.

bats_require_minimum_version 1.5.0

# Where the cluster of this file's tests of this build is: other files' run at the same time.
folder=/run/parbench-cluster-$(cksum <<<"$BUILD $BATS_TEST_FILENAME" | cut -d' ' -f1)

# The tests' own cluster. What it starts has the mark that marked() knows.
cluster() # ARGUMENT…
{
    CLUSTER=$folder PARBENCH_TEST=$BATS_TEST_TMPDIR "$BATS_TEST_DIRNAME/cluster" "$@"
}

# An earlier run of the tests may have been killed.
setup_file()
{
    if [[ $(id -u) == 0 ]]; then cluster stop; fi
}

# Skips the test, or all of the file, where the machine cannot.
needs_cluster() # [slurm]
{
    local reason
    reason=$(cluster can "$@" 2>&1) || skip "$reason"
}

# On no node is there more than Slurm: no process, no shared memory and no file, but for such a one.
nothing_runs() # [REGULAR-EXPRESSION]
{
    ! cluster status |
        grep -Evq "cores [0-9,]+( munged slurmctld slurmscriptd| slurmd)?( ${1:-})?\$"
}

# For tests that measure ranks: in a folder of their own, which all nodes see, as what was built.
# Where nodes share a core, no rank may spin until it is another one's turn. What they measure should
# take more than 100 us: ranks begin shorter work by the clock, and each time one may be too late.
ranks_are_measured()
{
    needs_cluster
    [[ -x $BUILD/parbench-cell-mpi ]] || skip 'the models of ranks are not built'
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    export CLUSTER_SHARED=$BUILD
    if (($(nproc) < 4)); then export OMPI_MCA_mpi_yield_when_idle=1; fi
}

# Of a test that failed, what its last job said, and who was left.
teardown()
{
    if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then
        cluster status || true
        tail -n 40 said 2>/dev/null || true
    fi
    cluster stop
}

# The last command's words match.
says() # REGULAR-EXPRESSION
{
    grep -Eq -- "$1" <<<"$output" ||
        { printf 'does not say: %s\nstatus: %s\n%s\n' "$1" "$status" "$output" && return 1; }
}

# Whether a rank there has computed for a second, which is longer than ranks take to find each other.
computes_on() # NODE
{
    cluster in "$1" ps -C parbench-cell-m -o cputimes= | grep -q '[1-9]'
}

# What the catalogue has but for peers, which have tests of their own; a name in each line.
rank_models()
{
    "$BUILD/parbench" list models --json |
        jq -r '.models[] | select(.mirrors == null and (.launch | startswith("ranks"))).name'
}

# Those whose ranks all work, and so are as many as workers.
models_without_manager()
{
    "$BUILD/parbench" list models --json |
        jq -r '.models[] | select(.mirrors == null and (.launch | startswith("ranks")) and .helpers == 0).name'
}

kernels()
{
    "$BUILD/parbench" list kernels --json | jq -r '.kernels[].name | select(contains(":") | not)'
}

# Whether ranks, and their threads, were where those belong: so many on each node, in order.
# shellcheck disable=SC2016 # they are jq's
readonly as_placed='def as_placed($nodes; $ranks; $threads): sort_by(.rank, .thread) |
    map([.node, .rank, .thread]) ==
    [range($nodes) as $node | range($ranks) as $rank | range($threads) as $thread |
     [$names[$node], $node * $ranks + $rank, $thread]];'

# Writes the script `sweep`, with which the front door measures each kernel under each model of
# ranks over all of these nodes, two workers on each: two ranks, or one of two threads. What it says
# is in the file said, and its run in the folder run.
write_sweep() # NODES WORD…
{
    cat >sweep <<END
#!/bin/bash
cd '$PWD' && rm -rf run finished || exit
'$BUILD/parbench' run strong --models $(rank_models | paste -sd,) --kernels $(kernels | paste -sd,) \\
    --nodes $1 --ppn 1 --threads 2 --workers $((2 * $1)) --oversubscribe --size 10007,wait=20 \\
    --profile smoke --rounds 1 --alone --no-figures --out run ${@:2} &>said
touch finished
END
    chmod +x sweep
}

# All of that was measured, verified, on nodes of these names, by that launcher.
sweep_was_right() # LAUNCHER NODE…
{
    local cells names
    cells=$(for kernel in $(kernels); do rank_models | sed "s/^/$kernel /"; done |
        jq --raw-input --null-input --compact-output '[inputs | split(" ")] | sort')
    names=$(printf '%s\n' "${@:2}" | jq --raw-input --null-input --compact-output '[inputs]')
    grep -q '^VALIDATION: PASS$' said || { tail said && return 1; }
    # What one of them had wrong is printed.
    jq --slurp --exit-status --arg launcher "$1" --argjson names "$names" --argjson cells "$cells" "
        $as_placed"'
        ($names | length) as $nodes |
        (.[] | select(.workers_busy and .nodes > 1) | . as $cell |
         select((.workers_busy | as_placed($nodes; $cell.ranks / $nodes; $cell.threads) | not) or
                $cell.workers != 2 * $nodes or ($cell.launcher | startswith($launcher) | not))),
        (map(select(.workers_busy and .nodes == $nodes) | [.kernel, .model]) | sort) == $cells and
        (map(select(.sample != null and .nodes == $nodes) | [.kernel, .model, .verified]) | sort) ==
            ([$cells[] | (. + [true]) | (., .)] | sort)' run/samples.jsonl >judged
    [ "$(<judged)" = true ] || { cat judged && tail said && return 1; }
}

# Writes the script `cells`, which runs two kernels, which reduce and map, under each model of ranks
# by the words that start programs on these nodes, as somebody may without a front door. What each
# said is in the folder out, in a file MODEL.KERNEL.
write_cells() # NODES
{
    cat >cells <<END
#!/bin/bash
cd '$PWD' && rm -rf out && mkdir out || exit
for model in $(models_without_manager | paste -sd' '); do
    if [[ \$model == hybrid* ]]; then ranks=$1 threads=2; else ranks=$1 threads=1; fi
    for kernel in pi squares; do
        "\$@" "$BUILD/parbench-cell-\$model" "\$kernel" 10007 \$((ranks * threads)) \$ranks \$threads \\
            2 1 --oversubscribe &>"out/\$model.\$kernel" || echo "status \$?" >>"out/\$model.\$kernel"
    done
done
touch out/all
END
    chmod +x cells
}

# All of these measured two samples, which verified, a rank on each node.
cells_were_right() # NODES
{
    local file threads
    [ "$(find out -type f ! -name all | wc -l)" -eq $((2 * $(models_without_manager | wc -l))) ]
    for file in out/*.*; do
        if [[ $file == out/hybrid.* ]]; then threads=2; else threads=1; fi
        sed -n 's/^@parbench //p' "$file" | jq --slurp --exit-status \
            --argjson nodes "$1" --argjson threads "$threads" \
            --argjson names "$(seq "$1" | jq --slurp 'map("n\(.)")')" "$as_placed"'
            map(select(.event == "sample").verified) == [true, true] and
            (map(select(.event == "worker")) | as_placed($nodes; 1; $threads))' >/dev/null ||
            { echo "$file:" && cat "$file" && return 1; }
    done
}
