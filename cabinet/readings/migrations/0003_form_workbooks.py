"""Forms in Excel: the uploaded ones and the large ones asked for."""

import cabinet.readings.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0001_initial"),
        ("readings", "0002_remove_old_files_hourly"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "В очереди"),
                            ("working", "Выполняется"),
                            ("done", "Готово"),
                            ("failed", "Не выполнено"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0, verbose_name="готово, %")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="причина отказа")),
                ("claim", models.UUIDField(null=True, verbose_name="кем выполняется")),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="начато")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="заказано")),
                ("period", models.DateField(blank=True, null=True, verbose_name="расчётный период")),
                ("facility_ids", models.JSONField(default=list, verbose_name="объекты")),
                (
                    "file",
                    models.FileField(blank=True, upload_to=cabinet.readings.models.upload_path, verbose_name="файл"),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contracts.contract",
                        verbose_name="договор",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="кто",
                    ),
                ),
            ],
            options={
                "verbose_name": "выгрузка формы",
                "verbose_name_plural": "выгрузки форм",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["queued", "working"])),
                        fields=("user",),
                        name="form_export_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("file", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="form_export_done_has_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "В очереди"),
                            ("working", "Выполняется"),
                            ("done", "Готово"),
                            ("failed", "Не выполнено"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0, verbose_name="готово, %")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="причина отказа")),
                ("claim", models.UUIDField(null=True, verbose_name="кем выполняется")),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="начато")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="заказано")),
                ("name", models.CharField(max_length=200, verbose_name="имя файла")),
                (
                    "stage",
                    models.CharField(
                        choices=[("judging", "Проверка"), ("applying", "Сохранение")],
                        default="judging",
                        max_length=10,
                        verbose_name="этап",
                    ),
                ),
                ("file", models.FileField(upload_to=cabinet.readings.models.upload_path, verbose_name="файл")),
                (
                    "findings",
                    models.FileField(
                        blank=True, upload_to=cabinet.readings.models.upload_path, verbose_name="найденное"
                    ),
                ),
                ("summary", models.JSONField(default=dict, verbose_name="сводка")),
                ("with_stale", models.BooleanField(default=False, verbose_name="заменить изменённое после выгрузки")),
                ("result", models.JSONField(default=dict, verbose_name="итог")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="кто",
                    ),
                ),
            ],
            options={
                "verbose_name": "загруженная форма",
                "verbose_name_plural": "загруженные формы",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("findings", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="form_upload_done_has_findings",
                    )
                ],
            },
        ),
    ]
