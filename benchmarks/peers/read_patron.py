"""
Decodes the four columns that a score reads, with our own reader and two threads, and makes nothing of them.
"""

import sys
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from patron.core.scoring.capacity import leave_pandas_out
from patron.core.scoring.source import SourceBatch, SourceOptions, open_source

AHEAD = 4


def main(path: str) -> None:
    """Read the file."""
    leave_pandas_out()  # as the command does
    source = open_source([path], SourceOptions())
    waiting: deque[Future[SourceBatch]] = deque()
    with ThreadPoolExecutor(max_workers=2) as pool:
        for task in source.tasks(["customer_id", "order_id", "ordered_at", "amount"]):
            waiting.append(pool.submit(task.read))
            if len(waiting) >= AHEAD:
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()


if __name__ == "__main__":
    main(*sys.argv[1:])
