#!/usr/bin/env bats
#
# Going through a lab: what is asked, compared, kept, and what becomes of it when nothing goes as
# planned. The runs are made up, so that their answers are known; labs.bats measures.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load made_up_runs
load processes

# The record of lab 1 with its runs, as measured with a spread; what threads take for pi may differ.
make_record() # FOLDER ROUNDS SPREAD [THREADS-SECONDS]
{
    make_cells_run "$1/models" "$2" "$3" <<END
serial 1 0.1 0.0001 1
gil 2 0.1 0.0002 0.5 0.5
threads 2 ${4:-0.051} 0.0002 0.98 0.97
pool 2 0.052 0.001 0.97 0.96
mpi 2 0.053 0.3 0.96 0.95
END
    make_cells_run "$1/primes" "$2" "$3" primes <<'END'
serial 1 0.1 0.0001 1
threads 2 0.065 0.0002 0.99 0.54
pool 2 0.066 0.001 0.98 0.53
END
}

# The questions of lab 1, with answers that those runs make right.
right_answers()
{
    cat <<'END'
# what I think
threads: 2
gil: 2
pool: 1.9
lock: a
efficiency: a
processes: b
start: 300

worth: b
primes: 1.99
loss: a
less: a
END
}

# What the guide says where it needs no measuring: from the questions on.
lab() # OPTION…
{
    parbench lab 1 --out mine "$@"
}

verdict() # QUESTION
{
    jq -r ".answers[\"$1\"].verdict" mine/record.json
}

@test "lab lists the labs, and how far each has been taken" {
    parbench lab
    [ "$status" -eq 0 ]
    says '^1  First speed-up$'
    [ "$(grep -c '^[1-9]  [A-Z]' <<<"$output")" -eq 9 ]
    fits "$output"
    run --separate-stderr "$PARBENCH" lab 1 --step 6 </dev/null
    [ "$status" -eq 0 ]
    parbench lab
    says '^1  First speed-up \(finished\)$'
}

@test "a lab goes from predictions over measurements to conclusions" {
    make_record mine 9 0.01
    "$PARBENCH" report mine/models >out
    right_answers >answers
    lab --answers answers --name Ada
    [ "$status" -eq 0 ]
    says '^\[3 of 7\] One worker and many$'
    says '^It was measured before, in mine/models\.$'
    says '^  threads: you predicted 2; measured 1\.9[0-9] \[1\.9[0-9], 1\.9[0-9]\]: within a tenth$'
    says '^  gil: you predicted 2; measured 1\.00 .*: 2 times too high$'
    says '^  start: you predicted 300; measured 300: within the interval$'
    says '^ +\*\*A\*\*gil ' # the key of the figure in letters
    says '^The picture: mine/models/figures/strong-pi-speedup\.svg$'
    [ "$(grep -c '^RIGHT: so your own measurements have it\.$' <<<"$output")" -eq 6 ]
    never_says 'WRONG|INCONCLUSIVE'
    says '^11 questions: 6 right, 0 wrong, 0 inconclusive, 5 predictions compared, 0 left$'
    fits "$(grep -v '^    build/parbench\|^Each field\|^FOM' <<<"$output")"
    jq -e '.student == "Ada" and .finished and .step == 7 and .lab == 1 and
        ([.answers[].verdict] | unique == ["compared", "right"]) and
        .answers.threads.low < .answers.threads.high' mine/record.json
    # of the student there is the name, and nothing else
    [ "$(jq -c 'keys' mine/record.json)" = \
        '["answers","finished","lab","machine","name","schema","step","steps","student","version"]' ]
}

