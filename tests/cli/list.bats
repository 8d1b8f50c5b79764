#!/usr/bin/env bats
#
# What there is: list, help, version, doctor, affinity.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

@test "list kernels" {
    "$PARBENCH" list kernels | expected list_kernels.txt
}

# How many cells there are, and how long they take, is this machine's.
without_forecast()
{
    sed -E 's/^( +)([0-9]+ cells, about [0-9]+ (s|min)( to [0-9]+ (s|min))?|no cells here)$/\1FORECAST/'
}

@test "list experiments" {
    "$PARBENCH" list experiments | without_forecast | expected list_experiments.txt
}

@test "experiments tell how many cells they have here, and about how long they take" {
    parbench list experiments
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(grep -cE '^ +[0-9]+ cells, about [0-9]+ (s|min)' <<<"$output")" -ge 5 ]
    parbench list strong --json
    [ "$(jq '.experiments[0] | .cells > 0 and .least_s > 0 and .most_s >= .least_s' \
        <<<"$output")" = true ]
    parbench run strong --profile quick --dry-run
    [ "$("$PARBENCH" list strong --json | jq '.experiments[0].cells')" -eq \
        "$(grep -c '^# .*/n:' <<<"$output")" ] || { show && return 1; }
    parbench list peers --json
    [ "$(jq '.experiments[] | select(.name == "peers") | .cells' <<<"$output")" = null ]
}

@test "list models" {
    built hybrid || skip "not all models are built"
    "$PARBENCH" list models | sed '/^peers/,$d' | expected list_models.txt
}

@test "list is all three lists" {
    parbench list
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(without_forecast <<<"$output")" = "$("$PARBENCH" list kernels &&
        "$PARBENCH" list models && "$PARBENCH" list experiments | without_forecast)" ]
}

@test "models that are not built are listed with the reason, and refused with it" {
    ! built mpi || skip "all models are built"
    parbench list models
    says '^  mpi +not built: needs MPI'
    says '^  hybrid +not built: needs MPI'
    refuses 'model mpi needs MPI' measure pi mpi
}

@test "a kernel and a model from elsewhere are listed like any other" {
    extended list
    says '^  ordered +digits in a fixed order$'
    says '^  mock +a model that breaks as it is told$'
    says ':break=no\|wrong'
    says '^ +:share=FRACTION \(default 1\)$'
    says '^ +in Python:$'
    says '^ +wrong  random.choice$'
    says '^ +not break=start with share$'
    says '^ +what never starts has no share$'
}

@test "a word finds what it names, or else what mentions it" {
    [ "$("$PARBENCH" list serial)" = "$("$PARBENCH" list models | sed '1p;/^  serial/,/^  gil/!d' |
        sed '$d')" ]
    parbench list imap
    [ "$status" -eq 0 ]
    [ "$(sed '/^peers/,$d' <<<"$output" | grep -c '^  [a-z]')" -eq 1 ]
    says '^  pool '
    parbench list imap_unordered
    says '^  pool '
    parbench list SYS.setswitchinterval
    says '^  gil '
    parbench list prime # not primes
    never_says '^  primes '
    parbench list models sieve
    [ "$status" -eq 2 ]
    parbench list sieve
    says '^kernels$'
    says '^  primes '
    extended list random.choice
    says '^  mock '
    [ "$(extended list gil && without_forecast <<<"$output")" = \
        "$("$PARBENCH" list gil | without_forecast)" ]
}

