from django.urls import path

from desk.views import case, cases, dashboard, deputy, inbox

app_name = "desk"

urlpatterns = [
    path("", inbox.home, name="home"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("mine/", deputy.deputy_home, name="deputy_home"),
    path("alerts/", inbox.alerts, name="alerts"),
    path("alerts/read/", inbox.read_alerts, name="read_alerts"),
    path("alerts/<int:alert_id>/", inbox.open_alert, name="open_alert"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:suggestion_id>/", case.case, name="case"),
    path("search/", cases.search, name="search"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
]
