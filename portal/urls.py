"""Every address of the portal."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from portal import home

urlpatterns = [
    path("", home.home, name="home"),
    path("home/todo/", home.todo, name="home-todo"),
    path("home/order/", home.order_widgets, name="home-order"),
    path("home/widgets/<slug:code>/", home.act_on_widget, name="home-widget"),
    path("cabinet/", include("cabinet.contracts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("captcha/", include("captcha.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]
