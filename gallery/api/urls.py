from dndimages.api import both_slashes
from gallery.api import views

urlpatterns = [
    *both_slashes("images/generate", views.generate, "generate-image"),
    *both_slashes("images/search", views.search_images, "search-images"),
    *both_slashes("images/<str:image_id>", views.image, "image"),
    *both_slashes("images/<str:image_id>/feature", views.feature, "feature-image"),
    *both_slashes("images/<str:image_id>/restore", views.restore, "restore-image"),
    *both_slashes("jobs/<str:job_id>", views.job, "job"),
]
