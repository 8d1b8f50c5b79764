#!/usr/bin/env bats
#
# parbench measure: one cell, to the terminal.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

@test "every kernel has its known result under every model of this node" {
    local model
    for model in $(local_models); do
        local workers=2
        [[ $model != serial ]] || workers=1
        local how=("$model" --workers "$workers" --oversubscribe --samples 2)
        [ "$(result "$PARBENCH" primes "${how[@]}" --size 300000)" = 3709507114 ]
        [ "$(result "$PARBENCH" factorial "${how[@]}" --size 20)" = 2432902008176640000 ]
        [ "$(result "$PARBENCH" squares "${how[@]}" --size 1000)" = 332833500 ]
        [[ $(result "$PARBENCH" pi "${how[@]}" --size 1e6) == 3.14159265358* ]]
    done
}

@test "ranks compute the same" {
    built mpi || skip "mpi is not built"
    [ "$(result "$PARBENCH" primes mpi --size 300000 --workers 2 --oversubscribe --samples 2)" \
        = 3709507114 ]
    ! without_openmp || skip "OpenMP"
    [ "$(result "$PARBENCH" primes hybrid --size 300000 --ranks 2 --threads 1 --oversubscribe \
        --samples 2)" = 3709507114 ]
}

@test "json has every key of the contract" {
    local model=threads
    ! without_openmp || model=pool
    parbench measure primes $model --workers 2 --size 300000 --oversubscribe --samples 7 --alone --json
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    is_json <<<"$output"
    never_says '^(FOM|VALIDATION)'
    says '"kernel": "primes"'
    says "\"model\": \"$model\""
    says '"options": \{'
    says '"chunk": "auto"'
    says '"workers": 2,'
    says '"ranks": 1,'
    says '"threads": [12],'
    says '"nodes": 1,'
    says '"size": 300000,'
    says '"samples": 7,'
    says '"verified": true'
    says '"result": "3709507114"'
    local key
    for key in median_s ci_low_s ci_high_s startup_s; do
        says "\"$key\": [0-9][0-9.e-]*,"
    done
    says '"seconds": \['
    says '"stopped": null'
    says '"outliers": [0-9]'
    seconds=$(sed -n '/"seconds": \[/,/\]/p' <<<"$output")
    [ "$(grep -Ec '^ +[0-9][0-9.e-]*,?$' <<<"$seconds")" -eq 7 ]
}

@test "a format is printed alone, of the cell that was asked for" {
    local model=threads workers
    ! without_openmp || model=pool
    for workers in 1 2; do
        parbench measure pi $model --workers $workers --size 1e6 --oversubscribe --samples 2 \
            --format amdahl-terse
        [ "$status" -eq 0 ]
        is_json <<<"$output"
        says "^    \"nproc\": $workers,$"
        says '^    "execution_time": [0-9]'
        says '^    "host": "[^"]'
        says '^    "(serial|parallel)_work": [0-9]'
        says "^    \"model\": \"$model\",$"
    done
    parbench measure pi $model --workers 2 --size 1e6 --oversubscribe --samples 2 --format amdahl
    [ "$status" -eq 0 ]
    [ "$(grep -c '^Doing [0-9.]* seconds of .work. on 2 processors[.,]$' <<<"$output")" -eq 1 ]
    [ "$(grep -c 'I did parallel .work. for [0-9.]* seconds.$' <<<"$output")" -eq 2 ]
    says '^Total execution time \(according to rank 0\): [0-9.]+ seconds$'
    never_says '^(FOM|VALIDATION)'
    parbench measure pi serial --size 1e6 --samples 2 --format amdahl
    says "^Doing [0-9.]+ seconds of 'work' on 1 processor\.$"
}

@test "a format is nothing where the cell failed" {
    local format
    for format in amdahl csv gbench; do
        parbench measure primes pool --workers 1 --size 1e9 --samples 1 --cell-timeout 100ms --alone \
            --format $format
        [ "$status" -eq 1 ]
        [ -z "$output" ]
        [[ $stderr == *'did not end within'* ]]
    done
}

