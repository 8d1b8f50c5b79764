#!/usr/bin/env bats
#
# Experiments that live in tests/extended: over an option's numbers, over its words, over sizes. That
# their cells are planned, measured, tabled, drawn and on the page took no change elsewhere.

load helper
load made_up_runs

readonly few=(--profile smoke --workers 1 --rounds 1 --seed 1 --out run)

@test "experiments from elsewhere are listed" {
    "$EXTENDED" list experiments | grep -q '^  grain  *how large must pieces be'
    extended run grains
    complained 2 'experiment "grains": did you mean "grain"\?'
}

@test "an experiment over the numbers of an option" {
    extended run grain --kernels primes --size 1e5 --models pool,gil "${few[@]}"
    complained 2 'gil takes no part in that experiment: ask for '
    ! without_openmp || skip "it runs OpenMP threads"
    extended run grain --kernels primes --size 1e5 --models pool,threads "${few[@]}"
    ended_with 0 PASS
    [ "$(grep -c '^primes,pool:chunk=' run/summary.csv)" -eq 3 ]
    [ "$(wc -l <run/summary.csv)" -eq 9 ] # serial and its best, and two models
    grep -q '"grain"' run/manifest.json
    # A line per model, without what is the axis.
    [ "$(cut -f 1 run/figures/grain-primes-time.tsv | sed 1,2d | paste -sd' ')" = \
        "pool 100 1000 10000   threads 100 1000 10000" ] ||
        [ "$(cut -f 1 run/figures/grain-primes-time.tsv | sed 1,2d | paste -sd' ')" = \
            "threads 100 1000 10000   pool 100 1000 10000" ]
    grep -q '>chunk</text>' run/figures/grain-primes-time.svg
    grep -q '>10000</text>' run/figures/grain-primes-efficiency.svg
    grep -q 'alt="Time of primes against chunk, a line per model. With 10000: ' run/report.html
    [[ $(grep -c 'is missing: <code>parbench report' run/report.html) -eq 0 ]]
    extended report run --no-figures --json
    jq -e '[.cells[] | select(.label == "threads:chunk=100")] | length == 1' <<<"$output"
    # Laws are fitted over workers, and Extra-P gets those.
    jq -e '.fits == []' <<<"$output"
    extended export run --format extrap
    [ "$status" -eq 1 ]
}

@test "an experiment over the words of an option, a panel per kernel" {
    extended run kinds --kernels pi --models pool "${few[@]}"
    complained 2 'pool takes no part in that experiment: ask for '
    ! without_openmp || skip "it runs OpenMP threads"
    extended run kinds --kernels primes,pi --size 1e5 --models threads "${few[@]}"
    ended_with 0 PASS
    grep -q '>guided</text>' run/figures/kinds.svg
    grep -q '>schedule</text>' run/figures/kinds.svg
    [ "$(cut -f 1,9 run/figures/kinds.tsv | grep -c '^4.guided$')" -eq 2 ]
    grep -q '<h2>Kinds of schedules</h2>' run/report.html
}

@test "an experiment over sizes, in tables of its own" {
    ! without_openmp || skip "it runs OpenMP threads"
    extended run amounts --kernels primes --size 1e5 --models threads "${few[@]}"
    ended_with 0 PASS
    [ "$(cut -d, -f 1-2 run/summary.csv | grep -c '^primes,threads$')" -eq 3 ]
    grep -q '>100000</text>' run/figures/amounts-primes-speedup.svg
    grep -q '<h3>Amounts of work</h3>' run/report.html
    says '^primes, amounts of work$'
    says '^threads         10000 '
    says '^Amounts: each size has a serial time of its own\.$'
    # No part of a size is nothing; each has as many workers as may be, in whatever order they come.
    extended run amounts --kernels primes --size 5 --models threads --workers 2,1 --oversubscribe \
        --profile smoke --rounds 1 --no-figures --out small
    ended_with 0 PASS
    [ "$(cut -d, -f 1-3,7 small/summary.csv | grep '^primes,threads' | sort | paste -sd' ')" = \
        'primes,threads,2,1 primes,threads,2,5' ]
}