@test "a word that finds nothing is told of what, and each name once" {
    local names
    refuses 'no kernel, model or experiment "speedup": take one of ' list speedup
    names=${stderr##* take one of }
    [ "$(tr -d ' ' <<<"$names" | tr , '\n' | sort | uniq -d)" = "" ]
    [[ $names == *gil*strong* ]]
    refuses 'no kernel, model or experiment "kernls": did you mean "kernels"\?' list kernls
    refuses 'no kernel or experiment "pool": take one of copy.*, strong' \
        list experiments pool kernels
    [[ $stderr != *', serial'* ]]
    refuses 'no kernel "pool": take one of copy, .*primes, .*squares' list kernels pool --json
    refuses 'no kernel, model or experiment ":"' list :
    refuses 'one word is looked up; "threads" is too much' list gil threads
}

@test "lists fit a terminal" {
    run awk 'length > 80' "$expected"/list*.txt
    [ -z "$output" ]
    extended list models
    run awk 'length > 80' <<<"$output"
    [ -z "$output" ]
}

@test "a helper is launched beside the workers, and counted nowhere" {
    extended list foreman
    [[ $output != *'not built'* ]] || skip "built without MPI"
    extended measure squares foreman --ranks 2 --size 1000 --samples 2 --oversubscribe \
        --alone --json
    [ "$status" -eq 0 ]
    says '"workers": 2,'
    says '"ranks": 2,'
    says '"verified": true'
    says '"foreman::asked": [1-9]'
    [ "$(grep -c '"busy_s"' <<<"$output")" -eq 2 ]
    extended affinity foreman --workers 1
    [ "$(grep -c '^foreman ' <<<"$output")" -eq 1 ]
}

@test "settings that exclude each other are refused before anything starts" {
    extended measure pi mock:share=0.5:break=start
    complained 2 'mock: break=start does not go with share: what never starts has no share'
    extended measure pi mock:break=nan:share=0.0
    complained 2 'mock: break=nan does not go with share=0: nothing is a number'
    extended measure pi mock:share=1.5
    complained 2 'share of mock must be a number from 0 to 1, not "1.5"'
    extended measure pi mock:share=0.50 --size 1e5 --samples 1 --workers 1 --alone
    says '^FOM kernel=pi model=mock:share=0.5 '
}

# A setting, "option" or "option=value", as a user writes it: an option alone gets another value.
set_so() # JSON-OF-MODEL SETTING
{
    [[ $2 != *=* ]] || { echo "$2" && return; }
    jq -r --arg name "$2" '.options[] | select(.name == $name) | . as $option
        | {count: "3", duration: "1ms", fraction: "0.5"}[.kind] //
          (.values | map(.word) | map(select(. != $option.initial))[0]) | $name + "=" + .' <<<"$1"
}

@test "each refusal that is listed is one, in its own words, and the same in other order" {
    local model name row first second reason count=0
    while read -r model; do
        name=$(jq -r .name <<<"$model")
        while IFS=$'\t' read -r first second reason; do
            echo "$name: not $first with $second"
            row="$first does not go with $second: $reason"
            first=$(set_so "$model" "$first") second=$(set_so "$model" "$second")
            extended measure pi "$name:$first:$second" --size 1000
            [[ $status -eq 2 && $stderr == *"$name: $row" ]] || { show && return 1; }
            extended measure pi "$name:$second:$first" --size 1000
            [[ $status -eq 2 && $stderr == *"$name: $row" ]] || { show && return 1; }
            ((count += 1))
        done < <(jq -r '.refusals[] | [.setting, .other, .reason] | @tsv' <<<"$model")
    done < <("$EXTENDED" list models --json | jq -c '.models[] | select(.refusals)')
    [ "$count" -ge 2 ]
}

@test "help" {
    "$PARBENCH" --help | expected help.txt
    [ "$("$PARBENCH" help)" = "$("$PARBENCH" --help)" ]
    [ "$("$PARBENCH" -h)" = "$("$PARBENCH" --help)" ]
    local command
    for command in $("$PARBENCH" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
        "$PARBENCH" "$command" --help | expected "help_$command.txt"
        [ "$("$PARBENCH" "$command" -h)" = "$("$PARBENCH" "$command" --help)" ]
        [ "$("$PARBENCH" help "$command")" = "$("$PARBENCH" "$command" --help)" ]
    done
    [ -f "$expected/help_measure.txt" ]
}

@test "the example of each command is right as it stands" {
    local command words
    for command in $("$PARBENCH" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
        words=$("$PARBENCH" help "$command" | sed -n '$s/^  parbench //p')
        [[ $words == "$command"* ]]
        # shellcheck disable=SC2086 # words; those before --help are looked at
        "$PARBENCH" $words --help | diff - "$expected/help_$command.txt"
    done
    # shellcheck disable=SC2046 # words
    "$PARBENCH" $("$PARBENCH" help measure | sed -n '$s/^  parbench //p') --size 1e4 --oversubscribe
}

@test "help fits a terminal" {
    run awk 'length > 80' "$expected"/help*.txt
    [ -z "$output" ]
}

@test "nothing at all is told how to be used" {
    parbench
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    local names="*  parbench doctor *  parbench measure *  parbench run *"
    # shellcheck disable=SC2053 # a pattern
    [[ $stderr == *'Try:'$names'parbench help '* ]]
    fits "$stderr"
}

@test "version" {
    "$PARBENCH" --version | sed 's/[0-9][0-9.]*$/VERSION/' | expected version.txt
}

@test "doctor tells what is there and what is missing" {
    parbench doctor
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    says '^ok +cores +[0-9]+ allowed'
    says '^ok +clock +resolution [0-9]+ ns'
    says '^ok +serial '
    says '^ok +gnuplot +gnuplot'
    says '^(ok +simulate +SimGrid|-- +simulate +(smpirun|this was built without SimGrid))'
    # What spoils measurements is advice, whatever there is of it here.
    [ ! -r /proc/sys/kernel/perf_event_paranoid ] || [[ $(tr -s '\n ' ' ' <<<"$output") == \
        *"; perf_event_paranoid is $(cat /proc/sys/kernel/perf_event_paranoid) "* ]]
    ! grep -q '^flags.* hypervisor' /proc/cpuinfo || says '^note +virtual machine +this is one'
    never_says '^(ok|--) +(governor|turbo|virtual machine|SMT|huge pages|unknown)'
    [ "$(grep -c '^-- ' <<<"$output")" -ne 1 ] || ! grep -q '^-- *counters' <<<"$output" ||
        [ "${lines[-1]}" = "Everything that a run needs is there; it only lacks counters." ]
    run ! grep -E '.{81}' <<<"$output" # it fits a terminal

    mkdir "$BATS_TEST_TMPDIR/bin"
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$PARBENCH" doctor
    [ "$status" -eq 0 ]
    ! built mpi || says "^-- +$(rank_starter) +is not in PATH: install "
    says '^-- +gnuplot +is not in PATH: .*scripts/setup'
    says '^-- +simulate +(smpirun is not in PATH: install|this was built without) SimGrid'
    ! built mpi || says "^-- +mpi +$(rank_starter) is not in PATH"
    says 'marked -- is missing'
}

@test "doctor as JSON has what is told, row by row" {
    parbench doctor --json
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    says '^  "complete": (true|false),$'
    says '^      "what": "limits",$'
    says '^      "detail": "[0-9]+ allowed: '
    says '^      "status": "(ok|missing)",$'
    never_says '^ok '
}

@test "doctor tries whether two ranks start" {
    built mpi || skip "mpi is not built"
    parbench doctor --launch
    [ "$status" -eq 0 ]
    says '^ok +launch of mpi +2 ranks started, computed and ended in [0-9]'
    local starter
    starter=$(rank_starter)
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\nexit 7\n' >"$BATS_TEST_TMPDIR/bin/$starter"
    chmod +x "$BATS_TEST_TMPDIR/bin/$starter"
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin:$PATH" "$PARBENCH" doctor --launch
    [ "$status" -eq 1 ]
    says "^-- +$starter +ended with exit status 7: see what $starter"
    says "^-- +mpi +$starter ended with exit status 7: see what"
}

@test "lists as JSON, all or what a word finds" {
    local name
    parbench list --json
    [ "$status" -eq 0 ]
    for name in kernels models experiments; do says "^  \"$name\": \\["; done
    says '^      "name": "pi",$'
    says '^      "question": "how much faster'
    parbench list imap --json
    says '^      "name": "pool",$'
    [ "$(grep '^      "name": ' <<<"$output" | grep -cv '"python-')" -eq 1 ]
    parbench list kernels pi --json
    says '^      "default_size": 250000000,$'
    never_says '"models"'
    # Of keys nothing is found.
    parbench list max_map_size --json
    complained 2 'no kernel, model or experiment "max_map_size"'
}

@test "affinity tells the cores that may be used" {
    parbench affinity serial
    [ "$status" -eq 0 ]
    says '^processors +[0-9]'
    says '^allowed workers +[1-9]'

    first=$(sed -n 's/^processors *\([0-9]*\).*/\1/p' <<<"$output")
    run --separate-stderr taskset -c "$first" "$PARBENCH" affinity serial
    says "^processors +$first\$"
    says '^cores +1$'
    says '^allowed workers +1$'
}
