#!/usr/bin/env bats
#
# scripts/setup on made-up machines: its PATH holds nothing but stubs for what it probes and the
# few tools that it works with. Nothing is looked for or installed outside a temporary folder.
#
# shellcheck disable=SC2016 # the stubs are to expand what is in their text

# The machine that has all, which each test gets a copy of.
setup_file()
{
    local machine=$BATS_FILE_TMPDIR/machine
    mkdir -p "$machine/bin" "$machine/src/scripts"
    touch "$machine/lacks" "$machine/unavailable" "$machine/apt"
    sed 's|/usr/sbin/policy-rc.d|../policy-rc.d|' "$BATS_TEST_DIRNAME/../../scripts/setup" \
        >"$machine/src/scripts/setup"
    chmod +x "$machine/src/scripts/setup"

    local tool
    for tool in awk bash cat cut dirname env grep head install mkdir mktemp paste rm sed sort tail tr true; do
        ln -s "$(type -P "$tool")" "$machine/bin/$tool"
    done
    for tool in make mpirun smpirun cmark bats jq valgrind help2man zsh git clang-format shellcheck \
        ip nsenter unshare munged slurmctld slurmd srun qsub aarch64-linux-gnu-gcc qemu-aarch64 \
        pyflakes3 python3; do
        stub "$tool" <<<'exit 0'
    done
    stub id <<<'echo 1000'
    stub cmake <<<'echo "cmake version $(cat "$machine/cmake")"'
    echo 3.25.1 >"$machine/cmake"
    stub gnuplot <<<'! lacks gnuplot'
    stub mpicc <<<'! lacks mpi.h'
    stub clang-tidy <<<'! lacks omp.h'
    stub clang <<<'! lacks libFuzzer'
    stub cc <<'END'
echo "$*" >>"$machine/flags"
for header in $(sed -n 's/#include <\(.*\)>/\1/p'); do ! lacks "$header" || exit 1; done
END
}

setup()
{
    machine=$BATS_TEST_TMPDIR
    cp -R "$BATS_FILE_TMPDIR/machine/." "$machine"
}

# Makes a program of the commands on standard input, which may ask what the machine lacks.
stub() # NAME
{
    {
        echo '#!/usr/bin/env bash'
        echo 'machine=${0%/bin/*}'
        echo 'lacks() { grep -qx "$1" "$machine/lacks"; }'
        cat
    } >"$machine/bin/$1"
    chmod +x "$machine/bin/$1"
}

# Gives the machine an apt-get that logs what it is asked and fails when one package is unavailable.
stub_apt()
{
    stub apt-get <<'END'
echo "$*" >>"$machine/apt"
packages=${*#*--no-install-recommends}
for package in $packages; do
    if grep -qx "$package" "$machine/unavailable"; then echo "E: no $package"; exit 100; fi
done
for package in $packages; do
    thing=${package#lib} thing=${thing%-nox}
    sed -i "/^${thing/%-dev/.h}$/d" "$machine/lacks"
done
END
}

lacks() # THING…
{
    printf '%s\n' "$@" >"$machine/lacks"
}

# What apt-get was asked to install, each time one line.
installed()
{
    sed -n 's/.*install -y --no-install-recommends //p' "$machine/apt"
}

run_setup() # [VARIABLE=VALUE…] [LEVEL]
{
    local variables=()
    while [[ ${1:-} == *=* ]]; do
        variables+=("$1")
        shift
    done
    run env -u CC -u CMAKE_PREFIX_PATH -u PARBENCH_SETUP -u BUILD "PATH=$machine/bin" \
        "PARBENCH_PYTHON=$machine/bin/python3" \
        "${variables[@]}" "$machine/src/scripts/setup" "$@"
}

@test "says nothing when all is there" {
    for level in bench labs test lint fuzz peers cluster arm64; do
        run_setup "$level"
        [ "$status" -eq 0 ]
        [ -z "$output" ]
    done
}

@test "tells how it is used" {
    run_setup --help
    [ "$status" -eq 0 ]
    [[ $output == *'scripts/setup [bench|'*'Exit status: '* && $output != *'set -'* ]]
}

@test "refuses an unknown level" {
    run_setup everything
    [ "$status" -eq 2 ]
}

@test "without the right to install, names the command of each manager for what is missing" {
    lacks gnuplot
    run_setup test
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 6 ]
    [[ ${lines[0]} == *'missing: gnuplot with svg and pngcairo. '* ]]
    [[ ${lines[1]} == *' sudo apt-get install -y --no-install-recommends gnuplot-nox' ]]
    [[ ${lines[2]} == *' sudo dnf install gnuplot' ]]
    [[ ${lines[3]} == *' sudo zypper install gnuplot' ]]
    [[ ${lines[4]} == *' spack install gnuplot+cairo && spack load gnuplot+cairo' ]]
    [[ ${lines[5]} == *' module load gnuplot' ]]
}

@test "without gnuplot, says in one line what to do and goes on: only tests cannot do without" {
    lacks gnuplot
    run_setup
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *'gnuplot with svg and pngcairo (for figures)'* ]]
    run_setup lint
    [ "$status" -eq 1 ]
}

