# shellcheck disable=SC2154 # stderr is of bats
#
# What docs/concepts.md tells to try works, and it leaves out no model that has a name in Python.

load helper

readonly page="$BATS_TEST_DIRNAME"/../../docs/concepts.md

# The commands in its tables, a line each, without the program's name.
to_try()
{
    # shellcheck disable=SC2016 # the quotes are the page's
    grep -o '| `parbench [^`]*` |' "$page" | sed 's/^| `parbench //; s/` |$//'
}

# Whether this build has the model that the command names; one that names none can always be run.
can_run() # WORD…
{
    local model=${3:-}
    [[ $1 != affinity ]] || model=$2
    [[ $* != run*--models\ * ]] || { model=${*#*--models } && model=${model%% *}; }
    [[ -z $model ]] || built "${model%%:*}"
}

# Without a lock updates may be lost, as it is there to show, and the verdict then says so.
passed() # COMMAND
{
    if [[ $output == *'VALIDATION: PASS (updates were lost, as expected: '* ]]; then
        [[ $status -eq 0 && ${lines[-1]} == VALIDATION:* && $1 == *guard=none* ]] ||
            { echo "updates were lost" && show && return 1; }
    else
        ended_with 0 PASS
    fi
}

@test "every command can be run, and what it measures is right" {
    local -a words
    local line count=0
    while read -r line; do
        read -ra words <<<"$line"
        can_run "${words[@]}" || continue
        echo "parbench $line"
        [[ $line != measure* ]] || words+=(--oversubscribe)
        parbench "${words[@]}"
        [ "$status" -eq 0 ] || { show && return 1; }
        [[ $line != measure* ]] || passed "$line"
        ((count += 1))
    done < <(to_try)
    [ "$count" -gt 20 ]
}

@test "every model, and every value that has a name in Python, is in a command" {
    local word model
    while read -r word; do
        model=${word%%:*}
        to_try | grep -Eq "^(measure [a-z]+|affinity) $model(:[^ ]*)?:?${word#"$model"}( |:|\$)" || {
            echo "no command has $word" && return 1
        }
    done < <("$PARBENCH" list models --json | jq -r '.models[] | select(.unusable == null and .mirrors == null) | .name,
        (.name as $name | .options[] | .name as $option | .initial as $initial | .values[] |
            select(.python and .word != $initial) | "\($name):\($option)=\(.word)")')
}
