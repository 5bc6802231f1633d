"""An office's own template, part by part, with all that a program might lose: nobody's data are in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
SHEET, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
STRINGS, DRAWING = "xl/sharedStrings.xml", "xl/drawings/drawing1.xml"
COMMENTS, OBJECTS = "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000104944415478da6338c0c000"
    "440c100a00180e03018c13c6b80000000049454e44ae426082"
)
"""A red square."""


def _relations(*told: tuple[str, str, str]) -> str:
    """(id, kind, target) each; a target with `://` lies outside."""
    lines = "".join(
        f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if "://" in target else "/>")
        for identity, kind, target in told
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'


_TYPES = (
    (f"/{WORKBOOK}", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    *(
        (f"/xl/worksheets/sheet{n}.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml")
        for n in (1, 2, 3, 4)
    ),
    ("/xl/styles.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"),
    (f"/{STRINGS}", "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"),
    ("/xl/calcChain.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"),
    (f"/{DRAWING}", "application/vnd.openxmlformats-officedocument.drawing+xml"),
    (f"/{COMMENTS}", "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"),
    ("/xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml"),
    ("/xl/externalLinks/externalLink1.xml",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"),
    ("/xl/cellimages.xml", "application/vnd.wps-officedocument.cellimage+xml"),
    ("/customXml/itemProps1.xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"),
)  # fmt: skip

_COLUMNS = ("序号", "姓名", "证件号码", "性别", "人数", "总计", "自付", "报销", "比例", "备注")


def _sheet(below: str) -> str:
    """Titles, grouped headers, three prepared rows (6 to 8), totals, a blank row, who signs, a note."""

    def cell(place: str, style: int, inner: str = "", kind: str = "") -> str:
        kind = f' t="{kind}"' if kind else ""
        return f'<c r="{place}" s="{style}"{kind}>{inner}</c>' if inner else f'<c r="{place}" s="{style}"/>'

    def person(row: int, sample: bool) -> str:
        shared = '<f t="shared" ref="H6:H8" si="0">F6-G6</f>' if row == 6 else '<f t="shared" si="0"/>'
        ratio = f'<f>IF(F{row}=0,"",ROUND(H{row}/F{row},2)&amp;" / "&amp;SUM(F$6:F$8))</f>'
        cells = (
            cell(f"A{row}", 2, f"<f>ROW()-5</f><v>{row - 5}</v>"),
            cell(f"B{row}", 2, "<v>20</v>" if sample else "", "s" if sample else ""),
            *(cell(f"{letter}{row}", 3) for letter in "CD"),
            *(cell(f"{letter}{row}", 4) for letter in "EFG"),
            cell(f"H{row}", 4, shared + "<v>0</v>"),
            cell(f"I{row}", 2, ratio + "<v></v>", "str"),
            cell(f"J{row}", 2),
            *([cell("L6", 0, "<v>21</v>", "s")] if row == 6 else []),
        )
        return f'<row r="{row}" spans="1:12" ht="21" customHeight="1" x14ac:dyDescent="0.2">{"".join(cells)}</row>'

    headers = "".join(cell(f"{'ABCDEFGHIJ'[n]}5", 1, f"<v>{n}</v>", "s") for n in range(10))
    totals = cell("A9", 5, "<v>13</v>", "s") + "".join(
        cell(f"{letter}9", 5, f"<f>SUM({letter}6:{letter}8)</f><v>0</v>") for letter in "EFGH"
    )
    rows = (
        f'<row r="1" ht="30" customHeight="1">{cell("A1", 1, "<v>10</v>", "s")}</row>',
        f'<row r="2">{cell("A2", 0, "<is><t>单位：</t></is>", "inlineStr")}'
        f"{cell('F2', 0, '<f>COUNTA(B6:B8)</f><v>1</v>')}{cell('H2', 0, '<f>代码!A1</f><v>甲</v>', 'str')}</row>",
        f'<row r="4">{cell("A4", 1, "<v>11</v>", "s")}{cell("F4", 1, "<v>12</v>", "s")}</row>',
        f'<row r="5">{headers}</row>',
        "<!-- people -->",
        *(person(row, row == 6) for row in (6, 7, 8)),
        f'<row r="9">{totals}</row>\r\n',
        f'<row r="11" ht="40" customHeight="1">{cell("A11", 0, "<v>14</v>", "s")}'
        f"{cell('F11', 0, '<v>15</v>', 's')}</row>",
        f'<row r="13">{cell("A13", 0, "<v>16</v>", "s")}{cell("H13", 0, "<f>H9/$F$9</f><v>0</v>")}</row>',
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:xdr="{DRAWN}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
        "<sheetPr codeName='Sheet1'><tabColor rgb='FFFF0000'/><pageSetUpPr fitToPage='1'/></sheetPr>"
        '<dimension ref="A1:L13"/><sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        '<pane ySplit="5" topLeftCell="A6" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="14.25"/><cols><col min="2" max="3" width="20" customWidth="1"/>'
        '<col min="11" max="11" width="4" style="3" customWidth="1"/></cols>'
        f"<sheetData>{''.join(rows)}</sheetData>{below}</worksheet>"
    )


_BELOW = (
    '<sheetProtection sheet="1" objects="1" scenarios="1"/>'
    '<protectedRanges><protectedRange sqref="B6:G8" name="填报区"/></protectedRanges>'
    '<mergeCells count="5"><mergeCell ref="A1:J1"/><mergeCell ref="A4:E4"/><mergeCell ref="F4:I4"/>'
    '<mergeCell ref="A11:C11"/><mergeCell ref="A13:G13"/></mergeCells>'
    '<phoneticPr fontId="1" type="noConversion"/>'
    '<conditionalFormatting sqref="C6:C8"><cfRule type="expression" dxfId="0" priority="1">'
    "<formula>COUNTIF($C$6:$C$8,C6)&gt;1</formula></cfRule></conditionalFormatting>"
    '<conditionalFormatting sqref="F11:H11"><cfRule type="expression" dxfId="0" priority="2">'
    "<formula>$H$13&gt;1</formula></cfRule></conditionalFormatting>"
    '<dataValidations count="2"><dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="D6">'
    '<formula1>"男,女"</formula1></dataValidation><dataValidation type="whole" sqref="E6:E8 F11">'
    "<formula1>0</formula1><formula2>20</formula2></dataValidation></dataValidations>"
    '<hyperlinks><hyperlink ref="A13" r:id="rId9"/>'
    "<hyperlink ref=\"A2\" location=\"'名单 ''甲''组'!A11\" display=\"x\"/>"
    "</hyperlinks>"
    '<printOptions horizontalCentered="1"/>'
    '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="8" orientation="landscape" r:id="rId3"/>'
    "<headerFooter><oddHeader>&amp;L&amp;G</oddHeader><oddFooter>&amp;C第 &amp;P 页</oddFooter></headerFooter>"
    '<rowBreaks count="1" manualBreakCount="1"><brk id="10" max="16383" man="1"/></rowBreaks>'
    '<ignoredErrors><ignoredError sqref="C6:C8" numberStoredAsText="1"/></ignoredErrors>'
    '<drawing r:id="rId1"/><legacyDrawing r:id="rId2"/><legacyDrawingHF r:id="rId4"/>'
    '<mc:AlternateContent><mc:Choice xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'Requires="x14"><controls><control shapeId="1026" r:id="rId7" name="Button 2"><controlPr defaultSize="0" '
    'print="0" macro="[0]!检查"><anchor moveWithCells="1"><from><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff>'
    "<xdr:row>10</xdr:row><xdr:rowOff>0</xdr:rowOff></from><to><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff>"
    "<xdr:row>11</xdr:row><xdr:rowOff>0</xdr:rowOff></to></anchor></controlPr></control></controls></mc:Choice>"
    "</mc:AlternateContent>"
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="dataBar" id="{00000000-0000-4000-8000-000000000001}"><x14:dataBar minLength="0" '
    'maxLength="100"><x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/><x14:fillColor rgb="FF63C384"/>'
    "</x14:dataBar></x14:cfRule><xm:sqref>F6:F8</xm:sqref></x14:conditionalFormatting>"
    "</x14:conditionalFormattings></ext>"
    '<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>代码!$A$1:$A$3</xm:f>'
    "</x14:formula1><xm:sqref>J6:J8</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    '<ext uri="{AA17EB3D-AE07-4E86-B5C1-0D2D0C8A5F00}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">'
    '<etc:vbaInfo ref="A9"/></ext></extLst>'
)


def _anchor(first: int, last: int, inner: str, column: int, more: str = "") -> str:
    return (
        f"<xdr:twoCellAnchor{more}><xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{first}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>{column + 2}</xdr:col>"
        f"<xdr:colOff>0</xdr:colOff><xdr:row>{last}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>{inner}"
        "<xdr:clientData/></xdr:twoCellAnchor>"
    )


_PICTURE = (
    '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{0}" name="图 {0}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
    '<a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
)
_TEXT_BOX = (
    '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="9" name="说明"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
    '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r>'
    "<a:t>填写说明</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
)
_OBJECT = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;visibility:{seen}">{inside}'
    '<x:ClientData ObjectType="{kind}"><x:Anchor>\n{column}, 5, {top}, 2, {right}, 9, {bottom}, 4</x:Anchor>'
    "{more}</x:ClientData></v:shape>"
)
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
)


def _parts() -> dict[str, str | bytes]:
    texts = [
        *_COLUMNS, "因病致贫核查上报表", "基本情况", "费用（元）", "合计", "填表人：", "审核人：",
        "注：本表一式两份。", "甲", "乙", "不患病", "样例", "栏外", "A9 &lt;汇总&gt;",
    ]  # fmt: skip
    items = [f"<si><t>{text}</t></si>" for text in texts]
    items[10] = (
        '<si><r><rPr><b/><sz val="16"/><rFont val="宋体"/></rPr><t>因病致贫</t></r><r>'
        '<t xml:space="preserve"> 核查上报表</t></r><rPh sb="0" eb="1"><t>いん</t></rPh><phoneticPr fontId="1"/></si>'
    )
    items[19] = "<si><t><![CDATA[不<患>病<si>]]></t></si>"
    sheet = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'
    names = (
        "<definedName name=\"_xlnm.Print_Area\" localSheetId=\"0\">'名单 ''甲''组'!$A$1:$J$13</definedName>"
        "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'名单 ''甲''组'!$4:$5</definedName>"
        "<definedName name=\"全部费用\">'名单 ''甲''组'!$F$6:$F$8</definedName>"
        "<definedName name=\"合计格\">'名单 ''甲''组'!$F$9</definedName>"
        '<definedName name="病种" hidden="1">代码!$A$1:$A$3</definedName>'
    )
    note = {"kind": "Note", "seen": "hidden", "column": 3}
    return {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
            'printerSettings"/><Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.'
            'vmlDrawing"/>' + "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in _TYPES) + "</Types>"
        ),
        "_rels/.rels": _relations(("rId1", "officeDocument", WORKBOOK), ("rId2", "customXml", "customXml/item1.xml")),
        WORKBOOK: (
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><fileVersion appName="xl"/>'
            '<workbookPr date1904="1" codeName="ThisWorkbook"/><bookViews><workbookView/></bookViews><sheets>'
            "<sheet name=\"名单 '甲'组\" sheetId=\"1\" r:id='rId1'/>"
            '<sheet name="代码" sheetId="5" state="hidden" r:id="rId2"/>'
            '<sheet name="校验" sheetId="7" state="veryHidden" r:id="rId3"/>'
            '<sheet name="汇总" sheetId="8" r:id="rId4"/></sheets>'
            '<externalReferences><externalReference r:id="rId8"/></externalReferences>'
            f'<definedNames>{names}</definedNames><calcPr calcId="191029" iterate="1"/></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            ("rId1", "worksheet", "/xl/worksheets/sheet1.xml"),
            *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in (2, 3, 4)),
            ("rId5", "styles", "styles.xml"),
            ("rId6", "sharedStrings", "/xl/sharedStrings.xml"),
            ("rId7", "calcChain", "calcChain.xml"),
            ("rId8", "externalLink", "externalLinks/externalLink1.xml"),
            ("rId10", "cellImage", "cellimages.xml"),
        ),
        "xl/styles.xml": (
            f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="10"/><name val="宋体"/></font>'
            '<font><b/><sz val="10"/><name val="宋体"/></font></fonts><fills count="3"><fill><patternFill '
            'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill '
            'patternType="solid"><fgColor rgb="FFFFF2CC"/></patternFill></fill></fills><borders count="2"><border/>'
            '<border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border>'
            '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf xfId="0"/>'
            '<xf fontId="1" borderId="1" xfId="0" applyFont="1" applyBorder="1"><alignment horizontal="center"/></xf>'
            '<xf borderId="1" xfId="0" applyBorder="1"/><xf numFmtId="49" borderId="1" xfId="0" '
            'applyNumberFormat="1" applyBorder="1"><protection locked="0"/></xf>'
            '<xf numFmtId="2" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1"/>'
            '<xf fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1"/></cellXfs>'
            ''
            '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles>'
            '<dxfs count="1"><dxf><font><color rgb="FFFF0000"/></font></dxf></dxfs></styleSheet>'
        ),
        STRINGS: f'{HEAD}<sst xmlns="{MAIN}" count="30" uniqueCount="{len(items)}">{"".join(items)}</sst>',
        SHEET: _sheet(_BELOW),
        "xl/worksheets/_rels/sheet1.xml.rels": _relations(
            ("rId1", "drawing", "../drawings/drawing1.xml"),
            ("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
            ("rId3", "printerSettings", "../printerSettings/printerSettings1.bin"),
            ("rId4", "vmlDrawing", "../drawings/vmlDrawing2.vml"),
            ("rId5", "comments", "../comments1.xml"),
            ("rId7", "ctrlProp", "../ctrlProps/ctrlProp1.xml"),
            ("rId9", "hyperlink", "https://example.invalid/说明"),
        ),
        # Rows and cells need not say where they stand; quotes may be single ones.
        "xl/worksheets/sheet2.xml": (
            sheet + "<row><c t='s'><v>17</v></c></row><row><c t='s'><v>18</v></c></row>"
            "<row><c t='s'><v>19</v></c></row></sheetData></worksheet>"
        ),
        "xl/worksheets/sheet3.xml": sheet + '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>',
        "xl/worksheets/sheet4.xml": (
            sheet + '<row r="1"><c r="A1" t="s"><v>22</v></c><c r="B1"><f>\'名单 \'\'甲\'\'组\'!$H$9</f><v>0</v></c>'
            "<c r=\"C1\"><f>COUNTA('名单 ''甲''组'!B6:B8)</f><v>1</v></c><c r=\"D1\"><f>[1]名单!$A$9</f><v>3</v></c>"
            "</row></sheetData></worksheet>"
        ),
        "xl/calcChain.xml": f'{HEAD}<calcChain xmlns="{MAIN}"><c r="A6" i="1"/></calcChain>',
        DRAWING: (
            f'{HEAD}<xdr:wsDr xmlns:xdr="{DRAWN}" xmlns:a="{A}" xmlns:r="{OFFICE}">'
            + _anchor(0, 2, _PICTURE.format(2), 7)
            + _anchor(2, 3, _TEXT_BOX, 5)
            + _anchor(10, 12, _PICTURE.format(3), 6, ' editAs="oneCell"')
            + "</xdr:wsDr>"
        ),
        "xl/drawings/_rels/drawing1.xml.rels": _relations(("rId1", "image", "../media/image1.png")),
        "xl/media/image1.png": PICTURE,
        COMMENTS: (
            f'{HEAD}<comments xmlns="{MAIN}"><authors><author>省</author></authors><commentList>'
            '<comment ref="C5" authorId="0"><text><t>18 位</t></text></comment>'
            '<comment ref="A11" authorId="0"><text><t>手签</t></text></comment></commentList></comments>'
        ),
        # Excel's own is not well-formed either.
        OBJECTS: _VML
        + _OBJECT.format(id=1, top=3, right=5, bottom=6, inside="<div><br></div>",
                         more="<x:Row>4</x:Row><x:Column>2</x:Column>", **note)
        + _OBJECT.format(id=2, top=9, right=5, bottom=12, inside="",
                         more="<x:Row>10</x:Row><x:Column>0</x:Column>", **note)
        + _OBJECT.format(id=3, top=10, right=9, bottom=11, inside="", kind="Button", seen="visible", column=8,
                         more="<x:FmlaMacro>[0]!检查</x:FmlaMacro>") + "</xml>",
        "xl/drawings/vmlDrawing2.vml": (
            f'{_VML}<v:shape id="LH" style="width:9pt"><v:imagedata o:relid="rId1"/></v:shape></xml>'
        ),
        "xl/drawings/_rels/vmlDrawing2.vml.rels": _relations(("rId1", "image", "../media/image1.png")),
        "xl/ctrlProps/ctrlProp1.xml": (
            f'{HEAD}<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
            'objectType="Button" lockText="1"/>'
        ),
        "xl/printerSettings/printerSettings1.bin": bytes(range(256)),
        "xl/externalLinks/externalLink1.xml": (
            f'{HEAD}<externalLink xmlns="{MAIN}" xmlns:r="{OFFICE}"><externalBook r:id="rId1"><sheetNames>'
            '<sheetName val="名单"/></sheetNames></externalBook></externalLink>'
        ),
        "xl/externalLinks/_rels/externalLink1.xml.rels": _relations(("rId1", "externalLinkPath", "file:///x.xlsx")),
        "xl/cellimages.xml": (
            f'{HEAD}<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" xmlns:r="{OFFICE}"/>'
        ),
        "customXml/item1.xml": "<省 版本='2016'/>",
        "customXml/_rels/item1.xml.rels": _relations(("rId1", "customXmlProps", "itemProps1.xml")),
        "customXml/itemProps1.xml": (
            '<ds:datastoreItem ds:itemID="{11111111-2222-4333-8444-555555555555}" '
            'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"/>'
        ),
    }  # fmt: skip


NAME = "名单 '甲'组"
PARTS = _parts()


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return written.getvalue()


def office_template(**changed: str | bytes) -> bytes:
    """The workbook, with some of its parts replaced."""
    return packed(PARTS | changed)
