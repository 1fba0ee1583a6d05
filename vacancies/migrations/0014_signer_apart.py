from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vacancies", "0013_signers_own_word"),
    ]

    operations = [
        migrations.AddField(
            model_name="override",
            name="signer_apart",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="override",
            name="refused_before",
            field=models.TextField(blank=True),
        ),
    ]
