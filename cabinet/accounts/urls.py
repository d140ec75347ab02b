"""The ways in (allauth's names, only those we use) and the profile."""

from django.urls import path, re_path

from cabinet.accounts.views import confirmation, entrance, profile, registration

urlpatterns = [
    path("accounts/login/", entrance.sign_in, name="account_login"),
    path("accounts/logout/", entrance.sign_out, name="account_logout"),
    path("accounts/inactive/", entrance.inactive, name="account_inactive"),
    path("accounts/signup/", registration.sign_up, name="account_signup"),
    path("accounts/signup/challenge/", registration.challenge, name="account_signup_challenge"),
    path("accounts/signup/check/", registration.check, name="account_signup_check"),
    path("accounts/signup/check/code/", registration.mail_code, name="account_signup_code"),
    path("accounts/confirm-email/", registration.letter_sent, name="account_email_verification_sent"),
    path("accounts/confirm-email/again/", confirmation.send_again, name="account_confirm_again"),
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", confirmation.confirm, name="account_confirm_email"),
    path("accounts/password/reset/", entrance.recover, name="account_reset_password"),
    path("accounts/password/reset/done/", entrance.link_sent, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.new_password,
        name="account_reset_password_from_key",
    ),
    path("accounts/password/reset/key/done/", entrance.password_is_new, name="account_reset_password_from_key_done"),
    path("cabinet/profile/", profile.profile, name="profile"),
    path("cabinet/profile/edit/", profile.edit, name="profile_edit"),
    path("cabinet/profile/password/", profile.password, name="profile_password"),
    path("cabinet/profile/email/again/", profile.email_again, name="profile_email_again"),
    path("cabinet/profile/email/cancel/", profile.email_cancel, name="profile_email_cancel"),
]
