"""Rows and files of old loads are removed by a daily task of the background worker."""

from django.db import migrations

NAME = "Удаление строк старых загрузок"
FUNCTION = "imports.tasks.remove_old_rows"
DAILY = "D"


def add_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects
    schedules.update_or_create(func=FUNCTION, defaults={"name": NAME, "schedule_type": DAILY, "repeats": -1})


def remove_schedule(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(func=FUNCTION).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0001_initial"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