@test "other formats have all that was measured, and on which machine" {
    parbench measure pi pool --workers 1 --size 1e5 --samples 2 --format csv
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 5 ]
    parbench measure pi pool --workers 1 --size 1e5 --samples 2 --format gbench
    is_json <<<"$output"
    says "\"host_name\": \"$(hostname)\""
    parbench measure pi pool --workers 1 --size 1e5 --samples 2 --format extrap
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [[ $stderr == *'the measurement has no cell of a model that scales'* ]]
}

# Of the workers on standard input.
sum_of() # KEY
{
    awk -v key="\"$1\":" '$1 == key { sum += $2 } END { print sum }'
}

# Of the pass that counts, on any machine: what is not there is null.
@test "json has what each worker did, and their sums" {
    local key workers
    parbench measure primes pool --workers 2 --size 300000 --oversubscribe --samples 1 --alone --json
    [ "$status" -eq 0 ]
    is_json <<<"$output"
    workers=$(sed -n '/"workers_busy": \[/,$p' <<<"$output")
    for key in node rank thread busy_s first_s last_s cpu_s voluntary_switches \
        involuntary_switches minor_faults major_faults processor processors peak_memory_bytes \
        counters PAPI_TOT_INS PAPI_TOT_CYC PAPI_BR_MSP; do
        [ "$(grep -c "\"$key\": " <<<"$workers")" -eq 2 ] || { echo "$key" && return 1; }
    done
    says '^    "cpu_s": [0-9]'
    for key in voluntary_switches involuntary_switches minor_faults major_faults; do
        [ "$(sum_of $key <<<"$workers")" -eq \
            "$(sed -n "s/^    \"$key\": \([0-9]*\),*$/\1/p" <<<"$output")" ]
    done
    says '^    "peak_memory_bytes": [1-9][0-9]+,$'
    says '^    "counters": \{$'
    says '^    "counters_absent": \{'
    # A launch that failed has none.
    parbench measure primes pool --workers 1 --size 1e9 --samples 1 --cell-timeout 100ms --alone --json
    [ "$status" -eq 1 ]
    says '"workers_busy": null'
}

@test "people are told what the system counted, in few words" {
    parbench measure primes pool --workers 2 --size 300000 --oversubscribe --samples 1 --alone
    ended_with 0 PASS
    says '^Counted in one more execution: CPU time [0-9.]+ [mu]?s; switches: [0-9]+ voluntary,'
    says 'peak memory [0-9.]+ [KMG]iB\.$'
    fits "$output"
}

@test "too few samples have no interval" {
    parbench measure pi serial --size 1e5 --samples 5 --json
    says '"ci_low_s": null'
    says '"ci_high_s": null'
    parbench measure pi serial --size 1e5 --samples 5
    never_says 'ci_low_s'
    parbench measure pi serial --size 1e5 --samples 6
    says 'ci_low_s=[0-9]'
}

@test "no worker is busy for longer than the execution takes, whoever combines meanwhile" {
    local dispatch factor
    for dispatch in map imap; do
        parbench measure factorial pool:dispatch=$dispatch --workers 2 --size 1000000 \
            --oversubscribe --samples 1 --alone --json
        [ "$status" -eq 0 ]
        for factor in load_balance communication_efficiency; do
            sed -n "s/.*\"$factor\": \([0-9.e-]*\),*$/\1/p" <<<"$output" |
                awk '{ whole = $1 > 0 && $1 < 1 + 1e-9 } END { exit !whole }' ||
                { echo "$factor" && show && return 1; }
        done
    done
}

@test "one FOM line, then one verdict" {
    parbench measure pi pool:dispatch=imap:chunk=1000 --workers 1 --size 1e5 --samples 6
    ended_with 0 PASS
    [ -z "$stderr" ]
    local number='[0-9]+\.[0-9]+'
    says "^FOM kernel=pi model=pool:dispatch=imap:chunk=1000 workers=1 ranks=1 threads=1 nodes=1 \
size=100000 samples=6 median_s=$number ci_low_s=$number ci_high_s=$number speedup=$number efficiency=$number\$"
    [ "$(grep -c ^FOM <<<"$output")" -eq 1 ]
    [[ ${lines[-2]} == FOM* ]]

    parbench measure pi serial --size 1e5 --samples 6
    says "^FOM kernel=pi model=serial .* speedup=1\.0+( speedup_low=$number speedup_high=$number)? \
efficiency=1\.0+\$"
}

