from dndimages.api import both_slashes
from maintenance.api import migrate, views

urlpatterns = [
    *both_slashes("maintenance/cleanup/expired-cache", views.expired_cache, "cleanup-expired-cache"),
    *both_slashes("maintenance/cleanup/orphaned-images", views.orphaned_images, "cleanup-orphaned-images"),
    *both_slashes("maintenance/stats", views.stats, "maintenance-stats"),
    *both_slashes("migrate/from-localstorage", migrate.from_localstorage, "migrate-from-localstorage"),
]
