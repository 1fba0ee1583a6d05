from django.db import migrations, models

# A payment that stands without a line of the download was typed by a person.
MARK_TYPED = "UPDATE levy_giftpayment SET typed = TRUE WHERE transaction_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("levy", "0004_rows_to_mend"),
        ("organisations", "0002_keys_that_write"),
    ]

    operations = [
        migrations.AddField("account", "mean_months", models.PositiveSmallIntegerField(default=12)),
        migrations.AddField("giftpayment", "typed", models.BooleanField(default=False)),
        migrations.AddField("intake", "taken_back_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=models.Q(("mean_months__gte", 3), ("mean_months__lte", 12)),
                name="mean_is_of_three_to_twelve_months",
            ),
        ),
        migrations.RunSQL(MARK_TYPED, migrations.RunSQL.noop, elidable=True),
    ]
