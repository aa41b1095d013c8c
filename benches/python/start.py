"""The time of `import keyrail`, and of other modules, each in a new process, in one run.

A time is that of a process which imports the module, minus that of a process which imports
nothing. The processes of a round run one after another, and the median of all rounds counts. If yarl is
not installed, its row is left out.

Build the package in release mode first:

    maturin develop --release --manifest-path bindings/python/Cargo.toml
    pip install -r benches/python/requirements.txt
    python benches/python/start.py
"""

import argparse
import platform
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec

MODULES = ["keyrail", "re", "urllib.request", "asyncio", "yarl"]


def milliseconds(statement: str) -> float:
    """Returns the time of a new process that runs a statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=40, metavar="N", help="processes of each module (default: 40)"
    )
    rounds = max(1, parser.parse_args().rounds)
    if find_spec("keyrail") is None:
        sys.exit(f"keyrail is not installed\n{__doc__}")
    modules = [name for name in MODULES if find_spec(name.split(".")[0]) is not None]
    times: dict[str, list[float]] = {name: [] for name in modules}
    for _ in range(rounds):
        nothing = milliseconds("pass")
        for name in modules:
            times[name].append(milliseconds(f"import {name}") - nothing)
    print(f"Python {platform.python_version()}, {platform.machine()}, median of {rounds} rounds\n")
    print("| module | import |")
    print("|---|---|")
    for name in modules:
        print(f"| `{name}` | {statistics.median(times[name]):.1f} ms |")


if __name__ == "__main__":
    main()
