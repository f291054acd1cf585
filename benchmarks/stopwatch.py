"""
Runs one command and prints what it took, as JSON: {"seconds": …, "processor": …, "peak_mb": …, "exit_code": …}.

A process of its own, and a small one: a child inherits the peak memory of the process that starts it, so that one started from
the test runner would seem to need all that the test runner ever needed.
"""

import json
import os
import sys
import time


def main() -> None:
    """Run the command that stands in the arguments, its output thrown away."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    unit = 2**20 if sys.platform == "darwin" else 2**10
    told = {
        "seconds": seconds,
        "processor": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / unit,
        "exit_code": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
