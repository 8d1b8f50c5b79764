#!/usr/bin/env bats
#
# The model `futures`: what it counts, what it refuses, and what becomes of a task that fails.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load processes

# Whose workers there are.
kinds=(threads gil processes)

# The sums of what was counted in the samples of the last command.
counted() # NAME
{
    local all
    all=$(sed -nE "s|^ +\"futures::$1\": ([0-9]+)\\.0,?\$|\\1|p" <<<"$output" | paste -sd+)
    echo $((all))
}

# How often the last command executed in its samples.
executed()
{
    echo $((samples * $(sed -n 's/^  "executions": \([0-9]*\),$/\1/p' <<<"$output")))
}

# Measures 1009 items in 113 tasks.
measured() # SPEC
{
    samples=2
    parbench measure primes "$1" --workers 3 --size 1009 --samples $samples --oversubscribe \
        --alone --json
    [ "$status" -eq 0 ] || { show && return 1; }
    says '"verified": true'
}

@test "what was submitted was completed, and nothing cancelled" {
    local kind way
    for kind in "${kinds[@]}"; do
        for way in '' :order=map :order=completed :wait=all :wait=first :wait=exception \
            :order=map:wait=all :order=completed:wait=all :order=completed:wait=first \
            :order=completed:wait=exception; do
            measured "futures:workers=$kind$way:chunk=9"
            [ "$(counted submitted)" -eq $((113 * $(executed))) ]
            [ "$(counted completed)" -eq "$(counted submitted)" ]
            [ "$(counted cancelled)" -eq 0 ]
            case $way in
                '' | :order=map) [ "$(counted waits)" -eq "$(counted submitted)" ] ;;
                *=all | *=exception) [ "$(counted waits)" -eq "$(executed)" ] ;;
                *) [ "$(counted waits)" -ge "$(executed)" ]
                    [ "$(counted waits)" -le "$(counted submitted)" ] ;;
            esac || { echo "for $kind$way" && show && return 1; }
        done
    done
}

@test "chunks are those of Pool.map unless they are chosen" {
    measured futures # 1009 items for 3 workers: chunks of 85
    [ "$(counted submitted)" -eq $((12 * $(executed))) ]
    measured futures:chunk=1
    [ "$(counted submitted)" -eq $((1009 * $(executed))) ]
}

@test "map has an order, and wait has none" {
    local wait
    for wait in first exception; do
        refuses "order=map does not go with wait=$wait: map yields in order, wait as they end" \
            measure pi "futures:order=map:wait=$wait"
    done
}

@test "a task that fails is named, whoever waits for it" {
    local kind way
    for kind in "${kinds[@]}"; do
        for way in '' :order=completed :wait=all :wait=first :wait=exception; do
            parbench measure primes "futures:workers=$kind$way:chunk=10" --workers 2 --size 1000 \
                --samples 2 --oversubscribe --fail-task 777 --cell-timeout 30s
            ended_with 1 FAIL
            grep -Eq "^parbench: primes under futures.*:chunk=10 failed: item 777 failed, as \
--fail-task told it, with its piece: items 770 to 779$" <<<"$stderr" ||
                { show && return 1; }
        done
    done
}

# Measures by processes in the background, until the cell has its workers. Their ids are in $crew.
begin_processes() # ARGUMENT…
{
    start "$PARBENCH" measure "$@" --workers 2 --samples 100000 --cell-timeout 100s \
        --oversubscribe --alone
    await has_crew
}

has_crew()
{
    local process all
    all=$(called parbench-cell-futures)
    crew=()
    for process in $all; do # the cell forked them, which is one as well
        ! grep -qx "$(awk '{ print $4 }' "/proc/$process/stat" 2>/dev/null)" <<<"$all" ||
            crew+=("$process")
    done
    ((${#crew[@]} == 2))
}

@test "a worker that is killed is named, and the cell ends" {
    local signal name
    for signal in KILL SEGV; do
        # Large results, so that it dies in the middle of one as well as in a task.
        begin_processes squares futures:workers=processes --size 4e6
        kill -"$signal" "${crew[1]}"
        name=Killed
        [[ $signal == KILL ]] || name='Segmentation fault'
        fails_with "^parbench: squares under futures:workers=processes failed: worker [01] \
\\(process ${crew[1]}\\) was killed by signal [0-9]+ \\($name\\) \
(at task [0-9]+|while it waited for a task): all that was not done has failed$"
    done
}

is_stopped() # PROCESS
{
    grep -q '^State:[[:space:]]*T' "/proc/$1/status"
}

@test "a worker that is stopped goes on later" {
    start "$PARBENCH" measure primes futures:workers=processes:chunk=100 --size 1e6 --workers 2 \
        --samples 20 --cell-timeout 100s --oversubscribe --alone
    await has_crew
    kill -STOP "${crew[0]}"
    await is_stopped "${crew[0]}"
    kill -CONT "${crew[0]}"
    ended
    [ "$status" -eq 0 ]
    [ "$(tail -1 out)" = 'VALIDATION: PASS' ]
}

@test "no worker outlives a cell that is killed" {
    local cell
    begin_processes primes futures:workers=processes --size 1e6
    cell=$(awk '{ print $4 }' "/proc/${crew[0]}/stat")
    kill -KILL "$cell"
    ended
    [ "$status" -eq 1 ]
    await none_left
}
