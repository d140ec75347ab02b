"""Sessions and codes of pictures whose time is over are forgotten: an hourly task of the background worker."""

from django.db import migrations

NAME = "Удаление просроченных сеансов и картинок с кодом"
FUNC = "cabinet.accounts.tasks.remove_expired"
HOURLY = "H"


def add_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects
    schedules.update_or_create(func=FUNC, defaults={"name": NAME, "schedule_type": HOURLY, "repeats": -1})


def remove_schedule(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(func=FUNC).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
