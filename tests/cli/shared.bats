#!/usr/bin/env bats
#
# The model `shared`: with its lock no update is lost; without, what is lost is counted, and is no
# failure. Whether any is lost is a matter of chance: what depends on it is tested both ways.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load processes

# Measures a kernel under shared with these options; `output` is what it prints as JSON.
shared() # KERNEL OPTIONS WORKERS SIZE [ARGUMENT…]
{
    parbench measure "$1" "shared:$2" --workers "$3" --size "$4" --samples 3 --oversubscribe \
        --alone --json "${@:5}"
}

@test "with a lock each chunk is an update, and none is lost" {
    local workers
    for workers in threads processes; do
        shared primes "workers=$workers:chunk=7" 3 10007
        [ "$status" -eq 0 ]
        jq -e '.verified and .lost == null and .threads == 1 and (.executions as $n | .counts |
            all(."shared::updates" == 1430 * $n and ."shared::lost" == 0))' <<<"$output"
        shared squares "workers=$workers" 3 10007
        jq -e '.verified and (.executions as $n | .counts | all(."shared::updates" == 12 * $n))' \
            <<<"$output"
    done
}

@test "without a lock a result is right if and only if no update was lost" {
    local workers count
    for workers in threads processes; do
        for count in 1 4; do
            shared pi "guard=none:workers=$workers:chunk=1" "$count" 20000
            [ "$status" -eq 0 ]
            jq -e '(.counts | map(."shared::lost") | add) as $lost | .verified == ($lost == 0) and
                .lost == $lost and .updates == .samples * .executions * 20000' <<<"$output"
            [ "$count" -gt 1 ] || jq -e .verified <<<"$output"
        done
    done
}

@test "a result of which updates were lost is said to be wrong" {
    parbench measure pi shared:guard=none:chunk=1 --workers 4 --size 20000 --samples 1 \
        --oversubscribe --alone
    [ "$status" -eq 0 ]
    if [[ $output == *'VALIDATION: PASS (updates were lost'* ]]; then
        says ' Result, which is wrong: [0-9]'
    else
        says ' Result: [0-9]'
    fi
}

@test "partials that do not commute are refused with the reason" {
    local guard
    for guard in lock none; do
        extended measure ordered "shared:guard=$guard" --alone
        complained 2 'shared does not go with ordered: its partials arrive in any order, and these '
        extended measure pi "shared:guard=$guard" --tasks 10,20 --alone
        complained 2 'shared does not go with pi: its partials arrive in any order, and these do '
    done
}

# A run of pi under serial and shared without its lock, in which updates were lost, or an update was
# not: by what its samples' file then says.
make_run() # FOLDER LOST
{
    "$PARBENCH" run strong --kernels pi --models shared:guard=none --workers 1 --size 1000 \
        --profile smoke --no-figures --seed 5 --out "$1" >/dev/null 2>&1
    jq -c --argjson lost "$2" 'if .verified and (.cell | test("shared:guard=none"))
        then .verified = false | .counts["shared::lost"] = $lost else . end' \
        "$1/samples.jsonl" >edited
    mv edited "$1/samples.jsonl"
}

# The sum of a column of shared's lines.
lost_of() # FOLDER FILE
{
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        /shared:guard=none/ { sum += $at["lost"] } END { print sum + 0 }' "$1/$2"
}

