#!/bin/sh
# Find Chromium and a Chinese font, or install Debian's, where this user may.
set -eu
command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q . && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-noto-cjk fontconfig >/dev/null
else
    echo "Chromium or a Chinese font is missing: the browser tests will be skipped." >&2
    echo "Debian and Ubuntu: sudo apt-get install chromium fonts-noto-cjk fontconfig" >&2
fi
