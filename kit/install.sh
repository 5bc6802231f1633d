#!/bin/sh
# Finds a Python that install.py runs on; what it says when there is none is all it says.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in python3.13 python3.12 python3.11 python3 python; do
    if "$python" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        exec "$python" -I "$here/install.py" "$@"
    fi
done
echo "没有找到 Python 3.11、3.12 或 3.13。请先装上（Debian、Ubuntu 上还要 python3-venv），再运行一次。" >&2
echo "No Python 3.11, 3.12 or 3.13 was found. Install one (on Debian and Ubuntu with python3-venv), then run this again." >&2
exit 1
