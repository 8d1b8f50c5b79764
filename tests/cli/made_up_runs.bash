# shellcheck shell=bash
#
# Folders of runs that never took place, for tests of what is made of runs.

readonly size=1000000

# One object a cell, as the manifest and every sample have it.
cell() # KERNEL MODEL WORKERS SIZE
{
    printf '"cell":"%s/%s/workers:%d/ranks:1/threads:%d/nodes:1/n:%d","kernel":"%s",' \
        "$1" "$2" "$3" "$3" "$4" "$1"
    printf '"model":"%s","label":"%s","options":{},"workers":%d,"ranks":1,"threads":%d,' \
        "$2" "$2" "$3" "$3"
    printf '"nodes":1,"size":%d,"oversubscribed":false' "$4"
}

# A folder of a run with a serial and a threads cell of pi, in rounds of two samples. Times differ
# from round to round by up to 0.5 %, those of threads are FACTOR times as long.
make_run() # FOLDER ROUNDS FACTOR [HOST] [SIZE]
{
    local serial threads n=${5:-$size}
    serial=$(cell pi serial 1 "$n") threads=$(cell pi threads 2 "$n")
    mkdir -p "$1"
    printf '{"schema":1,"started":"2026-01-02T03:04:05Z","profile":"quick",' >"$1/manifest.json"
    printf '"samples_per_launch":2,"versions":{"compiler":"GNU 12","flags":"-O3"},' \
        >>"$1/manifest.json"
    printf '"machine":{"host":"%s","cpu":"a cpu","cores":2,"allowed":2},"environment":{},' \
        "${4:-node1}" >>"$1/manifest.json"
    printf '"cells":[{%s,"experiments":["strong"]},{%s,"experiments":["strong"]}]}\n' \
        "$serial" "$threads" >>"$1/manifest.json"
    awk -v rounds="$2" -v factor="$3" -v serial="$serial" -v threads="$threads" '
        function launch(cell, round, seconds,    sample) {
            for (sample = 0; sample < 2; sample++)
                printf "{%s,\"round\":%d,\"sample\":%d,\"seconds\":%.9f,\"startup_s\":0.001," \
                    "\"verified\":true,\"result\":\"3.14\",\"counts\":{}}\n",
                    cell, round, sample, seconds * (1 + sample / 100000)
        }
        BEGIN {
            for (round = 0; round < rounds; round++) {
                launch(serial, round, 0.02 * (1 + round * 7 % 10 / 2000))
                launch(threads, round, 0.01 * factor * (1 + round * 7 % 10 / 2000))
            }
        }' >"$1/samples.jsonl"
    echo '{"ended":"rounds"}' >>"$1/samples.jsonl"
}

# A folder of a run with so many cells of pi, threads with 1 and 2 workers under one option after
# the other, in one round of one sample.
make_wide_run() # FOLDER CELLS
{
    mkdir -p "$1"
    awk -v cells="$2" -v folder="$1" '
        BEGIN {
            manifest = folder "/manifest.json"
            samples = folder "/samples.jsonl"
            printf "{\"schema\":1,\"machine\":{\"host\":\"node1\"},\"cells\":[" >manifest
            for (i = 0; i < cells; i++) {
                chunk = int(i / 2) + 1
                id = sprintf("\"cell\":\"pi/threads:chunk=%d/workers:%d\"", chunk, i % 2 + 1)
                printf "%s{%s,\"kernel\":\"pi\",", i ? "," : "", id >manifest
                printf "\"model\":\"threads\"," >manifest
                printf "\"label\":\"threads:chunk=%d\",\"options\":{},", chunk >manifest
                printf "\"workers\":%d,\"ranks\":1,\"threads\":1,", i % 2 + 1 >manifest
                printf "\"nodes\":1,\"size\":1000000,\"oversubscribed\":false," >manifest
                printf "\"traits\":[],\"experiments\":[\"strong\"]}\n" >manifest
                printf "{%s,\"round\":0,\"sample\":0,\"seconds\":0.01,", id >samples
                printf "\"startup_s\":0.001,\"verified\":true}\n" >samples
            }
            print "]}" >manifest
            print "{\"ended\":\"rounds\"}" >samples
        }'
}

