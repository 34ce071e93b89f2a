from django.urls import path, register_converter

from dndimages.api import both_slashes, reads_only
from scenes import making_views, views
from scenes.address import PlaceInAddress

register_converter(PlaceInAddress, "place")

urlpatterns = [
    *both_slashes("places", reads_only(views.places), "places"),
    path("places/<place:place>", reads_only(views.place), name="place"),
    *both_slashes("make", making_views.make, "make"),
    *both_slashes("make/<uuid:job_id>", reads_only(making_views.making), "making"),
    *both_slashes("make/<uuid:job_id>/cancel", making_views.cancel, "cancel-making"),
    *both_slashes("demo", views.demo, "demo"),
]