@test "quantities, columns and results of an experiment's own" {
    extended run pieces --kernels primes --size 1e5 --models pool "${few[@]}"
    ended_with 0 PASS
    says '^model  *workers  *median  *time a piece bytes a piece$'
    says '^pool:chunk=10 .* 80 B$'
    says '^primes, pieces: what follows$'
    [ "$(head -1 run/results.csv)" = experiment,kernel,series,result,unit,value,low,high,rounds ]
    grep -q '^pieces,primes,pool,time of the least piece,s,[0-9.e-]*,,,[12]$' run/results.csv
    grep -q '^pieces,primes,pool,growth,,' run/results.csv
    [[ $(grep -c 'is missing: <code>parbench report' run/report.html) -eq 0 ]]
    grep -q '<th scope="col">bytes a piece</th>' run/report.html
    grep -q '<th scope="col">time of the least piece</th>' run/report.html
    # Over the axis with a line beside each series and one of all, over bytes, and as bars.
    grep -q '>thin lines: no less</text>' run/figures/pieces-primes-time-a-piece.svg
    grep -q '>serial, an item</text>' run/figures/pieces-primes-time-a-piece.svg
    grep -q '>64 KiB</text>' run/figures/pieces-primes-bytes.svg
    grep -q '>bytes a piece</text>' run/figures/narrow/pieces-primes-bytes.svg
    for panel in 10 1000 10000; do # of the four the profile smoke has three
        grep -q ">chunk: $panel</text>" run/figures/pieces-primes-bars.svg
    done
    grep -q '>shared memory</text>' run/figures/narrow/pieces-primes-bars.svg
    extended report run --no-figures --json
    jq -e '[.results[] | select(.series == "pool" and .result == "growth")] | length == 1' \
        <<<"$output"
}

@test "ranks and threads that share all cores" {
    built hybrid || skip "hybrid is not built"
    ! without_openmp || skip "it runs OpenMP threads"
    parbench run ranks --kernels primes --size 1e5 --profile smoke --workers 2 --oversubscribe \
        --rounds 1 --no-figures --out run
    ended_with 0 PASS
    [[ $output == *'model=hybrid:ranks=1 workers=2 ranks=1 threads=2 '* ]]
    [[ $output == *'model=hybrid:ranks=2 workers=2 ranks=2 threads=1 '* ]]
    [ "$(grep -c '^primes,hybrid' run/summary.csv)" -eq 2 ]
    parbench compare run run --json
    [[ $output == *'"hybrid:ranks=1"'* && $output == *'"hybrid:ranks=2"'* ]]
}

@test "which division into ranks is the fastest, or that nobody knows" {
    make_ranks_run apart 0.12 0.11 0.13 0.2
    parbench report apart --no-figures
    [[ $(tr -s '\n ' ' ' <<<"$output") == *'pi: 8 workers of hybrid are the fastest as 2 ranks x 4 threads, 7.27 times serial; the next best, 1 rank x 8 threads, 6.67 times.'* ]]
    make_ranks_run alike 0.12 0.12 0.13 0.2
    parbench report alike --no-figures --json
    grep -q 'pi: 1 rank x 8 threads of hybrid are at the top, 6.67 times serial; the data do not decide between that and 2 ranks x 4 threads' alike/report.html
}

@test "a model for requests is measured where it is named, and by what asks for such" {
    built mpi-p2p || skip "mpi-p2p is not built"
    local how=(--dry-run --kernels pi --workers 2 --oversubscribe)
    parbench run strong "${how[@]}"
    says '^# pi/mpi/workers:2/'
    never_says mpi-p2p
    parbench run strong "${how[@]}" --models mpi-p2p
    says '^# pi/mpi-p2p/workers:2/'
}

@test "messages are measured, verified and drawn over their bytes" {
    built mpi-p2p || skip "mpi-p2p is not built"
    parbench run messages --profile smoke --rounds 1 --oversubscribe --out run
    ended_with 0 PASS
    [ "$(grep -c '^FOM kernel=copy model=mpi-p2p workers=2 ranks=2 ' <<<"$output")" -eq 3 ]
    [ "$(grep -c '^FOM kernel=copy model=mpi workers=2 ' <<<"$output")" -eq 3 ]
    [ "$(grep -c '^FOM kernel=copy model=serial workers=1 ' <<<"$output")" -eq 3 ]
    says '^copy, messages$'
    # Nothing computes: where the time went is no question, nor which model is the fastest.
    never_says '^where the time went|^Each field|! also for'
    [ ! -e run/figures/where-copy.svg ]
    ! grep -Eq 'class="overview"|Laws of scaling|>Size 2' run/report.html || false
    grep -q '<details id="copy-messages" open>' run/report.html
    # Each row has a unit of its own.
    says '^mpi-p2p  *8 B  *[0-9.]+ [mun]?s~? '
    says '^mpi-p2p  *64 MiB  *[0-9.]+ [mun]?s~? '
    [ "$(grep -v '^#' run/figures/messages-copy-time.tsv | grep -c '^8'$'\t')" -eq 3 ]
    grep -q '>bytes to the other rank<' run/figures/messages-copy-time.svg
    grep -q '>64 MiB</text>' run/figures/messages-copy-time.svg
    grep -Eq '>1+0* [mµn]s</text>' run/figures/messages-copy-time.svg
    [[ $(grep -o '<text[^>]*>ideal<' run/figures/messages-copy-time.svg) == '' ]]
    grep -q '<h3>Messages</h3>' run/report.html
}