@test "without MPI, says in one line what that means and goes on" {
    rm "$machine/bin/mpirun"
    stub dnf <<<'exit 1'
    run_setup
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *'Open MPI or MPICH (for the models mpi, mpi-p2p, mpi-pool, mpi-rma, mpi-shared and hybrid)'*'sudo dnf install openmpi-devel'* ]]
}

@test "an MPI whose ranks parbench cannot start is none" {
    mkdir "$machine/include"
    stub mpicc <<<"exec $(type -P cc) -I'$machine/include' \"\$@\""
    local macros
    for macros in OPEN_MPI MPICH_VERSION; do
        printf '#define %s 1\n' "$macros" >"$machine/include/mpi.h"
        run_setup
        [ "$status" -eq 0 ] && [ -z "$output" ]
    done
    for macros in OTHER_MPI 'MPICH_VERSION I_MPI_VERSION' 'MPICH_VERSION MVAPICH2_VERSION'; do
        # shellcheck disable=SC2086 # words
        printf '#define %s 1\n' $macros >"$machine/include/mpi.h"
        run_setup
        [[ $output == *'Open MPI or MPICH (for'* ]]
    done
}

@test "mpicc without the header is no MPI" {
    lacks mpi.h
    run_setup
    [ "$status" -eq 0 ]
    [[ $output == *'Open MPI or MPICH (for'* ]]
}

@test "what only tests need is no matter for a benchmark" {
    lacks cmocka.h omp.h
    run_setup bench
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    run_setup test
    [ "$status" -eq 1 ]
    [[ $output == *'missing: cmocka. '* ]]
    run_setup lint
    [ "$status" -eq 1 ]
    [[ $output == *'missing: cmocka, omp.h for clang. '* ]]
}

@test "cmark is a matter for tests and for the labs' pages, which take nothing else" {
    rm "$machine/bin/cmark"
    lacks gmp.h
    run_setup bench
    [[ $output == *'missing: GMP. '* ]]
    run_setup labs
    [ "$status" -eq 1 ]
    [[ $output == *'missing: cmark. '*' apt-get install -y --no-install-recommends cmark'$'\n'* ]]
    run_setup test
    [ "$status" -eq 1 ]
    [[ $output == *'missing: GMP, cmark. '* ]]
}

@test "a browser is wanted by tests only, by any of its names, and where it can be had" {
    run_setup test
    [ "$status" -eq 0 ]
    [ -z "$output" ]

    stub id <<<'echo 0'
    stub_apt
    run_setup bench
    [ -z "$(installed)" ]
    run_setup test
    [ "$status" -eq 0 ]
    [[ " $(installed) " == *' chromium '* ]]
    [[ $output == *"Chromium (for looking at reports in a browser)"* ]]
    stub google-chrome <<<'exit 0'
    run_setup test
    [[ $output != *Chromium* ]]
}

@test "clang without libFuzzer is a matter for the search for bad inputs only" {
    lacks libFuzzer
    run_setup lint
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    run_setup fuzz
    [ "$status" -eq 1 ]
    [[ $output == *'missing: clang with libFuzzer. '* ]]
    [[ $output == *' sudo apt-get install -y --no-install-recommends clang libclang-rt-dev'* ]]
}

@test "Slurm is a matter for the cluster only, and no daemon of it is started" {
    rm "$machine/bin/slurmd"
    run_setup lint
    [ -z "$output" ]
    stub id <<<'echo 0'
    stub google-chrome <<<'exit 0'
    stub apt-get <<<'cat "$machine/policy-rc.d" >"$machine/rule"'
    run_setup cluster
    [ "$status" -eq 0 ]
    [[ $output == *'setup: installing munge slurm-wlm'* ]]
    [[ $output == *'missing, but not required: Slurm (for tests in its jobs). '* ]]
    grep -qx 'exit 101' "$machine/rule"
    [ ! -e "$machine/policy-rc.d" ]

    # A rule that the machine has stays.
    echo 'exit 102' >"$machine/policy-rc.d"
    rm "$machine/src/build/setup.log"
    run_setup cluster
    [ "$(cat "$machine/rule")" = 'exit 102' ]
    [ -e "$machine/policy-rc.d" ]
}

