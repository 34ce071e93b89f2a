"""The whole URL map. A URL tells the room: images and jobs gallery, scenes scenes, health maintenance."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from dndimages import api, docs
from dndimages.api import both_slashes, reads_only

urlpatterns = [
    path("api/v1/", include("gallery.api.urls")),
    path("api/v1/", include("scenes.api.urls")),
    path("api/v1/", include("maintenance.api.urls")),
    *both_slashes("openapi.json", reads_only(docs.openapi), "openapi"),
    *both_slashes("docs", reads_only(docs.swagger), "docs"),
    *both_slashes("redoc", reads_only(docs.redoc), "redoc"),
    path("admin/", admin.site.urls),
    path("admin", RedirectView.as_view(pattern_name="admin:index"), name="admin-slash"),
    path("", include("maintenance.urls")),
    path("", include("scenes.urls")),
    path("", include("gallery.urls")),
]

handler400 = api.bad_request
handler403 = api.permission_denied
handler404 = api.not_found
handler500 = api.server_error
