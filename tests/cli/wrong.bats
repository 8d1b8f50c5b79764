#!/usr/bin/env bats
#
# What is asked for and cannot be done: one line that says what is wrong and what to do instead,
# exit status 2, or 1 where the machine is to blame, and nothing left behind.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

@test "unknown commands" {
    refuses 'command "mesure": did you mean "measure"\?' mesure pi serial
    refuses 'command "reprot": did you mean "report"\?' reprot
    refuses 'command "reprot": did you mean "report"\?' help reprot
    refuses 'help is given for one command; "list" is too much' help run list
    refuses 'command "benchmark": take one of affinity, compare, doctor' benchmark
    refuses 'command "": take one of' ''
    refuses 'command "--verbose": take one of' --verbose
}

@test "unknown kernels" {
    refuses 'kernel "prims": did you mean "primes"\?' measure prims serial
    refuses 'kernel "pri": did you mean "pi"\?' measure pri serial
    refuses 'kernel "Primes": did you mean "primes"\?' measure Primes serial
    refuses 'kernel "fibonacci": take one of copy, divide, factorial, grid, multiply, pi, primes, squares' measure fibonacci pool
    refuses 'kernel "": take one of' measure '' serial
    refuses 'kernel "prims": did you mean "primes"\?' run --kernels pi,prims
    refuses 'kernel "": take one of' run --kernels pi,
    refuses 'kernel "prims": did you mean "primes"\?' measure prims:algorithm=sieve serial
    refuses 'algorithm of primes must be one of trial\|sieve, not "seive"' \
        measure primes:algorithm=seive serial
    refuses 'algorithm of primes must be one of .*, not ""' run --kernels primes:algorithm=
    refuses 'options of primes as name=value, not "sieve"' run --kernels primes:sieve
    refuses 'no primes option "way": take algorithm' run --size primes:way=sieve=1e6
    refuses 'no primes option "algorithms": take algorithm' measure primes:algorithms=sieve serial
    refuses 'kernel copy has no options' measure copy:algorithm=sieve serial
    refuses 'kernel "sqares": did you mean "squares"\?' run --size sqares=1e6
}

@test "unknown models" {
    refuses 'model "thread": did you mean "threads"\?' measure pi thread
    refuses 'model "SERIAL": did you mean "serial"\?' measure pi SERIAL
    refuses 'model "pol": did you mean "pool"\?' affinity serial pol
    refuses 'model "pol": did you mean "pool"\?' measure pi pol:chunk=2
    refuses 'model "opencl": take one of futures, gil, ' measure pi opencl
    refuses 'model "": take one of' measure pi ''
    refuses 'model "seriel": did you mean "serial"\?' run --models seriel,pool
    refuses 'too long' measure pi "pool:$(printf 'chunk=1:%.0s' {1..100})"
}

@test "unknown options of a model" {
    refuses '"dispach": did you mean "dispatch"\?' measure pi pool:dispach=map
    refuses 'no pool option "colour": take one of dispatch, transport, chunk' measure pi pool:colour=red
    refuses 'serial has no options' measure pi serial:chunk=2
    ! built mpi || refuses 'no mpi option "chunk": take one of' measure pi mpi:chunk=2
    refuses 'name=value, not "chunk"' measure pi pool:chunk
    refuses 'name=value, not ""' measure pi pool:
    refuses 'no pool option "": take one of' measure pi pool:=2
    refuses '"dispach": did you mean "dispatch"\?' run --models pool:dispach=map
}

@test "a share that is one message has no pieces" {
    built mpi-p2p || skip "mpi-p2p is not built"
    local call
    refuses 'mpi-p2p: call=blocking does not go with chunk: a share is one message' \
        measure squares mpi-p2p:chunk=7
    for call in blocking persistent; do
        refuses "mpi-p2p: call=$call does not go with chunk: a share is one message" \
            measure squares "mpi-p2p:mode=ready:call=$call:chunk=7"
    done
}