@test "what messages have of their own is not asked for" {
    built mpi-p2p || skip "mpi-p2p is not built"
    refuses 'messages has kernels of its own: leave --kernels out' run messages --kernels pi
    refuses 'messages has sizes of its own: leave --size out' run messages --size 1e6
    refuses 'messages has numbers of workers of its own: leave --workers out' run messages --workers 2
    refuses 'hybrid takes no part in that experiment' run messages --models hybrid
    parbench run strong messages --kernels pi --size 1e5 --workers 1 --dry-run --oversubscribe
    [ "$status" -eq 0 ]
    [ "$(grep -c '^# copy/' <<<"$output")" -eq 24 ]
    never_says '^# copy/threads/'
    says '^# pi/mpi/workers:1/'
}

# No cell has the time to be measured: which ones are planned is all that is looked at.
@test "what is costly along an axis of its own is measured by name, or by the full profile" {
    built hybrid || skip "hybrid is not built"
    local how=(--kernels pi --models "serial,hybrid" --size 1000 --workers 2 --oversubscribe
        --rounds 1 --cell-timeout 1us --no-figures)
    parbench run "${how[@]}" --profile quick --out quick
    [ "$(grep -c 'hybrid:ranks=' quick/manifest.json)" -eq 0 ]
    parbench run ranks "${how[@]}" --profile quick --out named
    grep -q 'hybrid:ranks=2' named/manifest.json
    parbench run "${how[@]}" --profile full --out full
    grep -q 'hybrid:ranks=2' full/manifest.json
}

# Each schedule at each size of pieces that leaves no worker without one, beside the model's own; what
# goes with no chunk is left out, and a model that is named with options is taken as it is named.
@test "schedules are compared over the size of pieces, where items take different times" {
    ! without_openmp || skip "it runs OpenMP threads"
    parbench run schedule --models threads,pool:dispatch=imap --size primes=20000,grid=200 \
        --profile smoke --rounds 1 --workers 2 --oversubscribe --out run
    ended_with 0 PASS
    [ "$(grep -c '^primes,threads:schedule=dynamic' run/summary.csv)" -eq 3 ]
    [ "$(grep '^primes,pool' run/summary.csv | cut -d, -f 2 | paste -sd' ')" = \
        'pool:dispatch=imap pool:dispatch=imap:chunk=128 pool:dispatch=imap:chunk=8192' ]
    [ "$(grep '^grid,threads[,:]c*' run/summary.csv | cut -d, -f 2 | grep -v schedule | paste -sd' ')" = \
        'threads threads:chunk=16 threads:chunk=128' ]
    ! grep -q '^pi,' run/summary.csv || false
    # The model's own choice is no number, and has its row but no place on the axis.
    [ "$(cut -f 1 run/figures/schedule-primes-time.tsv | sed 1,2d | paste -sd' ')" = \
        "threads 128 8192   threads:schedule=dynamic 128 8192   threads:schedule=guided 128 8192   \
pool:dispatch=imap 128 8192" ]
    says '^primes, schedules: size 20 000$'
    says '^Schedules: chunk is the most items of a piece'
    grep -q '<h3>Schedules</h3>' run/report.html
    parbench run schedule --models pool:dispatch=auto:transport=pipe --workers 2 --oversubscribe --dry-run
    [ "$(grep -c '^# .*/pool:' <<<"$output")" -eq 2 ] # with no chunk
}

