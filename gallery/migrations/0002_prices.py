"""Prices of Gemini's image models as published in autumn 2026; the table can be edited in the admin."""

from datetime import date
from decimal import Decimal

from django.db import migrations

# model: US dollars per million tokens: prompt, output text and thoughts, output image
PRICES = {
    "gemini-nano-banana-2.1": ("1.50", "7.50", "30"),
    "gemini-3.1-flash-image": ("0.50", "3", "60"),
    "gemini-3.1-flash-lite-image": ("0.25", "1.50", "30"),
    "gemini-3-pro-image": ("2", "12", "120"),
    "gemini-2.5-flash-image": ("0.30", "0", "30"),
}


def add_prices(apps, schema_editor):
    ModelPrice = apps.get_model("gallery", "ModelPrice")
    for model, (prompt, text, image) in PRICES.items():
        ModelPrice.objects.get_or_create(
            model=model,
            valid_from=date(2026, 1, 1),
            defaults={
                "prompt_usd": Decimal(prompt),
                "text_usd": Decimal(text),
                "image_usd": Decimal(image),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("gallery", "0001_first")]
    operations = [migrations.RunPython(add_prices, migrations.RunPython.noop)]
