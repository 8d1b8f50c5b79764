#!/usr/bin/env bats
#
# The labs' own commands, as they stand in the texts, at smoke size; and that the guide finds in what
# they measure each value that a question is about. What the guide does, lab.bats tells; that each
# question has one right answer, the unit test `lab`.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# The lines of the fences `sh` of a lab.
commands() # LAB
{
    awk '/^```/ { on = !on && $0 == "```sh"; next } on' "$BATS_TEST_DIRNAME"/../../labs/"$1"-*.md
}

# A line that begins with build/parbench, as somebody in the top of the tree would type it; runs
# are as short as may be, of one round: a schedule has all of its chunks, and a line all of its sizes.
types() # LINE
{
    local line=${1#build/parbench}
    case $line in
        *--profile*) ;;
        ' run schedule '* | ' run comm '* | ' run messages '*) line+=' --rounds 1' ;;
        ' run '*) line+=' --profile smoke --rounds 1' ;;
    esac
    echo "parbench$line"
    bash -c "\"\$0\" $line" "$PARBENCH" </dev/null >said 2>&1 || { cat said && return 1; }
}

# An answer to each question, right or not.
answered() # LAB
{
    sed -n 's/^<!-- predict \([^:]*\):.*/\1: 1/p; s/^<!-- check \(.*\)/\1: a/p' \
        "$BATS_TEST_DIRNAME"/../../labs/"$1"-*.md
}

# What may be unknown after a run at smoke size on a machine with few cores, beside others' tests.
may_be='is open: |^$|rounds?, and an interval takes|too noisy|there is one core|no law was fitted|does not determine it'

goes_through() # LAB
{
    local top=$BATS_TEST_DIRNAME/../.. line
    without_openmp && skip "its models use OpenMP"
    mkdir results
    ln -s "$(realpath "$top")"/results/experiments results/experiments
    ln -s "$(realpath "$top")"/{kernels,models,labs} .
    while read -r line; do
        [[ $line != build/parbench* ]] || types "$line"
    done < <(commands "$1")
    answered "$1" >answers
    parbench lab "$1" --answers answers --json --profile smoke
    [ "$status" -eq 0 ] || { show && return 1; }
    jq -e --argjson questions "$(grep -c . answers)" '(.answers | length) == $questions and
        .finished' <<<"$output"
    jq -r '.answers | to_entries[] | "\(.key): \(.value.why // "")"' <<<"$output" >whys
    run ! grep -vE "^[a-z0-9-]+: .*($may_be)|: $" whys
}

@test "lab 1: each command runs, and each value is found" { goes_through 1; }
@test "lab 2: each command runs, and each value is found" { goes_through 2; }
@test "lab 3: each command runs, and each value is found" { goes_through 3; }
@test "lab 4: each command runs, and each value is found" { goes_through 4; }
@test "lab 5: each command runs, and each value is found" { goes_through 5; }
@test "lab 6: each command runs, and each value is found" { goes_through 6; }
@test "lab 7: each command runs, and each value is found" { goes_through 7; }
@test "lab 8: each command runs, and each value is found" { goes_through 8; }

@test "on one core a lab goes to its end, and leaves open what takes several" {
    without_openmp && skip "its models use OpenMP"
    answered 1 >answers
    run --separate-stderr taskset -c "$(taskset -cp $$ | sed 's/.*[-:, ]//')" "$PARBENCH" lab 1 \
        --answers answers --profile smoke
    [ "$status" -eq 0 ] || { show && return 1; }
    says '^INCONCLUSIVE: gil is not known: there is one core, so that no two workers were'
    never_says '^WRONG'
    jq -e '.finished and .machine.allowed == 1 and
        .answers.threads.why == "there is one core, so that no two workers were measured"' \
        results/lab1/record.json
}
