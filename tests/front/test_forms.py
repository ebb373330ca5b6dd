"""Forms as people, browsers and screen readers meet them."""

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import loader

from common.forms import PageForm
from tests.front.components import rendered


class Talk(PageForm):
    held_on = forms.DateField(label="沟通日期")
    way = forms.ChoiceField(
        label="沟通方式",
        choices=[("visit", "上门走访"), ("phone", "电话")],
        widget=forms.RadioSelect,
    )
    content = forms.CharField(label="沟通内容", widget=forms.Textarea, help_text="代表谈了什么。")
    agreed = forms.BooleanField(label="代表表示同意")
    case = forms.CharField(widget=forms.HiddenInput)


def test_dates_have_the_browser_s_calendar():
    html = str(Talk(initial={"held_on": "2026-03-05"})["held_on"])

    assert 'type="date"' in html
    assert 'value="2026-03-05"' in html


def test_each_field_names_itself_and_what_it_wants():
    html = Talk()["content"].as_field_group()

    assert '<label class="label" for="id_content">沟通内容<span class="need">必填</span>' in html
    assert 'aria-describedby="id_content_helptext"' in html
    assert '<p class="hint" id="id_content_helptext">代表谈了什么。</p>' in html


def test_a_choice_among_few_is_a_group_with_a_legend():
    html = Talk()["way"].as_field_group()

    assert "<fieldset" in html
    assert "<legend>沟通方式" in html
    assert html.count('<label class="choice"') == 2


def test_an_error_stands_at_the_field_and_is_tied_to_it():
    form = Talk({})

    html = form["content"].as_field_group()

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_content_helptext id_content_error"' in html
    assert 'id="id_content_error"' in html
    assert "请填写沟通内容。" in html


def test_the_summary_lists_every_error_and_leads_to_a_field_that_exists():
    form = Talk({"content": "已说明年内建成"})
    form.add_error(None, "该件已被退回，不能登记沟通。")

    html = str(form)
    summary = html[: html.index("</ul>")]

    assert "该件已被退回，不能登记沟通。" in summary
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in html
    assert 'role="alert"' in summary
    assert "autofocus" in summary


def test_messages_name_the_field_and_what_to_do():
    form = Talk({})

    form.is_valid()

    assert {name: errors[0] for name, errors in form.errors.items() if name != "case"} == {
        "held_on": "请填写沟通日期。",
        "way": "请选择沟通方式。",
        "content": "请填写沟通内容。",
        "agreed": "请勾选“代表表示同意”。",
    }


def test_a_component_form_holds_token_guard_and_our_own_messages():
    source = '<c-form part action="/talks/">{{ form }}<c-button>登记</c-button></c-form>'

    html = rendered(source, form=Talk())

    assert re.search(r"<form[^>]* novalidate[^>]* data-once data-guard", html)
    assert 'hx-post="/talks/"' in html
    assert 'name="csrfmiddlewaretoken"' in html


def test_what_was_typed_is_kept_and_escaped():
    html = str(Talk({"content": "<script>alert(1)</script>"}))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


class Paper(PageForm):
    title = forms.CharField(label="标题")
    scan = forms.FileField(label="扫描件")


def test_a_file_that_the_browser_lets_go_of_is_asked_for_again():
    refused = Paper({"title": ""}, {"scan": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})

    asked = [form["scan"].as_field_group().count("请重新选择") for form in (refused, Paper())]

    assert asked == [1, 0]


class Filter(forms.Form):
    q = forms.CharField(label="关键词 <b>", required=False)
    day = forms.DateField(label="日期", required=False)
    stage = forms.MultipleChoiceField(label="阶段", choices=[("a", "办理中")], required=False)
    unit = forms.ChoiceField(label="单位", choices=[("", "全部"), ("1", "甲 & 乙")], required=False)


@pytest.mark.parametrize("name", Filter.base_fields)
def test_a_field_with_nothing_but_its_label_is_written_as_the_template_would(name):
    field = Filter({"q": "公园", "unit": "1"})[name]
    template = loader.get_template("django/forms/field.html")

    written = field.as_field_group()

    assert written == template.render({"field": field}).strip()
    assert 'class="hint"' not in written
