"""The database itself refuses to change or delete what stands."""

from django.db import migrations

from audit.append_only import protect


class Migration(migrations.Migration):
    dependencies = [("vacancies", "0001_initial")]
    operations = [protect("vacancies_entry")]
