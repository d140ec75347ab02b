"""The three groups of the back office and what each may do."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

OURS = ["accounts", "contracts", "metering", "readings", "billing", "texts"]
APPS = [*OURS, "wagtailcore", "wagtailimages", "wagtaildocs"]
CLIENTS_DATA = {
    "contracts": ["organisation", "contract", "facility", "contractaccess", "receptionwindow"],
    "metering": ["meteringpoint", "meter"],
    "readings": ["acceptedconsumption"],
    "billing": ["payment", "supplierdocument", "violationact"],
}
PAGES = ["add_page", "change_page", "publish_page", "bulk_delete_page"]
FILES = {
    "wagtailimages": ["add_image", "change_image", "choose_image"],
    "wagtaildocs": ["add_document", "change_document", "choose_document"],
}


def create_groups(apps, schema_editor):
    for label in APPS:
        app = apps.get_app_config(label)
        app.models_module = True
        create_permissions(app, apps=apps, verbosity=0)
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name__in=["Moderators", "Editors"]).delete()
    editors, curators, administrators = (
        Group.objects.get_or_create(name=name)[0] for name in ("Редактор", "Куратор", "Администратор")
    )
    enter = permissions(apps, "wagtailadmin", ["access_admin"])
    texts = permissions(apps, "texts", ["view_text", "change_text"])
    clients = [each for label, models in CLIENTS_DATA.items() for each in everything(apps, label, models)]
    readings = permissions(apps, "readings", ["view_reading", "change_reading"])
    requests = permissions(apps, "contracts", ["view_accessrequest", "change_accessrequest"])
    security = [
        *permissions(apps, "readings", ["change_acttemplate"]),
        *everything(apps, "contracts", ["department"]),
        *permissions(apps, "contracts", ["all_departments", "view_bindingattempt"]),
        *permissions(apps, "accounts", ["add_user", "change_user", "view_user"]),
    ]
    editors.permissions.add(*enter, *texts)
    curators.permissions.add(*enter, *clients, *readings, *requests)
    administrators.permissions.add(*enter, *texts, *clients, *readings, *requests, *security)
    for group in (editors, administrators):
        allow_pages_and_files(apps, group)


def permissions(apps, label, codenames):
    found = apps.get_model("auth", "Permission").objects.filter(content_type__app_label=label, codename__in=codenames)
    if len(found) != len(codenames):
        raise LookupError(f"Permissions are missing in {label}: {codenames}")
    return list(found)


def everything(apps, label, models):
    return permissions(
        apps, label, [f"{action}_{model}" for model in models for action in ("add", "change", "delete", "view")]
    )


def allow_pages_and_files(apps, group):
    root = apps.get_model("wagtailcore", "Page").objects.filter(depth=2).order_by("path").first()
    for permission in permissions(apps, "wagtailcore", PAGES):
        apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
            group=group, page=root, permission=permission
        )
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for label, codenames in FILES.items():
        for permission in permissions(apps, label, codenames):
            apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("contracts", "0001_initial"),
        ("metering", "0001_initial"),
        ("readings", "0001_initial"),
        ("billing", "0001_initial"),
        ("texts", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
