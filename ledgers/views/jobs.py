"""Ledgers in and out: small ones at once, large ones as jobs that people watch and fetch."""

from __future__ import annotations

import logging
from http import HTTPStatus
from tempfile import TemporaryFile

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from accounts.guard import require
from accounts.limits import limited
from common.htmx import go_to, render_page
from common.refusals import Refusal
from common.uploads.downloads import download_headers
from common.uploads.intake import KINDS
from ledgers import rules, tasks
from ledgers.exports import cases_of_query, export_of
from ledgers.forms import UploadForm
from ledgers.models import LedgerJob
from ledgers.selectors.pages import heads
from ledgers.services import jobs as services
from ledgers.services.exporting import template as empty_ledger

log = logging.getLogger(__name__)
_EXCEL = KINDS["xlsx"].content_type
#: Up to so many suggestions are written while one waits (quality 4.3: 3 seconds).
AT_ONCE = 2_000
_FAULTS_SHOWN = 100


def _is_post(request: HttpRequest) -> bool:
    return request.method == "POST"


def _job(request: HttpRequest, job_id: int) -> LedgerJob:
    visible = LedgerJob.objects.visible_to(request.actor).select_related("congress", "session")
    return get_object_or_404(visible, pk=job_id)


def _ring() -> None:
    """Wake a worker; without a broker the next round of the schedule finds the job."""
    try:
        tasks.run_jobs.delay()
    except OperationalError:
        log.warning("no broker to ring: the job waits for the schedule")


def _file(to: object, name: str) -> FileResponse:
    response = FileResponse(to)
    # Afterwards: given at once, Django would guess type and name anew from the random name.
    for header, value in download_headers(name, _EXCEL).items():
        response[header] = value
    return response


@login_required
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    require(rules.may_export, request.actor)
    mine = LedgerJob.objects.visible_to(request.actor).order_by("-pk")
    page = Paginator(mine, 20).get_page(request.GET.get("page"))
    columns = heads("时间", "任务", "状态", "结果")
    context = {"page": page, "columns": columns, "may_import": rules.may_import(request.actor)}
    return render_page(request, "ledgers/jobs.html", context)


@login_required
@require_POST
@limited("export", when=_is_post)
def export(request: HttpRequest) -> HttpResponse:
    require(rules.may_export, request.actor)
    query, now = request.META.get("QUERY_STRING", ""), timezone.now()
    try:
        total = cases_of_query(query, by=request.actor, at=now).count()
        if total <= AT_ONCE:
            to = TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
            export_of(query, to, by=request.actor, at=now)
            to.seek(0)
            return _file(to, f"建议台账{timezone.localtime(now):%Y%m%d%H%M}.xlsx")
        job = services.ask_export(query, total=total, by=request.actor, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return go_to(request, "ledgers:jobs")
    _ring()
    return go_to(request, "ledgers:job", job.pk)


@login_required
@require_http_methods(["GET", "POST"])
@limited("import", when=_is_post)
def upload(request: HttpRequest) -> HttpResponse:
    require(rules.may_import, request.actor)
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        try:
            job = services.ask_import(
                form.cleaned_data["workbook"],
                creates_missing=form.cleaned_data["creates_missing"],
                by=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("workbook", str(refusal))
        else:
            _ring()
            return go_to(request, "ledgers:job", job.pk)
    return render_page(request, "ledgers/upload.html", {"form": form}, part="form")


@login_required
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    require(rules.may_import, request.actor)
    headers = download_headers("建议台账模板.xlsx", _EXCEL)
    return HttpResponse(empty_ledger(), headers=headers)


@login_required
@require_GET
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _job(request, job_id)
    done, total = services.progress_of(found)
    context = {
        "job": found,
        "done": done,
        "total": total,
        "faults": found.faults[:_FAULTS_SHOWN],
        "columns": heads("位置", "问题"),
        "more_faults": max(0, len(found.faults) - _FAULTS_SHOWN),
        "may_confirm": rules.may_confirm(request.actor, found),
        "may_cancel": rules.may_cancel(request.actor, found),
    }
    return render_page(request, "ledgers/job.html", context, part="job")


@login_required
@require_POST
def confirm(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _job(request, job_id)
    require(rules.may_import, request.actor)
    try:
        services.confirm(found.pk, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        _ring()
    return go_to(request, "ledgers:job", found.pk)


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _job(request, job_id)
    try:
        services.cancel(found.pk, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return go_to(request, "ledgers:job", found.pk)


@login_required
@require_GET
def download(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _job(request, job_id)
    try:
        file = services.open_file(found, by=request.actor, at=timezone.now())
    except Refusal as refusal:
        context = {"job": found, "refusal": str(refusal)}
        return render_page(request, "ledgers/gone.html", context, status=HTTPStatus.GONE)
    return _file(file, found.file_name)


@login_required
@require_GET
def report(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _job(request, job_id)
    if not found.report:
        context = {"job": found, "refusal": "没有问题标注文件，或者已过期清理。"}
        return render_page(request, "ledgers/gone.html", context, status=HTTPStatus.GONE)
    return _file(found.report.open("rb"), f"问题标注-{found.file_name}")