@test "what it costs to move bytes, by each transport, over their number" {
    built mpi-p2p || skip "mpi-p2p is not built"
    parbench run comm --dry-run --oversubscribe
    for model in pool pool:transport=pipe queue queue:channel=pair manager mpi \
        mpi:transport=object mpi:inputs=bcast mpi-p2p mpi-p2p:mode=ready mpi-shared; do
        [ "$(grep -c "^# squares/$model/workers:2/" <<<"$output")" -eq 8 ] || { show && return 1; }
    done
    # Who computes alone, in threads, or hands out piece by piece; a word twice; another kernel.
    never_says '^# squares/(threads|gil|futures|shared|hybrid|mpi-pool|mpi-rma|pool:transport=shared)'
    never_says '^# (copy|grid|pi|squares:algorithm)'
    parbench run comm --profile smoke --rounds 1 --oversubscribe --out run \
        --models pool,pool:transport=pipe,queue,mpi-p2p
    ended_with 0 PASS
    for model in pool pool:transport=pipe queue mpi-p2p; do
        [ "$(grep -c "^FOM kernel=squares model=$model workers=2 " <<<"$output")" -eq 3 ]
    done
    says '^squares, what it costs to move bytes$'
    # All inputs and outputs, the outputs, or half of both with the partial's 16 bytes; or none.
    says '^ +64 MiB .* 128 MiB$'
    says '^queue +64 MiB .* 64 MiB$'
    says '^pool +64 MiB .* - +0 B$'
    # Three sizes are too few for a line.
    grep -q '<h3>What it costs to move bytes</h3>' run/report.html
    for figure in processes messages; do
        grep -q '>bytes of inputs<' "run/figures/comm-squares-$figure.svg"
        grep -q '>serial<' "run/figures/comm-squares-$figure.svg"
    done
    [ "$(grep -c 'mpi-p2p' run/figures/comm-squares-processes.svg)" -eq 0 ]
    [ "$(grep -c '>pool' run/figures/comm-squares-messages.svg)" -eq 0 ]
}

@test "a line is fitted to what moving takes from four sizes on" {
    built mpi-p2p || skip "mpi-p2p is not built"
    parbench run comm --rounds 1 --oversubscribe --no-figures --models pool,mpi-p2p --json
    jq -e '[.results[] | select(.experiment == "comm" and .series == "mpi-p2p")] | length == 3' \
        <<<"$output"
    jq -e '[.results[] | select(.series == "pool" and .value != null)] | length == 0' <<<"$output"
}

@test "messages that are waited for, and others, beside the same work" {
    built mpi-p2p || skip "mpi-p2p is not built"
    parbench run overlap --profile smoke --rounds 1 --oversubscribe --out run
    ended_with 0 PASS
    for way in '' :call=nonblocking :call=persistent :call=nonblocking:chunk=2097152 \
        :call=nonblocking:chunk=131072 :call=nonblocking:chunk=32768; do
        says "^FOM kernel=squares model=mpi-p2p$way workers=2 ranks=2 threads=1 nodes=1 size=4194304 "
    done
    [ "$(grep -c '^FOM' <<<"$output")" -eq 7 ]
    says '^squares, messages beside work$'
    grep -q '>the work alone<' run/figures/overlap-squares-time.svg
}

# A size of its own for each way to hand tasks out, whose base is measured, too; the table of what
# follows has a row for each series, and a series on one side of 50 % has no figure.
@test "how small a task may be is asked of tasks of several sizes" {
    ! without_openmp || skip "it runs OpenMP threads"
    parbench run granularity --models threads,pool --workers 2 --oversubscribe --dry-run --profile quick
    [ "$(grep -c '^# pi/serial/.*/n:8388608$' <<<"$output")" -eq 1 ]
    [ "$(grep -c '^# pi/threads:chunk=' <<<"$output")" -eq 8 ]
    [ "$(grep -c '^# pi/threads:schedule=dynamic:chunk=' <<<"$output")" -eq 8 ]
    [ "$(grep -c '^# pi/pool:transport=pipe:chunk=' <<<"$output")" -gt 5 ]
    never_says '^# pi/pool:transport=pipe:chunk=(8|32|128)/'
    never_says '^# (pi:algorithm|divide|primes)'
    parbench run granularity --models threads --size 1e5 --workers 2 --oversubscribe \
        --profile smoke --rounds 1 --no-figures --out run
    ended_with 0 PASS
    [ "$(grep -c '^pi,threads:chunk=' run/summary.csv)" -eq 3 ]
    says '^pi, granularity'
}
