#!/usr/bin/env bats
#
# A job of two nodes measures up to 4 ranks and simulates more of them: what is said of the error is
# held against the points that were measured. How large it is depends on what else the machine does,
# and decides nothing.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
    needs_cluster slurm
    "$BUILD/parbench" doctor | grep -q '^ok  *simulate ' || skip 'there is no SimGrid'
}

# Of the point with 4 ranks, and what is stated of all: "ERROR STATED", in percent. No point that was
# measured errs by more.
errors()
{
    awk '
        $1 == 4 && $2 == 2 { error = $(NF - 1) + 0 }
        $1 ~ /^[0-9]+$/ && $1 > 1 && $NF == "%" {
            checked++
            most = $(NF - 1) ^ 2 > most ^ 2 ? $(NF - 1) + 0 : most
        }
        /^Times are predicted within / { stated = substr($5, match($5, /[0-9]/)) + 0 }
        END {
            if (checked != 3 || error == "" || most ^ 2 > stated ^ 2)
                exit 1
            print error, stated
        }' <<<"$output"
}

@test "a job of two nodes is simulated with more ranks, and told how far that is right" {
    local error stated shared=()
    # Where the machine has no more, the cores of both nodes are the same ones.
    export CLUSTER_CORES=2
    if (($(nproc) < 4)); then shared=(--shared-cores "$(nproc)"); fi
    cluster start 2 slurm
    cat >job <<END
#!/bin/bash
#SBATCH --nodes=2 --ntasks-per-node=2 --output=said
'$BUILD/parbench' run nodes --profile smoke --alone --models mpi --kernels pi --size 1e7 \\
    --no-figures --out run || exit
'$BUILD/parbench' simulate run --ranks 16,64 ${shared[*]} >simulated 2>&1
touch finished
END
    cluster in head sbatch --quiet job
    await test -e finished
    cat said
    run cat simulated
    says '^SIMULATED pi mpi, 2 ranks on 1 node: '
    says '^SIMULATED pi mpi, 4 ranks on 2 nodes: '
    says '^SIMULATED pi mpi, 16 ranks on 8 nodes: '
    says '^SIMULATED pi mpi, 64 ranks on 32 nodes: '
    read -r error stated < <(errors)
    echo "# with 4 ranks it errs by $error %, and says ±$stated %" >&3
    grep -q '<h2>SIMULATED: more ranks than were measured</h2>' run/report.html
    grep -q 'SIMULATED' run/figures/simulated-pi.svg

    # One that errs a hundred times says that, and that nothing but itself would have told.
    jq --compact-output 'if .ranks == 4 then .seconds *= 100 else . end' \
        run/simulated/simulated.jsonl >worse
    mv worse run/simulated/simulated.jsonl
    run "$BUILD/parbench" simulate run --ranks 16,64 --no-figures "${shared[@]}"
    [ "$status" -eq 0 ]
    [[ $output != *'SIMULATED pi mpi'* ]] # again
    read -r error stated < <(errors)
    awk -v error="$error" -v stated="$stated" 'BEGIN { exit !(error > 500 && stated >= error) }'
    grep -q 'Left out in turn, 2 of the 3 are within' < <(tr -s '\n ' ' ' <<<"$output")
}
