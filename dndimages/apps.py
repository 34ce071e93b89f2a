from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class DndImagesConfig(AppConfig):
    name = "dndimages"
    verbose_name = "dndimages"

    def ready(self) -> None:
        from dndimages import checks, sentry  # noqa: F401 - importing checks registers them

        sentry.start()


class AdminWithDashboard(admin_apps.AdminConfig):
    """Django's admin, with the dashboard at its front; named as text, since the house imports no room."""

    default = False  # of the two in this module the app above is the one that "dndimages" means
    default_site = "maintenance.adminsite.DashboardSite"