@test "a conclusion that the measurements refute is wrong, and what they say is told" {
    make_record mine 9 0.01
    right_answers | sed 's/^lock: a/lock: c/; s/^less: a/less: u/' >answers
    lab --answers answers
    [ "$status" -eq 0 ]
    says '^WRONG: by your own measurements it is a\)\.$'
    says '^  gil: 1\.00 \['
    [ "$(verdict lock)" = wrong ]
    [ "$(verdict less)" = wrong ]
    [ "$(verdict efficiency)" = right ]
    jq -e '.answers.lock.right == "a"' mine/record.json
}

@test "where intervals do not decide, no answer is wrong, and why is told" {
    make_record mine 9 0.5
    for lock in a b u; do
        right_answers | sed "s/^lock: a/lock: $lock/" >answers
        lab --answers answers
        [ "$(verdict lock)" = inconclusive ]
    done
    says '^INCONCLUSIVE: whether gil < 1\.1 is open: 0\.[0-9]+ to 1\.[0-9]+ against 1\.1\. So'
    jq -e '.answers.lock.right == null and (.answers.lock.why | contains("is open"))' \
        mine/record.json
}

@test "too few rounds decide nothing" {
    make_record mine 3 0.01
    right_answers >answers
    lab --answers answers
    [ "$status" -eq 0 ]
    says '^INCONCLUSIVE: gil is not known: 3 rounds, and an interval takes 6'
    never_says 'RIGHT|WRONG'
    [ "$(verdict threads)" = inconclusive ]
}

@test "one core decides nothing on several workers" {
    make_cells_run mine/models 9 0.01 <<'END'
serial 1 0.1 0.0001 1
gil 1 0.1 0.0002 1
threads 1 0.1 0.0002 1
pool 1 0.1 0.001 1
mpi 1 0.1 0.3 1
END
    right_answers >answers
    lab --answers answers
    says '^INCONCLUSIVE: gil is not known: there is one core, so that no two workers were'
    [ "$(verdict lock)" = inconclusive ]
    [ "$(jq -r .answers.gil.why mine/record.json)" = \
        "there is one core, so that no two workers were measured" ]
}

@test "answers come line by line where there is no terminal, and what is none is asked again" {
    make_record mine 9 0.01
    printf '%s\n' fast '' -3 nan 1e99 0x10 ' 2 ' 1 skip A c >typed
    lab --step 3 <typed
    [ "$status" -eq 0 ]
    [ "$(grep -c '^A prediction is a number, such as 1.5\. Besides' <<<"$output")" -eq 4 ]
    [ "$(grep -c '^A prediction is from 0 to a thousand million\.' <<<"$output")" -eq 2 ]
    [ "$(grep -c '^An answer is the letter of a choice' <<<"$output")" -eq 1 ]
    says '^Left in step 3 of 7, One worker and many\. '
    jq -e '(.answers | keys) == ["gil","lock","threads"] and .answers.threads.answer == "2" and
        .answers.lock.verdict == "wrong" and .step == 3 and (.finished | not)' mine/record.json
}

@test "a lab that was left goes on where it was, and asks nothing twice" {
    make_record mine 9 0.01
    printf '2\n1\n' | "$PARBENCH" lab 1 --out mine --step 3 >/dev/null
    jq -e '.step == 3 and (.answers | length) == 2' mine/record.json
    printf '1.9\nquit\n' >typed
    lab <typed
    [ "$status" -eq 0 ]
    says '^\[3 of 7\] One worker and many$'
    never_says '^\[2 of 7\]'
    says '^You predicted 2\.$'
    jq -e '.answers.threads.answer == "2" and (.answers | has("lock") | not)' mine/record.json
    says 'go on with parbench lab 1 --out mine$'
}

@test "back goes to the step before, and again measures anew and keeps what was" {
    make_record mine 9 0.01
    printf 'b\nback\nquit\n' >typed
    lab --step 4 <typed
    says '^\[4 of 7\] Processes and ranks$'
    says '^\[3 of 7\] One worker and many$'
    rm -r mine
    make_record mine 9 0.01
    printf '2\n1\n2\nagain\na\nquit\n' >typed
    lab --step 3 --profile smoke <typed
    [ "$status" -eq 0 ]
    says '^The run before is kept in mine/models-1\.$'
    [ "$(wc -l <mine/models-1/samples.jsonl)" -eq 91 ]
    [ -s mine/models/report.html ]
    jq -e '.profile == "smoke"' mine/models/manifest.json
}