@test "a cell is measured with serial, which makes a speedup, unless it is to be alone" {
    parbench measure primes pool --workers 1 --size 1e5 --samples 3
    ended_with 0 PASS
    says '^serial +1 .* 1\.000 +1\.00$'
    says '^Launched by turns with serial\.'
    says '^Without \[ \]: fewer than 6 samples,'
    never_says 'same round'
    says '^FOM kernel=primes model=pool .* samples=3 .* speedup=[0-9.]+ efficiency='
    [ "$(grep -c ^FOM <<<"$output")" -eq 1 ]
    parbench measure primes pool --workers 1 --size 1e5 --samples 3 --json
    is_json <<<"$output"
    says '^  "speedup": [0-9]'
    [ "$(jq '.seconds | length' <<<"$output")" -eq 3 ]
    parbench measure primes pool --workers 1 --size 1e5 --samples 3 --alone
    ended_with 0 PASS
    says '^One launch, whose start-up took '
    never_says '^serial |speedup='
    parbench measure primes pool --workers 1 --size 1e5 --samples 1 --alone --json
    says '^  "speedup": null'
}

@test "a size is written in many ways" {
    local size
    for size in 1000000 1e6 1E+6 1M 1m 1000k 0.001G 1.0e6; do
        parbench measure primes serial --size $size --samples 1
        ended_with 0 PASS
        says ' size=1000000 '
    done
    parbench measure primes serial --size=1e6 --samples=1
    says ' size=1000000 '
}

@test "options that are the default do not show in a model's name" {
    parbench measure pi gil:interval=5ms --workers 1 --size 1e5 --samples 1 --alone
    says ' model=gil workers'
    parbench measure pi gil:interval=1ms --workers 1 --size 1e5 --samples 1 --alone
    says ' model=gil:interval=1ms workers'
}

@test "more workers than cores are measured when asked for, and marked" {
    parbench measure pi pool --workers 64 --size 1e5 --samples 1 --oversubscribe --alone
    ended_with 0 PASS
    says '^pool +64\* '
    says '^\* more workers than cores'
}

@test "arguments come in any order, and after -- as words" {
    parbench measure --samples 1 pi --size 1e5 serial
    ended_with 0 PASS
    parbench measure --samples 1 --size 1e5 -- pi serial
    ended_with 0 PASS
    says '^FOM kernel=pi model=serial'
}

@test "nothing stays behind" {
    parbench measure pi serial --size 1e5 --samples 1
    [ -z "$(ls -A)" ]
}

@test "an output that cannot be written is an error" {
    local command
    for command in "--help" "--version" "list" "list --help" "affinity serial" "affinity serial --json" \
        "measure pi serial --size 1e5 --samples 1" \
        "measure pi serial --size 1e5 --samples 1 --json"; do
        # shellcheck disable=SC2086
        run --separate-stderr bash -c '"$@" >/dev/full' bash "$PARBENCH" $command
        complained 1 'cannot write to standard output'
        # shellcheck disable=SC2086
        run --separate-stderr bash -c '"$@" >&-' bash "$PARBENCH" $command
        complained 1 'cannot write to standard output'
    done
}

# Whether the processor's counters can be read here.
has_counters()
{
    "$PARBENCH" doctor | grep -q '^ok   counters'
}

@test "counters that are required and not there are an error, before anything starts" {
    local command
    for command in "measure pi serial --size 1e5 --samples 1" "run ${quickly[*]} --models serial"; do
        # shellcheck disable=SC2086
        parbench $command --require-counters
        if has_counters; then
            ended_with 0 PASS
        else
            complained 1 'instructions cannot be counted here: .+ \(--require-counters'
        fi
    done
    parbench measure pi serial --size 1e5 --samples 1
    ended_with 0 PASS
}

