from dndimages.api import both_slashes
from maintenance import views

urlpatterns = [
    *both_slashes("health", views.health_view, "health"),
    *both_slashes("livez", views.livez, "livez"),
    *both_slashes("readyz", views.readyz, "readyz"),
]
