"""Ten upload templates as different as real ones, invented. What each column is stands beside it."""

from __future__ import annotations

from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tests.exports.learning.made_templates import Made, drop_down, lay_out

_DISEASE = """摸底疾病分类|摸底疾病代码|摸底疾病名称|疾病确诊⏎(1确诊2未患3死亡)→疾病确诊|疾病代码|疾病名称|二级名称|
确诊时间|确诊医院|属地|医院级别|医院类别|救治种类"""

_SIGNERS = """填报人{姓名→填报人|单位(1县2乡3村)→填报单位(1县2乡3村)|联系电话→填报人联系电话}|
审核人{姓名→审核人|单位(1县2乡3村)→审核单位(1县2乡3村)|联系电话→审核人联系电话}"""


def province() -> Made:
    """Three levels, three diseases side by side, costs within the treatment, column numbers below."""
    made = Made("省级核查表")
    made.sheet.title = "核查上报表"
    header = f"""基本信息{{序号|市（州）→市(州)|县（市、区）→县(市、区)|乡（镇）→乡(镇)|行政村|户编号|人编号|
*姓　名→姓名|性别⏎（1男2女）→性别|出生日期⏎（YYYYMMDD）→出生日期|*证件号→证件号|与户主⏎关系→与户主关系|
人员状态⏎(1有此人 2无此人)→人员状态|所在户家庭类型|所在户计划生育类型|劳动技能|
医疗保障（1新农合(城乡居民医保) 2大病保险 3商业保险 4其他）→医疗保障|电子健康档案|脱贫状态|施策落实情况}}|
疾病一{{{_DISEASE}}}|疾病二{{{_DISEASE}}}|疾病三{{{_DISEASE}}}|
治疗反馈信息{{治疗时间|治疗机构名称|属地|级别|类别|保障政策|治疗方式|治疗效果|
治疗总费用（元）{{总计|自付|新农合|大病保险|商业保险|医疗救助|临时救助|慈善救助|扶贫资金救助|其他}}}}|{_SIGNERS}"""
    below = lay_out(made, header, 3)
    made.title("四川省建档立卡农村贫困人口因病致贫、因病返贫核查上报表")
    made.sheet["A2"] = "填报单位（盖章）：                填报日期：    年  月  日"
    made.write(below, list(range(1, len(made.truth) + 1)))
    drop_down(made, "R", below + 1, '"有,无"')
    return made


def two_languages() -> Made:
    """One header row with English beside the Chinese; a sample row."""
    made = Made("双语")
    header = """序号 No.→序号|县 County→县(市、区)|乡镇⏎Township→乡(镇)|行政村 Village→行政村|
户编号 Household ID→户编号|户主姓名⏎Head of household→户主姓名|患者姓名⏎Patient name→姓名|性别/Sex→性别|
出生日期 Date of birth→出生日期|公民身份号码 ID No.→证件号|民族 Ethnicity→民族|联系电话 Tel→联系电话|
疾病名称 Disease→疾病名称|疾病编码（ICD-10）→疾病代码|确诊日期 Diagnosis date→确诊时间|确诊机构 Hospital→确诊医院|
监护人姓名 Guardian→|治疗效果 Outcome→治疗效果|备注 Remarks→"""
    below = lay_out(made, header, 2)
    made.title("贫困患者登记表 Registration of poor patients")
    made.write(below, ["示例", "某县", "某镇", "某村", "99000001", "甲某", "乙某", "男", "1960-05-01"])
    return made


def several_sheets() -> Made:
    """Cover, instructions with a list of the columns, the form, and hidden lists that the drop-downs refer to."""
    made = Made("多张表")
    made.sheet.title = "封面"
    made.sheet["B5"], made.sheet["B7"] = "贫困人口健康信息采集表", "填报单位："
    told = made.book.create_sheet("填表说明")
    for row in (("序号", "指标名称", "填写要求"), (1, "姓名", ""), (2, "证件号码", "18位"), (3, "疾病名称", "")):
        told.append(row)
    form = made.book.create_sheet("采集表")
    codes, old = made.book.create_sheet("字典"), made.book.create_sheet("旧版")
    old.append(["序号", "姓名", "性别", "身份证号", "疾病名称", "确诊时间", "确诊医院", "民族", "户编号", "人编号"])
    codes.sheet_state, old.sheet_state = "veryHidden", "hidden"
    for row in (
        ("男", "一般贫困户", "大病集中救治", "健康"),
        ("女", "低保户", "慢病签约服务管理", "长期慢性病"),
        ("", "五保户", "重病兜底保障", "患有大病"),
        ("", "低保贫困户", "", "残疾"),
    ):
        codes.append([word or None for word in row])
    header = """序号|区县→县(市、区)|乡镇（街道）→乡(镇)|村（居）→行政村|家庭编号→户编号|家庭人口数（人）→人数|
贫困人口姓名→姓名|性别|年龄|身份证号码（18位）→证件号|与户主关系|家庭类型→所在户家庭类型|致贫原因→主要致贫原因|
健康状况|病种→疾病名称|救治类型→救治种类|帮扶责任人→|帮扶责任人联系电话→|上报时间→"""
    below = lay_out(made, header, 4, sheet=form)
    made.title("贫困人口健康信息采集表", sheet=form)
    made.title("填表说明：1.本表由卫生院填写；2.证件号码按身份证填写，不得有空格；3.下拉的项目不要手工输入。", 2, form)
    form["A3"], form["P3"] = "填报单位：某镇卫生院", "填报时间：2018年6月30日"
    made.book.defined_names["户类型"] = DefinedName("户类型", attr_text="字典!$B$1:$B$4")
    lists = {"H": "字典!$A$1:$A$2", "L": "户类型", "P": "=字典!$C$1:$C$3", "N": "字典!$D$1:$D$4"}
    for letter, formula in lists.items():
        drop_down(made, letter, below, formula, form)
    return made


