"""What the record's codes mean, for the auditor who reads them."""

import json
from typing import Any

from django.apps import apps

#: The first part of an action code.
THINGS = {
    "appraisal": "测评",
    "assignment": "承办件",
    "attachment": "附件",
    "ballot": "票决",
    "batch": "交办批次",
    "calendar": "工作日历",
    "code": "代码",
    "committee": "专门委员会",
    "congress": "人大",
    "database": "数据库",
    "deadline": "期限",
    "delegation": "代表团",
    "deputy": "代表",
    "export": "导出",
    "extension": "延期",
    "figures": "统计数字",
    "key_case": "重点督办",
    "lamp": "亮灯",
    "ledger": "台账",
    "membership": "身份",
    "message": "对外消息",
    "office": "交办机构",
    "official": "领导",
    "opinion": "协办意见",
    "profile": "规则",
    "promise": "承诺事项",
    "publication": "公开",
    "referral": "转办",
    "reply": "答复",
    "return": "申请调整",
    "session": "会议",
    "sign_in": "登录",
    "suggestion": "建议",
    "system": "归口系统",
    "talk": "沟通记录",
    "term": "届次",
    "unit": "承办单位",
    "urging": "催办",
    "user": "用户",
    "verdict": "评价",
}
#: The second part; an action of one part has none.
DEEDS = {
    "add": "新增",
    "assign": "交办",
    "back_up": "备份",
    "carry_over": "结转",
    "change": "修改",
    "change_password": "更改密码",
    "correct": "更正",
    "delete": "删除",
    "demonstrate": "标为演示",
    "direct": "设定归口机构",
    "disable": "停用",
    "enable": "启用",
    "end": "终止",
    "export": "导出",
    "fail": "失败",
    "grant": "授予",
    "head": "设定团长",
    "import": "导入",
    "open": "建立",
    "override": "更正",
    "read": "查看",
    "reckon": "重算",
    "release": "反馈",
    "remove": "移除",
    "resend": "重新发送",
    "reset_password": "重置密码",
    "reset_second_factor": "重置两步验证",
    "restore": "从备份恢复",
    "settle": "人工核实",
    "switch": "切换",
}
#: The keys of an event's details.
KEYS = {
    "archive": "备份",
    "days": "日期",
    "due_on": "截止日期",
    "files": "文件数",
    "from": "起",
    "head": "团长",
    "is_holiday": "放假",
    "is_initial": "一次性初始密码",
    "is_new": "新登记",
    "is_statutory_holiday": "法定休假日",
    "is_workday": "工作日",
    "last_day": "最后一日",
    "made_at": "备份时间",
    "name": "名称",
    "note": "说明",
    "office": "交办机构",
    "role": "身份",
    "rows": "行数",
    "seat": "机构或人员编号",
    "source": "依据",
    "status": "状态",
    "until": "止",
    "user": "用户编号",
    "username": "用户名",
    "values": "规则",
    "version": "版本",
    "why": "原因",
    "year": "年份",
}


def describe(action: str) -> str:
    """Say an action code in Chinese; a part without words stays as it is."""
    thing, _, deed = action.partition(".")
    words = THINGS.get(thing, thing)
    return f"{words} · {DEEDS.get(deed, deed)}" if deed else words


def describe_subject(subject_type: str, subject_id: str) -> str:
    """Say what kind of row an event is about, and its number."""
    if not subject_type:
        return ""
    try:
        name = str(apps.get_model(subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        name = subject_type
    return f"{name} {subject_id}"


def describe_detail(detail: dict[str, Any]) -> str:
    """Say an event's details in one line; a correction as before → after."""
    return "；".join(f"{KEYS.get(key, key)}：{_plain(value)}" for key, value in detail.items())


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return " → ".join(map(_plain, value)) if len(value) == 2 else "、".join(map(_plain, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "无" if value in (None, "") else str(value)
