#!/usr/bin/env bats
#
# export: runs in the formats of other tools.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load made_up_runs

readonly formats=(csv gbench pyperf bmf amdahl amdahl-terse extrap)

# The seconds of every sample, in the order of cells and samples, as they stand in samples.jsonl.
seconds_of() # FOLDER
{
    sed -n '/"sample":/s/.*"seconds":\([^,]*\),.*/\1/p' "$1/samples.jsonl" | sort
}

@test "export writes every format to standard output, or to a file" {
    make_run run 6 1
    local format
    for format in "${formats[@]}"; do
        parbench export run --format "$format" --out "exported.$format"
        [ "$status" -eq 0 ]
        [ -z "$output" ]
        parbench export run --format "$format"
        [ "$status" -eq 0 ]
        [ -n "$output" ]
        [ "$output" = "$(cat "exported.$format")" ]
        never_says '[Nn]a[Nn]|[Ii]nfinity'
    done
    for format in gbench pyperf bmf; do is_json <"exported.$format"; done
    while read -r line; do is_json <<<"$line"; done <exported.extrap
}

# Numbers as they read back, however they are written.
numbers() # UNIT
{
    awk -v unit="$1" '{ printf "%.15g\n", $1 / unit }' | sort
}

@test "export keeps every digit of every sample, or every picosecond" {
    local reference=$BATS_TEST_DIRNAME/../../results/reference
    seconds_of "$reference" | numbers 1 >seconds
    [ "$(wc -l <seconds)" -gt 100 ]
    "$PARBENCH" export "$reference" --format csv | sed 1d | cut -d, -f12 | numbers 1 |
        diff seconds -
    "$PARBENCH" export "$reference" --format pyperf |
        sed -n 's/^ *\([0-9][0-9.e-]*\),*$/\1/p' | numbers 1 | diff seconds -
    # To the picosecond, which may be another where half of one is rounded.
    "$PARBENCH" export "$reference" --format gbench |
        sed -n 's/^ *"real_time": \(.*\),$/\1/p' | numbers 1e9 | sort -g >nanoseconds
    sort -g seconds | paste - nanoseconds |
        awk '{ off = $1 - $2 } off > 6e-13 || off < -6e-13 { print; wrong = 1 } END { exit wrong }'
}

