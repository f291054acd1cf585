"""
One person, one record: merging records that are one, undoing that, and deciding that two are not.
"""

from patron.core.crm.merging.apart import Apart, decide_apart, list_apart
from patron.core.crm.merging.commands import Choice, Doubt, Merge, Merged, MergePreview, Unmerge, Unmerged
from patron.core.crm.merging.merge import merge, merge_all, merge_within, preview_merge, with_versions
from patron.core.crm.merging.unmerge import unmerge

__all__ = [
    "Apart",
    "Choice",
    "Doubt",
    "Merge",
    "MergePreview",
    "Merged",
    "Unmerge",
    "Unmerged",
    "decide_apart",
    "list_apart",
    "merge",
    "merge_all",
    "merge_within",
    "preview_merge",
    "unmerge",
    "with_versions",
]