@test "the end of the input, and signals, leave a whole record" {
    make_record mine 9 0.01
    for signal in INT TERM HUP; do
        rm -f mine/record.json pipe
        mkfifo pipe
        "$PARBENCH" lab 1 --out mine --step 3 <pipe >out 2>err &
        front=$!
        exec 7>pipe
        printf '2\n' >&7
        await grep -qs '"answer": "2"' mine/record.json
        # a job of a script without job control ignores SIGINT
        [ "$signal" = INT ] || kill "-$signal" "$front"
        [ "$signal" != INT ] || exec 7>&-
        local status=0
        wait "$front" || status=$?
        case $signal in INT) [ "$status" -eq 0 ] ;; TERM) [ "$status" -eq 143 ] ;; HUP)
            [ "$status" -eq 129 ] ;;
        esac
        exec 7>&-
        grep -q '^Left in step 3 of 7' out
        jq -e '.answers.threads.answer == "2"' mine/record.json
        [ -z "$(find mine -name '*.part')" ]
    done
}

@test "while one guide is at a record, no other one is" {
    make_record mine 9 0.01
    mkfifo pipe
    "$PARBENCH" lab 1 --out mine --step 3 <pipe >out &
    local front=$!
    exec 7>pipe
    printf '2\n' >&7
    await grep -qs '"answer": "2"' mine/record.json
    lab --step 4 </dev/null
    [ "$status" -eq 1 ]
    [ "$stderr" = 'parbench: somebody is at the lab in mine: end that guide, or take another --out' ]
    jq -e '.step == 3' mine/record.json
    kill -KILL "$front"
    wait "$front" || true
    exec 7>&-
    lab --step 4 </dev/null
    [ "$status" -eq 0 ]
    jq -e '.step == 4 and .answers.threads.answer == "2"' mine/record.json
}