@test "a cell that loses updates is said to, drawn apart, and is no failure" {
    make_run lossy 3
    parbench report lossy
    [ "$status" -eq 0 ]
    says ' 1  lost [0-9]+ of [0-9]+ updates, as expected$'
    says '^In [12] cells? updates were lost: two workers read the same result, '
    says '^FOM .*model=shared:guard=none .* updates=[0-9]+ lost=[0-9]+$'
    says '^VALIDATION: PASS \(updates were lost, as expected: pi shared:guard=none workers=1'
    [ "$(lost_of lossy summary.csv)" -gt 0 ]
    parbench export lossy --format csv
    echo "$output" >lossy/samples.csv
    [ "$(lost_of lossy samples.csv)" -gt 0 ]
    parbench report lossy
    never_says '^FOM .*model=shared:guard=none .* (median_s|speedup)='
    never_says '^- .*shared:guard=none.* (fast|slow|times)'
    grep -q 'What lost updates, as it is there to show' lossy/report.html
    grep -q '^but for [12] cells\?: updates were lost' lossy/report.html
    grep -q '^"\?shared:guard=none' lossy/figures/strong-pi-time.tsv
    # It has no speedup, so that there is no figure of speedups with it.
    run grep -q 'shared:guard=none' lossy/figures/strong-pi-speedup.tsv
    [ "$status" -ne 0 ]
    grep -q '(updates lost)' lossy/figures/strong-pi-time.svg
}

@test "a cell whose result is wrong although no update was lost has failed" {
    make_run wrong 0
    parbench report wrong --no-figures
    [ "$status" -eq 1 ]
    says 'FAILED: a result is wrong'
    says '^VALIDATION: FAIL$'
}

@test "what lost updates is compared with nothing" {
    make_run lossy 3
    cp -r lossy other
    parbench compare lossy other
    [ "$status" -eq 0 ]
    says '^    new: lost [0-9]+ of [0-9]+ updates, as expected$'
    make_run whole 0
    sed -i 's/"verified":false/"verified":true/' whole/samples.jsonl
    for runs in 'whole lossy' 'lossy whole'; do
        # shellcheck disable=SC2086 # two words
        parbench compare $runs --fail-on slower
        [ "$status" -eq 0 ]
        [[ $stderr != *'that verified in the base'* ]]
    done
    make_run wrong 0
    parbench compare whole wrong --fail-on slower
    [ "$status" -eq 1 ]
    [[ $stderr == *'1 cell that verified in the base failed, did not verify'* ]]
}

# Starts a cell that takes long, and waits until it has a worker.
begin() # GUARD CHUNK SIZE
{
    start "$PARBENCH" measure primes "shared:workers=processes:guard=$1:chunk=$2" --workers 2 \
        --oversubscribe --size "$3" --samples 100000 --alone --cell-timeout 300s
    await have_forked 1 shared || { cat err && return 1; }
}

@test "a worker process that is killed fails the cell, which names it" {
    local guard signal victim
    for guard in lock none; do
        for signal in 9:Killed '11:Segmentation fault'; do
            # Updates all the time: it may be killed with the lock.
            begin "$guard" 1 20000
            victim=$(forked_by shared | head -1)
            kill -"${signal%%:*}" "$victim"
            fails_with "worker [01] \(process $victim\) was killed by signal ${signal%%:*} "
        done
    done
}

is_stopped() # PROCESS
{
    grep -q '^State:[[:space:]]*T' "/proc/$1/status"
}

@test "a worker process that is stopped is waited for" {
    local victim
    start "$PARBENCH" measure primes shared:workers=processes --workers 2 --oversubscribe \
        --size 4e6 --samples 2 --alone
    await have_forked 1 shared || { cat err && return 1; }
    victim=$(forked_by shared | head -1)
    kill -STOP "$victim"
    await is_stopped "$victim"
    kill -0 "$front"
    kill -CONT "$victim"
    ended
    [ "$status" -eq 0 ]
    [ "$(tail -1 out)" = 'VALIDATION: PASS' ]
    await none_left
}

@test "no worker process outlives the one that forked it" {
    begin lock auto 1e7
    kill -KILL "$(cell_of shared)"
    ended
    [ "$status" -eq 1 ]
    await none_left
}

@test "a piece that fails fails the cell, which names the item" {
    local workers
    for workers in threads processes; do
        shared primes "workers=$workers" 2 1000 --fail-task 777
        [ "$status" -eq 1 ]
        [[ $stderr == *'item 777 failed, as --fail-task told it, with its piece: items '* ]]
    done
}