# What the workers of make_run()'s cells did, in each round: serial is busy for 20 ms of 20.2, two
# threads for 12 and 9 of 12.5; of peak memory serial has 4 MiB, the second thread 8. COUNTERS no:
# there are none, and PAPI says why.
add_workers() # FOLDER ROUNDS COUNTERS
{
    local serial threads
    serial=$(cell pi serial 1 "$size") threads=$(cell pi threads 2 "$size")
    awk -v rounds="$2" -v counters="$3" -v serial="$serial" -v threads="$threads" '
        function worker(busy, instructions, cycles, peak,    own) {
            own = cycles / 1000
            if (counters == "no")
                instructions = cycles = own = "null"
            return sprintf("{\"busy_s\":%s,\"cpu_s\":%s,\"voluntary_switches\":2," \
                "\"involuntary_switches\":1,\"minor_faults\":7,\"major_faults\":0," \
                "\"processor\":0,\"peak_memory_bytes\":%d,\"counters\":{\"PAPI_TOT_INS\":%s," \
                "\"PAPI_TOT_CYC\":%s,\"PAPI_L3_TCM\":%s}}", busy, busy, peak, instructions,
                cycles, own)
        }
        function launch(cell, round, wall, workers) {
            printf "{%s,\"round\":%d,\"wall_s\":%s,\"workers_busy\":[%s],\"counters_absent\":%s}\n",
                cell, round, wall, workers,
                counters == "no" ? "{\"PAPI_TOT_INS\":\"no <PMU> found\"," \
                    "\"PAPI_L3_TCM\":\"no <PMU> found\"}" : "{}"
        }
        BEGIN {
            for (round = 0; round < rounds; round++) {
                launch(serial, round, 0.0202, worker(0.020, 100000000, 50000000, 4194304))
                launch(threads, round, 0.0125, worker(0.012, 70000000, 28000000, 4194304) "," \
                    worker(0.009, 55000000, 22000000, 8388608))
            }
        }' >>"$1/samples.jsonl"
    # The lines of a launch follow each other.
    awk '{
            match($0, /"round":[0-9]+/)
            printf "%d ", RSTART ? substr($0, RSTART + 8, RLENGTH - 8) : 1e9
            match($0, /"cell":"[^"]*"/)
            printf "%s\t%s\n", substr($0, RSTART, RLENGTH), $0
        }' "$1/samples.jsonl" | sort -s -k 1,1n -k 2,2 | cut -f 2- >"$1/sorted"
    mv "$1/sorted" "$1/samples.jsonl"
}

# A folder of a run with serial and threads cells of pi with WORKERS…, on 8 cores, in rounds of one
# sample each. Amdahl's law holds with a serial fraction of 0.1, but for 0.1 % from round to round.
make_scaling_run() # FOLDER ROUNDS WORKERS…
{
    local folder=$1 rounds=$2 workers cells
    shift 2
    cells=$(cell pi serial 1 "$size")
    mkdir -p "$folder"
    for workers; do cells+=$'\n'$(cell pi threads "$workers" "$size"); done
    {
        printf '{"schema":1,"started":"2026-01-02T03:04:05Z","profile":"quick",'
        printf '"samples_per_launch":1,"machine":{"host":"node1","cpu":"a cpu","allowed":8},'
        printf '"cells":['
        sed 's/.*/{&,"experiments":["strong"]}/' <<<"$cells" | paste -sd,
        printf ']}\n'
    } >"$folder/manifest.json"
    awk -v rounds="$rounds" '
        {
            workers = $0
            gsub(/.*"workers":|,.*/, "", workers)
            for (round = 0; round < rounds; round++)
                printf "{%s,\"round\":%d,\"sample\":0,\"seconds\":%.9f,\"startup_s\":0.001," \
                    "\"verified\":true,\"result\":\"3.14\",\"counts\":{}}\n", $0, round,
                    0.8 * (0.1 + 0.9 / workers) * (1 + (NR * 3 + round * 7) % 10 / 10000)
        }' <<<"$cells" >"$folder/samples.jsonl"
    echo '{"ended":"rounds"}' >>"$folder/samples.jsonl"
}

