# shellcheck shell=bash
#
# Folders of runs that never took place, for tests of what is made of runs.
#
# shellcheck disable=SC2001,SC2129 # a file is written line by line, and lines are edited by sed

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
    {
        printf '{"schema":1,"started":"2026-01-02T03:04:05Z","profile":"quick",'
        printf '"samples_per_launch":2,"versions":{"compiler":"GNU 12","flags":"-O3"},'
        printf '"machine":{"host":"%s","cpu":"a cpu","cores":2,"allowed":2},"environment":{},' \
            "${4:-node1}"
        printf '"cells":[{%s,"experiments":["strong"]},{%s,"experiments":["strong"]}]}\n' \
            "$serial" "$threads"
    } >"$1/manifest.json"
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
# threads for 12 and 9 of 12.5, from 0.1 and 0.2 ms on until 12.1 and 9.2; of peak memory serial has
# 4 MiB, the second thread 8. COUNTERS no: there are none, and PAPI says why.
add_workers() # FOLDER ROUNDS COUNTERS
{
    local serial threads
    serial=$(cell pi serial 1 "$size") threads=$(cell pi threads 2 "$size")
    awk -v rounds="$2" -v counters="$3" -v serial="$serial" -v threads="$threads" '
        function worker(busy, first, instructions, cycles, peak,    own) {
            own = cycles / 1000
            if (counters == "no")
                instructions = cycles = own = "null"
            return sprintf("{\"busy_s\":%s,\"first_s\":%s,\"last_s\":%s," \
                "\"cpu_s\":%s,\"voluntary_switches\":2," \
                "\"involuntary_switches\":1,\"minor_faults\":7,\"major_faults\":0," \
                "\"processor\":0,\"peak_memory_bytes\":%d,\"counters\":{\"PAPI_TOT_INS\":%s," \
                "\"PAPI_TOT_CYC\":%s,\"PAPI_L3_TCM\":%s}}", busy, first, first + busy, busy,
                peak, instructions, cycles, own)
        }
        function launch(cell, round, wall, workers) {
            printf "{%s,\"round\":%d,\"wall_s\":%s,\"workers_busy\":[%s],\"counters_absent\":%s}\n",
                cell, round, wall, workers,
                counters == "no" ? "{\"PAPI_TOT_INS\":\"no <PMU> found\"," \
                    "\"PAPI_L3_TCM\":\"no <PMU> found\"}" : "{}"
        }
        BEGIN {
            for (round = 0; round < rounds; round++) {
                launch(serial, round, 0.0202, worker(0.020, 0.0001, 100000000, 50000000, 4194304))
                launch(threads, round, 0.0125, worker(0.012, 0.0001, 70000000, 28000000, 4194304) "," \
                    worker(0.009, 0.0002, 55000000, 22000000, 8388608))
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
        awk '{ print "{" $0 ",\"experiments\":[\"strong\"]}" }' <<<"$cells" | paste -sd,
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

# A folder of a run of so many nodes (a power of two) with 128 cores each: 4 kernels, serial on one,
# mpi and hybrid with 4 ranks a node on 1, 2, 4 … of them, the same work and as much more of it, 6
# rounds of three samples, and what each worker did; where these are more than 256, each node.
make_cluster_run() # FOLDER NODES
{
    mkdir -p "$1"
    awk -v folder="$1" -v most="$2" '
        function cell(kernel, model, nodes, workers, ranks, grown, experiments,    label, id, n) {
            n = 1000000 * grown
            label = model (nodes > 1 ? ":nodes=" nodes : "")
            id = sprintf("%s/%s/workers:%d/ranks:%d/threads:%d/nodes:%d/n:%d", kernel, model,
                workers, ranks, workers / ranks, nodes, n)
            of[++cells] = sprintf("\"cell\":\"%s\",\"kernel\":\"%s\",\"model\":\"%s\"," \
                "\"label\":\"%s\",\"options\":{},\"workers\":%d,\"ranks\":%d," \
                "\"threads\":%d,\"nodes\":%d,\"size\":%.0f,\"base_size\":1000000," \
                "\"oversubscribed\":false", id, kernel, model, label, workers, ranks,
                workers / ranks, nodes, n)
            at[cells] = workers; on[cells] = nodes; with[cells] = ranks; grows[cells] = grown
            printf "%s{%s,\"traits\":[\"%s\"],\"experiments\":[%s]}\n", (cells > 1 ? "," : ""),
                of[cells], (model == "serial" ? "base" : "ranks"), experiments >manifest
        }
        function kernel(name,    nodes) {
            cell(name, "serial", 1, 1, 1, 1, "\"strong\",\"weak\",\"nodes\"")
            for (nodes = 1; nodes <= most; nodes *= 2) {
                cell(name, "mpi", nodes, nodes * 128, nodes * 128, 1, "\"strong\",\"nodes\"")
                cell(name, "hybrid", nodes, nodes * 128, nodes * 4, 1, "\"strong\",\"nodes\"")
                cell(name, "mpi", nodes, nodes * 128, nodes * 128, nodes * 128, "\"weak\"")
            }
        }
        function worker(c, number, seconds, counts,    busy) {
            busy = seconds * (0.8 + 0.19 * rand())
            printf "%s{\"node\":\"n%d\",\"rank\":%d,\"thread\":%d,\"busy_s\":%.9f," \
                "\"first_s\":%.9f,\"last_s\":%.9f",
                (number ? "," : ""), number / at[c] * on[c] + 1, number / at[c] * with[c],
                number % (at[c] / with[c]), busy, 0.01 * seconds, 0.01 * seconds + busy >samples
            if (counts)
                printf ",\"cpu_s\":%.9f,\"voluntary_switches\":0,\"involuntary_switches\":1," \
                    "\"minor_faults\":0,\"major_faults\":0,\"processor\":%d," \
                    "\"processors\":\"%d\",\"peak_memory_bytes\":9000000,\"counters\":{" \
                    "\"PAPI_TOT_INS\":%d,\"PAPI_TOT_CYC\":%d}", busy, number % 128,
                    number % 128, 9e9 * busy, 3.4e9 * busy >samples
            printf "}" >samples
        }
        function column(c, name, format, value, spread,    i) {
            printf "%s\"%s\":[", comma, name >samples
            for (i = 1; i <= on[c]; i++)
                printf((i > 1 ? "," format : format),
                    (spread < 0 ? i : value * (1 - spread * rand()))) >samples
            printf "]" >samples
            comma = ","
        }
        function table(c, seconds, counts,    each) {
            each = at[c] / on[c]
            comma = ""
            column(c, "node", "\"n%d\"", 0, -1)
            column(c, "busy_s", "%.9f", 0.9 * each * seconds, 0.01)
            column(c, "busy_max_s", "%.9f", 0.99 * seconds, 0.05)
            column(c, "first_s", "%.9f", 0.01 * seconds, 0.1)
            column(c, "last_s", "%.9f", 0.999 * seconds, 0.005)
            column(c, "workers", "%d", each, 0)
            column(c, "ranks", "%d", with[c] / on[c], 0)
            if (!counts)
                return
            column(c, "cpu_s", "%.9f", 0.9 * each * seconds, 0.01)
            column(c, "voluntary_switches", "%d", 0, 0)
            column(c, "involuntary_switches", "%d", each, 0.5)
            column(c, "minor_faults", "%d", 0, 0)
            column(c, "major_faults", "%d", 0, 0)
            column(c, "peak_memory_bytes", "%d", 90000000, 0.1)
            column(c, "idle", "%d", 0, 0)
            column(c, "processors", "\"0-%d\"", 127, 0)
            printf ",\"counters\":{" >samples
            comma = ""
            column(c, "PAPI_TOT_INS", "%.0f", 9e9 * each * seconds, 0.01)
            column(c, "PAPI_TOT_CYC", "%.0f", 3.4e9 * each * seconds, 0.01)
            printf "}" >samples
        }
        function launch(c, round, seconds,    s, w, counts, many) {
            counts = round % 4 == 3 || round == 0
            many = (at[c] > 256)
            printf "{%s,\"round\":%d,\"wall_s\":%.9f,", of[c], round, seconds >samples
            printf "%s", (many ? "\"nodes_busy\":{" : "\"workers_busy\":[") >samples
            if (many)
                table(c, seconds, counts)
            else
                for (w = 0; w < at[c]; w++)
                    worker(c, w, seconds, counts)
            print (many ? "}" : "]") (counts ? ",\"counters_absent\":{}}" : "}") >samples
            for (s = 0; s < 3; s++)
                printf "{%s,\"round\":%d,\"sample\":%d,\"seconds\":%.9f,\"executions\":1," \
                    "\"startup_s\":0.5,\"verified\":true,\"result\":\"3.14\",\"counts\":{" \
                    "\"messages\":%d},\"start\":{\"by\":\"barrier\",\"skew_s\":1e-06," \
                    "\"uncertain_s\":2e-07,\"late\":false}}\n", of[c], round, s,
                    seconds * (1 + 0.01 * rand()), with[c] >samples
        }
        BEGIN {
            srand(5)
            manifest = folder "/manifest.json"; samples = folder "/samples.jsonl"
            printf "{\"schema\":1,\"started\":\"2026-01-02T03:04:05Z\",\"profile\":\"full\"," \
                "\"samples_per_launch\":3,\"machine\":{\"host\":\"n1\",\"cpu\":\"a cpu\"," \
                "\"cores\":128,\"allowed\":128},\"cells\":[" >manifest
            kernel("factorial"); kernel("pi"); kernel("primes"); kernel("squares")
            print "]}" >manifest
            for (round = 0; round < 6; round++)
                for (c = 1; c <= cells; c++)
                    launch(c, round, 20 * grows[c] * (0.00001 + 0.99999 / at[c]))
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

# A folder of a run of the experiments `nodes` and `weak` with pi and squares, in 6 rounds of one
# sample: on one node with 4 slots serial, threads, mpi and hybrid, and the latter two on 2 and on 4 of
# them. Each number of nodes adds 1 % to the time of pi, and half a millisecond to that of squares.
make_nodes_run() # FOLDER
{
    mkdir -p "$1"
    awk -v folder="$1" '
        function cell(kernel, model, workers, nodes, threads, grows,    label, n) {
            label = model (nodes > 1 ? ":nodes=" nodes : "")
            n = grows ? 1000 * workers : 1000
            return sprintf("\"cell\":\"%s/%s/workers:%d/ranks:%d/threads:%d/nodes:%d/n:%d\"," \
                "\"kernel\":\"%s\",\"model\":\"%s\",\"label\":\"%s\",\"options\":{}," \
                "\"workers\":%d,\"ranks\":%d,\"threads\":%d,\"nodes\":%d,\"size\":%d," \
                "\"base_size\":1000,\"oversubscribed\":false", kernel, model, workers,
                workers / threads, threads, nodes, n, kernel, model, label, workers,
                workers / threads, threads, nodes, n)
        }
        function add(kernel, model, workers, nodes, threads, grows,    object, round, seconds,
                traits, experiments) {
            object = cell(kernel, model, workers, nodes, threads, grows)
            traits = model == "serial" ? "\"base\"" : model == "threads" ? "\"shared-memory\"" : ""
            experiments = model == "serial" ? "weak\",\"nodes" : grows ? "weak" : "nodes"
            printf "%s{%s,\"traits\":[%s],\"experiments\":[\"%s\"]}", comma, object, traits,
                experiments >manifest
            comma = ","
            seconds = 0.02 * (grows ? 1 : 1 / workers) * (0.98 + 0.02 * workers) + \
                (kernel == "pi" ? 0.0002 : 0.0005) * (nodes - 1) + (model == "hybrid") * 0.0002
            for (round = 0; round < 6; round++)
                lines[round] = lines[round] sprintf("{%s,\"round\":%d,\"sample\":0,\"seconds\":" \
                    "%.9f,\"startup_s\":0.001,\"verified\":true,\"result\":\"3.14\"}\n", object,
                    round, seconds * (1 + (round * 7 + workers) % 5 / 100))
        }
        function sweep(name, model,    nodes, workers, threads) {
            for (nodes = 1; nodes <= (model == "threads" ? 1 : 4); nodes *= 2)
                for (workers = nodes; workers <= 4 * nodes; workers *= 2) {
                    threads = model == "mpi" ? 1 : model == "threads" ? workers : \
                        workers >= 2 * nodes ? 2 : 1
                    add(name, model, workers, nodes, threads, 0)
                    if (workers > 1 && workers == 4 * nodes)
                        add(name, model, workers, nodes, threads, 1)
                }
        }
        BEGIN {
            manifest = folder "/manifest.json"
            printf "{\"schema\":1,\"machine\":{\"host\":\"n1\",\"cpu\":\"a cpu\",\"cores\":8," \
                "\"allowed\":8},\"allocation\":{\"given_by\":null,\"scheduler\":\"Slurm\"," \
                "\"job\":\"7\",\"slots\":4},\"nodes\":[{\"host\":\"n1\"},{\"host\":\"n2\"}," \
                "{\"host\":\"n3\"},{\"host\":\"n4\"}]," \
                "\"cells\":[" >manifest
            split("pi squares", kernels, " ")
            for (k = 1; k <= 2; k++) {
                add(kernels[k], "serial", 1, 1, 1, 0)
                sweep(kernels[k], "threads"); sweep(kernels[k], "mpi")
                sweep(kernels[k], "hybrid")
            }
            print "]}" >manifest
            for (round = 0; round < 6; round++)
                printf "%s", lines[round] >(folder "/samples.jsonl")
            print "{\"ended\":\"rounds\"}" >(folder "/samples.jsonl")
        }'
}

# A folder of a run of pi, or KERNEL, in ROUNDS rounds: cells "MODEL WORKERS SECONDS START-UP BUSY…",
# a line each on standard input, where BUSY is a worker's share of the time. Times differ from round
# to round by up to SPREAD of themselves, each cell's in its own way.
make_cells_run() # FOLDER ROUNDS SPREAD [KERNEL]
{
    local kernel=${4:-pi} model workers seconds startup busy cells=''
    mkdir -p "$1"
    while read -r model workers seconds startup busy; do
        cells+=$seconds$'\t'$startup$'\t'$busy$'\t'$(cell "$kernel" "$model" "$workers" "$size")$'\n'
    done
    {
        printf '{"schema":1,"started":"2026-01-02T03:04:05Z","profile":"quick",'
        printf '"samples_per_launch":1,"machine":{"host":"node1","cpu":"a cpu","allowed":4},'
        printf '"cells":['
        printf %s "$cells" | awk -F'\t' '{ print "{" $4 ",\"experiments\":[\"strong\"]}" }' |
            paste -sd,
        printf ']}\n'
    } >"$1/manifest.json"
    printf %s "$cells" | awk -F'\t' -v rounds="$2" -v spread="$3" '
        {
            count = split($3, busy, " ")
            for (round = 0; round < rounds; round++) {
                seconds = $1 * (1 + spread * ((NR * 3 + round * 7) % 10 / 10 - 0.5))
                workers = ""
                for (i = 1; i <= count; i++)
                    workers = workers (i > 1 ? "," : "") "{\"busy_s\":" seconds * busy[i] \
                        ",\"cpu_s\":0.001,\"voluntary_switches\":2,\"involuntary_switches\":1," \
                        "\"minor_faults\":7,\"major_faults\":0,\"processor\":0," \
                        "\"peak_memory_bytes\":4194304,\"counters\":{}}"
                if (count)
                    printf "{%s,\"round\":%d,\"wall_s\":%.9f,\"workers_busy\":[%s]," \
                        "\"counters_absent\":{}}\n", $4, round, seconds, workers
                printf "{%s,\"round\":%d,\"sample\":0,\"seconds\":%.9f,\"startup_s\":%s," \
                    "\"verified\":true,\"result\":\"3.14\",\"counts\":{}}\n", $4, round, seconds, $2
            }
        }' >"$1/samples.jsonl"
    echo '{"ended":"rounds"}' >>"$1/samples.jsonl"
}
