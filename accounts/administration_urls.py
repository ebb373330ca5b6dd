"""Addresses of the three administrators' pages."""

from django.urls import path

from accounts.views import house, record, security, users

urlpatterns = [
    path("", house.home, name="administration"),
    path("users/", users.users, name="users"),
    path("users/add/", users.user_add, name="user_add"),
    path("users/open/", users.users_open, name="users_open"),
    path("users/<int:user_id>/", users.user, name="user"),
    path("users/<int:user_id>/correct/", users.user_correct, name="user_correct"),
    path("users/<int:user_id>/password/", users.password_reset, name="password_reset"),
    path("users/<int:user_id>/seats/add/", users.seat_grant, name="seat_grant"),
    path("seats/<int:membership_id>/end/", users.seat_end, name="seat_end"),
    path("calendar/", house.calendar, name="calendar"),
    path("calendar/day/", house.calendar_day, name="calendar_day"),
    path("calendar/import/", house.calendar_import, name="calendar_import"),
    path("rules/", house.local_rules, name="local_rules"),
    path("rules/<int:congress_id>/", house.rules_of_congress, name="rules_of_congress"),
    path("seats/", security.seats, name="seats"),
    path("users/<int:user_id>/disable/", security.shut, {"deed": "disable"}, name="user_disable"),
    path(
        "users/<int:user_id>/second-factor/", security.shut, {"deed": "factor"}, name="factor_reset"
    ),
    path("users/<int:user_id>/enable/", security.user_enable, name="user_enable"),
    path("record/", record.events, name="audit_events"),
]
