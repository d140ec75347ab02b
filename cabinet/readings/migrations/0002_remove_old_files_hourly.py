"""Printed acts and forms in Excel are removed when they are a day old: an hourly task of the background worker."""

from django.db import migrations

NAME = "Удаление старых файлов показаний"
HOURLY = "H"


def add_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects
    schedules.update_or_create(
        func="cabinet.readings.tasks.remove_old_files", defaults={"name": NAME, "schedule_type": HOURLY, "repeats": -1}
    )


def remove_schedule(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(func="cabinet.readings.tasks.remove_old_files").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("readings", "0001_initial"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
