#!/usr/bin/env bats
#
# What the suite makes of hardware counters, by a PAPI whose counters count on any machine: with
# PARBENCH, the front door, and COUNTING, the library that is loaded before PAPI.
#
# shellcheck disable=SC2154 # variables of bats

bats_require_minimum_version 1.5.0

setup()
{
    cd "$BATS_TEST_TMPDIR" || return 1
}

# By the library's name alone: a path in LD_PRELOAD must not have a space in it.
counting() # ARGUMENT…
{
    local folder
    folder=$(dirname "${COUNTING:?}")
    run --separate-stderr env LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
        LD_PRELOAD="$(basename "$COUNTING")" "${PARBENCH:?}" "$@"
}

# One column of the summary, a line a cell but those of other algorithms.
column() # NAME
{
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) place = i; next }
                          $1 !~ /:/ { print $place }' run/summary.csv
}

@test "instructions, IPC and frequency explain computation scaling" {
    counting run strong --profile smoke --kernels primes --models pool --workers 1,2 --size 2e5 \
        --rounds 1 --require-counters --oversubscribe --no-figures --out run
    [ "$status" -eq 0 ]
    grep -Eq '^what computing cost +comput\. = instr\. x +IPC x +freq\. ' <<<"$output"
    grep -Eq '^pool +2\*? .* x +1\.000 x .* 2\.00$' <<<"$output"
    # Serial, and the pool with 1 and 2 workers.
    [ "$(column ipc | grep -cx 2)" -eq 3 ]
    [ "$(column ipc_scaling | grep -cx 1)" -eq 3 ]
    [ "$(column instructions | grep -cE '^[1-9][0-9]{4,}$')" -eq 3 ]
    paste <(column computation_scaling) <(column instruction_scaling) \
        <(column frequency_scaling) | awk '
        { difference = $2 * $3 / $1 - 1; cells++ }
        difference < -1e-6 || difference > 1e-6 { wrong++; print }
        END { exit cells != 3 || wrong }'
}

@test "what the kernel names is counted beside them, or null with PAPI's words" {
    counting run strong --profile smoke --alone --kernels pi,primes --models pool --workers 2 --size 2e5 \
        --rounds 1 --oversubscribe --no-figures --out run
    [ "$status" -eq 0 ]
    grep -Eq '"PAPI_TOT_INS":[1-9]' run/samples.jsonl
    grep -q '"PAPI_BR_MSP":null' run/samples.jsonl
    grep -q '"counters_absent":{"PAPI_BR_MSP":"[^"]' run/samples.jsonl

    # Of pi the second one alone; three to two instructions, both of them sums over workers.
    [ "$(paste -d, <(column kernel) <(column counter_1_name) <(column counter_1) |
        sort -u)" = $'pi,PAPI_DP_OPS,\nprimes,PAPI_BR_MSP,' ]
    paste <(column counter_2_name) <(column counter_2) <(column instructions) |
        grep PAPI_VEC_DP | awk '
        { ratio = $2 / $3; cells++ }
        ratio < 1.4999 || ratio > 1.5001 { wrong++; print }
        END { exit cells != 2 || wrong }'
    # Serial and the pool of both.
    [ "$(column cpu_s | grep -cE '^[0-9.e-]+$')" -eq 4 ]
    [ "$(column peak_memory_bytes | grep -cE '^[1-9][0-9]{5,}$')" -eq 4 ]

    [ "$(grep -Ec '<th[^>]*>PAPI_VEC_DP</th></tr>' run/report.html)" -eq 1 ]
    [ "$(grep -Ec '<th[^>]*>IPC</th></tr>' run/report.html)" -eq 1 ]
    [ "$(grep -c 'own words: PAPI_DP_OPS, PAPI_BR_MSP: ' run/report.html)" -eq 1 ]

    counting report run --no-figures --json
    [ "$(grep -cE '"PAPI_VEC_DP": [1-9][0-9]*$' <<<"$output")" -eq 2 ]
    [ "$(grep -cE '"PAPI_DP_OPS": null,$' <<<"$output")" -eq 2 ]
    [ "$(grep -cE '"PAPI_DP_OPS": "[^"]+"$' <<<"$output")" -eq 2 ]
    [ "$(grep -cE '"PAPI_BR_MSP": null$' <<<"$output")" -eq 2 ]
    [ "$(grep -cE '"PAPI_BR_MSP": "[^"]+"$' <<<"$output")" -eq 2 ]
}

@test "measure tells them of each worker, and in words" {
    counting measure pi serial --size 2e6 --samples 1 --json
    [ "$status" -eq 0 ]
    local worker
    worker=$(sed -n '/"workers_busy": \[/,$p' <<<"$output")
    [ "$(grep -cE '"PAPI_VEC_DP": [1-9][0-9]*$' <<<"$worker")" -eq 1 ]
    [ "$(grep -cE '"PAPI_DP_OPS": null,$' <<<"$worker")" -eq 1 ]
    counting measure pi serial --size 2e6 --samples 1
    [ "$status" -eq 0 ]
    grep -Eq '^PAPI_TOT_INS [0-9 ]+, PAPI_TOT_CYC [0-9 ]+, PAPI_VEC_DP [0-9 ]+; IPC' <<<"$output"
    [[ ${output//$'\n'/ } == *'not counted: PAPI_DP_OPS: '* ]]
}

# What the two commands say when instructions and cycles are insisted on.
insist() # COMMAND
{
    local how=(--require-counters --size 2e5)
    if [ "$1" = run ]; then
        counting run strong --profile smoke --kernels primes --models serial --rounds 1 \
            --no-figures --out run "${how[@]}"
    else
        counting measure primes serial --samples 1 "${how[@]}"
    fi
}

@test "both instructions and cycles are required, before anything starts" {
    local command
    for command in measure run; do
        export COUNTING_WITHOUT=PAPI_TOT_CYC
        insist $command
        [ "$status" -eq 1 ]
        [ -z "$output" ] && [ "${#stderr_lines[@]}" -eq 1 ] && [ ! -e run ]
        [[ $stderr == 'parbench: cycles cannot be counted here: '*' (--require-counters insists'* ]]
        COUNTING_WITHOUT=PAPI_TOT_INS
        insist $command
        [ "$status" -eq 1 ]
        [[ $stderr == 'parbench: instructions cannot be counted here: '* ]]
    done
    # What the kernel names beside them is not.
    export COUNTING_WITHOUT=PAPI_VEC_DP
    insist measure
    [ "$status" -eq 0 ]
}

@test "a launch whose workers lack instructions or cycles fails when they are required" {
    local event
    for event in PAPI_TOT_INS PAPI_TOT_CYC; do
        export COUNTING_CELLS_WITHOUT=$event
        insist measure
        [ "$status" -eq 1 ]
        [ "${lines[-1]}" = 'VALIDATION: FAIL' ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "parbench: primes under serial failed: not counted: $event: "*' (--require-'* ]]
    done
    insist run
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = 'VALIDATION: FAIL' ]
    [ "$(grep -c '"failed":"not counted: PAPI_TOT_CYC: ' run/samples.jsonl)" -eq 2 ]
    # Nobody insisted: nothing is wrong.
    counting measure primes serial --samples 1 --size 2e5
    [ "$status" -eq 0 ]
}
