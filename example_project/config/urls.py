from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("members.urls")),
    path("admin/", admin.site.urls),
    path("api/finances/", include("django_finances.urls")),
]
