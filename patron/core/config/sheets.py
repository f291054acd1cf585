"""
The settings of how untidy sheets are read, as people keep them.
"""

from typing import NamedTuple


class ImportSettings(NamedTuple):
    """
    The table `[import]`: how the untidy sheets are read that people have.

    Attributes:
        heading_rows: among how many rows, from the first, headings are looked for that do not stand in the first.
        total_words: how the first words of a row begin that sums up others, and is no record.
        note_words: how those of a row begin that says something of the sheet, or who signs it.
        clock_minutes: by how much a clock may be ahead of ours, before rows are told of that are of a day still to come.
    """

    heading_rows: int = 20
    total_words: tuple[str, ...] = (
        *("合计", "总计", "小计", "共计", "总数", "累计", "平均", "本页合计", "本页小计", "本日合计", "本月合计", "当月合计"),
        *("total", "totals", "grand total", "sub-total", "subtotal", "sum", "average"),
    )
    note_words: tuple[str, ...] = (
        *("制表", "制表人", "制表日期", "制表时间", "填表", "填表人", "填表日期", "填报人", "审核", "审核人", "复核", "复核人"),
        *("审批", "审批人", "经办人签字", "负责人签字", "店长签字", "主管签字", "签字", "签名", "盖章", "打印日期", "打印时间"),
        *("导出时间", "备注", "注", "附注", "说明", "填写说明", "注意", "以下空白", "第", "共"),
        *("prepared by", "checked by", "approved by", "reviewed by", "signature", "signed", "signed by", "printed", "printed on"),
        *("printed by", "exported", "exported on", "note", "notes", "n.b.", "remark", "remarks", "page", "end of list"),
    )
    clock_minutes: int = 5
