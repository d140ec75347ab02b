"""Every address of the portal."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from portal import home

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", include("allauth.account.urls")),
    path("captcha/", include("captcha.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]
