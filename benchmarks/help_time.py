"""How long `--help` takes beside a bare Python, alternately in one run: `python benchmarks/help_time.py [ROUNDS]`."""

from __future__ import annotations

import subprocess
import sys
import time

LIMIT, BARE = 0.100, 0.017  # seconds; the limit on a machine where a bare start takes as long as BARE, or less
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "ruhu --help": ["-m", "tui", "--help"],
    "ruhu check --help": ["-m", "tui", "check", "--help"],
    "ruhu check --help --lang en": ["-m", "tui", "check", "--help", "--lang", "en"],
}


def once(arguments: list[str]) -> float:
    """Seconds of wall time."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(rounds: int) -> int:
    best = dict.fromkeys(COMMANDS, float("inf"))
    for _round in range(rounds):
        for name, arguments in COMMANDS.items():
            best[name] = min(best[name], once(arguments))
    bare = best["python -c pass"]
    for name, seconds in best.items():
        print(f"{name:<30}{seconds * 1000:6.0f} ms   {seconds / bare:4.1f} × bare")
    limit = LIMIT * max(1.0, bare / BARE)
    slow = [name for name, seconds in best.items() if seconds > limit]
    print(f"limit {limit * 1000:.0f} ms: " + ("missed by " + ", ".join(slow) if slow else "kept"))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
