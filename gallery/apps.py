from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class GalleryConfig(AppConfig):
    name = "gallery"

    def ready(self) -> None:
        from gallery import triggers

        pre_migrate.connect(triggers.drop_before_migrations, sender=self)
        post_migrate.connect(triggers.create_after_migrations, sender=self)
        post_migrate.connect(_prepare_folders, sender=self)


def _prepare_folders(**kwargs: Any) -> None:
    from gallery import storage
    from gallery.models import ImageAsset

    storage.prepare_folders(expect_pictures=ImageAsset.objects.exists())