@test "a cell tells what was counted, and why something was not" {
    local cell workers
    cell=$(dirname "$PARBENCH")/parbench-cell-pool
    run --separate-stderr "$cell" primes 100000 2 1 1 1 1 --oversubscribe
    [ "$status" -eq 0 ]
    says '"counters_absent":\{.*"event":"passes"'
    workers=$(grep '"event":"worker"' <<<"$output")
    [ "$(grep -c . <<<"$workers")" -eq 2 ]
    # A worker for whom the other left nothing to do was not looked at.
    [ "$(grep -Ec '"peak_memory_bytes":([1-9]|null)' <<<"$workers")" -eq 2 ]
    grep -q '"peak_memory_bytes":[1-9]' <<<"$workers"
    local event
    for event in PAPI_TOT_INS PAPI_TOT_CYC PAPI_BR_MSP; do
        # A figure, or null with the reason, and never 0.
        if grep -q "\"counters_absent\":{.*\"$event\":\"[^\"]" <<<"$output"; then
            grep -q "\"$event\":null" <<<"$workers"
        else
            [ "$(grep -Ec "\"$event\":([1-9]|null)" <<<"$workers")" -eq 2 ]
            grep -Eq "\"$event\":[1-9]" <<<"$workers"
        fi
    done
}

@test "messages and bytes are those that ranks were told to move" {
    built mpi || skip "mpi is not built"
    local n # executions of a sample: as many as make it long enough for the clock
    # Two of three ranks get inputs, give outputs, and send a sum of 16 bytes each.
    parbench measure squares mpi --ranks 3 --size 3000 --samples 2 --oversubscribe --alone --json
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    [ "$(grep -c "\"mpi::messages\": $((6 * n)).0" <<<"$output")" -eq 2 ]
    [ "$(grep -c "\"mpi::bytes\": $(((2 * 1000 * 8 * 2 + 2 * 16) * n)).0" <<<"$output")" -eq 2 ]
    # Partials that grow go through a tree of messages.
    parbench measure factorial mpi --ranks 3 --size 1000 --samples 1 --oversubscribe --alone --json
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    says "\"mpi::messages\": $((2 * n)).0"
    says '"mpi::bytes": [1-9]'
    parbench measure pi mpi --ranks 1 --size 1e5 --samples 1 --alone --json
    says '"mpi::messages": 0.0'
    says '"mpi::bytes": 0.0'
}

@test "messages from rank to rank: one there, and one home with outputs and partial" {
    built mpi-p2p || skip "mpi-p2p is not built"
    local n
    parbench measure squares mpi-p2p --ranks 3 --size 3000 --samples 2 --oversubscribe --alone --json
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    [ "$(grep -c "\"mpi::messages\": $((4 * n)).0" <<<"$output")" -eq 2 ]
    [ "$(grep -c "\"mpi::bytes\": $(((2 * 1000 * 8 * 2 + 2 * 16) * n)).0" <<<"$output")" -eq 2 ]
    # Who has no items gets nothing, and sends an empty range's partial.
    parbench measure squares mpi-p2p --ranks 3 --size 2 --samples 1 --oversubscribe --alone --json
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    [ "$(grep -c "\"mpi::messages\": $((3 * n)).0" <<<"$output")" -ge 1 ]
    parbench measure pi mpi-p2p --ranks 3 --size 1000 --samples 1 --oversubscribe --alone --json
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    says "\"mpi::messages\": $((2 * n)).0"
}

@test "a pool cuts as Pool.map does" {
    local items workers chunks n
    while read -r items workers chunks; do
        parbench measure pi pool --workers "$workers" --size "$items" --samples 3 --oversubscribe \
            --alone --json
        n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
        [ "$(grep -c "\"pool::chunks\": $((chunks * n)).0" <<<"$output")" -eq 3 ]
    done <<<"20 2 7
5 3 5"
}

# Every model there is, with two workers where it may have them.
every_model()
{
    local model
    local_models
    for model in queue manager futures shared mpi mpi-p2p mpi-pool mpi-rma mpi-shared; do
        ! built $model || echo $model
    done
    without_openmp || for model in tasks hybrid; do
        ! built $model || echo $model
    done
}

