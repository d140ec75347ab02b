"""Every address of the portal."""

from captcha.views import captcha_image
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls

from cabinet.accounts.views import entrance
from cabinet.contracts.views import accepting
from portal import back_office_door, dev_mailbox, health, home, media

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("", home.home, name="home"),
    path("home/todo/", home.todo, name="home-todo"),
    path("home/order/", home.order_widgets, name="home-order"),
    path("home/widgets/<slug:code>/", home.act_on_widget, name="home-widget"),
    path("cabinet/", include("cabinet.contracts.urls")),
    path("invitations/<str:token>/", accepting.invitation, name="invitation"),
    path("cabinet/contracts/", include("cabinet.billing.urls")),
    path("cabinet/readings/", include("cabinet.readings.urls")),
    path("", include("cabinet.accounts.urls")),
    path("captcha/image/<slug:key>/", captcha_image, {"scale": 1}, name="captcha-image"),
    path("admin/login/", back_office_door.sign_in),
    path("admin/logout/", entrance.sign_out),
    re_path(r"^admin/password_reset/(?P<rest>.*)$", back_office_door.closed),
    path("admin/bulk/accounts/<path:rest>", back_office_door.closed),
    path("admin/failwhale/", back_office_door.closed),
    path("admin/", include(wagtailadmin_urls)),
    path("dev/mail/", dev_mailbox.index, name="dev_mailbox"),
    path("dev/mail/<slug:letter_id>/", dev_mailbox.letter, name="dev_letter"),
    path("dev/mail/<slug:letter_id>/html/", dev_mailbox.letter_html, name="dev_letter_html"),
    path("media/<path:path>", media.image, name="media"),
    path("documents/<int:document_id>/<path:filename>", media.document, name="wagtaildocs_serve"),
    # Wagtail's own list of addresses holds a sign-in that takes a password alone
    path("_util/login/", back_office_door.sign_in, name="wagtailcore_login"),
    path(
        "_util/authenticate_with_password/<int:restriction_id>/<int:page_id>/",
        back_office_door.closed,
        name="wagtailcore_authenticate_with_password",
    ),
    re_path(wagtail_urls.serve_pattern, wagtail_views.serve, name="wagtail_serve"),
]

handler400 = "portal.refusals.bad_request"
handler403 = "portal.refusals.forbidden"
handler404 = "portal.refusals.not_found"
handler429 = "portal.refusals.too_many_requests"
handler500 = "portal.refusals.server_error"
