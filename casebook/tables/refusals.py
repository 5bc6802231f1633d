"""What the reading process reports as refused, in the user's words: what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from casebook.errors import Place, RuhuError
from casebook.language import N_, _

_SAVE_AS = N_("请用 Excel 或 WPS 打开，另存为 .xlsx 再读")

REFUSALS: dict[str, tuple[str, str]] = {
    "not_found": (N_("没有这个文件"), N_("请检查文件名和所在文件夹")),
    "is_folder": (N_("这是一个文件夹，不是文件"), N_("请给出文件夹里的名单文件")),
    "no_permission": (N_("没有权限读这个文件"), N_("请关掉正在打开它的程序，或检查文件的读取权限")),
    "not_a_file": (N_("这不是普通文件"), N_("请给出名单文件")),
    "read_failed": (N_("文件读不出来"), N_("请检查磁盘或 U 盘，重新复制一份再读")),
    "changed": (N_("读到一半文件被改动了"), N_("请等它保存完再读")),
    "file_empty": (N_("文件是空的，0 字节"), N_("请重新复制或导出一份")),
    "is_pdf": (N_("这是 PDF，不是表格文件"), N_("请向来文单位要 Excel 原表")),
    "is_image": (N_("这是图片，不是表格文件"), N_("请向来文单位要 Excel 原表")),
    "is_document": (N_("这是 Word 或演示文稿，不是表格文件"), N_("请把里面的表复制到 Excel 或 WPS 表格，另存为 .xlsx")),
    "is_archive": (N_("这是压缩包或带密码的压缩包，不是表格文件"), N_("请先解压，再读里面的表格")),
    "is_mhtml": (N_("这是单个文件网页（.mht），不能直接读"), _SAVE_AS),
    "not_a_table": (N_("认不出这是什么文件，不是表格"), N_("请给出 .xlsx、.xls、.ods 或 .csv 文件")),
    "damaged": (N_("文件已损坏，读不完整"), N_("请重新复制或导出一份；能用 Excel 或 WPS 打开的，另存为 .xlsx 再读")),
    "zip_bomb": (N_("文件解压后大得不正常，为安全起见没有打开"), N_("请向来文单位要一份重新另存的表")),
    "too_wide": (
        N_("ZZ 列以外还有内容，为免内存耗尽没有打开"),
        N_("请用 Excel 或 WPS 打开，删去名单右边远处的单元格，再保存"),
    ),
    "too_big": (N_("读这个文件超出了 2 GB 内存"), N_("请按乡镇拆成几个文件，或另存为 .csv 再读")),
    "not_installed": (N_("程序没有装全，缺少读表格的部件"), N_("请重新安装 ruhu")),
    "reader_died": (N_("读这个文件时出错中止，可能是内存耗尽或文件已损坏"), _SAVE_AS),
    "wrong_password": (N_("密码不对"), N_("请确认密码后再试")),
    "password_needed": (N_("文件有密码"), N_("请给出密码，或用 Excel 或 WPS 去掉密码后再读")),
}


def refusal(code: str, file: str, params: Mapping[str, int | str] | None = None) -> RuhuError:
    """The error of a refused file. `file` is its name without folder."""
    what, remedy = REFUSALS[code]
    values = params or {}
    return RuhuError(code, _(what).format(**values), _(remedy).format(**values), Place(file=file))
