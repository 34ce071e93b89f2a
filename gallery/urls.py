from django.urls import path, re_path

from dndimages.api import both_slashes
from gallery import detail, pictures, views
from gallery.curating import answers, pages

urlpatterns = [
    path("", views.home, name="home"),
    *both_slashes("robots.txt", views.robots, "robots"),
    *both_slashes("pictures/<int:image_id>", detail.page, "picture-page"),
    *both_slashes("pictures/<int:image_id>/download", detail.download, "picture-download"),
    *both_slashes("curate", pages.curate, "curate"),
    *both_slashes("curate/act", pages.act, "curate-act"),
    *both_slashes("curate/acts", answers.act, "curate-acts"),
    *both_slashes("curate/undo", answers.undo, "curate-undo"),
    *both_slashes("curate/queue", answers.stretch, "curate-queue"),
    *both_slashes("curate/tags", answers.tags, "curate-tags"),
    re_path(r"^(?P<name>images/.+)$", pictures.picture, name="picture"),
]