@test "a cross compiler is a matter for 64-bit Arm only" {
    lacks cmocka.h
    rm "$machine/bin/aarch64-linux-gnu-gcc"
    run_setup bench
    [ -z "$output" ]
    run_setup arm64
    [ "$status" -eq 1 ]
    [[ $output == *'missing: a compiler for 64-bit Arm. '* ]]
    [[ $output == *' gcc-aarch64-linux-gnu'* ]]
}

@test "notices a CMake that is too old" {
    echo 3.9.6 >"$machine/cmake"
    run_setup
    [ "$status" -eq 1 ]
    [[ $output == *'missing: CMake 3.22 or newer. '* ]]
    echo 3.22.0 >"$machine/cmake"
    run_setup
    [ "$status" -eq 0 ]
}

@test "tries libraries with the compiler in CC, and where CMAKE_PREFIX_PATH points to" {
    mv "$machine/bin/cc" "$machine/bin/other-cc"
    rm "$machine/bin/clang"
    run_setup CC='other-cc -m64' CMAKE_PREFIX_PATH=/opt/one:/opt/two
    [ "$status" -eq 0 ]
    grep -q -e '^-m64 .*-I/opt/two/include -L/opt/two/lib .*-lgmp' "$machine/flags"
    run_setup
    [ "$status" -eq 1 ]
    [[ $output == *'a C11 compiler'*'GMP, jansson, zlib'* ]]
}

@test "as root, installs exactly what is missing, required or not" {
    lacks gnuplot hwloc.h
    stub id <<<'echo 0'
    stub_apt
    run_setup
    [ "$status" -eq 0 ]
    [ "$output" = 'setup: installing gnuplot-nox libhwloc-dev' ]
    [ "$(installed)" = 'gnuplot-nox libhwloc-dev' ]
    [ ! -e "$machine/src/build/setup.log" ]
}

@test "by sudo without a password, too" {
    lacks gnuplot
    stub_apt
    stub sudo <<<'echo "$*" >>"$machine/sudo"; shift; "$@"'
    run_setup
    [ "$status" -eq 0 ]
    [ "$(installed)" = gnuplot-nox ]
    grep -q '^-n .*apt-get' "$machine/sudo"
}

@test "where sudo wants a password, nothing is installed" {
    lacks gmp.h
    stub_apt
    stub sudo <<<'exit 1'
    run_setup
    [ "$status" -eq 1 ]
    [ -z "$(installed)" ]
}

@test "where there is no sudo, su is named for it" {
    lacks gnuplot
    stub su <<<'exit 1'
    run_setup test
    [ "$status" -eq 1 ]
    [[ ${lines[1]} == *" su -c 'apt-get install -y --no-install-recommends gnuplot-nox'" ]]
    [[ ${lines[3]} == *" su -c 'zypper install gnuplot'" ]]
    stub sudo <<<'exit 1'
    run_setup test
    [[ ${lines[1]} == *' sudo apt-get install -y --no-install-recommends gnuplot-nox' ]]
}

@test "PARBENCH_SETUP=check never installs" {
    lacks gmp.h
    stub id <<<'echo 0'
    stub_apt
    run_setup PARBENCH_SETUP=check
    [ "$status" -eq 1 ]
    [ -z "$(installed)" ]
}

@test "a failing apt-get is shown, and is fatal for what is required" {
    lacks jansson.h
    echo libjansson-dev >"$machine/unavailable"
    stub id <<<'echo 0'
    stub_apt
    run_setup
    [ "$status" -eq 1 ]
    [[ $output == *'E: no libjansson-dev'*'sudo apt-get install'*'libjansson-dev'* ]]
    grep -q update "$machine/apt"
}

@test "a package that cannot be had keeps no other away, and is asked for only once" {
    lacks gmp.h papi.h hwloc.h
    echo libpapi-dev >"$machine/unavailable"
    stub id <<<'echo 0'
    stub_apt
    run_setup
    [ "$status" -eq 0 ]
    [ "$(cat "$machine/lacks")" = papi.h ]
    [[ $output == *'missing, but not required: PAPI with libsde (for hardware counters). '* ]]

    : >"$machine/apt"
    run_setup
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 1 ]
    [ -z "$(installed)" ]
}

@test "what libraries for Arm are unpacked into is new, or was made for them" {
    mkdir "$machine/mine"
    touch "$machine/mine/file"
    run "$BATS_TEST_DIRNAME/../../scripts/arm64-root" "$machine/mine"
    [ "$status" -eq 1 ]
    [ "$output" = "arm64-root: $machine/mine is in use for something else: name a new folder" ]
    [ -e "$machine/mine/file" ]
}
