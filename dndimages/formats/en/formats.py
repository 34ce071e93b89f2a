"""In English, under Django's names: https://docs.djangoproject.com/en/5.2/ref/settings/#format-module-path"""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i T"  # whoever reads it may live in another zone