@test "Ctrl-C on a terminal ends a run, which is gone on with" {
    type -P python3 >/dev/null || skip "no python3"
    cat >type.py <<'END'
import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
said, steps = b"", [(b"Your prediction", b"2\n"), (b"Your prediction", b"1\n"),
                    (b"Your prediction", b"1.9\n"), (b"cells", b"\x03")]
start, samples = time.time(), "mine/models/samples.jsonl"
while time.time() < start + 60:
    if select.select([terminal], [], [], 0.2)[0]:
        try:
            got = os.read(terminal, 4096)
        except OSError:
            break
        said += got
    if steps and steps[0][0] in said and (len(steps) > 1 or os.path.exists(samples)):
        os.write(terminal, steps[0][1])
        said = b"" if steps[0][1] != b"\x03" else said
        steps.pop(0)
print(said.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
    run python3 type.py "$PARBENCH" lab 1 --out mine --name Ada --step 3 --profile smoke
    [ "$status" -eq 130 ]
    says 'Left in step 3 of 7'
    jq -e '.answers.pool.answer == "1.9" and .student == "Ada"' mine/record.json
    [ "$(tail -1 mine/models/samples.jsonl)" = '{"ended":"signal"}' ]
    # it is resumed, and not begun anew
    echo quit >typed
    lab <typed
    grep -q '"resumed"\|"resumption"' mine/models/samples.jsonl
}

@test "a suite that is built anew meanwhile goes on with the lab" {
    local front status=0
    mkdir built
    cp -a "$(dirname "$PARBENCH")"/{parbench,parbench-cell-serial,parbench-cell-gil,plots} built/
    mkfifo pipe
    built/parbench lab 1 --out mine --step 3 --profile smoke <pipe >out 2>err &
    front=$!
    exec 7>pipe
    printf '2\n1\n' >&7
    await grep -qs '"answer": "1"' mine/record.json
    cp built/parbench built/other
    mv built/other built/parbench
    printf '3\n' >&7
    await grep -qs 'built anew' out
    sleep 0.5 # until it has been started
    printf '\n\n1.5\nquit\n' >&7
    exec 7>&-
    wait "$front" || status=$?
    [ "$status" -eq 0 ] || { cat out err && return 1; }
    [ "$(grep -c '^\[3 of 7\] One worker and many$' out)" -eq 2 ]
    jq -e '.answers.threads.answer == "2" and .answers.pool.answer == "1.5"' mine/record.json
    [ -s mine/models/summary.csv ]
}

@test "a narrow terminal shows all in its columns" {
    type -P script >/dev/null || skip "no script(1)"
    make_record mine 9 0.01
    right_answers >answers
    export TERM=dumb
    # shellcheck disable=SC2016
    PARBENCH=$PARBENCH run script -qec 'stty cols 40; export TERM=xterm NO_COLOR=1
        "$PARBENCH" lab 1 --out mine --answers answers --step 3' /dev/null
    output=${output//$'\r'/}
    says '^\[3 of 7\] One worker and many$'
    # but for commands, and what measures by itself
    run awk '/^\[3 of 7\]/ { on = 1 } /^    build/ { on = 0 } /^Look\./ { on = 1 }
        on && length > 40 && NF > 1 && !/^    / ' <<<"$output"
    [ -z "$output" ]
}

@test "without gnuplot the lab goes on, and says that there is no picture" {
    make_record mine 9 0.01
    right_answers >answers
    mkdir bin
    PATH=$PWD/bin:/usr/bin:/bin
    printf '#!/bin/sh\nexit 1\n' >bin/gnuplot
    chmod +x bin/gnuplot
    lab --answers answers
    [ "$status" -eq 0 ]
    says '^There is no picture mine/models/figures/strong-pi-speedup\.svg: it was not$'
    says '^11 questions: 6 right'
}

@test "what a run cannot measure is left out, and what depends on it stays open" {
    printf '2\n1\n1.9\nquit\n' >typed
    mkdir none
    cp -a "$(dirname "$PARBENCH")"/{parbench,parbench-cell-serial,parbench-cell-gil,plots} none/
    run --separate-stderr none/parbench lab 1 --out mine --step 3 --profile smoke <typed
    [ "$status" -eq 0 ]
    says '^mpi is left out here: '
    says '^pool is left out here: '
    [ -s mine/models/summary.csv ]
    run --separate-stderr "$PARBENCH" lab 1 --out mine --step 3 --answers <(:) --json
    [ "$status" -eq 2 ] # a pipe is no file
    right_answers >answers
    run --separate-stderr none/parbench lab 1 --out mine --step 3 --profile smoke --answers answers
    [ "$status" -eq 0 ]
    [ "$(jq -r .answers.pool.why mine/record.json)" = \
        "the run has no cell of pi under pool that was asked for" ]
    [ "$(verdict processes)" = inconclusive ]
}

@test "a record of another machine or version goes on, and says so" {
    make_record mine 9 0.01
    printf 'skip\n' | "$PARBENCH" lab 1 --out mine --step 6 >/dev/null
    jq '.machine.cpu = "another cpu" | .machine.allowed = 64 | .version = "0.0.1"' mine/record.json \
        >changed
    cp changed mine/record.json
    run --separate-stderr "$PARBENCH" lab 1 --out mine --step 6 </dev/null
    [ "$status" -eq 0 ]
    grep -q '^parbench: mine was begun on another machine (another cpu, 64 workers at once; here ' \
        <<<"$stderr"
    grep -q '^parbench: mine was begun with parbench 0\.0\.1, and this is ' <<<"$stderr"
    jq -e '.machine.cpu == "another cpu"' mine/record.json
    # runs of two machines are not compared
    sed -i 's/"host":"node1"/"host":"node2"/' mine/primes/manifest.json
    right_answers >answers
    lab --answers answers
    [ "$(verdict lock)" = right ]
    [ "$(verdict less)" = inconclusive ]
    jq -r .answers.less.why mine/record.json | grep -q 'is of another machine than the others'
}

@test "a file that is no record stays as it is" {
    mkdir mine
    for text in '' '{' '[]' '{"schema":2}' '{"schema":1,"lab":1,"name":"1-first-speedup"}' \
        '{"schema":1,"lab":1,"name":"1-first-speedup","step":1,"steps":7,"finished":false,
          "machine":{},"answers":{"lock":{"answer":3}}}'; do
        printf %s "$text" >mine/record.json
        lab --step 3
        [ "$status" -eq 1 ]
        [ "$(grep -c . <<<"$stderr")" -eq 1 ]
        grep -q '^parbench: cannot read mine/record.json: .*move it away, or take' <<<"$stderr"
        [ "$(cat mine/record.json)" = "$text" ]
    done
    rm mine/record.json
    mkdir mine/record.json
    lab --step 3
    [ "$status" -eq 1 ]
}

@test "answers that are wrong are refused, each with what is right" {
    printf 'threads 2\n' >answers
    lab --answers answers
    [ "$status" -eq 2 ]
    [ "$stderr" = 'parbench: answers: "threads 2" is no answer: a line is QUESTION: ANSWER' ]
    printf 'thread: 2\n' >answers
    lab --answers answers
    [ "$status" -eq 2 ]
    [ "$stderr" = \
        'parbench: answers: lab 1 has no question thread: see labs/1-first-speedup.md' ]
    lab --answers missing
    [ "$status" -eq 2 ]
    make_record mine 9 0.01
    printf 'threads: fast\nlock: z\nless: a\n' >answers
    lab --answers answers
    [ "$status" -eq 0 ]
    says '^threads: fast is left out: A prediction is a number'
    jq -e '(.answers | keys) == ["less"]' mine/record.json
}

@test "what is asked for wrongly is refused" {
    parbench lab 77
    [ "$status" -eq 2 ]
    grep -q '^parbench: there is no lab 77: they are 1 to ' <<<"$stderr"
    parbench lab one
    [ "$status" -eq 2 ]
    lab --step 55
    [ "$status" -eq 2 ]
    [ "$stderr" = 'parbench: --step: lab 1 has 7 steps' ]
    lab --profile fast
    [ "$status" -eq 2 ]
    mkdir other
    sed 's/1-first-speedup/2-another/; s/"lab": 1/"lab": 2/' <<'END' >other/record.json
{"schema": 1, "lab": 1, "name": "1-first-speedup", "student": null, "version": "0.1.0",
 "machine": {}, "step": 1, "steps": 7, "finished": false, "answers": {}}
END
    parbench lab 1 --out other
    [ "$status" -eq 2 ]
    [ "$stderr" = 'parbench: other is the record of lab 2: take another --out' ]
}

@test "a record that cannot be written ends the lab with one line" {
    touch mine
    lab --step 3
    [ "$status" -eq 1 ]
    grep -q '^parbench: cannot use mine as a folder: Not a directory$' <<<"$stderr"
    parbench lab 1 --out /proc --step 3
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: cannot write /proc/record.json: '* ]]
    [ "$(grep -c . <<<"$stderr")" -eq 1 ]
}

@test "--json prints the record, and nothing else" {
    make_record mine 9 0.01
    right_answers >answers
    lab --answers answers --step 5 --json
    [ "$status" -eq 0 ]
    diff <(jq -S . <<<"$output") <(jq -S . mine/record.json)
    jq -e '.answers.less.verdict == "right"' <<<"$output"
}
