from django.urls import path, re_path

from gallery import pictures, views

urlpatterns = [
    path("", views.home, name="home"),
    re_path(r"^(?P<name>images/.+)$", pictures.picture, name="picture"),
]
