# shellcheck disable=SC2154 # variables of bats
#
# What a kernel shows of its outputs: measure --outputs draws it, and each run of the kernel.

load helper

# All points of the table are steady states: both balances of grid.c hold, to the digits shown.
steady() # FILE
{
    awk -F '\t' '
        function small(difference, of) { return difference < 0 ? -difference <= of : difference <= of }
        /^#/ { next }
        {
            free = 1 - $4 - $5; reaction = 1e7 * $4 * $5
            if (NF != 5 || !small(1e8 * $1 * free - 2e7 * $4 - reaction, 2e-4 * 1e8 * $1 + 20) ||
                !small(2e7 * $2 * free * free - reaction, 2e-4 * 2e7 * $2 + 20) ||
                !small($3 - reaction, 1e-4 * reaction)) {
                print "not steady: " $0; wrong = 1
            }
        }
        END { exit wrong }' "$1"
}

@test "a table of what was computed, the same by each model" {
    local model models=(serial pool)
    without_openmp || models+=(threads)
    ! built mpi || models+=(mpi)
    for model in "${models[@]}"; do
        parbench measure grid "$model" --alone --size 2500 --workers "$([[ $model = serial ]] &&
            echo 1 || echo 2)" --samples 2 --oversubscribe --outputs "$model.tsv"
        ended_with 0 PASS
        says "^What was computed: $model.tsv$"
        cmp serial.tsv "$model.tsv"
    done
    [ "$(head -n 1 serial.tsv)" = $'# p(CO), bar\tp(O₂), bar\tturnovers of a site in a second\tsites with CO, of all\tsites with oxygen, of all' ]
    [ "$(wc -l <serial.tsv)" -eq 2501 ]
    steady serial.tsv
}

@test "any size has a table, and many points have a smaller one" {
    local size
    for size in 1 2 3 7 8 97; do
        parbench measure grid serial --size $size --samples 2 --outputs some.tsv
        ended_with 0 PASS
        [ "$(wc -l <some.tsv)" -eq "$(awk -v n=$size 'BEGIN {
            c = int(sqrt(n)); print 1 + int(n / c) * c }')" ]
        steady some.tsv
    done
    parbench measure grid serial --samples 2 --outputs many.tsv
    ended_with 0 PASS
    [ "$(wc -l <many.tsv)" -eq $((1 + 106 * 106)) ]
    steady many.tsv
}

@test "pictures of it" {
    local size
    type -P gnuplot >/dev/null || skip "no gnuplot"
    for size in 1 2 3 7 97 2500; do
        parbench measure grid serial --size $size --samples 2 --outputs map.svg
        ended_with 0 PASS
        grep -q 'p(CO), bar' map.svg
        grep -q 'turnovers of a site in a second' map.svg
        grep -q "size .*, computed by serial, 1 worker, verified; " map.svg
        grep -q '</svg>' map.svg
    done
    grep -q 'data:image/png;base64,' map.svg # many points are an image in it
    parbench measure grid serial --size 2500 --samples 2 --outputs map.PNG
    ended_with 0 PASS
    [ "$(head -c 4 map.PNG | tail -c 3)" = PNG ]
    [ "$(ls)" = $'map.PNG\nmap.svg' ] || [ "$(ls | sort)" = $'map.PNG\nmap.svg' ]
}

@test "what cannot be drawn is told before anything is measured" {
    refuses "outputs: pi shows none: take one of grid" measure pi serial --outputs pi.svg
    refuses "outputs takes a file that ends in .svg, .png or .tsv, not map.pdf" \
        measure grid serial --outputs map.pdf
    parbench measure grid serial --outputs no/such/map.tsv
    complained 1 'cannot write no/such/map.tsv: No such file or directory'
    parbench measure grid serial --outputs /map.tsv/map.tsv
    complained 1 'cannot write /map.tsv/map.tsv'
}

# Of a run with that kernel.
run_grid() # DIR ARGUMENT…
{
    parbench run strong --profile smoke --kernels grid,pi --size 2500 --models serial,pool \
        --workers 1 --rounds 1 --out "$@"
}

@test "a run keeps the table, draws it, and shows it on its page" {
    type -P gnuplot >/dev/null || skip "no gnuplot"
    run_grid run
    ended_with 0 PASS
    [ "$(ls run/outputs)" = grid.tsv ]
    steady run/outputs/grid.tsv
    cmp run/outputs/grid.tsv run/figures/outputs-grid.tsv
    [ -s run/figures/outputs-grid.svg ]
    [ -s run/figures/outputs-grid.png ]
    [ -s run/figures/narrow/outputs-grid.svg ]
    grep -q 'What was computed' run/report.html
    grep -Eq 'alt="Heat map of turnovers of a site over the pressures of CO and oxygen: turnovers of a site in a second, from [0-9.]+ at p\(CO\) 1e-05 bar and p\(O₂\) 0.5 bar to [0-9.e+]+ at p\(CO\) 0.[0-9]+ bar and p\(O₂\) 0.5 bar."' \
        run/report.html
    rm run/figures/outputs-grid.svg run/figures/narrow/outputs-grid.svg
    parbench report run
    ended_with 0 PASS
    [ -s run/figures/outputs-grid.svg ]
}

@test "a table that is none is not drawn, and a run that goes on keeps it" {
    run_grid run --no-figures
    ended_with 0 PASS
    echo 'nothing' >run/outputs/grid.tsv
    parbench report run --no-figures
    ended_with 0 PASS
    ! grep -q 'What was computed' run/report.html
    parbench run --resume run --rounds 2
    ended_with 0 PASS
    [ "$(cat run/outputs/grid.tsv)" = nothing ]
}