@test "export csv has a row a sample" {
    make_run run 6 1
    parbench export run --format csv
    [ "${#lines[@]}" -eq 25 ]
    [ "${lines[0]}" = "cell,kernel,model,workers,ranks,threads,nodes,size,oversubscribed,round,sample,seconds,startup_s,verified,late,executions,turn,lost" ]
    [[ ${lines[24]} == pi/threads/workers:2/*,pi,threads,2,1,2,1,1000000,0,5,1,0.0100*,0.001*,1,0,1,0,0 ]]
}

@test "export gbench is read by Google Benchmark's compare.py" {
    local compare=/usr/share/benchmark/compare.py
    { [ -f "$compare" ] && /usr/bin/python3 -c 'import scipy'; } 2>/dev/null ||
        skip "compare.py is not installed"
    make_run base 9 1
    make_run new 9 1.05
    for run in base new; do "$PARBENCH" export "$run" --format gbench --out "$run.json"; done
    run --separate-stderr /usr/bin/python3 "$compare" --no-color benchmarks base.json new.json
    [ "$status" -eq 0 ]
    says '^pi/serial/n:1000000/workers:1/real_time +\+0\.0000 +\+0\.0000 '
    says '^pi/threads/n:1000000/workers:2/real_time +\+0\.0500 +\+0\.0500 +[1-9][0-9]{3,} '
    says '^pi/threads/n:1000000/workers:2/real_time_pvalue .*U Test, Repetitions: 18 vs 18'
    says '^OVERALL_GEOMEAN +\+0\.0247 '
}

@test "export gbench tells failures, the others leave their cells out and say so" {
    make_run run 6 1
    sed -i '3s/"verified":true/"verified":false/' run/samples.jsonl
    parbench export run --format gbench
    [ "$(grep -c '"error_occurred": true' <<<"$output")" -eq 1 ]
    says '"error_message": "the result is wrong"'
    [ -z "$stderr" ]
    local format
    for format in pyperf bmf; do
        parbench export run --format "$format"
        [ "$status" -eq 0 ]
        never_says 'pi/threads'
        [[ $stderr == *'1 of 2 cells is left out'* ]]
    done
    sed -i '1s/"verified":true/"verified":false/' run/samples.jsonl
    echo "earlier" >exported
    parbench export run --format bmf --out exported
    [ "$status" -eq 1 ]
    [[ $stderr == *'nothing can be exported'* ]]
    [ "$(cat exported)" = earlier ]
}

@test "export extrap says what it leaves out" {
    make_run run 6 1
    parbench export run --format extrap
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 12 ]
    [[ ${lines[0]} == '{"params":{"p":2},"callpath":"strong->pi->threads","metric":"time","value":0.0'* ]]
    [ "$stderr" = 'parbench: Extra-P asks for 5 numbers of workers or more; here is 1: measure more --workers' ]
    # Cells of chunk=1 to 3; the last one has no second worker.
    make_wide_run wide 5
    parbench export wide --format extrap
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    [[ $stderr == *'p=2 is left out: 1 of 3 call paths lacks it: strong->pi->threads:chunk=3'* ]]
}

# What HPC Carpentry's lessons plot: of each file, which is one object, its workers and its time.
lesson_points() # FILE…
{
    python3 -c '
import json, sys
points = []
for name in sys.argv[1:]:
    with open(name) as file:
        data = json.load(file)
    points.append((data["nproc"], data["execution_time"], data["parallel_proportion"]))
for point in sorted(points):
    print("%d %.6f %.3f" % point)' "$@"
}

@test "export amdahl-terse is read as the lesson reads what amdahl --terse prints" {
    type -P python3 >/dev/null || skip "python3 is not installed"
    make_scaling_run run 6 8 1 4 2
    parbench export run --format amdahl-terse
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    csplit -sz -f amdahl_ - '/^{/' '{*}' <<<"$output"
    [ "$(find . -name 'amdahl_*' | wc -l)" -eq 4 ]
    lesson_points amdahl_* >points
    # An unscaled time of 0.8 s, a tenth of it serial.
    awk '{ expected = 0.8 * (0.1 + 0.9 / $1); off = $2 / expected - 1 }
        $1 != 2 ^ (NR - 1) || off < -0.002 || off > 0.002 || $3 < 0.897 || $3 > 0.903 { wrong = 1 }
        END { exit wrong || NR != 4 }' points || { cat points && return 1; }
}

@test "export amdahl has the lines that people and grep look for, block by block" {
    make_scaling_run run 6 8 1 4 2
    parbench export run --format amdahl
    [ "$status" -eq 0 ]
    grep -F 'Total execution time (according to rank 0): ' <<<"$output" |
        awk '{ expected = 0.8 * (0.1 + 0.9 / 2 ^ (NR - 1)); off = $8 / expected - 1 }
            off < -0.002 || off > 0.002 || $9 != "seconds" || NF != 9 { wrong = 1 }
            END { exit wrong || NR != 4 }'
    says "^Doing 0\.80[0-9]+ seconds of 'work' on 1 processor,$"
    says "^Doing 0\.80[0-9]+ seconds of 'work' on 8 processors,$"
    says '^ which should take 0\.17[0-9]+ seconds with 0\.(89|90)[0-9]+ parallel proportion of the workload\.$'
    says '^ The workload is pi of size 1 000 000, by threads\.$'
    never_says 'Hello'
}

@test "export amdahl tells what each worker was seen to do, and on which host" {
    make_run run 2 1
    add_workers run 2 no
    parbench export run --format amdahl
    [ "$status" -eq 0 ]
    [ "$(grep -c '^Doing' <<<"$output")" -eq 1 ]
    says "^ which took as long as with 1\.000000 parallel proportion of the workload\.$"
    says "^  Hello, World! I am process 0 of 2 on node1\. All that was not parallel 'work' took 0\.000500000 seconds\.$"
    says "^  Hello, World! I am process 0 of 2\. I did parallel 'work' for 0\.012000000 seconds\.$"
    says "^  Hello, World! I am process 1 of 2\. I did parallel 'work' for 0\.009000000 seconds\.$"
    parbench export run --format amdahl-terse
    is_json <<<"$output"
    says '^    "host": "node1",$'
    says '^    "parallel_work": 0\.012,$'
}

@test "export amdahl leaves out what grows with the workers" {
    make_run run 2 1
    sed -i "s|\(\"model\":\"threads\".*\"size\":\)$size|\12000000,\"base_size\":$size|" \
        run/manifest.json
    parbench export run --format amdahl
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [[ $stderr == *'whose work is the same for any number of workers: nothing can be exported' ]]
}

@test "export of as many cells as a run may have" {
    local format
    make_wide_run run 10000
    for format in "${formats[@]}"; do
        parbench export run --format "$format" --out exported
        [ "$status" -eq 0 ]
        [ -s exported ]
    done
    [ "$(wc -l <exported)" -eq 10000 ]
    [[ $(tail -1 exported) == '{"params":{"p":2},"callpath":"strong->pi->threads:chunk=5000",'* ]]
}

@test "export says that it cannot write" {
    make_run run 6 1
    parbench export run --format csv --out no/such/file
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: cannot write no/such/file: No such file or directory' ]]
    run --separate-stderr bash -c "'$PARBENCH' export run --format csv >/dev/full"
    [ "$status" -eq 1 ]
    [[ $stderr == *'cannot write'* ]]
}

@test "export leaves an earlier file as it was, unless all is written" {
    make_run run 6 1
    echo earlier >exported
    limited 1 export run --format csv --out exported
    [ "$status" -eq 1 ]
    [ "$stderr" = 'parbench: cannot write exported: File too large' ]
    [ "$(cat exported)" = earlier ]
    [ -z "$(find . -name '*.part')" ]
}

@test "export refuses the run's own files, whatever leads to them" {
    local file
    make_run run 6 1
    parbench report run --no-figures
    cp -r run kept
    ln -s run/samples.jsonl link
    ln -s run again
    for file in run/samples.jsonl run/manifest.json run/report.html "$PWD/again/summary.csv" link; do
        parbench export run --format csv --out "$file"
        [ "$status" -eq 2 ]
        [ "$stderr" = "parbench: $file is one of the run's own files: choose another" ]
    done
    run --separate-stderr bash -c "'$PARBENCH' export again --format csv >>run/samples.jsonl"
    [ "$status" -eq 2 ]
    diff -r run kept
    parbench export run --format csv --out run/exported.csv
    [ "$status" -eq 0 ]
}

@test "export writes through links, and into pipes and what standard output is" {
    make_run run 6 1
    "$PARBENCH" export run --format csv >expected
    echo earlier >file
    ln -s file link
    mkfifo pipe
    parbench export run --format csv --out link
    [ -L link ]
    cmp file expected
    cat pipe >piped &
    parbench export run --format csv --out pipe
    wait $!
    cmp piped expected
    { echo head && "$PARBENCH" export run --format csv --out /dev/stdout && echo tail; } >whole
    diff whole <(echo head && cat expected && echo tail)
}

@test "export refuses what it cannot do" {
    refuses 'needs the folder of a run' export --format csv
    refuses 'needs --format FORMAT' export run
    refuses 'there is no format "gbnech": did you mean "gbench"' export run --format gbnech
    refuses 'there is no format "spreadsheet": take one of amdahl, amdahl-terse, bmf, csv, ' export run --format spreadsheet
    refuses 'is too much' export run other --format csv
    refuses 'did you mean --format' export run --fromat csv
    parbench export no-such --format csv
    complained 1 'cannot read no-such/manifest.json'
}