@test "shares that are not as large as all others, and more bytes than an object may have" {
    built mpi || skip "mpi is not built"
    local kernel
    for kernel in squares pi factorial; do
        refuses 'size 1001 is not divisible by 2 ranks: take scatter' measure "$kernel" \
            mpi:inputs=scatter-equal --ranks 2 --size 1001 --oversubscribe
    done
    refuses 'size 3 is not divisible by 2 ranks: take scatter' measure primes \
        mpi:inputs=scatter-equal --ranks 2 --tasks 10,20,30 --oversubscribe
    refuses 'size 1001 is not divisible by 2 ranks' run strong --kernels pi --size 1001 \
        --workers 2 --models mpi:inputs=scatter-equal --oversubscribe
    refuses 'objects have no counts to be equal' measure pi \
        mpi:inputs=scatter-equal:transport=object --ranks 2 --size 1000
    refuses 'mpi:transport=object can move up to 268435455 items: take a smaller size' measure \
        squares mpi:transport=object --ranks 1 --size 268435456
}

@test "values that an option of a model does not take" {
    refuses 'dispatch of pool must be one of map\|imap\|imap-unordered\|async\|apply\|auto, not "mapp"' measure pi pool:dispatch=mapp
    refuses 'not "ma"' measure pi pool:dispatch=ma
    refuses 'not ""' measure pi pool:dispatch=
    refuses 'not "map\|imap"' measure pi 'pool:dispatch=map|imap'
    local value
    for value in 0 -1 1.5 many 1e3 99999999999999999999; do
        refuses "chunk of pool must be a number > 0 or auto, not \"$value\"" measure pi \
            "pool:chunk=$value"
    done
    for value in 0ms -5ms 5 5years ms; do
        refuses "interval of gil must be a time such as 5ms, not \"$value\"" measure pi \
            "gil:interval=$value"
    done
}

@test "unknown experiments, profiles and lists" {
    refuses 'experiment "stron": did you mean "strong"\?' run stron
    refuses 'experiment "everything": take one of (.+, )*gil, (.+, )*strong, (.+, )*weak' run everything
    refuses 'experiment "bogus"' run --profile smoke -- bogus
    refuses 'experiment "bogus"' run strong,bogus
    refuses 'experiment ""' run strong,
    refuses 'profile "quik": did you mean "quick"\?' run --profile quik
    refuses 'profile "enormous": take one of smoke, quick, full' run --profile enormous
    refuses '"kernls": did you mean "kernels"\?' list kernls
    refuses '"everything": take one of (.+, )*pi, (.+, )*kernels, models, experiments$' list everything
    refuses '"pol": did you mean "pool"\?' list pol
    refuses '"weeek": did you mean "weak"\?' list weeek
    refuses '"prims": did you mean "primes"\?' list kernels prims
}

@test "unknown options" {
    refuses 'option "--worker": did you mean --workers\?' measure pi serial --worker 2
    refuses 'option "--worker=2": did you mean --workers\?' measure pi serial --worker=2
    refuses 'option "--sizes": did you mean --size\?' measure pi serial --sizes 5
    refuses 'option "--sampels": did you mean --samples\?' measure pi serial --sampels 5
    refuses 'option "--quietly": see --help' measure pi serial --quietly
    refuses 'option "-xyz": see --help' measure -xyz
    refuses 'option "-w": see --help' measure pi serial -w 2
    refuses 'option "--ot": did you mean --out\?' run --ot here
    refuses 'option "--jsn": did you mean --json\?' report here --jsn
    refuses 'option "--all": see --help' list --all
    refuses 'option "--help-me"' doctor --help-me
    refuses 'option "--all"' affinity --all
    refuses 'option "--samples"' affinity --samples 3
    refuses '--json takes no value' measure pi serial --json=yes
    refuses 'format "amdal": did you mean "amdahl"\?' measure pi serial --format amdal
    refuses 'format "sheet": take one of amdahl, amdahl-terse, bmf, csv, ' run --format sheet
    refuses '--format and --json both say what is printed: take one' run --format csv --json
    refuses '--format and --json both say' measure pi serial --json --format amdahl
}

