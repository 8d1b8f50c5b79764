#!/usr/bin/env bats
#
# A class's records on one page: parbench lab report.
#
# shellcheck disable=SC2030,SC2031,SC2154 # variables of helper.bash, and of each test its own

load helper
load browser

# The record of a student, who has reached a step of lab 1, with answers as JSON.
record() # FOLDER STUDENT STEP FINISHED [ANSWER…]
{
    local steps answers
    steps=$(grep -c '^## ' "$BATS_TEST_DIRNAME/../../labs/1-first-speedup.md")
    answers=$(IFS=, && echo "${*:5}")
    mkdir -p "$1"
    jq -n --arg student "$2" --argjson step "$3" --argjson finished "$4" --argjson steps "$steps" \
        --argjson answers "{$answers}" '{schema: 1, lab: 1, name: "1-first-speedup",
            student: (if $student == "" then null else $student end), version: "1.0",
            machine: {cpu: "made up", cores: 4, allowed: 4}, step: $step, steps: $steps,
            finished: $finished, answers: $answers}' >"$1/record.json"
}

predicted() # QUESTION NUMBER MEDIAN LOW HIGH
{
    echo "\"$1\": {\"answer\": \"$2\", \"unit\": null, \"median\": $3, \"low\": $4, \"high\": $5,
        \"why\": null, \"verdict\": \"compared\"}"
}

chose() # QUESTION LETTER RIGHT VERDICT
{
    echo "\"$1\": {\"answer\": \"$2\", \"right\": \"$3\", \"why\": null, \"verdict\": \"$4\"}"
}

left_open() # QUESTION LETTER WHY
{
    echo "\"$1\": {\"answer\": \"$2\", \"right\": null, \"why\": \"$3\",
        \"verdict\": \"inconclusive\"}"
}

# Five students: right, wrong, inconclusive, stuck at two steps; two of one name, one without.
make_class()
{
    local why='whether gil < 1.1 is open: 1.05 to 1.15 against 1.1'
    record ada Ada 7 true "$(predicted threads 4 3.9 3.8 4.1)" "$(chose lock a a right)"
    record ben Ben 4 false "$(predicted threads 100 3.9 3.8 4)" "$(chose lock b a wrong)"
    record more/ada Ada 4 false "$(predicted threads 1 2 1.9 2.1)" "$(left_open lock u "$why")"
    record eve '<script>alert("x")</script>' 3 false '"threads": {"answer": "2"}'
    record without-name '' 4 false "$(chose lock c a wrong)"
}

@test "a class on a page, and in a few lines" {
    make_class
    parbench lab report ada ben more/ada eve without-name/
    [ "$status" -eq 0 ]
    fits "$output"
    says '^Lab 1: First speed-up: 5 students, 1 finished; [0-9]+ questions$'
    says '^  Most wrong answers: lock, 2 of 4$'
    says '^  Not finished: 3 at step 4 of 7, '
    says '^The page: lab-report.html$'
    for text in 'Ada (1)' 'Ada (2)' without-name '&lt;script&gt;alert(&quot;x&quot;)' \
        '5 students, of whom 1 has finished' 'whether gil &lt; 1.1 is open' \
        'Of 4 predictions, 1 is within the interval, 1 is too high, 1 is too low' \
        'a) They gain nothing, or nearly so: less than a tenth.'; do
        grep -qF "$text" lab-report.html || { echo "not on the page: $text" && return 1; }
    done
    run ! grep -E '<script>alert|more/ada|made up' lab-report.html
}

