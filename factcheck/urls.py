"""Every address of the site; what stands under one is named in the views' own packages."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.generic import TemplateView
from django.views.i18n import set_language

from claims.views import answer
from factcheck.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/login/", LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("desk/", include("claims.views.desk.urls")),
    path("answer/<str:token>/", answer.answer, name="answer"),
    *(
        # Every component of the design system on one page, for whoever changes it.
        [path("dev/components/", TemplateView.as_view(template_name="dev/components.html"), name="components")]
        if settings.DEBUG
        else []
    ),
    *i18n_patterns(  # English without a prefix, German under de/
        path("", include("claims.views.public.urls")),
        prefix_default_language=False,
    ),
]
