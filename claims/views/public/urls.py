"""The public routes; the project puts them under ``i18n_patterns``, so each has its address per language."""

from django.urls import path

from claims.views.public import checks, front

app_name = "public"

urlpatterns = [
    path("", front.front, name="list"),
    path("checks/<slug:slug>.json", checks.check_json, name="check_json"),
    path("checks/<slug:slug>/", checks.check, name="check"),
    path("checks/<slug:slug>/versions/<int:number>/", checks.version, name="version"),
]
