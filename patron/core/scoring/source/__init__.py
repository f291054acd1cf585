"""
The input of a scoring: files of several formats, read as one, in pieces that any thread can decode.
"""

from patron.core.scoring.source.batch import DataFile, SourceBatch, SourceOptions, Task
from patron.core.scoring.source.opening import open_source
from patron.core.scoring.source.source import Source

__all__ = ["DataFile", "Source", "SourceBatch", "SourceOptions", "Task", "open_source"]
