"""How much of the machine a run takes."""

import subprocess
import sys


def test_the_command_line_keeps_freed_memory_in_one_pool() -> None:
    """Arrow takes its memory where NumPy does; a process of its own, since it changes the whole process."""
    code = (
        "import pyarrow as pa; from patron.core.scoring.capacity import keep_freed_memory; keep_freed_memory();"
        "print(pa.default_memory_pool().backend_name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ("system" if sys.platform == "linux" else done.stdout.strip())
