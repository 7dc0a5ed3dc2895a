"""A version may be sent back and withdrawn, keeps what was written, and each of its steps stands in its history.

An enrolment that was called off before it began stays on record and ends when it starts.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PERSON = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0003_each_question_has_one_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("version", "written", models.TextField(blank=True, default="")),
        migrations.AddField("version", "revision", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "version", "published_by", models.ForeignKey(related_name="published_versions", **PERSON)
        ),
        migrations.AlterField(
            "version",
            "status",
            models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("sent_back", "Sent back"),
                    ("checked", "Checked"),
                    ("published", "Published"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                max_length=16,
            ),
        ),
        migrations.RemoveConstraint("version", "version_is_checked_then_published"),
        migrations.AddConstraint(
            "version",
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "sent_back", "withdrawn"], checked_at__isnull=True, published_at__isnull=True
                )
                | Q(status="checked", checked_at__isnull=False, published_at__isnull=True)
                | Q(status="published", checked_at__isnull=False, published_at__isnull=False),
                name="version_is_checked_then_published",
            ),
        ),
        migrations.RemoveConstraint("version", "version_status_is_known"),
        migrations.AddConstraint(
            "version",
            models.CheckConstraint(
                condition=Q(status__in=["draft", "sent_back", "checked", "published", "withdrawn"]),
                name="version_status_is_known",
            ),
        ),
        migrations.CreateModel(
            name="VersionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("drafted", "Drafted"),
                            ("revised", "Revised"),
                            ("sent_back", "Sent back"),
                            ("checked", "Checked"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("because", models.TextField(blank=True, default="")),
                ("findings", models.JSONField(default=list)),
                ("revision", models.PositiveIntegerField()),
                ("effective_from", models.DateTimeField()),
                ("terms", models.JSONField()),
                ("written", models.TextField(blank=True, default="")),
                ("by", models.ForeignKey(related_name="+", **PERSON)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="policies.version"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            kind__in=["drafted", "revised", "sent_back", "checked", "published", "withdrawn"]
                        ),
                        name="version_event_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=~Q(kind="sent_back") | ~Q(because=""), name="version_is_sent_back_with_a_reason"
                    ),
                ]
            },
        ),
        migrations.AddField("enrolment", "joined_by", models.ForeignKey(related_name="+", **PERSON)),
        migrations.AddField("enrolment", "joined_at", models.DateTimeField(null=True)),
        migrations.AddField("enrolment", "left_by", models.ForeignKey(related_name="+", **PERSON)),
        migrations.AddField("enrolment", "left_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("enrolment", "enrolment_starts_once_at_a_time"),
        migrations.AddConstraint(
            "enrolment",
            models.UniqueConstraint(
                fields=["merchant", "policy", "starts_at"],
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="enrolment_starts_once_at_a_time",
            ),
        ),
        migrations.RemoveConstraint("enrolment", "enrolment_ends_after_it_starts"),
        migrations.AddConstraint(
            "enrolment",
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="enrolment_never_ends_before_it_starts",
            ),
        ),
    ]