@test "a piece that fails fails its cell, which names the item, under every model" {
    local model workers
    for model in $(every_model) pool:dispatch=imap; do
        workers=2
        [[ $model != serial* ]] || workers=1
        parbench measure primes "$model" --workers $workers --size 1000 --samples 3 --oversubscribe \
            --fail-task 777 --cell-timeout 30s
        ended_with 1 FAIL
        [[ $stderr =~ "primes under $model failed: item 777 failed, as --fail-task told it, with its piece: items "[0-9]+\ to\ [0-9]+ ]] ||
            { show && return 1; }
        [ "$(grep -c "^parbench: primes" <<<"$stderr")" -eq 1 ]
    done
    if built hybrid && ! without_openmp; then # a rank that others wait for
        parbench measure squares hybrid --ranks 2 --threads 1 --size 1000 --oversubscribe \
            --fail-task 999:3 --cell-timeout 30s
        ended_with 1 FAIL
        [[ $stderr == *"item 999 failed"* ]]
    fi
    parbench measure pi serial --size 1000 --fail-task 0
    ended_with 1 FAIL
    says ' FAILED: item 0 failed, .*[^.]\.\.\.$' # and whole on standard error
    never_says 'interval'
}

# Rank 0 fails while messages are under way, or another one does, for which all wait.
@test "a piece that fails fails its cell, however ranks send messages" {
    built mpi-p2p || skip "mpi-p2p is not built"
    local mode call item
    for mode in buffered ready; do
        for call in blocking nonblocking persistent; do
            for item in 0 999; do
                parbench measure squares "mpi-p2p:mode=$mode:call=$call" --ranks 3 --size 1000 \
                    --alone --oversubscribe --fail-task $item --cell-timeout 30s
                ended_with 1 FAIL
                [[ $stderr == *"failed: item $item failed, as --fail-task told it, with its piece: "* ]] ||
                    { show && return 1; }
            done
        done
    done
}

@test "whole tasks have their results in order under every model" {
    local model workers
    for model in $(every_model) pool:dispatch=imap threads:schedule=dynamic; do
        [[ $model != threads* ]] || ! without_openmp || continue
        [[ $model != shared ]] || continue # which has results in any order, and is refused
        workers=2
        [[ $model != serial* ]] || workers=1
        parbench measure primes "$model" --workers $workers --tasks 100000,2e5,300000 --samples 2 \
            --oversubscribe --alone
        ended_with 0 PASS
        says '^primes, 3 tasks$'
        says 'Result: 454396537, 1709600813, 3709507114'
        says "^FOM kernel=primes model=$model .* size=3 tasks=100000\\+200000\\+300000 samples=2 "
    done
    parbench measure factorial pool --tasks 10,1000 --workers 2 --oversubscribe --samples 1 --alone --json
    is_json <<<"$output"
    says '"tasks": "10\+1000"'
    says '"size": 2,'
    says '"result": "3628800, 4.023872600771e\+2567 \(2568 digits, 249 trailing zeros\)"'
    local n
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    says "\"pool::chunks\": $((2 * n)).0"
    # An item is a task.
    parbench measure primes gil --tasks 10,20,30 --workers 2 --oversubscribe --fail-task 1
    ended_with 1 FAIL
    [[ $stderr == *'item 1 failed, as --fail-task told it, with its piece: items 1 to 1'* ]]
}

@test "as many tasks as there may be" {
    [[ -z ${PARBENCH_TSAN:-} ]] || skip "the sanitizer takes minutes for it"
    parbench measure primes serial --tasks "$(printf '1000,%.0s' {1..9999})1000" --samples 1
    ended_with 0 PASS
    says ' size=10000 tasks=1000\+1000'
    parbench measure primes serial --tasks "$(printf '2,%.0s' {1..10000})2"
    complained 2 'there are more than 10000 tasks'
}

# Else its time would be more than there was.
@test "a sample of several executions is told as one of them" {
    local begun line took
    begun=$(date +%s%N)
    line=$("${PARBENCH%/*}/parbench-cell-serial" pi 100000 1 1 1 1 1000 | grep '"sample"')
    took=$(($(date +%s%N) - begun))
    jq -e --argjson took "$took" '.seconds > 0 and .seconds * 1000 * 1e9 <= $took' \
        <<<"${line#@parbench }"
}

@test "what the lock counts begins anew with each sample" {
    local n
    parbench measure pi gil --workers 1 --size 1000 --samples 3 --alone --json
    n=$(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")
    [ "$(grep -c "\"gil::acquisitions\": $n.0" <<<"$output")" -eq 3 ]
}
