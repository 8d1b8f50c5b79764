# shellcheck disable=SC2154 # stderr is of bats
#
# What the documents tell people to type is right as it stands, and the README leads to all of them.
# See helper.bash.

load helper
load made_up_runs

readonly documents=("$BATS_TEST_DIRNAME"/../../{README,docs/*,results/README}.md)
# What lab 9 types has what its students write in it: tests/labs tries that.
readonly labs=("$BATS_TEST_DIRNAME"/../../labs/{,teacher/}[1-8]-*.md)

# What stands between backticks in the text of the documents, or of these, a line each.
quoted() # [DOCUMENT…]
{
    # shellcheck disable=SC2016 # the quotes are the documents'
    sed '/^```/,/^```/d' "${@:-${documents[@]}}" | tr -s '\n ' ' ' | grep -o '`[^`]*`' | tr -d '`'
}

# Where a document's links lead within this folder.
links() # DOCUMENT
{
    # shellcheck disable=SC2016 # as above
    sed '/^```/,/^```/d' "$1" | grep -o '](\([^)]*\))' | tr -d '])(' | grep -v '^https\?:'
}

# What stands in their blocks of code, without comments.
blocks()
{
    # shellcheck disable=SC2016 # as above
    sed -n '/^```/,/^```/p' "${documents[@]}" | sed 's/ *#.*//'
}

commands()
{
    "$PARBENCH" help | sed -n 's/^  \([a-z]*\)  .*/\1/p'
}

# Those that are a command of parbench; some stand without the program's name.
quoted_commands() # [DOCUMENT…]
{
    quoted "$@" | grep -E "^((build[a-z-]*/)?parbench|$(commands | paste -sd '|')) "
}

# The command lines of parbench in the documents and in --help, a line each, from the command on. One
# is for a job.
typed()
{
    local command
    {
        blocks | grep -E '^(build[a-z-]*/)?parbench '
        quoted_commands
        for command in $(commands); do "$PARBENCH" help "$command" | tail -n 1; done
    } | sed -E 's/^ *([^ ]*parbench )?//; s/ [>|].*//; s/--format NAME/--format csv/
        s/^run NAME/run strong/; s/^run nodes$/& --models mpi --hosts localhost:1,127.0.0.2:1/' |
        sort -u
}

# The folders that they name, as if there had been such runs and builds.
make_what_they_name()
{
    local folder
    for folder in DIR BASE NEW my-run new new-beside results/{reference,old,new}; do
        make_run "$folder" 6 1
        sed -i "s|\"profile\"|\"command\":\"parbench run --out $folder\",&|" "$folder/manifest.json"
    done
    for folder in build build-new build-base; do ln -s "${PARBENCH%/*}" "$folder"; done
    mkdir taken && touch taken/something
}

# Whether the models that the words name are here; `run peers` takes one of those.
can_run() # WORD…
{
    local model
    for model in threads mpi hybrid; do
        [[ ! $* =~ (^|[ ,])$model($|[ ,:]) ]] || built "$model" || return 1
    done
    [[ $* != 'run peers'* ]] || usable python-serial >/dev/null || return 1
    while read -r model; do
        usable "$model" >/dev/null || return 1
    done < <(grep -o 'python-[a-z-]*' <<<"$*")
}

# The command line is right but for what is known to be wrong with it, which ends it before anything
# is measured.
ends_with_complaint() # COMPLAINT ARGUMENT…
{
    parbench "${@:2}" --oversubscribe
    [[ $status -eq 2 && $stderr == *"$1"* && -z $output ]] || { show && return 1; }
}

is_right() # COMMAND WORD…
{
    local -a own=() words=()
    local word before=
    for word in "$@"; do # what follows is another command's
        [[ $word != -- ]] || break
        own+=("$word")
    done
    "$PARBENCH" "${own[@]}" --help | grep -q "^Usage: parbench $1 " || return 1
    # Of some only the name is told, or an option.
    [[ $* != *--help* && ($1 == run || ${2:--} != -*) ]] || return 0
    for word in "${@:2}"; do
        [[ $before =~ ^--(out|fail-task)$ || $word =~ ^--(out|fail-task|require-counters)$ ]] ||
            words+=("$word")
        before=$word
    done
    case $1 in
        run) [[ $* == *--resume* ]] ||
            ends_with_complaint 'not an empty folder' run "${words[@]}" --out taken ;;
        measure) ends_with_complaint 'there is no item' measure "${words[@]}" \
            --fail-task 999999999999999999 ;;
        report) "$PARBENCH" "$@" --no-figures >said ;;
        compare | export | list | help | script) "$PARBENCH" "$@" >said ;;
    esac
}

# More than so many commands, which are the lines of standard input.
are_right() # COUNT
{
    local -a words
    local line count=0
    while read -r line; do
        read -ra words <<<"$line"
        ! can_run "${words[@]}" || is_right "${words[@]}" || { echo "for: $line" && return 1; }
        ((count += 1))
    done
    [ "$count" -gt "$1" ]
}

@test "every command in the documents and in --help is right as it stands" {
    make_what_they_name
    are_right 40 < <(typed)
}