# A folder of a run of a node with 64 cores: 4 kernels, 6 models, up to 128 workers, 6 rounds of
# three samples, and what each worker did. No two figures are alike, as none of a measurement are.
make_node_run() # FOLDER
{
    mkdir -p "$1"
    awk -v folder="$1" '
        function cell(kernel, model, workers, n, experiments,    id) {
            id = kernel "/" model "/workers:" workers "/ranks:1/threads:1/nodes:1/n:" n
            of[++cells] = sprintf("\"cell\":\"%s\",\"kernel\":\"%s\",\"model\":\"%s\"," \
                "\"label\":\"%s\",\"options\":{},\"workers\":%d,\"ranks\":1,\"threads\":1," \
                "\"nodes\":1,\"size\":%d,\"base_size\":1000000,\"oversubscribed\":%s", id, kernel,
                model, model, workers, n, workers > 64 ? "true" : "false")
            at[cells] = workers; grows[cells] = n > 1000000 ? workers : 1
            printf "%s{%s,\"experiments\":[%s]}\n", (cells > 1 ? "," : ""), of[cells],
                experiments >manifest
        }
        function kernel(name,    m, w) {
            cell(name, "serial", 1, 1000000, "\"gil\",\"strong\",\"weak\"")
            for (m = 1; m <= models; m++)
                for (w = 1; w <= 128; w *= 2) {
                    cell(name, model[m], w, 1000000, w > 64 ? "\"gil\"" : "\"gil\",\"strong\"")
                    if (w > 1 && w <= 64)
                        cell(name, model[m], w, w * 1000000, "\"weak\"")
                }
        }
        function launch(c, round, seconds,    s, w, busy) {
            printf "{%s,\"round\":%d,\"wall_s\":%.9f,\"workers_busy\":[", of[c], round,
                seconds >samples
            for (w = 0; w < at[c]; w++) {
                busy = seconds * (0.8 + 0.19 * rand())
                printf "%s{\"node\":\"n\",\"rank\":0,\"thread\":%d,\"busy_s\":%.9f,\"cpu_s\":%.9f," \
                    "\"voluntary_switches\":0,\"involuntary_switches\":1,\"minor_faults\":0," \
                    "\"major_faults\":0,\"processor\":%d,\"processors\":\"%d\"," \
                    "\"peak_memory_bytes\":9000000,\"counters\":{\"PAPI_TOT_INS\":%d," \
                    "\"PAPI_TOT_CYC\":%d}}", w ? "," : "", w, busy, busy, w % 64, w % 64,
                    9e9 * busy, 3.4e9 * busy >samples
            }
            print "],\"counters_absent\":{}}" >samples
            for (s = 0; s < 3; s++)
                printf "{%s,\"round\":%d,\"sample\":%d,\"seconds\":%.9f,\"executions\":1," \
                    "\"startup_s\":0.01,\"verified\":true,\"result\":\"3.14\",\"counts\":{}}\n",
                    of[c], round, s, seconds * (1 + 0.01 * rand()) >samples
        }
        BEGIN {
            srand(3)
            manifest = folder "/manifest.json"; samples = folder "/samples.jsonl"
            models = split("gil threads pool mpi hybrid", model, " ")
            printf "{\"schema\":1,\"started\":\"2026-01-02T03:04:05Z\",\"profile\":\"quick\"," \
                "\"samples_per_launch\":3,\"machine\":{\"host\":\"node1\",\"cpu\":\"a cpu\"," \
                "\"cores\":64,\"allowed\":64},\"cells\":[" >manifest
            kernel("factorial"); kernel("pi"); kernel("primes"); kernel("squares")
            print "]}" >manifest
            for (round = 0; round < 6; round++)
                for (c = 1; c <= cells; c++)
                    launch(c, round, 0.02 * grows[c] * (0.05 + 0.95 / at[c]))
            print "{\"ended\":\"rounds\"}" >samples
        }'
}