@test "the same for other programs" {
    make_class
    parbench lab report ada ben more/ada eve without-name --json --out page.html
    [ "$status" -eq 0 ]
    is_json <<<"$output"
    [ -s page.html ]
    [ "$(jq -c '.page, (.labs | length), [.labs[0].students[].name]' <<<"$output" | paste -sd' ')" = \
        '"page.html" 1 ["Ada (1)","Ben","Ada (2)","<script>alert(\"x\")</script>","without-name"]' ]
    [ "$(jq -c '.labs[0].steps | map([.reached, .here])' <<<"$output")" = \
        '[[5,0],[5,0],[5,0],[5,1],[4,3],[1,0],[1,0],[1,0]]' ]
    [ "$(jq -c '.labs[0].questions[] | select(.name == "threads") |
        [.within_the_interval, .too_high, .too_low, .not_measured_yet, .predicted.median,
         .measured.least]' <<<"$output")" = '[1,1,1,1,3,2]' ]
    [ "$(jq -c '.labs[0].questions[] | select(.name == "lock") | .choices |
        map([.letter, .taken, .right, .wrong, .inconclusive, .holds])' <<<"$output")" = \
        '[["a",1,1,0,0,3],["b",1,0,1,0,0],["c",1,0,1,0,0],["u",1,0,0,1,0]]' ]
    [ "$(jq -c '.labs[0].questions[] | select(.name == "lock") | .reasons' <<<"$output")" = \
        '[{"why":"whether gil < 1.1 is open","count":1}]' ]
}

# What went wrong with those that are named is said, each in one line, and the others are counted.
goes_on() # REGULAR-EXPRESSION DIR…
{
    parbench lab report "${@:2}" ada
    [ "$status" -eq 1 ] || { show && return 1; }
    [ "$(grep -cE "$1" <<<"$stderr")" -eq 1 ] || { show && return 1; }
    [ "$(grep -vcE 'figures are left out' <<<"$stderr")" -eq 1 ] || { show && return 1; }
    says "^Lab 1: First speed-up: $# students?, |^Lab 1: First speed-up: 1 student, "
    rm lab-report.html
}

@test "records that cannot be used are told, and the others go on" {
    make_class
    mkdir empty damaged foreign
    echo '{"schema": 1' >damaged/record.json
    jq '.lab = 99 | .name = "99-unknown"' ada/record.json >foreign/record.json
    cp -r ben changed
    jq '.answers.gone = {answer: "a"} | .answers.lock.answer = "x"' ben/record.json \
        >changed/record.json
    goes_on '^parbench: cannot read nothing/record.json: No such file' nothing
    goes_on '^parbench: cannot read empty/record.json: No such file' empty
    goes_on '^parbench: cannot read damaged/record.json: ' damaged
    goes_on '^parbench: foreign is the record of lab 99, 99-unknown, which .* does not have' foreign
    goes_on '^parbench: changed: answers are left out .* lab 1 .*: lock, gone$' changed
    parbench lab report damaged foreign
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ ! -e lab-report.html ]
}

@test "one folder counts once, however it is called" {
    make_class
    parbench lab report ada ./ada/
    [ "$status" -eq 0 ]
    says ': 1 student, 1 finished'
    [[ $stderr == *'./ada/ was named before, and is counted once'* ]]
}

@test "what lab report does not take" {
    refuses 'needs the folders of a class' lab report
    refuses '^parbench: --name is for going through a lab' lab report ada --name Ada
    refuses '^parbench: --step is for going through a lab' lab report ada --step 2
    refuses 'one lab is gone through at a time, not also "2"' lab 1 2
}

@test "a page that cannot be written is told" {
    make_class
    parbench lab report ada --out nowhere/page.html
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [[ $stderr == *'cannot write nowhere/page.html: No such file or directory'* ]]
    mkdir page.html
    parbench lab report ada --out page.html
    [ "$status" -eq 1 ]
    [[ $stderr == *'cannot write page.html: '* ]]
}

@test "without gnuplot there are tables, and the page says so" {
    make_class
    mkdir bin
    run --separate-stderr env PATH="$PWD/bin" "$PARBENCH" lab report ada ben
    [ "$status" -eq 0 ]
    [[ $stderr == 'parbench: figures are left out: gnuplot is not in PATH'* ]]
    grep -q 'There are tables only' lab-report.html
    grep -q '<details id="lab-1-threads-each-student-s" open>' lab-report.html
    run ! grep '<img' lab-report.html
}

# Nothing is wrong with the page in any width, and it has so many figures.
is_well() # DARK FIGURES
{
    local line
    [ -z "$complaints" ] || { echo "$complaints" && return 1; }
    for line in "${found[@]}"; do
        echo "$line" # for the reader of a failure
        [ "$(of beyond "$line")" -eq 0 ]
        [ "$(of dark "$line")" = "$1" ]
        is_at_least 4.5 "$(of contrast "$line")"
        [ "$(of requests "$line")" -eq 0 ]
        [ "$(of scripts "$line")" -eq 1 ]
        [ "$(of lost "$line")" = '["on-lab-1"]' ] # the only one, which no contents need
        [ "$(of shut "$line")" = '["open at first"]' ]
        [ "$(of unsorted "$line")" = '[]' ]
        [ "$(of count "$line")" -eq "$2" ]
        [ "$(of wrong "$line")" = '[]' ]
    done
}

can_look()
{
    browser >/dev/null || skip 'no Chromium: scripts/setup test gets it'
    type -P gnuplot >/dev/null || skip 'no gnuplot'
}

@test "the page in a browser, light and dark, wide and narrow" {
    can_look
    make_class
    record long "$(printf 'Wolfeschlegelsteinhausenbergerdorff%.0s' {1..4})" 5 false \
        "$(predicted threads 0 2 1.9 2.1)" "$(predicted gil 1e9 1 0.9 1.1)"
    # shellcheck disable=SC2016 # nothing is to expand this
    record odd '`$(touch x)`"'\''\ & %s 李小龙' 5 false "$(predicted threads 3 2 1.9 2.1)"
    parbench lab report ada ben more/ada eve without-name long odd
    [ "$status" -eq 0 ]
    look_at lab-report.html
    is_well false 2
    look_at lab-report.html --blink-settings=preferredColorScheme=0
    is_well true 2
    [ ! -e x ]
}

@test "the page in a browser, of 300 students" {
    can_look
    local student
    record 1 'Student 1' 4 false "$(predicted threads 1 2 1.9 2.1)" \
        "$(predicted gil 100 1 0.9 1.1)" "$(chose lock b a wrong)"
    for student in {2..300}; do
        mkdir "$student"
        sed "s/Student 1/Student $student/; s/\"answer\": \"1\"/\"answer\": \"$((student % 7))\"/" \
            1/record.json >"$student/record.json"
    done
    parbench lab report {1..300}
    [ "$status" -eq 0 ]
    says ': 300 students, 0 finished'
    [ "$(stat -c %s lab-report.html)" -lt 1000000 ]
    look_at lab-report.html
    is_well false 2
}