def other_people() -> Made:
    """Names and numbers of everybody, of whom one is the person."""
    made = Made("各种姓名")
    header = """1.乡镇→乡(镇)|2.村→行政村|3.户主姓名→户主姓名|4.户主身份证号→户主证件号码|5.患者姓名→姓名|
6.患者身份证号→证件号|7.配偶姓名→|8.监护人姓名→|9.联系人姓名→|10.联系人电话→|11.疾病诊断名称→疾病名称|
12.疾病诊断医生→|13.确诊医疗机构→确诊医院|14.签约医生姓名→签约医生姓名|15.签约医生电话→签约医生联系方式|
16.村医姓名→|17.村医电话→|18.录入人→|19.上报单位→|20.审核时间→|21.填报人→填报人|22.审核人→审核人"""
    lay_out(made, header, 2)
    made.title("××县因病致贫人员台账")
    made.sheet["A12"] = "填表人：              审核人：              单位负责人："
    return made


def anhui() -> Made:
    """A ledger of serious diseases; groups not merged, a row of units below."""
    made = Made("大病救治台账")
    header = """序号|乡镇→乡(镇)|村→行政村|户编号|姓名|性别|证件号码→证件号|联系电话|病种→疾病名称|
ICD-10→疾病代码|确诊时间|确诊机构→确诊医院|定点救治医院→治疗机构名称|治疗方式|费用情况{总费用→总计|
新农合报销→新农合|大病保险|医疗救助|财政兜底→财政兜底金额|其他|个人自付→自付}|治疗效果|签约医生→签约医生姓名|
备注→"""
    below = lay_out(made, header, 2, merged=False)
    made.title("2018年建档立卡贫困人口大病专项救治台账")
    made.write(below, ["元"] * 7, 15)
    return made


def fujian() -> Made:
    """The columns of the check of 2018 with groups, lines to sign at the foot."""
    made = Made("健康状况核查表")
    header = """序号|行政区划代码|县→县(市、区)|乡→乡(镇)|村→行政村|所属建档立卡对象|户编号|家庭人口数→人数|
是否脱贫→脱贫状态|姓名|性别|出生日期|身份证号→证件号|与户主关系|婚姻状况|计生家庭户类型|社会保障号|居民健康档案号|
户籍地|现居住地|详细地址（门牌号）→家庭住址|联系电话|服务类型|家庭医生签约{纸质签约|电子签约|签约服务开始时间|
签约服务终止时间|有无签约协议|未落实签约原因}|高血压{测血压次数→高血压测血压次数|测血压时间→高血压测血压时间|
随访次数→高血压随访次数|随访时间→高血压随访时间}|糖尿病{测血糖次数→糖尿病测血糖次数|测血糖时间→糖尿病测血糖时间|
随访次数→糖尿病随访次数|随访时间→糖尿病随访时间}|医疗费用{总费用→总计|自付金额→自付|新农合报销→新农合|
民政补助→医疗救助|扶贫叠加保障补偿|其他}|是否知晓健康扶贫政策|对签约服务是否满意"""
    lay_out(made, header, 4)
    made.title("建档立卡贫困人口健康状况核查表")
    made.sheet["A2"], made.sheet["A3"] = "县（市、区）：        乡（镇）：        村（居）：", "核查时间："
    made.sheet["A20"] = "核查员（计生管理员）：__________ 日期：____   核查员（医务人员）：__________ 日期：____"
    return made