# labs.bats types what stands in blocks. Some are for a job, or for two machines.
@test "every command in the text of the labs, and on their teachers' pages, is right as it stands" {
    make_what_they_name
    make_run results/labs/lab8/nodes 6 1
    make_run results/lab8/nodes 6 1
    are_right 15 < <(quoted_commands "${labs[@]}" |
        sed -E 's/^ *([^ ]*parbench )?//; s/other:8/127.0.0.2:8/; /^run --resume$/d
            s/--nodes 1,2,4/& --hosts localhost:1,127.0.0.2:1,127.0.0.3:1,127.0.0.4:1/' | sort -u)
}

@test "every option and every kernel or model with options in the documents exists" {
    local word option count=0
    make_what_they_name
    for word in $(commands); do "$PARBENCH" help "$word"; done >helps
    for word in $(quoted | grep -Eo '^--[a-z-]+' | sort -u); do
        grep -qE -- "^  (-h, )?$word( |\$)" helps || { echo "no option $word" && return 1; }
        ((count += 1))
    done
    while read -r word; do
        option=--models
        ! "$PARBENCH" list kernels "${word%%:*}" 2>said | grep -q "^  ${word%%:*} " ||
            option=--kernels
        ! can_run "$word" || ends_with_complaint 'not an empty folder' \
            run strong --workers 4 "$option" "$word" --out taken
        ((count += 1))
    done < <(quoted | sed 's/^--models //' | grep -E '^[a-z]+(:[a-z]+=[a-z0-9,]+)+$' | sort -u)
    [ "$count" -gt 25 ]
}

# The option's values, the default first, as the documents have them: "map|imap", "auto".
has_option() # MODEL OPTION VALUES
{
    local line
    line=$("$PARBENCH" list models | sed -n "/^  $1 /,/^  [a-z]/p" | grep -F "  :$2=")
    [[ $line == *"(default ${3%%|*})" && ($3 != *\|* || $line == *":$2=$3 "*) ]]
}

# The table of them, without what hides its bars.
options_of_models()
{
    sed -n '/^| model | options/,/^$/ { s/\\|/|/g; p; }' "${documents[@]}"
}

@test "the options of models have the values and the defaults that the documents tell" {
    local model option count=0
    while read -r model option; do
        ! built "$model" || has_option "$model" "${option%%=*}" "${option#*=}" || {
            echo "$model has no $option" && return 1
        }
        ((count += 1))
    done < <(options_of_models | awk -F'`' '{ for (i = 4; i < NF; i += 2) print $2, $i }')
    [ "$count" -ge 9 ]
}

@test "the documents tell every option of every model" {
    local model option
    options_of_models >table
    while read -r model option; do
        grep -q "^| .$model. .*.$option=" table || { echo "not told: $model:$option" && return 1; }
    done < <("$PARBENCH" list models --json |
        jq -r '.models[] | select(.mirrors == null) | .name as $name | .options[] | "\($name) \(.name)"')
}

# The keys of objects in JSON, also of those within; without what users and counters name.
keys_in() # FILE…
{
    jq -r '[paths | map(strings) | select(index("environment") | not) | last] | .[]
           | select(. != null and (test("[A-Z:]") | not))' "$@" | sort -u
}

@test "every key of a run's files and of --json is explained" {
    "$PARBENCH" run "${quickly[@]}" --kernels pi --models pool --out run --json >run.json
    "$PARBENCH" measure pi pool --workers 1 --size 1e5 --samples 2 --json >measure.json
    "$PARBENCH" compare run run --json >compare.json
    "$PARBENCH" doctor --json >doctor.json
    "$PARBENCH" affinity pool --workers 1 --json >affinity.json
    quoted | tr -c '[:alnum:]_\n-' '\n' | sed 'p; s/-/\n/g' | sort -u >explained
    keys_in run/manifest.json run/samples.jsonl ./*.json >keys
    [ "$(wc -l <keys)" -gt 100 ]
    comm -23 keys explained >unexplained
    [[ ! -s unexplained ]] || { echo "not explained:" && cat unexplained && return 1; }
}

@test "every target of make in the documents exists" {
    local target count=0
    for target in $({ quoted; blocks; } | sed -n 's/.*\<make \([a-z0-9-]*\).*/\1/p' | sort -u); do
        grep -q "^$target:.*## " "${documents[0]%/*}/Makefile" || {
            echo "there is no make $target" && return 1
        }
        ((count += 1))
    done
    [ "$count" -gt 5 ]
}

@test "the README is short, and leads to a page for each topic" {
    local page
    [ "$(wc -l <"${documents[0]}")" -lt 150 ]
    for page in "${documents[@]:1}"; do
        grep -qF "](${page#"${documents[0]%/*}/"})" "${documents[0]}" || {
            echo "no way to $page" && return 1
        }
    done
}

# The names of its headings in links, as forges make them.
anchors() # DOCUMENT
{
    sed -n 's/^#\+ //p' "$1" | tr -d '`' | tr '[:upper:] ' '[:lower:]-' | sed 's/[^[:alnum:]_-]//g'
}

@test "every file, folder and heading that the documents lead to is there" {
    local document link file count=0
    for document in "${documents[@]}"; do
        while read -r link; do
            file=${link%%#*}
            file=${file:+${document%/*}/$file}
            [ -e "${file:=$document}" ] || { echo "$document: no $link" && return 1; }
            [[ $link != *'#'* ]] || anchors "$file" | grep -qFx "${link#*#}" || {
                echo "$document: no heading for $link" && return 1
            }
            ((count += 1))
        done < <(links "$document")
    done
    [ "$count" -gt 50 ]
}