# A folder of a run of the experiment `ranks` with pi on 8 cores, in 6 rounds of one sample: serial, and
# 8 workers in 1, 2, 4 and 8 ranks that take the SECONDS, but for 0.1 % from round to round.
make_ranks_run() # FOLDER SECONDS SECONDS SECONDS SECONDS
{
    mkdir -p "$1"
    awk -v folder="$1" -v times="${*:2}" '
        function cell(label, ranks, workers) {
            return sprintf("\"cell\":\"pi/%s/workers:%d/ranks:%d/threads:%d/nodes:1/n:1000\"," \
                "\"kernel\":\"pi\",\"model\":\"%s\",\"label\":\"%s\",\"options\":{%s}," \
                "\"workers\":%d,\"ranks\":%d,\"threads\":%d,\"nodes\":1,\"size\":1000," \
                "\"oversubscribed\":false", label, workers, ranks, workers / ranks,
                ranks > 1 || workers > 1 ? "hybrid" : "serial", label,
                workers > 1 ? "\"ranks\":\"" ranks "\"" : "", workers, ranks, workers / ranks)
        }
        function add(object, trait, seconds,    round) {
            printf "%s{%s,\"traits\":[\"%s\"],\"experiments\":[\"ranks\"]}", comma, object, trait \
                >manifest
            comma = ","
            for (round = 0; round < 6; round++)
                lines[round] = lines[round] sprintf("{%s,\"round\":%d,\"sample\":0,\"seconds\":" \
                    "%.9f,\"startup_s\":0.001,\"verified\":true,\"result\":\"3.14\"}\n", object,
                    round, seconds * (1 + round * 7 % 5 / 5000))
        }
        BEGIN {
            manifest = folder "/manifest.json"
            printf "{\"schema\":1,\"machine\":{\"host\":\"node1\",\"cores\":8,\"allowed\":8}," \
                "\"cells\":[" >manifest
            add(cell("serial", 1, 1), "base", 0.8)
            for (i = 1; i <= split(times, seconds, " "); i++)
                add(cell("hybrid:ranks=" 2 ^ (i - 1), 2 ^ (i - 1), 8), "ranks", seconds[i])
            print "]}" >manifest
            for (round = 0; round < 6; round++)
                printf "%s", lines[round] >(folder "/samples.jsonl")
            print "{\"ended\":\"rounds\"}" >(folder "/samples.jsonl")
        }'
}

# A folder of a run on 2 cores, in 6 rounds of one sample: serial and threads with 2 workers of map,
# which takes 10 ms, and 6; and what limits it, memory, as move tells that takes 9 ms with one thread
# and SECONDS with two. All of a round is up to 50 % slower than another.
make_limited_run() # FOLDER SECONDS
{
    local one two limits=()
    one=$(cell move threads 1 "$size") two=$(cell move threads 2 "$size")
    mkdir -p "$1"
    for workers in 1 2; do
        limits+=("\"limit\":{\"cell\":\"move/threads/workers:$workers/ranks:1/threads:$workers/nodes:1/n:\
$size\",\"kind\":\"machine\",\"what\":\"memory\"}")
    done
    {
        printf '{"schema":1,"machine":{"host":"node1","cores":2,"allowed":2},"cells":['
        printf '{%s,"traits":["base"],"experiments":["strong"],%s},' "$(cell map serial 1 "$size")" \
            "${limits[0]}"
        printf '{%s,"traits":["shared-memory"],"experiments":["strong"],%s},' \
            "$(cell map threads 2 "$size")" "${limits[1]}"
        printf '{%s,"traits":["shared-memory"],"told_with":"map","experiments":[]},' "$one"
        printf '{%s,"traits":["shared-memory"],"told_with":"map","experiments":[]}]}\n' "$two"
    } >"$1/manifest.json"
    local round i cells=("$(cell map serial 1 "$size")" "$(cell map threads 2 "$size")" "$one" "$two")
    local times=(0.010 0.006 0.009 "$2")
    for round in 0 1 2 3 4 5; do
        for i in 0 1 2 3; do
            printf '{%s,"round":%d,"sample":0,"seconds":%s,"startup_s":0.001,"verified":true,' \
                "${cells[i]}" "$round" "$(awk "BEGIN { print ${times[i]} * (1 + $round / 10) }")"
            printf '"result":"7","counts":{}}\n'
        done
    done >"$1/samples.jsonl"
    echo '{"ended":"rounds"}' >>"$1/samples.jsonl"
}
