from django import forms

from common.forms import PageForm


class SettleForm(PageForm):
    why = forms.CharField(
        label="原因", max_length=200, help_text="例如：已电话告知本人；网关恢复正常。记入审计记录。"
    )
