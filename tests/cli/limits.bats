# What limits a kernel, as runs tell that never took place. See helper.bash.

load helper
load made_up_runs

@test "the share of the limit that is reached stands in the tables, and what it is of" {
    make_limited_run run 0.0057
    parbench report run
    [ "$status" -eq 0 ]
    fits "$output"
    says '^speedup over serial, 12\.5 ms; limit: memory, as long as move takes with as many$'
    says '^workers, 7\.12 ms with 2$'
    says '^model  *workers  *median, ms  *speedup  limit$'
    says '^serial  *1 .* 1\.000\]   0\.90$'
    says '^threads  *2 .* 1\.667\]   0\.95$'
    says '^threads \(move\)  *2  *7\.12.*  -      -$'
    says "^limit: the share of the limit's speed that is reached; above 1 it is none\.$"
    says '^- map under threads with 2 workers reaches 95 % of the speed that memory allows$'
    says '^  \(move with as many workers\): with this algorithm next to nothing is left to$'
    says '^  gain\.$'
    says '^FOM kernel=map .* workers=2 .* of_limit=0\.9500 of_limit_low=0\.9500 of_limit_high=0\.9500$'
    head -n 1 run/summary.csv | grep -q ',limit,limit_s,of_limit,of_limit_low,of_limit_high,'
    grep -Eq '^map,threads,2,.*,memory,0\.007125,0\.95,0\.95,0\.95,,,,,,,,$' run/summary.csv
    grep -Eq '^move,threads,2,.*,,,,,$' run/summary.csv
    grep -q '<th scope="col">of limit</th>' run/report.html
    grep -q 'limit: memory, as long as move takes with as many workers, 7.12 ms with 2\.' \
        run/report.html
    parbench report run --json --no-figures
    jq -e '.cells[1] | .limit == "memory" and .of_limit > 0.949 and .of_limit < 0.951' <<<"$output"
    jq -e '.cells[3] | .limit == null and .of_limit == null and .speedup == null' <<<"$output"
}

@test "what limits a kernel is drawn, and its numbers are beside it" {
    make_limited_run run 0.0057
    parbench report run
    [ "$(sed -n '/^limit: memory$/,$p' run/figures/strong-map-speedup.tsv | tail -n +2 |
        awk '{ printf "%s %.3f;", $1, $2 }')" = "2 1.754;" ]
    grep -q 'limit: memory' run/figures/strong-map-speedup.svg
    grep -q '>limit<' run/figures/strong.svg
    run ! grep -q limit run/figures/strong-map-time.svg
}

@test "a limit that is passed is said to be none, and one that is far says so" {
    make_limited_run passed 0.0066
    parbench report passed --no-figures
    says '^- map under threads with 2 workers reaches 110 % of the speed that memory allows$'
    says '^  \(move with as many workers\): that is no limit of it\.$'
    make_limited_run far 0.003
    parbench report far --no-figures
    says '^- map under threads with 2 workers reaches 50 % of the speed that memory allows$'
    says '^  \(move with as many workers\): more than that holds it up\.$'
}

@test "without the cell that tells it there is no limit" {
    make_limited_run run 0.0057
    jq '.cells |= map(del(.limit))' run/manifest.json >manifest
    mv manifest run/manifest.json
    parbench report run
    says '^model  *workers  *median, ms  *speedup effic\.$'
    never_says 'limit'
    grep -Eq '^map,threads,2,.*,,,,,$' run/summary.csv
    run ! grep -q limit run/figures/strong-map-speedup.svg
}
