# What the documents tell people to type. See helper.bash.

load helper

# Each command in them with each of its options, a line each.
uses()
{
    local top=$BATS_TEST_DIRNAME/../.. command words
    # shellcheck disable=SC2016 # the quotes are the documents'
    grep -hoE '(build[a-z-]*/parbench|`(run|measure|report|compare|doctor|affinity|export)) [^`#]*' \
        "$top"/{README,docs/*,results/README}.md | sed -E 's/^`|^[^ ]*parbench //g' |
        while read -r command words; do
            grep -oE -- '--[a-z-]+' <<<"$words" | sed "s/^/$command /" || echo "$command --help"
        done | sort -u
}

@test "every command and option that the documents name exists" {
    local command option known=0
    while read -r command option; do
        "$PARBENCH" help "$command" | grep -E -- "^ +(-h, )?$option( |\$)" || {
            echo "$command has no $option" && return 1
        }
        ((known += 1))
    done < <(uses)
    [ "$known" -gt 20 ]
}
