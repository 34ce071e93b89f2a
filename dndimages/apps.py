from django.apps import AppConfig


class DndImagesConfig(AppConfig):
    name = "dndimages"
    verbose_name = "dndimages"

    def ready(self) -> None:
        from dndimages import checks, sentry  # noqa: F401 - importing checks registers them

        sentry.start()
