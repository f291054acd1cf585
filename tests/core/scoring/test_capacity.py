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


def test_the_command_line_spares_itself_pandas(tmp_path) -> None:
    """Arrow would load pandas with its first array; who wants pandas afterwards gets it."""
    (tmp_path / "pandas.py").write_text("print('loaded')")
    program = (
        "import numpy as np, pyarrow as pa; from patron.core.scoring.capacity import leave_pandas_out; leave_pandas_out();"
        "pa.array(np.zeros(1)); print('asked'); import pandas"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert result.stdout.split() == ["asked", "loaded"]