def tablet() -> Made:
    """What a survey on tablets asks, codes told in the headers and in remarks on cells; a hidden column."""
    made = Made("平板调查")
    header = """患者姓名→姓名|性别：1.男 2.女→性别|民族|出生年月→出生日期|婚姻状况|
是否空巢老人（是/否）→是否空巢老人|身份证号码→证件号|残疾证号码→残疾证号|联系方式→联系电话|家庭人口数→人数|
签约医生姓名|签约医生联系方式|疾病名称1→疾病名称|病种分类1→病种分类|疾病名称2→疾病名称|病种分类2→病种分类|
是否治愈|未及时治疗原因|死亡时间→死亡日期|脱贫状态"""
    lay_out(made, header)
    made.sheet["T1"].comment = Comment("0未脱贫 1脱贫 2预脱贫 3返贫", "省")
    made.sheet.column_dimensions["J"].hidden = True
    return made


def guangxi() -> Made:
    """The form on diseases of a population: a head's name over a name, formats under the header, a filled sample."""
    made = Made("人口疾病信息表")
    header = """户主{姓名→户主姓名|证件号码→户主证件号码}|家庭成员{姓名|与户主关系|证件号码→证件号}|
疾病情况{疾病诊断名称→疾病名称|致贫疾病→疾病名称|确诊{时间→确诊时间|机构→确诊医院}}|
医疗费用（元）{医疗救助金额→医疗救助|新农合报销金额→新农合|大病保险金额→大病保险}|治疗效果"""
    below = lay_out(made, header, 2)
    made.sheet["A1"] = "人口疾病信息表"
    made.write(below, [*["文本"] * 3, "下拉选择", *["文本"] * 3, "YYYY-MM-DD", "文本", *["数字"] * 3, "下拉选择"])
    number = "990000196001010010"
    made.write(below + 1, ["张某", number, "李某", "配偶", number, "高血压", "", "2015-03-01", "医院", 1, 2, 0, "好转"])
    return made


def schema_names() -> Made:
    """The names of the national database, some alone and some beside Chinese, from column C on, beyond column Z."""
    made = Made("库结构")
    header = """AAC001→户编号|AAB001⏎人编号→人编号|AAB002 姓名→姓名|AAB003→性别|AAB004 证件号码→证件号|
AAB006→与户主关系|AAB007→民族|AAB008→文化程度|AAB017→健康状况|AAC007→主要致贫原因|AAC017 家庭人口数→人数|
AAR010→脱贫状态|AAB030→是否低保|扩展1→|扩展2→|扩展3→|扩展4→|扩展5→|扩展6→|扩展7→|扩展8→|
确诊疾病⏎名称(必填)→疾病名称|确诊疾病⏎代码(必填)→疾病代码|确诊时间(必填，格式：2016-06-30)→确诊时间|
治疗总费用（单位：元）→总计|个人自付（单位：元）→自付|报销金额（单位：元）→新农合"""
    below = lay_out(made, header, 2, start=3)
    made.sheet["C1"] = "数据交换模板"
    drop_down(made, "F", below, '"1男,2女"')
    return made


def county_office() -> Made:
    """Instructions above, two diseases by ordinals, 属地 beside its hospital, 甲 乙 below, signed at the foot."""
    made = Made("县办")
    header = """序⏎号→序号|所在乡（镇）→乡(镇)|所在村→行政村|村民小组→自然村|A4姓名→姓名|A5性别→性别|
A6公民身份号码或残疾证号→证件号|家庭住址|联系电话（手机）→联系电话|身份证住址→户籍地|贫困户属性→所在户家庭类型|
脱贫属性→脱贫状态|患病情况{第一种疾病{名称→疾病名称|编码→疾病代码|确诊时间|确诊医院}|
第二种疾病{名称→疾病名称|编码→疾病代码|确诊时间|确诊医院}}|治疗机构→治疗机构名称|属地|级别|类别|
总费用（元）→总计|自付|新农合|民政救助→医疗救助|其他|填报人|单位(1县2乡3村)→填报单位(1县2乡3村)|
联系电话→填报人联系电话|备注→"""
    below = lay_out(made, header, 5)
    made.title("附件2")
    made.title("××区建档立卡贫困患者信息核实表", 2)
    made.sheet["A3"] = "说明：本表由村医入户填写，经卫生院审核后报区卫计局。姓名、证件号以身份证为准；没有的不填。"
    made.sheet["A4"] = "乡镇（章）：____________"
    made.write(below, ["甲", "乙", "丙", "丁", *map(str, range(1, len(made.truth) - 3))])
    made.write(below + 12, ["", "填报人：", "", "", "审核人："])
    return made


TEN = (
    province, two_languages, several_sheets, other_people, anhui, fujian, tablet, guangxi, schema_names, county_office,
)  # fmt: skip
