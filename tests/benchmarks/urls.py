"""The site's routes and an empty view: the same server, middleware and client, and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from factcheck.urls import urlpatterns as site


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("benchmark/empty/", empty), *site]
