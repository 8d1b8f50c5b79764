#!/usr/bin/env bats
#
# What lab 9 says of its templates, and of what students break of them, with the programs that
# CMakeLists.txt makes of these. SUITES is the folder of them. PARBENCH_TSAN set: no test uses OpenMP,
# whose barriers look like data races.
#
# shellcheck disable=SC2154 # variables of bats

bats_require_minimum_version 1.5.0

readonly lab=$BATS_TEST_DIRNAME/../../labs/9-your-own.md templates=$BATS_TEST_DIRNAME/../../labs/templates

setup()
{
    cd "$BATS_TEST_TMPDIR" || return 1
    short=(--size 100000 --samples 2 --oversubscribe)
}

# The last command's words match.
says() # REGULAR-EXPRESSION
{
    grep -Eq -- "$1" <<<"$output" ||
        { printf 'does not say: %s\nstatus: %s\n%s\n' "$1" "$status" "$output" && return 1; }
}

@test "the templates are listed and right, alone and together" {
    run "$SUITES/parbench" list kernels models
    says '^  dot  .*one vector of a dot product'
    says '^  by-hand  .*made for each execution'
    for words in 'dot serial' 'dot threads' 'dot by-hand --workers 3' 'pi by-hand --workers 2'; do
        [[ $words != *threads || -z ${PARBENCH_TSAN:-} ]] || continue
        # shellcheck disable=SC2086 # words
        run -0 "$SUITES/parbench" measure $words "${short[@]}"
        says '^VALIDATION: PASS$'
    done
}

@test "the solution has the results that the lab tells" {
    run -0 "$SUITES/lab_solution/parbench" measure dot serial --size 10 --samples 2
    says 'Result: 85$'
    run -0 "$SUITES/lab_solution/parbench" measure dot serial --size 3 --samples 2
    says 'Result: 8$'
    run -0 "$SUITES/lab_solution/parbench" measure dot by-hand --workers 2 --samples 2 \
        --oversubscribe
    says '^VALIDATION: PASS$'
}

@test "one item too many is seen with one worker" {
    run -1 "$SUITES/wrong_end/parbench" measure dot serial "${short[@]}"
    says 'FAILED: the result is wrong'
}

@test "partials that are not added are seen with two workers only" {
    run -0 "$SUITES/wrong_combine/parbench" measure dot serial "${short[@]}"
    says '^VALIDATION: PASS$'
    run -1 "$SUITES/wrong_combine/parbench" measure dot by-hand --workers 2 "${short[@]}"
    says 'FAILED: the result is wrong'
}

@test "a lost rest is seen where there is one, and the matrix tells whose items they are" {
    run -0 "$SUITES/lost_rest/parbench" measure dot by-hand --workers 2 "${short[@]}"
    says '^VALIDATION: PASS$'
    run -1 "$SUITES/lost_rest/parbench" measure dot by-hand --workers 2 --size 1000003 \
        --samples 2 --oversubscribe
    says 'FAILED: the result is wrong'
    run -1 "$SUITES/lost_rest/matrix" dot=100003
    says '^failed: parbench measure dot by-hand --workers [37] --size 5 --oversubscribe$'
    says "^    the workers' pieces are not all items once$"
}

@test "a worker without a seat is told, though its result is right" {
    run -1 "$SUITES/no_seat/parbench" measure dot by-hand --workers 2 "${short[@]}"
    says 'a worker of the model by-hand has no seat'
    run -1 "$SUITES/no_seat/matrix" dot=100003
    says 'a worker has no seat'
}

@test "what the lab has students replace stands in the templates" {
    local line count=0
    while IFS= read -r line; do
        grep -qFx -- "${line#-}" "$templates"/*.c || { echo "not there: $line" && return 1; }
        ((count += 1))
    done < <(grep '^-    ' "$lab")
    [ "$count" -eq 4 ]
    [ "$(grep -c CHANGE "$templates/dot.c")" -eq 5 ] # the head tells of the others
}
