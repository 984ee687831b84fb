# Sourced by the other scripts: finds the root of the checkout, GLPK and SQLite (installing them where they are missing).
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# need_header HEADER PACKAGE
need_header() {
    echo "#include <$1>" | cc -E -x c - >/dev/null 2>&1 && return
    command -v apt-get >/dev/null || { echo "the header $1 is missing: install the development package that has it" >&2; exit 69; }
    echo "installing $2" >&2
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    { $sudo apt-get update && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y "$2"; } >&2
}

# need_package PACKAGE: installs one of Debian's packages, where apt and the right to use it are there.
need_package() {
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || { echo "Debian's $1 is missing" >&2; return 69; }
    echo "installing $1" >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"; } >&2
}

# A browser for the checks that look at pages; prints its path, fails quietly where there is none and none can be installed.
find_browser() {
    if ! command -v chromium chromium-browser google-chrome | head -n 1 | grep . && [ "$(id -u)" = 0 ]; then
        command -v apt-get >/dev/null || return 1
        echo "installing chromium" >&2
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >&2
        command -v chromium
    fi
}

# The libraries that the system must have: GLPK, and on Linux SQLite (macOS brings its own).
need_glpk() {
    case "$(uname -s)" in
    Darwin)
        local prefix
        prefix=$(brew --prefix glpk 2>/dev/null) || { echo "Homebrew's glpk is needed: brew install glpk" >&2; exit 69; }
        [ -d "$prefix" ] || brew install glpk >&2
        export CPATH="$prefix/include${CPATH:+:$CPATH}" LIBRARY_PATH="$prefix/lib${LIBRARY_PATH:+:$LIBRARY_PATH}"
        ;;
    *)
        need_header glpk.h libglpk-dev
        need_header sqlite3.h libsqlite3-dev
        ;;
    esac
}

# Of a build's lines on its input, the last one in one line of the terminal; nothing where there is no terminal.
show_progress() {
    local line width
    [ -t 1 ] || { cat >/dev/null; return; }
    width=$(tput cols 2>/dev/null || echo 80)
    while IFS= read -r line; do printf '\r%s\033[K' "${line:0:width-1}"; done
    printf '\r\033[K'
}

# Builds a product in release mode where it is missing or older than its sources; prints the path of its binary.
release_binary() {
    local product=$1 binary="$root/.build/release/$1" log
    if [ ! -x "$binary" ] || [ -n "$(find "$root/Sources" "$root/Package.swift" -newer "$binary" -print -quit)" ]; then
        need_glpk
        echo "building $product (once)" >&2
        local options=(-c release --package-path "$root" --product "$product")
        # Without the runtime in the binary a process starts three times as slowly.
        [ "$(uname -s)" = Linux ] && options+=(--static-swift-stdlib)
        log=$(mktemp)
        swift build "${options[@]}" 2>&1 | tee "$log" | show_progress >&2 || { cat "$log" >&2; rm -f "$log"; exit 70; }
        rm -f "$log"
        touch "$binary"
    fi
    echo "$binary"
}

# A Python with the packages named, in a folder of its own (another one where PYTHON_SET names it: packages that bear no
# others beside them); fails quietly where there is no Python.
python_with() {
    local venv="$root/.build-venv${PYTHON_SET:+-$PYTHON_SET}"
    command -v python3 >/dev/null || return 1
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv" >&2 || return 1
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2 || return 1
    echo "$venv/bin/python"
}
