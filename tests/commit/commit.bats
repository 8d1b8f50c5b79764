#!/usr/bin/env bats
#
# cmake/Commit.cmake: what a build knows of the commit that it is made from. SCRIPT is its path.

setup()
{
    SCRIPT=$(realpath "${SCRIPT:?}")
    cd "$BATS_TEST_TMPDIR" || return 1
    export HOME=$BATS_TEST_TMPDIR GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
    export GIT_CEILING_DIRECTORIES=${BATS_TEST_TMPDIR%/*}
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
    mkdir tree
}

look() # SOURCE
{
    cmake -DSOURCE="$1" -DOUTPUT="$PWD/commit.c" -P "$SCRIPT"
}

knows() # COMMIT MODIFIED
{
    [ "$(sed -n 's/^const char build_info_commit\[\] = "\(.*\)";$/\1/p' commit.c)" = "$1" ]
    [ "$(sed -n 's/^const int build_info_modified = \(.*\);$/\1/p' commit.c)" = "$2" ]
}

commit() # FOLDER
{
    git -C "$1" init -q
    echo 1 >"$1/file"
    git -C "$1" add file
    git -C "$1" -c user.name=n -c user.email=e commit -qm one
}

@test "nothing is known outside a git tree" {
    look "$PWD/tree"
    knows unknown -1
}

@test "nothing is known before the first commit" {
    git -C tree init -q
    look "$PWD/tree"
    knows unknown -1
}

@test "a commit, and changes to it" {
    commit tree
    look "$PWD/tree"
    knows "$(git -C tree rev-parse HEAD)" 0
    echo 2 >>tree/file
    look "$PWD/tree"
    knows "$(git -C tree rev-parse HEAD)" 1
    git -C tree checkout -q file
    look "$PWD/tree"
    knows "$(git -C tree rev-parse HEAD)" 0
    touch tree/new
    look "$PWD/tree"
    knows "$(git -C tree rev-parse HEAD)" 1
}

@test "the tree of another project says nothing" {
    commit .
    look "$PWD/tree"
    knows unknown -1
}

@test "what would not change is not written" {
    commit tree
    look "$PWD/tree"
    touch -d 2001-01-01 commit.c
    look "$PWD/tree"
    [ "$(date -r commit.c +%Y)" = 2001 ]
    git -C tree -c user.name=n -c user.email=e commit -q --allow-empty -m two
    look "$PWD/tree"
    [ "$(date -r commit.c +%Y)" != 2001 ]
    knows "$(git -C tree rev-parse HEAD)" 0
}
