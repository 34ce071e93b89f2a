from dndimages.api import both_slashes
from maintenance import importing, views
from maintenance.api.metrics import metrics

urlpatterns = [
    *both_slashes("import", importing.import_page, "import"),
    *both_slashes("health", views.health_view, "health"),
    *both_slashes("health/detailed", views.health_detailed, "health-detailed"),
    *both_slashes("livez", views.livez, "livez"),
    *both_slashes("metrics", metrics, "metrics"),
    *both_slashes("readyz", views.readyz, "readyz"),
]
