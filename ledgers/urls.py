from django.urls import path

from ledgers.views import figures, jobs

app_name = "ledgers"

urlpatterns = [
    path("", jobs.jobs, name="jobs"),
    path("figures/", figures.figures, name="figures"),
    path("figures/rows/", figures.figure_rows, name="figure_rows"),
    path("export/", jobs.export, name="export"),
    path("import/", jobs.upload, name="upload"),
    path("template/", jobs.template, name="template"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("jobs/<int:job_id>/confirm/", jobs.confirm, name="confirm"),
    path("jobs/<int:job_id>/cancel/", jobs.cancel, name="cancel"),
    path("jobs/<int:job_id>/download/", jobs.download, name="download"),
    path("jobs/<int:job_id>/report/", jobs.report, name="report"),
]
