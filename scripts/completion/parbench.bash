# Completion of parbench in bash: parbench itself tells what the last word may become.

_parbench()
{
    local line=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[^:=]/} words last
    read -ra words <<<"$line"
    [[ $line != *[[:space:]] ]] || words+=('')
    mapfile -t COMPREPLY < <("${words[0]}" --complete "${words[@]:1}" 2>/dev/null)
    # To bash a word begins behind the last of these.
    last=${words[*]: -1}
    [[ -z $breaks ]] || COMPREPLY=("${COMPREPLY[@]#"${last%"${last##*["$breaks"]}"}"}")
    if [[ ${COMPREPLY[*]} == *= ]]; then compopt -o nospace; fi
}

complete -o default -F _parbench parbench
