from dndimages.api import both_slashes
from scenes.api import views

urlpatterns = [
    *both_slashes("scenes/generate", views.generate, "generate-scene"),
    *both_slashes("scenes/cache/stats", views.stats, "scene-cache-stats"),
    *both_slashes("scenes/cache/clear", views.clear, "clear-scene-cache"),
]