@test "missing and superfluous arguments" {
    refuses 'needs a kernel and a model: parbench list' measure
    refuses 'needs a kernel and a model: parbench list' measure pi
    refuses '"pool" is too much' measure pi serial pool
    refuses '--size needs a value' measure pi serial --size
    refuses '--out needs a value' run --out
    refuses 'needs the folder of a run' report
    refuses 'takes no argument' doctor now
    refuses 'model "1": take one of' affinity 1
    refuses '--workers needs a value' affinity --workers
}

@test "sizes" {
    local size
    for size in 0 -5 1.5 abc '' 1e30 1e20 0x10 inf nan 1e-3 '1 000' 1,000 1e6,2e6 5T; do
        refuses "--size must be a whole number .* not (the list )?\"$size\"" measure pi serial --size "$size"
    done
    refuses 'exact up to size 1 000 000 000 000: take that or less' measure pi serial --size 1e13
    refuses 'exact up to size 4 294 967 295' measure primes serial --size 4294967296
    refuses 'exact up to size' measure factorial serial --size 18446744073709551615
    for size in 0 pi=0 pi=-5 pi= 1.5 "pi=1e6," 1e30; do
        refuses '--size must be a whole number|no kernel ""' run --kernels pi --size "$size"
    done
    refuses 'exact up to size' run --kernels pi --size 1e13
    refuses 'two sizes for every kernel, the second one is 2e6' run --size 1e6,2e6
    refuses 'two sizes for pi, the second one is 2e6' run --size pi=1e6,pi=2e6
    refuses '--size is given twice' run --size 1e6 --size 2e6
}

@test "tasks, and items that are to fail" {
    local value
    for value in '' ',' '1,' ',1' '1,,2' 0 5,0 abc 1.5 1+2; do
        refuses '--tasks must be sizes, such as 1e5,2e5,3e5, not ' measure primes serial --tasks "$value"
    done
    refuses 'task 1 has the size 5000000000, and primes takes 1 to 4294967295' measure primes serial \
        --tasks 1,5e9
    refuses 'squares is a map, whose inputs belong to one size' measure squares pool --tasks 1,2
    refuses '--tasks has the sizes: leave --size out' measure primes serial --tasks 1,2 --size 5
    for value in '' : :1 1: -1 1.5 1:0 1:x a 1:2:3; do
        refuses '--fail-task must be the number of an item, from 0, or ITEM:TIMES' measure primes \
            serial --fail-task "$value"
    done
    refuses 'there is no item 1000: they are 0 to 999' measure primes serial --size 1000 --fail-task 1000
    refuses 'there is no item 2: they are 0 to 1' measure primes serial --tasks 5,6 --fail-task 2
}

