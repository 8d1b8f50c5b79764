# The run that is kept in the tree, made anew from its samples. See helper.bash.

load helper

# What the documents show of the run is what the report in text has: each line of what is printed.
documents_show_it()
{
    local top=$BATS_TEST_DIRNAME/../..
    sed -n '/^vm: /,/^```/p' "$top/README.md" | sed 's|results/reference|run|' |
        grep -v '^…$\|^```' >quoted
    grep -h '^FOM kernel=' "$top"/docs/*.md >>quoted
    if grep -vxFf text quoted; then
        echo "the documents have it otherwise" && return 1
    fi
}

# The documents' text in one line says that.
tells() # WORDS
{
    grep -qF -- "$1" prose || { echo "the documents do not say: $1" && return 1; }
}

# The numbers of a column of summary.csv, the least and the greatest: "10 to 12", or "12".
span() # COLUMN
{
    tail -n +2 run/summary.csv | cut -d, -f"$1" | sort -nu | sed -n '1p;$p' | paste -sd ' ' |
        awk '{ print ($1 == $2 ? $1 : $1 " to " $2) }'
}

# How many of the intervals in summary.csv are within 2 %.
narrow()
{
    cut -d, -f31 run/summary.csv | awk -F, '$1 != "" && $1 <= 0.02 { count++ } END { print count + 0 }'
}

# So do their sentences: below what is printed, below the picture, and on the run's folder.
documents_tell_it()
{
    local top=$BATS_TEST_DIRNAME/../.. slow
    local -a field
    cat "$top"/{README,results/README}.md | tr -s '\n ' ' ' >prose
    read -ra field < <(grep -A2 '^mpi  *[0-9.]* \[' text | head -n 3 | awk '
        NR == 1 { best = $(NF - 1) } NR == 2 { at = $(NF - 2); then = $(NF - 1); less = $NF }
        NR == 3 { print best, at + 0, then + 0, less, $NF }')
    tells "is at best ${field[0]} times as fast as serial, with ${field[1]} worker."
    tells "With ${field[2]} workers it is only ${field[3]} times as fast, and loses most to \
${field[4]}."
    [ "$(head -n 1 run/summary.csv | cut -d, -f9,31)" = rounds,half_width ]
    tells "the median of $(span 9) rounds"
    tells "Of its $(($(wc -l <run/summary.csv) - 1)) intervals $(narrow) are within 2 %"
    slow=$(sed -n 's/^NOISY: the machine was \([0-9.]*\) .*/\1/p' text)
    [ -z "$slow" ] || tells "the machine was $slow times as slow"
}

# Makes run/, and the report in text, of what a run has measured, and compares with what is kept of it.
# How pictures and the page are drawn is gnuplot's and the version's; the numbers are not.
is_made_anew() # KEPT
{
    local kept=$1 file tracked new
    rm -rf run
    mkdir run
    cp -r "$kept"/{manifest.json,samples.jsonl} run
    [ ! -d "$kept/outputs" ] || cp -r "$kept/outputs" run
    "$PARBENCH" report run >text
    (cd run && for file in *.csv figures/*.tsv; do cmp "$kept/$file" "$file" || exit 1; done)
    tracked=$(git -C "$kept" ls-files 2>/dev/null) && [[ -n $tracked ]] || return 0
    while IFS= read -r file; do
        [[ $file == report.html ]] || cmp "$kept/$file" "run/$file"
    done <<<"$tracked"
    while IFS= read -r new; do
        grep -qxF "$new" <<<"$tracked" || git -C "$kept" check-ignore -q --no-index "$new" || {
            echo "new to git: $new" && return 1
        }
    done < <(cd run && find . -type f -printf '%P\n')
}

# The pictures of the documents that are of this run, which after a change that is meant are those in
# figures/, are as it has them.
pictures_are_its()
{
    local picture
    for picture in "$BATS_TEST_DIRNAME"/../../docs/figures/*.svg; do
        [ -f "run/figures/${picture##*/}" ] || continue
        echo "${picture##*/}" >>shown
        [[ $(gnuplot --version) != "gnuplot 5.4 patchlevel 4" ]] ||
            cmp "run/figures/${picture##*/}" "$picture"
    done
}

# So are the pictures of a lab's run, kept in labs/figures/labN/RUN.
labs_pictures_are_its() # FOLDER
{
    local picture count=0
    for picture in "$1"/*.svg; do
        [[ $(gnuplot --version) != "gnuplot 5.4 patchlevel 4" ]] ||
            cmp "run/figures/${picture##*/}" "$picture"
        ((count += 1))
    done
    [ "$count" -gt 0 ]
}

@test "the reference runs are as a report makes them now, which leaves their tree as it is" {
    local kept top=$BATS_TEST_DIRNAME/../..
    command -v gnuplot >/dev/null || skip "gnuplot is not here"
    for kept in "$top"/results/{reference,experiments/*,labs/*/*}; do
        # Each a command by itself: in a list, what fails inside would not end the test.
        echo "$kept"
        is_made_anew "$(realpath "$kept")"
        if [[ $kept == */results/labs/* ]]; then
            labs_pictures_are_its "$top/labs/figures/${kept#"$top"/results/labs/}"
            continue
        fi
        pictures_are_its
        if [[ $kept == */reference ]]; then
            documents_show_it
            documents_tell_it
        fi
    done
    # Each picture is of them, and shown.
    diff <(cd "$top/docs/figures" && printf '%s\n' *.svg) <(sort -u shown)
    diff <(cd "$top/docs/figures" && printf '%s\n' *.svg) \
        <(grep -oh 'docs/figures/[^)]*' "$top/README.md" | sed 's|.*/||' | sort -u)
}
