from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "dndimages.access"
    verbose_name = "Access"