@test "sizes that do not fit into memory" {
    [ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" -lt 60000000 ] ||
        skip "they would fit here"
    refuses 'squares .* needs [0-9.]+ GiB under serial and .* are free: take a smaller size' \
        measure squares serial --size 4e9
    refuses 'squares .* take a smaller size' run --kernels squares --models pool --size 4e9
}

@test "workers" {
    local workers
    for workers in 0 -1 two 1.5 '' 99999999999 1e1; do
        refuses "--workers must be .* not \"$workers\"" measure pi pool --workers "$workers"
        refuses '--workers must be ' run --workers "$workers"
    done
    refuses '4096 workers and [0-9]+ cores? allowed here: take fewer, or --oversubscribe' \
        measure pi pool --workers 4096
    refuses 'weak: 2 times the work of size 900 000 000 000 is beyond size 1 000 000 000 000' \
        run weak --kernels pi --models pool --workers 2 --oversubscribe --size 9e11
    refuses '4096 workers and [0-9]+ cores? allowed' run strong --models pool --workers 1,4096
    refuses 'too many' measure pi pool --workers 2000000000 --oversubscribe
    refuses '--workers must be ' run --workers 1,,2
    refuses 'serial has exactly one worker, not 2' measure pi serial --workers 2
    refuses 'serial has exactly one worker, not 2' affinity serial --workers 2 --oversubscribe
    refuses '4096 workers and [0-9]+ cores? allowed here: take fewer' affinity pool --workers 4096
    refuses 'too many' affinity pool --workers 2000000000 --oversubscribe
    refuses 'serial has exactly one worker' measure pi serial --workers 2 --oversubscribe
}

@test "ranks and threads where there are none" {
    refuses 'pool has no ranks: use --workers' measure pi pool --ranks 2
    refuses 'pool has no ranks: use --workers' affinity pool --ranks 2
    refuses 'pool has one thread a worker: use --workers' measure pi pool --threads 2
    refuses 'serial has no ranks' measure pi serial --ranks 2
    refuses 'threads has no ranks' measure pi threads --ranks 2
    refuses 'workers, ranks and threads of gil do not fit' measure pi gil --workers 2 --threads 3
    local value
    for value in 0 -1 x 99999999999; do
        refuses "--ranks must be .* not \"$value\"" measure pi serial --ranks "$value"
        refuses "--threads must be .* not \"$value\"" measure pi serial --threads "$value"
    done
    built hybrid || skip "hybrid is not built"
    refuses 'do not fit together: workers = ranks x threads' measure pi hybrid --workers 4 \
        --ranks 3 --oversubscribe
    refuses 'hybrid has 1 rank by its option: leave --ranks 2 out' measure pi hybrid:ranks=1 --ranks 2
    refuses 'mpi has one thread a worker' measure pi mpi --threads 2
}

@test "other numbers" {
    local value
    for value in 0 -1 x 1.5 99999999999; do
        refuses "--samples must be .* not \"$value\"" measure pi serial --samples "$value"
        refuses "--rounds must be .* not \"$value\"" run --rounds "$value"
    done
    for value in 0s 0 -1s 60x s x 1e99s; do
        refuses "--cell-timeout must be a time .* not \"$value\"" measure pi serial \
            --cell-timeout "$value"
        refuses "--cell-timeout must be a time .* not \"$value\"" run --cell-timeout "$value"
        refuses "--budget must be a time .* not \"$value\"" run --budget "$value"
    done
    for value in 0% 0.02 -2% 101 101% x% nan%; do
        refuses "--precision must be more than 0% .* not \"$value\"" run --precision "$value"
    done
    refuses '--seed must be' run --seed x
    for value in 0 x 1,,2 2-1; do
        refuses "--nodes must be a list .* not \"$value\"" run --nodes "$value"
    done
    refuses '2 nodes and there is 1: ' run --nodes 1,2
    refuses '--ppn must be' run --ppn 0
    refuses 'launcher "nosuch": ' run strong --launcher nosuch --models serial
}

@test "what run takes as a list, measure does not, and says so" {
    local list
    for list in 1,2 1-2; do
        refuses "--workers must .* not the list \"$list\": parbench run --workers takes several" \
            measure pi pool --workers "$list"
        refuses "--ranks must .*\"$list\": parbench run takes several as --models MODEL:ranks=1,2" \
            measure pi pool --ranks "$list"
        refuses "--threads must .*\"$list\": parbench run --workers takes" measure pi pool --threads "$list"
        refuses "--size must .*\"$list\": parbench run --size takes" measure pi pool --size "$list"
        refuses "--samples must .* not the list \"$list\"\$" measure pi pool --samples "$list"
    done
    refuses 'one kernel is measured, not the list "pi,primes": parbench run --kernels' \
        measure pi,primes pool
    refuses 'one model is measured, not the list "pool,gil": parbench run --models' \
        measure pi pool,gil
    refuses 'one model is measured, not the list "pool:chunk=1,2": parbench run --models' \
        measure pi pool:chunk=1,2
    refuses 'one kernel and one model are measured, several by parbench run; "gil" is' \
        measure pi pool gil
    refuses '--workers must be .* not "1-"$' measure pi pool --workers 1-
}

@test "mpirun is missing" {
    built mpi || skip "mpi is not built"
    local starter
    starter=$(rank_starter)
    mkdir "$BATS_TEST_TMPDIR/bin"
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$PARBENCH" measure pi mpi --workers 1
    complained 1 "the model mpi cannot be used: $starter is not in PATH: install .* its module"
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$PARBENCH" "run" "${quickly[@]}" \
        --models mpi
    complained 1 "mpi cannot be used: $starter is not in PATH"
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$PARBENCH" measure pi serial --size 1e5
    ended_with 0 PASS
}

# An mpirun, or what MPICH has for it, in $starter: it does the first for its version, and the second
# else.
an_mpirun() # COMMAND COMMAND
{
    starter=$(rank_starter)
    mkdir "$BATS_TEST_TMPDIR/bin"
    # shellcheck disable=SC2016 # the script's own
    printf '%s\n' '#!/bin/sh' 'echo "$*" >>"${0%/*}/asked"' \
        'if [ "$1" = --version ]; then '"$1"'; exit; fi' "$2" >"$BATS_TEST_TMPDIR/bin/$starter"
    chmod +x "$BATS_TEST_TMPDIR/bin/$starter"
}

# It is killed, as where the limit is over, which is longer than a test can wait.
@test "an mpirun that does not tell its version is asked once, and used by none" {
    built mpi || skip "mpi is not built"
    local path=$BATS_TEST_TMPDIR/bin:$PATH asked=$BATS_TEST_TMPDIR/bin/asked
    local starter why
    # shellcheck disable=SC2016 # the script's own
    an_mpirun 'kill -KILL $$' :
    why="$starter was killed by signal 9 \(Killed\): see what $starter --version does"
    PATH=$path parbench measure pi mpi --workers 1
    complained 1 "the model mpi cannot be used: $why"
    [ "$(cat "$asked")" = --version ]
    PATH=$path parbench measure pi serial --size 1e5 --samples 1
    ended_with 0 PASS
    [ "$(cat "$asked")" = --version ]
    PATH=$path parbench run "${quickly[@]}" --alone --kernels pi --out run
    ended_with 0 PASS
    [ "$(grep -Ec "^parbench: .*mpi.* left out, .* cannot be used: $why" <<<"$stderr")" -eq 1 ]
    grep -q '"mpi": null' run/manifest.json
    [ "$(wc -l <"$asked")" -eq 2 ]
    PATH=$path parbench doctor
    [ "$status" -eq 0 ]
    says "^-- +$starter +was killed by signal 9 "
    says "^-- +mpi +$starter was killed by signal 9 "
    [ "$(wc -l <"$asked")" -eq 3 ]
}

@test "what mpirun says when it fails is shown, or where to read it" {
    built mpi || skip "mpi is not built"
    local starter
    # shellcheck disable=SC2016 # the script's own
    an_mpirun 'echo "${0##*/} 4"' 'echo "no slots for you" >&2; exit 7'
    PATH=$BATS_TEST_TMPDIR/bin:$PATH parbench measure pi mpi --workers 1
    ended_with 1 FAIL
    [[ $stderr == *"pi under mpi did not start, and was launched once more: it ended with exit status 7"$'\n'* ]]
    [[ $stderr == *"pi under mpi failed: it ended with exit status 7"$'\n'"no slots for you" ]]
    PATH=$BATS_TEST_TMPDIR/bin:$PATH parbench run "${quickly[@]}" --models mpi --out run
    ended_with 1 FAIL
    [[ $stderr =~ failed:\ it\ ended\ with\ exit\ status\ 7:\ see\ (run/logs/[^ ]*\.log) ]]
    [ "$(grep -cx 'no slots for you' "${BASH_REMATCH[1]}")" -eq 2 ]
    grep -q '"not_started":"it ended with exit status 7"' run/samples.jsonl
    # Each command asks it once for its version.
    [ "$(grep -c '^--version$' "$BATS_TEST_TMPDIR/bin/asked")" -eq 2 ]
}

@test "without mpirun and gnuplot the rest is run and reported" {
    ! without_openmp || skip "OpenMP"
    mkdir "$BATS_TEST_TMPDIR/bin"
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$PARBENCH" run strong --profile smoke \
        --kernels pi --size 1000 --workers 1 --rounds 1 --out run
    ended_with 0 PASS
    says '^FOM .* model=pool '
    never_says '^figures '
    never_says ' model=(mpi|hybrid) '
    [ "$(grep -c '^parbench: figures are left out: gnuplot is not in PATH: ' <<<"$stderr")" -eq 1 ]
    ! built mpi ||
        [ "$(grep -Ec "^parbench: .*mpi.* left out, .*: $(rank_starter) is" <<<"$stderr")" -eq 1 ]
    grep -q '"gnuplot": null' run/manifest.json
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$PARBENCH" report run
    ended_with 0 PASS
    [[ $stderr == 'parbench: figures are left out: gnuplot is not in PATH: '* ]]
    [ -s run/report.html ]
}

@test "folders that cannot be a run's" {
    refuses '^parbench: --continue needs --out DIR' run --continue
    refuses '^parbench: --resume measures what' run --resume run --continue
    mkdir "$BATS_TEST_TMPDIR/taken"
    echo mine >"$BATS_TEST_TMPDIR/taken/file"
    refuses 'is not an empty folder: choose another with --out' run "${quickly[@]}" \
        --out "$BATS_TEST_TMPDIR/taken"
    refuses 'is not an empty folder' run "${quickly[@]}" --out "$BATS_TEST_TMPDIR/taken/file"
    [ "$(ls "$BATS_TEST_TMPDIR/taken")" = file ]
    [ "$(cat "$BATS_TEST_TMPDIR/taken/file")" = mine ]

    parbench run "${quickly[@]}" --out "$BATS_TEST_TMPDIR/taken/file/run"
    complained 1 'cannot make the folder .*: Not a directory \(choose another with --out\)'
    parbench run "${quickly[@]}" --out /proc/no/such/folder
    complained 1 'cannot make the folder /proc/no/such/folder: No such file'
    parbench run "${quickly[@]}" --out ''
    complained 1 'cannot make the folder'
}

@test "no argument reaches a shell" {
    local text
    # shellcheck disable=SC2016
    for text in '$(touch x)' ';touch x' '`touch x`' '|touch x' '&& touch x' $'\n touch x'; do
        parbench "$text"
        [ "$status" -eq 2 ]
        parbench list "$text"
        [ "$status" -eq 2 ]
        parbench measure "$text" serial
        [ "$status" -eq 2 ]
        parbench measure pi "$text"
        [ "$status" -eq 2 ]
        parbench measure pi "pool:$text=1"
        [ "$status" -eq 2 ]
        parbench measure pi "pool:chunk=$text"
        [ "$status" -eq 2 ]
        local option
        for option in workers ranks threads size samples cell-timeout; do
            parbench measure pi serial --$option "$text"
            [ "$status" -eq 2 ]
        done
        for option in kernels models workers nodes size profile rounds precision budget seed \
            cell-timeout; do
            parbench run --$option "$text"
            [ "$status" -eq 2 ]
        done
        parbench run "$text"
        [ "$status" -eq 2 ]
        parbench report "$text"
        [ "$status" -eq 1 ]
        [ -z "$(ls -A)" ]
    done
}

@test "a folder's name reaches no shell and no gnuplot" {
    local name
    # shellcheck disable=SC2016
    for name in '$(touch x);touch x' '`touch x`' "a'b\"c" '|touch x;#' '<touch x;#' ' @x'; do
        parbench run strong --profile smoke --size 100k --workers 1 --rounds 1 --kernels pi \
            --models serial --out "$name"
        ended_with 0 PASS
        [ "$(ls -A)" = "$name" ]
        parbench report "$name"
        ended_with 0 PASS
        [ "$(ls -A)" = "$name" ]
        rm -r "$name"
    done
}
