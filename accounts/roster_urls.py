"""Addresses of the roster."""

from django.urls import path

from accounts.views import roster

urlpatterns = [
    path("", roster.roster, name="roster"),
    path("<slug:kind>/", roster.roster_list, name="roster_list"),
    path("<slug:kind>/add/", roster.roster_add, name="roster_add"),
    path("<slug:kind>/<int:pk>/", roster.roster_correct, name="roster_correct"),
]
