#!/usr/bin/env bats
#
# What shells complete a command line with.
#
# shellcheck disable=SC2154,SC2016,SC2317 # variables of helper.bash; what zsh is to expand; stubs

load helper

scripts=$BATS_TEST_DIRNAME/../../scripts/completion

# The last of the words may become these.
offers() # WORDS WORD…: the first ones are those that may be, in one text
{
    local found
    found=$("$PARBENCH" --complete "${@:2}" | paste -sd' ')
    [[ $found == "$1" ]] || { echo "${*:2}: $found" && return 1; }
}

options_of() # MODEL: each as it begins, "pool:chunk="
{
    "$PARBENCH" list "$1" | sed -n "s/^ *:\([a-z-]*=\).*/$1:\1/p"
}

@test "commands and experiments are completed" {
    offers "$("$PARBENCH" help | sed -n 's/^  \([a-z]*\) .*/\1/p' | paste -sd' ')" ''
    offers 'report run' r
    offers 'report run' help r
    offers strong run st
    offers weak run strong --rounds 3 we
    offers '' nonsense ''
}

@test "kernels and models are, also in lists and with options" {
    offers "$("$PARBENCH" list kernels | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | sort |
        paste -sd' ')" measure ''
    offers pool measure pi po
    offers pool measure --samples 3 pi po
    offers pool affinity serial po
    offers 'pi,primes' run --kernels pi,pr
    offers 'primes:algorithm=trial primes:algorithm=sieve' measure primes:
    offers 'pi,primes:algorithm=sieve' run --kernels pi,primes:algorithm=s
    offers 'serial,pool' run --models serial,po
    offers "$(options_of pool | paste -sd' ')" measure pi pool:
    offers 'serial,pool:chunk=2:dispatch=map' run --models serial,pool:chunk=2:dispatch=m
    offers '' measure pi pool:colour=
    offers 'kernels models experiments' list ''
    offers squares list kernels sq
}

@test "options and their values are" {
    offers '--size --samples' measure pi serial --s
    offers '--launch --hosts --hostfile --mixed --launcher --launch-args --json --help' doctor -
    offers 'smoke quick full' run --profile ''
    offers --profile=smoke run --profile=s
    offers 'gbench' export run --format g
    offers '' report ''
}

@test "what is completed is what help tells" {
    local command
    for command in $("$PARBENCH" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
        diff <("$PARBENCH" --complete "$command" --) \
            <("$PARBENCH" "$command" --help | sed -nE 's/^  (-h, )?(--[a-z-]+) .*/\2/p')
    done
}

complete_in_bash() # LINE
{
    # shellcheck disable=SC1091 # its file
    source "$scripts/parbench.bash"
    compopt() { echo "compopt $*"; }
    COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
    _parbench
    printf '%s\n' "${COMPREPLY[@]}"
}

@test "bash gets what it takes for a word" {
    [ "$(complete_in_bash "$PARBENCH measure pri")" = primes ]
    [ "$(complete_in_bash "$PARBENCH measure pi ")" = "$("$PARBENCH" --complete measure pi '')" ]
    [ "$(complete_in_bash "$PARBENCH measure pi pool:chunk=2:d")" = \
        $'compopt -o nospace\ndispatch=' ]
    [ "$(complete_in_bash "$PARBENCH run --models serial,pool:dispatch=m")" = map ]
    [ "$(complete_in_bash "$PARBENCH report ")" = '' ]
    [ "$(complete_in_bash "no/such/parbench report ")" = '' ]
}

complete_in_zsh() # WORD…
{
    zsh -f -c 'compadd() { print -r -- "$@" }; _files() { print files }
        words=("${@:2}"); CURRENT=$#words; source $1' zsh "$scripts/_parbench" "$PARBENCH" "$@"
}

@test "zsh gets names, options that want a value, or files" {
    type -P zsh >/dev/null || skip "zsh is not installed"
    [[ $(complete_in_zsh measure pri) == *'-- primes' ]]
    [[ $(complete_in_zsh measure pi pool:) == *"-S  -- $(options_of pool | paste -sd' ')"* ]]
    [[ $(complete_in_zsh measure '') == *'-- '*' pi primes'* ]]
    [ "$(complete_in_zsh report '')" = files ]
}
